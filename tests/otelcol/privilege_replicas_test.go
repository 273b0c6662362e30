package otelcol_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// One process asks as many accounts: each has a copy of what asks the API, in pipelines of its own.

// askTypes are the types that ask the API, or are told by one that does, in the spelling without underscores.
func askTypes() []string {
	return []string{
		"k8sattributes", "k8scluster", "k8sleaderelector", "k8sobserver", "resourcedetection", "prometheus", "receivercreator",
	}
}

func asks(id string) bool {
	name, _, _ := strings.Cut(id, "/")
	for _, known := range askTypes() {
		if strings.ReplaceAll(name, "_", "") == known {
			return true
		}
	}
	return false
}

// A copyist copies what asks the API for one account.
type copyist struct {
	account, kubeconfig string
	// ids are the names of the copies by those of the originals.
	ids map[string]string
}

// replicated is a config that beside its own work does that of each account, by contexts of one kubeconfig; what takes
// no context gets the account's own file.
func replicated(t *testing.T, config string, kubeconfigs map[string]string) string {
	t.Helper()
	var document map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(config), &document))
	service := document["service"].(map[string]any)
	pipelines := service["pipelines"].(map[string]any)
	copies := map[string]any{}
	for account, kubeconfig := range kubeconfigs {
		c := copyist{account: account, kubeconfig: kubeconfig, ids: map[string]string{}}
		for _, kind := range []string{"receivers", "processors", "extensions"} {
			c.components(document[kind])
		}
		extensions, _ := service["extensions"].([]any)
		for _, id := range extensions {
			if renamed, is := c.ids[id.(string)]; is {
				service["extensions"] = append(service["extensions"].([]any), renamed)
			}
		}
		for name, pipeline := range pipelines {
			if renamed := c.pipeline(pipeline.(map[string]any)); renamed != nil {
				copies[c.renamed(name)] = renamed
			}
		}
	}
	maps.Copy(pipelines, copies)
	if exporters, is := document["exporters"].(map[string]any); is {
		exporters["nop"] = map[string]any{}
	}
	text, err := yaml.Marshal(document)
	require.NoError(t, err)
	return string(text)
}

// renamed is the id of the account's copy.
func (c copyist) renamed(id string) string {
	if strings.Contains(id, "/") {
		return id + "-" + c.account
	}
	return id + "/" + c.account
}

// components adds a copy of each component of a section that asks.
func (c copyist) components(section any) {
	components, _ := section.(map[string]any)
	found := map[string]any{}
	for id, body := range components {
		if asks(id) && !strings.Contains(id, "without-") {
			c.ids[id] = c.renamed(id)
			found[id] = body
		}
	}
	for id, body := range found {
		components[c.ids[id]] = c.body(body)
	}
}

// body copies a component's settings, as the account's.
func (c copyist) body(value any) any {
	switch value := value.(type) {
	case map[string]any:
		made := map[string]any{}
		for key, item := range value {
			made[key] = c.body(item)
			switch key {
			case "auth_type":
				made["context"] = c.account
			case "kubeconfig_file":
				made[key] = c.kubeconfig
			case "lease_name":
				made[key] = item.(string) + "-" + c.account
			}
		}
		return made
	case []any:
		made := make([]any, len(value))
		for i, item := range value {
			made[i] = c.body(item)
		}
		return made
	case string:
		// The names of extensions are copied after those that mention them.
		if asks(value) && (strings.HasPrefix(value, "k8s_leader") || strings.HasPrefix(value, "k8s_observer")) {
			return c.renamed(value)
		}
	}
	return value
}

// pipeline copies one that has something that asks, nil otherwise.
func (c copyist) pipeline(original map[string]any) map[string]any {
	made, concerned := map[string]any{"exporters": []any{"nop"}}, false
	for _, list := range []string{"receivers", "processors"} {
		ids, _ := original[list].([]any)
		renamed := []any{}
		for _, id := range ids {
			if other, is := c.ids[id.(string)]; is {
				concerned = true
				renamed = append(renamed, other)
				continue
			}
			renamed = append(renamed, id)
		}
		if len(renamed) > 0 {
			made[list] = renamed
		}
	}
	if !concerned {
		return nil
	}
	return made
}
