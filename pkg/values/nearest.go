package values

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
)

// nearest gives the key that was probably meant, or "" when none is near.
func nearest(name string, fields map[string]reflect.Type) string {
	best, limit := "", max(2, len(name)/3)
	for _, candidate := range slices.Sorted(maps.Keys(fields)) {
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
