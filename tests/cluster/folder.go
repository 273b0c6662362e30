package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// ownerFile holds the number of the process that cleans a cluster's folder up.
const ownerFile = "owner"

// claimFolder makes a folder for a cluster. The cgroups of its nodes bear the folder's name.
func claimFolder() (string, error) {
	dir, err := os.MkdirTemp("", "cluster-")
	if err != nil {
		return "", fmt.Errorf("create a folder for the cluster: %w", err)
	}

	return dir, writeFile(filepath.Join(dir, ownerFile), []byte(strconv.Itoa(os.Getpid())))
}

func removeFolder(dir string) {
	removeCgroups(filepath.Base(dir))
	_ = os.RemoveAll(dir)
}

// sweep removes the folders whose owner was killed before it could.
func sweep() {
	owners, _ := filepath.Glob(filepath.Join(os.TempDir(), "cluster-*", ownerFile))
	for _, file := range owners {
		content, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(content)))
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			removeFolder(filepath.Dir(file))
		}
	}
}

// removeCgroups removes what the kubelets leave behind: the kernel keeps cgroups when their processes are gone.
func removeCgroups(name string) {
	folders, _ := filepath.Glob(filepath.Join("/sys/fs/cgroup", "*", name))
	for _, folder := range append(folders, filepath.Join("/sys/fs/cgroup", name)) {
		var all []string
		_ = filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				all = append(all, path)
			}

			return nil
		})
		for i := len(all) - 1; i >= 0; i-- {
			_ = syscall.Rmdir(all[i])
		}
	}
}
