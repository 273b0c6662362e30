package browser

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long a browser may take to start, or to answer, on a busy machine.
const patience = 2 * time.Minute

// A tab is a page of a browser, which is asked by the DevTools protocol: messages of JSON that end in NUL, over two pipes.
type tab struct {
	t       *testing.T
	to      *os.File
	told    chan message
	asked   int
	session string
	// complaints are what the console had of errors.
	complaints []string
	loaded     bool
}

type message struct {
	ID      int             `json:"id,omitempty"`
	Session string          `json:"sessionId,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   json.RawMessage `json:"error,omitempty"`
}

// start starts a browser with one empty tab. Without one the test is skipped.
func start(t *testing.T) *tab {
	t.Helper()
	args := []string{
		"--headless", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
		"--user-data-dir=" + t.TempDir(),
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // It has none for root.
	}
	command := exec.CommandContext(context.WithoutCancel(t.Context()), program(t), args...) // Killed, it leaves its children behind.
	theirs, to, err := os.Pipe()
	require.NoError(t, err)
	from, answers, err := os.Pipe()
	require.NoError(t, err)
	command.ExtraFiles = []*os.File{theirs, answers} // They are 3 and 4 there.
	require.NoError(t, command.Start())
	_, _ = theirs.Close(), answers.Close()
	b := &tab{t: t, to: to, told: make(chan message, 100)}
	go b.listen(from)
	t.Cleanup(func() {
		_, _ = to.WriteString(`{"id":0,"method":"Browser.close"}` + "\x00")
		ended := time.AfterFunc(patience, func() { _ = command.Process.Kill() })
		_ = command.Wait()
		ended.Stop()
		_, _ = to.Close(), from.Close()
	})
	var target struct{ TargetID string }
	b.ask("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.ask("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Log", "Runtime"} {
		b.ask(domain+".enable", nil, nil)
	}

	return b
}

// program is the browser's. Without one the test is skipped, or fails where HELM_OTLP_BROWSER says that there is one.
func program(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("HELM_OTLP_BROWSER") != "" {
		t.Fatal("HELM_OTLP_BROWSER is set, and neither chromium nor google-chrome is on PATH")
	}
	t.Skip("neither chromium nor google-chrome is on PATH")

	return ""
}

// listen hands on what the browser says.
func (b *tab) listen(from *os.File) {
	defer close(b.told)
	for reader := bufio.NewReader(from); ; {
		text, err := reader.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(text[:len(text)-1], &m) == nil {
			b.told <- m
		}
	}
}

// ask asks the browser, and reads the answer into result unless that is nil.
func (b *tab) ask(method string, params, result any) {
	b.t.Helper()
	b.asked++
	text, err := json.Marshal(params)
	require.NoError(b.t, err)
	if params == nil {
		text = []byte("{}")
	}
	out, err := json.Marshal(message{ID: b.asked, Session: b.session, Method: method, Params: text})
	require.NoError(b.t, err)
	_, err = b.to.Write(append(out, 0))
	require.NoError(b.t, err)
	for {
		if m := b.next(); m.ID == b.asked {
			require.Empty(b.t, string(m.Error), method)
			if result != nil {
				require.NoError(b.t, json.Unmarshal(m.Result, result))
			}

			return
		}
	}
}

// next is what the browser says next. What it says of its console is kept.
func (b *tab) next() message {
	b.t.Helper()
	select {
	case m, open := <-b.told:
		require.True(b.t, open, "the browser ended")
		switch m.Method {
		case "Page.loadEventFired":
			b.loaded = true
		case "Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled":
			b.complaints = append(b.complaints, string(m.Params))
		}

		return m
	case <-time.After(patience):
		require.FailNow(b.t, "the browser says nothing")

		return message{}
	}
}

// open opens a file.
func (b *tab) open(path string) {
	b.t.Helper()
	path, err := filepath.Abs(path)
	require.NoError(b.t, err)
	b.loaded, b.complaints = false, nil
	b.ask("Page.navigate", map[string]any{"url": "file://" + filepath.ToSlash(path)}, nil)
	for !b.loaded {
		b.next()
	}
}

// screen is how wide the tab is, and what its reader likes.
func (b *tab) screen(width int, scheme, media string) {
	b.t.Helper()
	b.ask("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.ask("Emulation.setEmulatedMedia", map[string]any{
		"media": media, "features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}},
	}, nil)
}

// value is what an expression of JavaScript is in the page.
func value[T any](b *tab, expression string) T {
	b.t.Helper()
	var answer struct {
		Result    struct{ Value T }
		Exception json.RawMessage `json:"exceptionDetails"`
	}
	b.ask("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true}, &answer)
	require.Empty(b.t, string(answer.Exception), expression)

	return answer.Result.Value
}
