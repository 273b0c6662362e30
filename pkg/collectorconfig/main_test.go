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
	before, err := json.Marshal(component.All())
	if err != nil {
		panic(err)
	}
	code := m.Run()
	if after, err := json.Marshal(component.All()); err != nil || string(before) != string(after) {
		fmt.Fprintln(os.Stderr, "the table of components was changed")
		code = 1
	}
	os.Exit(code)
}
