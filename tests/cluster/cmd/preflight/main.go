// Command preflight says what this machine lacks for the test cluster, and fails where that is anything.
package main

import (
	"fmt"
	"os"

	"github.com/helm-otlp/helm-otlp/tests/cluster/machine"
)

func main() {
	lacks := machine.Lacks()
	for _, line := range lacks {
		fmt.Fprintln(os.Stderr, "The test cluster needs", line)
	}
	if len(lacks) > 0 {
		os.Exit(1)
	}
}
