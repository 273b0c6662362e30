package render

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
	"helm.sh/helm/v3/pkg/strvals"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Arguments are the flags of Helm that give values, each list in the order given.
type Arguments struct {
	Files                            []string // -f
	Set, SetString, SetFile, SetJSON []string
	SetLiteral                       []string
	// Edited is what files are to hold, instead of what stands in them, by the names in Files.
	Edited map[string][]byte
	// Seen is given the content of each file before it is parsed. It may be nil.
	Seen func(data []byte)
}

// A Stack is the values of a user, laid over one another as Helm does.
type Stack struct {
	values map[string]any
	// layers are what Locate searches, the strongest last.
	layers []layer
}

// A layer is one -f file or one argument of the --set family.
type layer struct {
	// file is what positions name: the -f file's name, or the flag.
	file string
	data []byte
	// root of a file; nil for an argument.
	root *yaml.Node
	// keys of an argument.
	keys []argumentKey
	line int
	// parsed is a file that several renderings have; nil for any other.
	parsed *source.File
}

// argumentKey is a key that an argument sets, with its column.
type argumentKey struct {
	path   []string
	column int
}

// ReadStack reads the values. A -f file is a path, an http(s) URL, or `-` for stdin. Errors
// name file and line.
func ReadStack(ctx context.Context, args Arguments, stdin io.Reader) (*Stack, error) {
	s := &Stack{values: map[string]any{}}
	for _, name := range args.Files {
		if err := s.addFile(ctx, name, stdin, args); err != nil {
			return nil, err
		}
	}
	// Helm's own order.
	flags := []struct {
		name  string
		args  []string
		parse func(string, map[string]any) error
	}{
		{"--set-json", args.SetJSON, strvals.ParseJSON},
		{"--set", args.Set, strvals.ParseInto},
		{"--set-string", args.SetString, strvals.ParseIntoString},
		{"--set-file", args.SetFile, func(arg string, into map[string]any) error {
			return strvals.ParseIntoFile(arg, into, func(name []rune) (any, error) {
				data, err := read(ctx, string(name), stdin)

				return string(data), err
			})
		}},
		{"--set-literal", args.SetLiteral, strvals.ParseLiteralInto},
	}
	for _, flag := range flags {
		for i, arg := range flag.args {
			if err := flag.parse(arg, s.values); err != nil {
				return nil, fmt.Errorf("%s %s: %w", flag.name, keyOf(arg), err)
			}
			s.layers = append(s.layers, layer{file: flag.name, data: []byte(arg), keys: argumentKeys(arg), line: i + 1})
		}
	}

	return s, nil
}

// keyOf is the key of an argument, without the value, which may be a secret.
func keyOf(arg string) string {
	if i := strings.IndexAny(arg, "=[{"); i >= 0 {
		return arg[:i] + "…"
	}

	return arg
}

func (s *Stack) addFile(ctx context.Context, name string, stdin io.Reader, args Arguments) error {
	data, edited := args.Edited[name]
	if !edited {
		var err error
		if data, err = read(ctx, name, stdin); err != nil {
			return fmt.Errorf("read values file: %w", err)
		}
	}
	if args.Seen != nil {
		args.Seen(data)
	}
	if name == "-" {
		name = "<stdin>"
	}
	var root yaml.Node
	values := map[string]any{}
	if err := source.TooDeep(name, data); err != nil {
		return fmt.Errorf("read values file:\n%w", err)
	}
	err := yaml.Unmarshal(data, &root)
	if err == nil {
		// How Helm reads it: YAML to JSON.
		err = sigsyaml.Unmarshal(data, &values)
	}
	if err != nil {
		// The same, in better words where it is the syntax.
		if _, located := source.Parse(name, data); located != nil {
			return fmt.Errorf("read values file:\n%w", located)
		}

		return &Error{Position: source.Position{File: name}, Message: "values must be a mapping", Err: err}
	}
	if deeperThan(source.MaxDepth, &root) {
		// It finds the place.
		if _, err := source.Parse(name, data); err != nil {
			return fmt.Errorf("read values file:\n%w", err)
		}
	}
	s.values = merge(s.values, values)
	s.layers = append(s.layers, layer{file: name, data: data, root: &root, line: 1})

	return nil
}

// deeperThan tells that nodes nest deeper than that, document and aliases aside.
func deeperThan(levels int, node *yaml.Node) bool {
	if node.Kind == yaml.DocumentNode {
		levels++
	}

	return levels < 0 || slices.ContainsFunc(node.Content, func(below *yaml.Node) bool { return deeperThan(levels-1, below) })
}

// Under is the stack over values that belong to no file of it, such as what was compiled.
func (s *Stack) Under(values map[string]any) *Stack {
	return &Stack{values: merge(values, s.values), layers: s.layers}
}

// Values are the user's, without the chart's defaults. Do not change them.
func (s *Stack) Values() map[string]any { return s.values }

// Files are the -f files in order, with their content, under the names that positions use.
func (s *Stack) Files() []Manifest {
	var files []Manifest
	for _, l := range s.layers {
		if l.root != nil {
			files = append(files, Manifest{File: l.file, Data: l.data})
		}
	}

	return files
}

// Line is a line of a -f file or an argument, for a position that Locate gave.
func (s *Stack) Line(file string, line int) (string, bool) {
	for i := len(s.layers) - 1; i >= 0; i-- {
		l := s.layers[i]
		if l.file != file {
			continue
		}
		if l.root == nil {
			if l.line == line {
				return string(l.data), true
			}

			continue
		}

		return lineOf(l.data, line)
	}

	return "", false
}

func lineOf(data []byte, line int) (string, bool) {
	lines := strings.Split(string(data), "\n")
	if line < 1 || line > len(lines) {
		return "", false
	}

	return strings.TrimSuffix(lines[line-1], "\r"), true
}

// maxValues bounds a values file, in bytes: Helm keeps a release in a Secret, which holds one MiB.
const maxValues = 10 << 20

// IsURL tells what is fetched from files.
func IsURL(name string) bool {
	return strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://")
}

// Read reads what a -f names.
func Read(ctx context.Context, name string, stdin io.Reader) ([]byte, error) {
	return read(ctx, name, stdin)
}

// read reads a path, an http(s) URL, or stdin for "-".
func read(ctx context.Context, name string, stdin io.Reader) ([]byte, error) {
	switch {
	case name == "-":
		return bounded(stdin, "<stdin>")
	case IsURL(name):
		return download(ctx, name)
	default:
		file, err := os.Open(name)
		if err != nil {
			return nil, err //nolint:wrapcheck // It names the file.
		}
		defer func() { _ = file.Close() }() // Nothing was written to it.

		return bounded(file, name)
	}
}

// bounded reads all of what is no larger than values can be.
func bounded(r io.Reader, name string) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxValues+1))
	if err != nil {
		return nil, err //nolint:wrapcheck // Files name themselves, and download says the rest.
	}
	if len(data) > maxValues {
		return nil, &source.Error{
			Position: source.Position{File: name},
			Message:  fmt.Sprintf("it has more than %d MiB, and a release with such values could not be kept: is it a values file?", maxValues>>20),
		}
	}

	return data, nil
}

func download(ctx context.Context, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("make a request: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("download: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // Nothing was written to it.
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("get %s: the server answered %s", url, response.Status)
	}

	data, err := bounded(response.Body, url)
	if err != nil {
		return nil, fmt.Errorf("download %s: %w", url, err)
	}

	return data, nil
}

// merge lays b over a as Helm lays one -f file over another: maps merge, null stays.
func merge(a, b map[string]any) map[string]any {
	out := make(map[string]any, len(a))
	for k, v := range a {
		out[k] = v
	}
	for k, v := range b {
		over, isMap := v.(map[string]any)
		under, wasMap := out[k].(map[string]any)
		if isMap && wasMap {
			v = merge(under, over)
		}
		out[k] = v
	}

	return out
}
