package collectorconfig

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// TestMain holds that nothing that was tested has changed the table, which all share.
func TestMain(m *testing.M) {
	before, _ := json.Marshal(component.All())
	code := m.Run()
	if after, _ := json.Marshal(component.All()); string(before) != string(after) {
		fmt.Fprintln(os.Stderr, "the table of components was changed")
		code = 1
	}
	os.Exit(code)
}
