package collectorconfig

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

func TestLookupAndLocateFindTheSameValues(t *testing.T) {
	const document = `{a: {b: [{c: 1}, {c: [2, 3]}, 4], d.e: 5}, z: }`
	tests := map[string]struct {
		path string
		want []string
	}{
		"a list on the way and at the end": {"a.b.c", []string{"a.b[0].c=1", "a.b[1].c[0]=2", "a.b[1].c[1]=3"}},
		"every value of a map":             {"a.*.c", []string{"a.b[0].c=1", "a.b[1].c[0]=2", "a.b[1].c[1]=3"}},
		"a dot that belongs to a key":      {"a.d~e", []string{`a["d.e"]=5`}},
		"null is something":                {"z", []string{"z=<nil>"}},
		"nothing there":                    {"a.x", nil},
		"below a scalar":                   {"z.x", nil},
		"the empty path is the document":   {"", []string{"=map[a:map[b:[map[c:1] map[c:[2 3]] 4] d.e:5] z:<nil>]"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var doc any
			require.NoError(t, yaml.Unmarshal([]byte(document), &doc))
			var got []string
			located, values := locate(test.path, doc), lookup(test.path, doc)
			require.Len(t, values, len(located))
			for i := range located {
				assert.Equal(t, located[i].value, values[i])
				got = append(got, fmt.Sprintf("%s=%v", located[i].path(), values[i]))
			}
			assert.Equal(t, test.want, got)
		})
	}
	assert.Equal(t, []any{1, 2}, lookup("", []any{1, 2}))
}
