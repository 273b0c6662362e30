// Package editor holds the chart's schema to a real YAML language server, as editors run it.
package editor

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const languageServer = "yaml-language-server@2.0.0"

func TestAnEditorCompletesAndChecksAPipeline(t *testing.T) {
	schema, err := filepath.Abs("../../charts/otlp-collector/values.schema.json")
	require.NoError(t, err)
	s := start(t)
	modeline := "# yaml-language-server: $schema=file://" + schema + "\n"

	s.open("processors.yaml", modeline+"config:\n  processors:\n    \n")
	assert.Subset(t, s.complete("processors.yaml", 3, 4), []string{"memory_limiter", "batch", "k8s_attributes", "tail_sampling"})

	s.open("keys.yaml", modeline+"config:\n  processors:\n    memory_limiter/a:\n      check_intervall: 1s\n      \n")
	assert.Subset(t, s.complete("keys.yaml", 5, 6), []string{"check_interval", "limit_percentage"})
	assert.Contains(t, s.diagnostics("keys.yaml"), "4:6 Property check_intervall is not allowed.")

	// A component that decodes itself.
	s.open("open.yaml", modeline+"config:\n  exporters:\n    otlp_http/a:\n      retry_on_failure: {max_elapsed: 1s}\n      \n")
	assert.Subset(t, s.complete("open.yaml", 5, 6), []string{"endpoint", "sending_queue", "tls"})
	assert.Contains(t, s.diagnostics("open.yaml"), "Property max_elapsed is not allowed.")
}

// A server speaks the language server protocol.
type server struct {
	t     *testing.T
	in    io.Writer
	out   *textproto.Reader
	asked int
	// told are the diagnostics by file.
	told map[string]string
}

type message struct {
	ID     *int            `json:"id,omitempty"`
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
}

// start installs the server into the cache of test programs, and runs it. Without npm, or a registry, the test is skipped.
func start(t *testing.T) *server {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			without(t, "%s is not installed: %v", program, err)
		}
	}
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	if set := os.Getenv("HELM_OTLP_CACHE"); set != "" {
		cache = set
	}
	folder := filepath.Join(cache, "helm-otlp", languageServer)
	program := filepath.Join(folder, "node_modules", ".bin", "yaml-language-server")
	if _, err := os.Stat(program); err != nil {
		out, err := exec.CommandContext(t.Context(), "npm", "install", "--no-audit", "--no-fund", "--prefix", folder, languageServer).CombinedOutput()
		if err != nil {
			without(t, "npm does not have %s: %v\n%s", languageServer, err, out)
		}
	}
	command := exec.CommandContext(t.Context(), program, "--stdio")
	in, err := command.StdinPipe()
	require.NoError(t, err)
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = in.Close()
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	s := &server{t: t, in: in, out: textproto.NewReader(bufio.NewReader(out)), told: map[string]string{}}
	s.ask("initialize", `{"processId":null,"rootUri":null,"capabilities":{"workspace":{"configuration":true}}}`)
	s.send(message{Method: "initialized", Params: json.RawMessage(`{}`)})

	return s
}

// without skips the test, or fails it where HELM_OTLP_EDITOR says that all it needs is there.
func without(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("HELM_OTLP_EDITOR") != "" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

func (s *server) send(m message) {
	s.t.Helper()
	text, err := json.Marshal(struct {
		Version string `json:"jsonrpc"`
		message
	}{"2.0", m})
	require.NoError(s.t, err)
	_, err = fmt.Fprintf(s.in, "Content-Length: %d\r\n\r\n%s", len(text), text)
	require.NoError(s.t, err)
}

// next reads a message, and answers what the server asks: every section of its configuration is as it is by default.
func (s *server) next() message {
	s.t.Helper()
	header, err := s.out.ReadMIMEHeader()
	require.NoError(s.t, err)
	length, err := strconv.Atoi(header.Get("Content-Length"))
	require.NoError(s.t, err)
	text := make([]byte, length)
	_, err = io.ReadFull(s.out.R, text)
	require.NoError(s.t, err)
	var m message
	require.NoError(s.t, json.Unmarshal(text, &m))
	switch {
	case m.Method == "textDocument/publishDiagnostics":
		s.note(m.Params)
	case m.Method == "workspace/configuration":
		var asked struct{ Items []struct{ Section string } }
		require.NoError(s.t, json.Unmarshal(m.Params, &asked))
		settings := make([]string, len(asked.Items))
		for i, item := range asked.Items {
			settings[i] = "{}"
			if item.Section == "yaml" {
				settings[i] = `{"validate":true,"completion":true,"schemaStore":{"enable":false}}`
			}
		}
		s.send(message{ID: m.ID, Result: json.RawMessage("[" + strings.Join(settings, ",") + "]")})
	case m.Method != "" && m.ID != nil:
		s.send(message{ID: m.ID, Result: json.RawMessage("null")})
	}

	return m
}

// note keeps the newest diagnostics of a file.
func (s *server) note(params json.RawMessage) {
	s.t.Helper()
	var published struct {
		URI         string
		Diagnostics []struct {
			Range   struct{ Start struct{ Line, Character int } }
			Message string
		}
	}
	require.NoError(s.t, json.Unmarshal(params, &published))
	var lines []string
	for _, d := range published.Diagnostics {
		lines = append(lines, fmt.Sprintf("%d:%d %s", d.Range.Start.Line, d.Range.Start.Character, d.Message))
	}
	s.told[strings.TrimPrefix(published.URI, "file:///")] = strings.Join(lines, "\n")
}

func (s *server) ask(method, params string) json.RawMessage {
	s.t.Helper()
	s.asked++
	id := s.asked
	s.send(message{ID: &id, Method: method, Params: json.RawMessage(params)})
	for {
		if m := s.next(); m.Method == "" && m.ID != nil && *m.ID == id {
			return m.Result
		}
	}
}

// open opens a file, and waits until the server has judged it.
func (s *server) open(name, text string) {
	s.t.Helper()
	content, err := json.Marshal(text)
	require.NoError(s.t, err)
	s.send(message{Method: "textDocument/didOpen", Params: json.RawMessage(
		fmt.Sprintf(`{"textDocument":{"uri":"file:///%s","languageId":"yaml","version":1,"text":%s}}`, name, content))})
	for deadline := time.Now().Add(time.Minute); ; {
		if _, judged := s.told[name]; judged {
			return
		}
		require.True(s.t, time.Now().Before(deadline), "the server has not judged %s", name)
		s.next()
	}
}

func (s *server) diagnostics(name string) string { return s.told[name] }

// complete are the labels that the server offers at a place, counted from 0.
func (s *server) complete(name string, line, character int) []string {
	s.t.Helper()
	var offered struct{ Items []struct{ Label string } }
	require.NoError(s.t, json.Unmarshal(s.ask("textDocument/completion", fmt.Sprintf(
		`{"textDocument":{"uri":"file:///%s"},"position":{"line":%d,"character":%d}}`, name, line, character)), &offered))
	var labels []string
	for _, item := range offered.Items {
		labels = append(labels, item.Label)
	}

	return labels
}
