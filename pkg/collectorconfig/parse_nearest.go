package collectorconfig

// nearest is the candidate most like a name, for "did you mean"; empty when none is like
// it. Of equals the first wins.
func nearest(name string, candidates []string) string {
	best, least := "", len(name)/3+2
	if len(name) > longestComparedName || len(candidates) > mostCompared {
		return ""
	}
	for _, candidate := range candidates {
		if len(candidate) > longestComparedName {
			continue
		}
		if distance := EditDistance(name, candidate); distance < least {
			best, least = candidate, distance
		}
	}
	return best
}

// These keep hostile names from costing time: how long a compared name can be, with how
// many it is compared, and for how many problems of a config.
const (
	longestComparedName = 80
	mostCompared        = 1000
	mostHinted          = 100
)

// EditDistance counts the bytes to insert, delete or replace, and the neighbours to swap, to make one name of the other.
// It takes time by the product of the lengths.
func EditDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}

// slip says that one byte too many, too few or wrong, or two neighbours in each other's
// place, make one name of the other.
func slip(a, b string) bool { return EditDistance(a, b) <= 1 }

// didYouMean is a hint with the name that was probably meant; empty for none.
func didYouMean(meant string) string {
	if meant == "" {
		return ""
	}
	return "did you mean " + meant + "?"
}
