package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/registry"
)

// pullChart fetches a chart from an OCI registry, as `helm pull` does, into memory.
func pullChart(ctx context.Context, ref string, pull Pull) (*Chart, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("pull %s: %w", ref, err)
	}
	options := []registry.ClientOption{registry.ClientOptEnableCache(true)}
	if pull.PlainHTTP {
		options = append(options, registry.ClientOptPlainHTTP())
	}
	if pull.CredentialsFile != "" {
		options = append(options, registry.ClientOptCredentialsFile(pull.CredentialsFile))
	}
	client, err := registry.NewClient(options...)
	if err != nil {
		return nil, fmt.Errorf("set up the registry client: %w", err)
	}

	tagged, err := withTag(client, ref, pull.Version)
	if err != nil {
		return nil, err
	}
	result, err := client.Pull(strings.TrimPrefix(tagged, "oci://"), registry.PullOptWithChart(true))
	if err != nil {
		return nil, fmt.Errorf("pull %s: %w", ref, err)
	}
	c, err := loader.LoadArchive(bytes.NewReader(result.Chart.Data))
	if err != nil {
		return nil, fmt.Errorf("load chart %s: %w", ref, err)
	}

	return newChart(c, c.Name()), nil
}

// withTag adds the tag of the wanted version to a reference that has neither tag nor digest.
func withTag(client *registry.Client, ref, version string) (string, error) {
	path := strings.TrimPrefix(ref, "oci://")
	if strings.Contains(path, "@") || strings.Contains(path[strings.LastIndex(path, "/")+1:], ":") {
		if version != "" {
			return "", fmt.Errorf("%s names its version already: leave --version out", ref)
		}

		return ref, nil
	}
	tags, err := client.Tags(path)
	if err != nil {
		return "", fmt.Errorf("list the versions of %s: %w", ref, err)
	}
	if len(tags) == 0 {
		return "", errors.New(ref + " has no versions")
	}
	tag, err := registry.GetTagMatchingVersionOrConstraint(tags, version)
	if err != nil {
		return "", fmt.Errorf("choose a version of %s: %w", ref, err)
	}

	return ref + ":" + strings.ReplaceAll(tag, "+", "_"), nil
}
