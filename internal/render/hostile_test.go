package render_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/render"
)

const chartYAML = "apiVersion: v2\nname: c\nversion: 1.0.0\n"

// packed is a package of a chart with an entry beside its Chart.yaml.
func packed(t *testing.T, entry tar.Header, data string) string {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	archive := tar.NewWriter(zipped)
	require.NoError(t, archive.WriteHeader(&tar.Header{Name: "c/Chart.yaml", Size: int64(len(chartYAML)), Mode: 0o600}))
	_, err := archive.Write([]byte(chartYAML))
	require.NoError(t, err)
	entry.Size, entry.Mode = int64(len(data)), 0o600
	require.NoError(t, archive.WriteHeader(&entry))
	_, err = archive.Write([]byte(data))
	require.NoError(t, err)
	require.NoError(t, archive.Close())
	require.NoError(t, zipped.Close())
	file := filepath.Join(t.TempDir(), "c.tgz")
	require.NoError(t, os.WriteFile(file, out.Bytes(), 0o600))

	return file
}

func TestAPackageIsNeverUnpacked(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(t.TempDir(), "outside")
	for _, name := range []string{"c/../../" + outside, outside, "c/../../../../../../" + outside, "/c" + outside} {
		_, _ = render.Load(t.Context(), packed(t, tar.Header{Name: name}, "x"), render.Pull{})
		assert.NoFileExists(t, outside, name)
	}
	for _, kind := range []byte{tar.TypeSymlink, tar.TypeLink} {
		chart, err := render.Load(t.Context(), packed(t, tar.Header{Name: "c/files/link", Typeflag: kind, Linkname: "/etc/passwd"}, ""), render.Pull{})
		require.NoError(t, err)
		data, found := chart.File("files/link")
		assert.True(t, found)
		assert.Empty(t, data)
	}
}

func TestAFolderIsNoLargerThanAPackage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Chart.yaml"), []byte(chartYAML), 0o600))
	for i := range 21 {
		file, err := os.Create(filepath.Join(dir, fmt.Sprintf("f%02d", i)))
		require.NoError(t, err)
		require.NoError(t, file.Truncate(5<<20))
		require.NoError(t, file.Close())
	}
	_, err := render.Load(t.Context(), dir, render.Pull{})
	require.ErrorContains(t, err, "f19 is too large: a file of a chart may have 5 MiB, and all of them 100")
	require.NoError(t, os.Truncate(filepath.Join(dir, "f00"), 6<<20))
	_, err = render.Load(t.Context(), dir, render.Pull{})
	require.ErrorContains(t, err, "f00 is too large")
}

func TestLinksThatLeadInACircleAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Chart.yaml"), []byte(chartYAML), 0o600))
	for _, name := range []string{"a", "b"} {
		require.NoError(t, os.Symlink(".", filepath.Join(dir, name)))
	}
	_, err := render.Load(t.Context(), dir, render.Pull{})
	require.ErrorContains(t, err, "is a link to .")
}
