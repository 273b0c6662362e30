package scale

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// A cost is what so many nodes or releases have taken.
type cost struct {
	count    int
	requests []cluster.Request
}

// each is how many requests there were for one of the count.
func (c cost) each() float64 { return float64(len(c.requests)) / float64(c.count) }

// of counts the requests that are of a verb and resource, by one of the users, or by anyone when none is named.
func (c cost) of(verb, resource string, users ...string) int {
	count := 0
	for _, r := range c.requests {
		if r.Verb == verb && r.Resource == resource && (len(users) == 0 || slices.Contains(users, r.User)) {
			count++
		}
	}

	return count
}

// writes counts the requests that change a resource whose name holds the text. One that is about to be made has no name.
func (c cost) writes(resource, name string) int {
	count := 0
	for _, r := range c.requests {
		switch r.Verb {
		case "create", "update", "patch", "delete":
			if r.Resource == resource && strings.Contains(r.Name, name) {
				count++
			}
		}
	}

	return count
}

// shares says who asked how often for one of the count, the most first.
func (c cost) shares() string {
	counts := map[string]int{}
	for _, r := range c.requests {
		counts[who(r.User)]++
	}
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	var shares []string
	for _, name := range names {
		if share := float64(counts[name]) / float64(c.count); share >= 0.01 {
			shares = append(shares, fmt.Sprintf("%s %.2f", name, share))
		}
	}

	return strings.Join(shares, ", ")
}

// admin is who Helm is to the API server.
const admin = "kubernetes-admin"

func who(user string) string {
	if user == admin {
		return "Helm"
	}

	return user[strings.LastIndex(user, ":")+1:]
}

// by leaves out what others asked.
func (c cost) by(user string) cost {
	own := cost{count: c.count}
	for _, r := range c.requests {
		if r.User == user {
			own.requests = append(own.requests, r)
		}
	}

	return own
}

// growth is how many times as much one costs where it costs the most as it does in the first.
func growth(costs []cost) float64 {
	most := 0.0
	for _, c := range costs {
		most = max(most, c.each())
	}

	return most / costs[0].each()
}

// further is how many times as many requests each of those takes that came last as of those that came after the first
// count, where they take the most. What all share is in neither.
func further(costs []cost) float64 {
	var each []float64
	for i, c := range costs[1:] {
		before := costs[i]
		each = append(each, float64(len(c.requests)-len(before.requests))/float64(c.count-before.count))
	}

	return slices.Max(each) / each[0]
}

// quiet is how long nothing has to be asked before an act counts as done.
const quiet = 4 * time.Second

// settled returns what was asked of the release since the last call, once Kubernetes has done what it does by itself.
func settled(t *testing.T, audit *cluster.Audit) (requests []cluster.Request) {
	t.Helper()

	for deadline := time.Now().Add(patience()); ; {
		require.True(t, time.Now().Before(deadline), "the cluster asks without end: %d requests", len(requests))
		time.Sleep(quiet)
		more, err := audit.Next()
		require.NoError(t, err)
		if len(more) == 0 {
			return requests
		}
		for _, r := range more {
			// Those of all namespaces are for no release's sake.
			if r.Namespace != "" || r.Name != "" {
				requests = append(requests, r)
			}
		}
	}
}

func TestGrowthIsSeen(t *testing.T) {
	asks := func(count, requests int) cost { return cost{count: count, requests: make([]cluster.Request, requests)} }

	assert.InDelta(t, 1, growth([]cost{asks(10, 70), asks(100, 700)}), 0.001, "ten times the nodes, ten times the requests")
	assert.InDelta(t, 10, growth([]cost{asks(10, 70), asks(100, 7000)}), 0.001, "ten times the nodes, a hundred times the requests")
	assert.InDelta(t, 2, growth([]cost{asks(10, 70), asks(20, 280), asks(30, 210)}), 0.001, "the worst is in the middle")

	assert.InDelta(t, 1, further([]cost{asks(50, 400+300), asks(100, 800+300), asks(200, 1600+300)}), 0.001, "300 for all of them")
	quadratic := func(n int) cost { return asks(n, 300+8*n+n*n/20) }
	assert.Greater(t, further([]cost{quadratic(50), quadratic(100), quadratic(200)}), 1.3, "a twentieth of a request for each pair")
}
