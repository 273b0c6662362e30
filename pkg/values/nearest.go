package values

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
)

// Nearest gives the one of the known keys that was probably meant, or "" when none is near.
// Of keys that are equally near, the first of the list wins.
func Nearest(name string, known []string) string {
	best, limit := "", max(2, len(name)/3)
	for _, candidate := range known {
		distance := collectorconfig.EditDistance(strings.ToLower(name), strings.ToLower(candidate))
		if stem := len(candidate) - 1; stem >= 5 && strings.HasPrefix(strings.ToLower(name), strings.ToLower(candidate[:stem])) {
			distance = min(distance, 2) // replicaCount, serviceAccountName
		}
		if distance <= limit {
			best, limit = candidate, distance-1
		}
	}
	return best
}
