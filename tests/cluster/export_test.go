package cluster

import (
	"fmt"
	"os"
)

// AbandonProcess starts a process as a cluster's servers are, prints its number and panics.
func AbandonProcess() {
	dir, err := os.MkdirTemp("", "abandoned-")
	if err != nil {
		panic(err)
	}
	process, err := startProcess(command{name: "sleep", path: "/bin/sleep", args: []string{"600"}}, dir)
	if err != nil {
		panic(err)
	}
	_ = os.RemoveAll(dir)
	fmt.Println(process.cmd.Process.Pid)
	panic("as a test might")
}
