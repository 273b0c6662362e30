package cluster

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/helm-otlp/helm-otlp/tests/cluster/node"
)

// An Image is a program and nothing else.
type Image struct {
	// References are its names, such as ghcr.io/someone/something:1.0.
	References []string
	// Program is what tests/binaries calls the program. It is the image's entry point.
	Program string
	// User runs it, root when empty.
	User string
}

// allImages adds those that the cluster itself needs.
func (n Nodes) allImages() []Image {
	return append([]Image{
		{References: []string{node.PauseImage}, Program: "pause", User: "65535"},
		{References: []string{"registry.k8s.io/coredns/coredns:test"}, Program: "coredns"},
	}, n.Images...)
}

// writeImages writes an archive of each image, as docker save does, and returns their paths.
func writeImages(dir string, images []Image, programs map[string]string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of images: %w", err)
	}
	var archives []string
	for i, image := range images {
		archive := filepath.Join(dir, fmt.Sprintf("%d-%s.tar", i, image.Program))
		if err := image.write(archive, programs[image.Program]); err != nil {
			return nil, fmt.Errorf("make an image of %s: %w", image.Program, err)
		}
		archives = append(archives, archive)
	}

	return archives, nil
}

func (i Image) write(archive, program string) error {
	base := "/" + filepath.Base(program)
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return layerOf(base, program) })
	if err != nil {
		return err
	}
	digest, err := layer.DiffID()
	if err != nil {
		return err
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return err
	}
	image, err = mutate.ConfigFile(image, &v1.ConfigFile{
		OS: "linux", Architecture: runtime.GOARCH, RootFS: v1.RootFS{Type: "layers", DiffIDs: []v1.Hash{digest}},
		Config: v1.Config{Entrypoint: []string{base}, User: i.User},
	})
	if err != nil {
		return err
	}
	images := map[name.Reference]v1.Image{}
	for _, text := range i.References {
		reference, err := name.ParseReference(text)
		if err != nil {
			return err
		}
		images[reference] = image
	}

	return tarball.MultiRefWriteToFile(archive, images)
}

// layerOf is a tar archive with the program alone, executable.
func layerOf(path, program string) (io.ReadCloser, error) {
	file, err := os.Open(program)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	var header bytes.Buffer
	writer := tar.NewWriter(&header)
	err = writer.WriteHeader(&tar.Header{Name: path, Mode: 0o755, Size: info.Size(), Typeflag: tar.TypeReg})
	if err != nil {
		return nil, err
	}
	// The content is padded to blocks of 512 bytes, and two empty blocks end the archive.
	padding := make([]byte, (512-info.Size()%512)%512+1024)

	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(&header, file, bytes.NewReader(padding)), file}, nil
}

// LinesImage is the program of tests/telemetry that writes numbered lines.
const LinesImage = "example.invalid/lines:1"

// SpansImage is the program of tests/telemetry that sends numbered spans.
const SpansImage = "example.invalid/spans:1"

// Telemetrygen is the image with which `helm test` sends telemetry.
func Telemetrygen() Image {
	return Image{
		References: []string{"ghcr.io/open-telemetry/opentelemetry-collector-contrib/telemetrygen:v0.161.0"},
		Program:    "telemetrygen", User: "10001:10001",
	}
}

// Collectors returns images of the collector under the names by which the chart and the official chart ask for it, and
// of what writes logs and sends spans for it.
func Collectors() []Image {
	return []Image{{References: []string{LinesImage}, Program: "lines", User: "65535"}, {References: []string{SpansImage}, Program: "spans", User: "65535"}, {
		References: []string{
			"ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s:0.161.0",
			"otel/opentelemetry-collector-k8s:0.161.0",
		},
		Program: "otelcol-0.161", User: "10001:10001",
	}}
}
