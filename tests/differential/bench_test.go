package differential

import "testing"

// BenchmarkRender is one render of the defaults, without Helm's start.
func BenchmarkRender(b *testing.B) {
	dir := wholeChart(b, unchanged)
	for _, e := range []engine{helm3(b, dir), helm4(b, dir)} {
		b.Run(e.name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := e.render(newest, map[string]any{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
