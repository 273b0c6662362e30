package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/internal/replace"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// A baseline is a file of findings that were there when it was written, so that a team hears of new ones alone. A finding
// is known by its rule, object and field, whatever its line and its words; by its file where it is on no object.
type baseline struct {
	Findings []knownFinding `json:"findings"`
}

type knownFinding struct {
	Rule   string `json:"rule"`
	Object string `json:"object,omitempty"`
	Path   string `json:"path,omitempty"`
	File   string `json:"file,omitempty"`
	// Count of such findings.
	Count int `json:"count"`
}

// without takes out the findings that the file knows, and says what it knows that is no longer found.
func (p *program) without(file string, findings []lint.Finding) ([]lint.Finding, error) {
	data, err := readNamed(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--baseline %s: there is no such file: write it with --update-baseline", file)
	}
	if err != nil {
		return nil, fmt.Errorf("read the baseline: %w", err)
	}
	var known baseline
	if err := yaml.UnmarshalStrict(data, &known); err != nil {
		return nil, fmt.Errorf("read the baseline %s: %w: write it with --update-baseline", file, err)
	}
	left := map[knownFinding]int{}
	for _, k := range known.Findings {
		count := k.Count
		k.Count = 0
		left[k] += count
	}
	var fresh []lint.Finding
	for _, f := range findings {
		if k := identityOf(f); left[k] > 0 {
			left[k]--
		} else {
			fresh = append(fresh, f)
		}
	}
	if hidden := len(findings) - len(fresh); hidden > 0 {
		fmt.Fprintf(p.stderr, "note: %d findings are known from %s and not reported\n", hidden, file)
	}
	gone := 0
	for _, count := range left {
		gone += count
	}
	if gone > 0 {
		fmt.Fprintf(p.stderr, "note: %d of the findings in %s are found no longer: --update-baseline takes them out\n", gone, file)
	}

	return fresh, nil
}

// writeBaseline writes all findings to the file.
func writeBaseline(file string, findings []lint.Finding) error {
	counts := map[knownFinding]int{}
	for _, f := range findings {
		counts[identityOf(f)]++
	}
	known := baseline{Findings: []knownFinding{}}
	for k, count := range counts {
		k.Count = count
		known.Findings = append(known.Findings, k)
	}
	slices.SortFunc(known.Findings, func(a, b knownFinding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Object, b.Object), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Rule, b.Rule))
	})
	text, err := yaml.Marshal(known)
	if err != nil {
		return internalError{fmt.Errorf("write the baseline: %w", err)}
	}
	head := "# Findings of helm otlp lint that were there when its --update-baseline wrote this file.\n"

	return replace.File(file, append([]byte(head), text...), 0o644)
}

// hashed is the end of a name that says the content, as this project's chart and kustomize give to ConfigMaps: ten
// characters of a hexadecimal number, or of those that kustomize writes one with.
var hashed = regexp.MustCompile(`-(?:[0-9a-f]{10}|[2456789bcdfghkmt]{10})$`)

func identityOf(f lint.Finding) knownFinding {
	object, name := f.Object.Kind, f.Object.Name
	if object == "ConfigMap" || object == "Secret" {
		name = hashed.ReplaceAllString(name, "-*")
	}
	for _, part := range []string{f.Object.Namespace, name} {
		if part != "" {
			object += "/" + part
		}
	}

	if object != "" {
		return knownFinding{Rule: f.Rule, Object: object, Path: f.Path}
	}

	return knownFinding{Rule: f.Rule, Path: f.Path, File: f.Position.File}
}
