package values

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// nearest gives the key that was probably meant, or "" when none is near.
func nearest(name string, fields map[string]reflect.Type) string {
	best, limit := "", max(2, len(name)/3)
	for _, candidate := range slices.Sorted(maps.Keys(fields)) {
		distance := editDistance(strings.ToLower(name), strings.ToLower(candidate))
		if stem := len(candidate) - 1; stem >= 5 && strings.HasPrefix(strings.ToLower(name), strings.ToLower(candidate[:stem])) {
			distance = min(distance, 2) // replicaCount, serviceAccountName
		}
		if distance <= limit {
			best, limit = candidate, distance-1
		}
	}
	return best
}

// editDistance counts the bytes to insert, delete or replace.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
