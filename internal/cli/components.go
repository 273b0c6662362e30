package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

func (p *program) componentsCommand() *cobra.Command {
	var output, distribution, version string
	cmd := &cobra.Command{
		Use:   "components [NAME]",
		Short: "Say what is known of a collector's component, or list the components",
		Long: `Say what is known of a component: its class, signals and their stability, the distributions and
versions that ship it, the names it had, what it needs of Kubernetes, and its keys with the versions
that have them. NAME may be an older name, and of several classes: all are shown.

What it needs of Kubernetes is known of the components that the chart knows by itself. With --version only the keys
that this version of the collector has are shown, with the defaults of then.`,
		Example: `  helm otlp components
  helm otlp components --distribution k8s
  helm otlp components kubelet_stats
  helm otlp components kafka --version 0.161.0`,
		Args: atMostOne,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, known := range knownComponents() {
				names = append(names, known.Name+"\t"+known.class())
			}

			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if err := checkOutput(output, textOrJSON()); err != nil {
				return err
			}
			version = strings.TrimPrefix(version, "v")
			if err := checkVersion(version, argument(args)); err != nil {
				return err
			}
			chosen, err := choose(argument(args), distribution)
			if err != nil {
				return err
			}
			switch {
			case output == "json":
				for i, known := range chosen {
					chosen[i].Entry = known.in(version)
					chosen[i].Keys = keysBelow(known.Entry.Structure, "", version, map[string]bool{})
				}
				encoder := json.NewEncoder(p.stdout)
				encoder.SetIndent("", "  ")

				return encoder.Encode(chosen)
			case argument(args) == "":
				return listComponents(p.stdout, chosen)
			default:
				return describeComponents(p.stdout, chosen, version)
			}
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "format: text, json")
	cmd.Flags().StringVar(&distribution, "distribution", "", "only what this one has shipped: "+strings.Join(distributions(), ", "))
	cmd.Flags().StringVar(&version, "version", "", "only the keys that this version has, such as 0.161.0 (default: all, with their versions)")
	// The names are those of flags defined above.
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("distribution", cobra.FixedCompletions(distributions(), cobra.ShellCompDirectiveNoFileComp))

	return cmd
}

// checkVersion says what is wrong with the version of which the keys of a component are asked.
func checkVersion(version, name string) error {
	switch {
	case version == "":
		return nil
	case !semver.IsValid("v" + version):
		return fmt.Errorf("--version %q: write one such as 0.161.0", version)
	case name == "":
		return errors.New("--version says which keys of one component are shown: name it")
	default:
		return nil
	}
}

func distributions() []string { return []string{"otlp", "core", "k8s", "contrib"} }

// A knownComponent is what the catalogue and the chart's table say of a component.
type knownComponent struct {
	Kind component.Kind `json:"kind"`
	Name string         `json:"name"`
	*component.Entry
	// Structure hides the one of the entry, which refers to others.
	Structure *struct{} `json:"structure,omitempty"`
	// Keys are filled in for JSON alone.
	Keys []knownKey `json:"keys,omitempty"`
	// Kubernetes is what it needs there.
	Kubernetes needs `json:"kubernetes"`
}

// A knownKey is where something can stand in a component's config. In its path, [] is an element of a list, and ANY a key
// that the user chooses.
type knownKey struct {
	Path   string         `json:"path"`
	Type   component.Type `json:"type"`
	Since  string         `json:"since,omitempty"`
	Before string         `json:"before,omitempty"`
}

type needs struct {
	Ports  []component.Port  `json:"ports,omitempty"`
	Grants []component.Grant `json:"grants,omitempty"`
	Mounts []component.Mount `json:"mounts,omitempty"`
}

// in is the entry with the defaults of one version, where one is given.
func (k knownComponent) in(version string) *component.Entry {
	if version == "" {
		return k.Entry
	}
	entry := *k.Entry
	entry.Defaults, entry.EarlierDefaults = map[string]any{}, nil
	for _, paths := range [][]string{slices.Collect(maps.Keys(k.Defaults)), slices.Collect(maps.Keys(k.EarlierDefaults))} {
		for _, path := range paths {
			if value, has := k.Default(version, path); has {
				entry.Defaults[path] = value
			}
		}
	}

	return &entry
}

// class is its kind, of one.
func (k knownComponent) class() string { return strings.TrimSuffix(string(k.Kind), "s") }

func knownComponents() []knownComponent {
	catalogue, table := component.Known(), component.All()
	var all []knownComponent
	for _, kind := range component.Kinds() {
		for _, name := range catalogue.Names(kind) {
			row := table.Components[kind][name]
			all = append(all, knownComponent{
				Kind: kind, Name: name, Entry: catalogue.Entry(kind, name),
				Kubernetes: needs{Ports: row.Ports, Grants: row.Grants, Mounts: row.Mounts},
			})
		}
	}

	return all
}

// choose finds the components of a name and distribution; each may be empty.
func choose(name, distribution string) ([]knownComponent, error) {
	if distribution != "" && !slices.Contains(distributions(), distribution) {
		return nil, fmt.Errorf("--distribution %q: use one of %s", distribution, strings.Join(distributions(), ", "))
	}
	var chosen []knownComponent
	for _, known := range knownComponents() {
		named := name == "" || known.Name == name ||
			slices.ContainsFunc(known.OldNames, func(old component.OldName) bool { return old.Name == name })
		if named && (distribution == "" || known.Ships(distribution, "")) {
			chosen = append(chosen, known)
		}
	}
	switch {
	case len(chosen) > 0:
		return chosen, nil
	case distribution != "":
		return nil, fmt.Errorf("the %s distribution never had a component %q: `helm otlp components --distribution %s` lists what it has", distribution, name, distribution)
	default:
		return nil, errors.New(noComponent(name))
	}
}

// noComponent says that no component has the name, and which was probably meant.
func noComponent(name string) string {
	var known []string
	for _, k := range knownComponents() {
		known = append(known, k.Name)
	}

	return notNamed("component", "components", name, known)
}

func listComponents(out io.Writer, components []knownComponent) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CLASS\tNAME\tSIGNALS\tDISTRIBUTIONS")
	for _, known := range components {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", known.class(), known.Name, strings.Join(known.signals(), ", "), strings.Join(known.ships(), ", "))
	}

	return table.Flush()
}

// signals are those it has, with their stability.
func (k knownComponent) signals() []string {
	var signals []string
	for _, signal := range slices.Sorted(maps.Keys(k.Signals)) {
		if signal == "extension" {
			signals = append(signals, k.Signals[signal])
		} else {
			signals = append(signals, strings.ReplaceAll(signal, "_to_", " to ")+" ("+k.Signals[signal]+")")
		}
	}

	return signals
}

// ships are the distributions that have it, with the versions.
func (k knownComponent) ships() []string {
	var ships []string
	for _, distribution := range distributions() {
		if versions, has := k.Distributions[distribution]; has {
			ships = append(ships, distribution+inVersions(versions.Since, versions.Before))
		}
	}

	return ships
}

// inVersions says in which versions something is, where it is not in all.
func inVersions(since, before string) string {
	switch {
	case since != "" && before != "":
		return " (" + since + " until " + before + ")"
	case since != "":
		return " (since " + since + ")"
	case before != "":
		return " (until " + before + ")"
	default:
		return ""
	}
}
