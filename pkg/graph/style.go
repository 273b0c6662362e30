package graph

// Style are the colours and fonts of a drawing, light or dark as the reader likes it.
const Style = `
.g-canvas{fill:#ffffff}
.g-lane{fill:#f6f8fa;stroke:#d1d9e0}
.g-box{fill:#ffffff;stroke:#59636e}
.g-connector{stroke:#bc4c00;stroke-width:2}
.g-undefined{stroke:#cf222e;stroke-width:2;stroke-dasharray:5 3}
.g-text,.g-note,.g-head,.g-lane-name,.g-name{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1f2328;white-space:pre}
.g-lane-name,.g-name{font-weight:700}
.g-head{fill:#59636e}
.g-edge{fill:none;stroke-width:1.5}
.g-line-traces{stroke:#8250df}.g-fill-traces{fill:#8250df}
.g-line-metrics{stroke:#0969da}.g-fill-metrics{fill:#0969da}
.g-line-logs{stroke:#1a7f37}.g-fill-logs{fill:#1a7f37}
.g-line-profiles{stroke:#9a6700}.g-fill-profiles{fill:#9a6700}
.g-line-other{stroke:#59636e}.g-fill-other{fill:#59636e}
.g-line-connector{stroke:#bc4c00}.g-fill-connector{fill:#bc4c00}
@media screen and (prefers-color-scheme:dark){
.g-canvas{fill:#0d1117}
.g-lane{fill:#151b23;stroke:#3d444d}
.g-box{fill:#0d1117;stroke:#9198a1}
.g-connector{stroke:#f0883e}
.g-undefined{stroke:#f85149}
.g-text,.g-note,.g-lane-name,.g-name{fill:#f0f6fc}
.g-head{fill:#9198a1}
.g-line-traces{stroke:#ab7df8}.g-fill-traces{fill:#ab7df8}
.g-line-metrics{stroke:#4493f8}.g-fill-metrics{fill:#4493f8}
.g-line-logs{stroke:#3fb950}.g-fill-logs{fill:#3fb950}
.g-line-profiles{stroke:#d29922}.g-fill-profiles{fill:#d29922}
.g-line-other{stroke:#9198a1}.g-fill-other{fill:#9198a1}
.g-line-connector{stroke:#f0883e}.g-fill-connector{fill:#f0883e}
}
`
