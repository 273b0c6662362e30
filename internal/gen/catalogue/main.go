// Command catalogue writes pkg/component/catalogue.txt: what upstream's distributions ship, and how each component is
// configured, version by version.
//
//	make generate
//
// It reads the manifests of upstream's releases and, of each component, a module per version from the Go module proxy:
// some 5,000 of 80 KB, which the go command keeps. Nothing of them is compiled or run. Where the proxy lacks a version, the
// versions around it stand for it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "catalogue:", err)
		stop()
		os.Exit(1)
	}
}

// oldest is the first version that is told apart from those before it.
const oldest = "v0.90.0"

func run(ctx context.Context) error {
	git := flag.String("releases", "", "git directory of a clone of opentelemetry-collector-releases")
	output := flag.String("o", "../../../pkg/component/catalogue.txt", "file to write")
	flag.Parse()
	if *git == "" {
		return errors.New("give -releases, a clone of https://github.com/open-telemetry/opentelemetry-collector-releases")
	}
	source := releases{git: *git}
	tags, err := source.tags(ctx, oldest)
	if err != nil {
		return err
	}
	if len(tags) == 0 {
		return fmt.Errorf("%s has no release from %s on; fetch its tags", *git, oldest)
	}
	shipments, err := source.shipments(ctx, tags)
	if err != nil {
		return err
	}
	found, err := look(ctx, shipments)
	if err != nil {
		return err
	}

	c, err := assemble(tags, shipments, found)
	if err != nil {
		return err
	}
	text, err := component.FormatCatalogue(c.Scope, c.components, c.structures)
	if err != nil {
		return err
	}

	return write(*output, text)
}

func look(ctx context.Context, shipments []shipment) (survey, error) {
	versions := sampled()
	proxy, err := newProxy(newServed(proxyURL(), versions))
	if err != nil {
		return survey{}, err
	}
	surveyor := &surveyor{proxy: proxy, packages: &packages{ctx: ctx, proxy: proxy, loaded: map[string]*goPackage{}}, versions: versions}
	found, err := surveyor.look(ctx, shipments)

	return found, errors.Join(err, proxy.close())
}

// proxyURL is the first proxy that the go command would ask.
func proxyURL() string {
	for _, url := range strings.FieldsFunc(os.Getenv("GOPROXY"), func(r rune) bool { return r == ',' || r == '|' }) {
		if strings.HasPrefix(url, "https://") {
			return strings.TrimSuffix(url, "/")
		}
	}

	return "https://proxy.golang.org"
}

// sampled are the versions that are looked at. Between two of them, when a key came or went is not known.
func sampled() []string {
	var versions []string
	for _, minor := range []int{
		90, 96, 100, 105, 109, 111, 115, 120, 122, 123, 126, 130, 135, 139, 140, 142, 145, 149, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165,
	} {
		versions = append(versions, fmt.Sprintf("v0.%d.0", minor))
	}

	return versions
}

func write(file string, text []byte) error {
	temporary := file + ".new"
	if err := os.WriteFile(temporary, text, 0o644); err != nil {
		return err
	}

	return os.Rename(temporary, file)
}
