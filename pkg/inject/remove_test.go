package inject_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/inject"
)

// own are Pods with variables of the sidecar's names, and values, that are theirs.
func own() map[string]string {
	const (
		pod      = "kind: Pod\nspec:\n  containers:\n    - name: web\n      env:\n"
		endpoint = "        - name: ENDPOINT\n          value: http://localhost:4318\n"
		name     = "        - name: POD\n          valueFrom: {fieldRef: {fieldPath: metadata.name}}\n"
		mine     = "        - name: POD\n          value: mine\n"
		other    = "        - name: A\n          value: x\n"
		all      = "        - name: ATTRIBUTES\n          value: pod=$(POD)\n"
	)

	return map[string]string{
		"the sidecar's endpoint":                  pod + endpoint,
		"the sidecar's endpoint behind another":   pod + other + endpoint,
		"the sidecar's endpoint twice":            pod + endpoint + endpoint,
		"all that the sidecar gives":              pod + endpoint + name + all,
		"all in another order":                    pod + all + name + endpoint,
		"what the attributes are made of":         pod + mine,
		"what the attributes are made of, alike":  pod + name + other,
		"what the attributes are made of, behind": pod + other + mine + endpoint,
	}
}

func TestWhatIsTheApplicationsStays(t *testing.T) {
	t.Parallel()
	for name, text := range own() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := inject.Options{All: true}
			injected, _ := through(t, newInjector(t, sidecarA, all), text)
			assert.Equal(t, podsOf(t, text, sidecarA), dataOf(t, injected), "each variable is there once")
			assert.Contains(t, injected, inject.AddedAnnotation, "the note is there, whatever it says")
			again, report := through(t, newInjector(t, sidecarA, all), injected)
			assert.Equal(t, injected, again)
			assert.Contains(t, strings.Join(report, "\n"), ": unchanged")
			updated, _ := through(t, newInjector(t, sidecarB, all), injected)
			for _, with := range []string{injected, updated} {
				out, _ := through(t, newInjector(t, sidecarA, inject.Options{Remove: true}), with)
				assert.Equal(t, text, out)
			}
		})
	}
}

func TestWhereNothingComesWithASidecarTheNoteSaysSo(t *testing.T) {
	t.Parallel()
	const alone = "release: rel\ncontainer: {name: collector}\nenv: [{unless: ENDPOINT, env: [{name: ENDPOINT, value: x}]}]\n"
	const text = "kind: Pod\nspec:\n  containers:\n    - name: web\n      env:\n        - name: ENDPOINT\n          value: x\n"
	injected, _ := through(t, newInjector(t, alone, inject.Options{All: true}), text)
	assert.Contains(t, injected, inject.AddedAnnotation+": '{}'")
	again, report := through(t, newInjector(t, alone, inject.Options{All: true}), injected)
	assert.Equal(t, injected, again)
	assert.Equal(t, []string{"Pod: unchanged"}, report)
	out, _ := through(t, newInjector(t, alone, inject.Options{Remove: true}), injected)
	assert.Equal(t, text, out)
}

func TestAVariableThatWasPutBehindTheSidecarsStays(t *testing.T) {
	t.Parallel()
	const text = "kind: Pod\nspec:\n  containers:\n    - name: web\n      env:\n        - name: A\n          value: x\n"
	const later = "        - name: ENDPOINT\n          value: mine\n"
	injected, _ := through(t, newInjector(t, sidecarA, inject.Options{All: true}), text)
	behind := "        - name: A\n          value: x\n"
	changed := strings.Replace(injected, behind, behind+later, 1)
	require.NotEqual(t, injected, changed)
	out, _ := through(t, newInjector(t, sidecarA, inject.Options{Remove: true}), changed)
	assert.Equal(t, text+later, out)
}

func TestTheSidecarOfAnyReleaseIsTakenOut(t *testing.T) {
	t.Parallel()
	const text = "kind: Pod\nspec:\n  containers:\n    - name: web\n"
	others := strings.Replace(sidecarA, "release: rel", "release: other", 1)
	injected, _ := through(t, newInjector(t, others, inject.Options{All: true}), text)
	out, report := through(t, newInjector(t, sidecarA, inject.Options{Remove: true}), injected)
	assert.Equal(t, injected, out)
	assert.Equal(t, []string{"Pod: unchanged: it has the sidecar of the release other"}, report)
	out, report = through(t, newInjector(t, sidecarA, inject.Options{Remove: true, AnyRelease: true}), injected)
	assert.Equal(t, text, out)
	assert.Equal(t, []string{"Pod: removed"}, report)
	own := "kind: Pod\nspec:\n  initContainers: [{name: collector}]\n  containers: [{name: web}]\n"
	out, _ = through(t, newInjector(t, sidecarA, inject.Options{Remove: true, AnyRelease: true}), own)
	assert.Equal(t, own, out, "it has an init container of the name that is its own")
}

// unnoted is a text without AddedAnnotation, as a policy makes it.
func unnoted(t *testing.T, injected string) string {
	t.Helper()
	var kept []string
	for _, line := range strings.Split(injected, "\n") {
		if !strings.Contains(line, inject.AddedAnnotation) {
			kept = append(kept, line)
		}
	}
	text := strings.Join(kept, "\n")
	require.NotEqual(t, injected, text)

	return text
}

func TestAPodThatAPolicyHasInjectedIsKnown(t *testing.T) {
	t.Parallel()
	texts := own()
	// One in front may be the policy's.
	for _, ambiguous := range []string{"the sidecar's endpoint", "the sidecar's endpoint twice", "all that the sidecar gives", "what the attributes are made of, alike"} {
		delete(texts, ambiguous)
	}
	texts["a Deployment with comments"] = manifests()["a Deployment with comments"]
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			injected, _ := through(t, newInjector(t, sidecarA, inject.Options{All: true}), text)
			out, _ := through(t, newInjector(t, sidecarA, inject.Options{Remove: true}), unnoted(t, injected))
			assert.Equal(t, text, out)
		})
	}
}

func TestAVolumeThatTheApplicationMountsTooStays(t *testing.T) {
	t.Parallel()
	const text = "kind: Pod\nspec:\n  containers:\n    - name: web\n      image: i\n"
	injected, _ := through(t, newInjector(t, sidecarA, inject.Options{All: true}), text)
	shared := strings.Replace(unnoted(t, injected), "      image: i\n", "      image: i\n      volumeMounts: [{name: more, mountPath: /m}]\n", 1)
	out, _ := through(t, newInjector(t, sidecarA, inject.Options{Remove: true}), shared)
	assert.Contains(t, out, "name: more\n      emptyDir")
	assert.NotContains(t, out, "name: state")
}

func TestAnUpdateSparesAVolumeOfTheApplications(t *testing.T) {
	t.Parallel()
	const text = "kind: Pod\nspec:\n  containers:\n    - name: web\n  volumes:\n    - name: state\n      emptyDir: {}\n"
	injected, report := through(t, newInjector(t, sidecarB, inject.Options{All: true}), text)
	require.Equal(t, []string{"Pod: injected"}, report)
	out, report := through(t, newInjector(t, sidecarA, inject.Options{All: true}), injected)
	assert.Equal(t, injected, out)
	assert.Equal(t, []string{"Pod: skipped: it has a volume state of its own, and has the sidecar still: take it out (--uninject)"}, report)
}
