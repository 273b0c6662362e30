// Package scale measures what the chart costs a real control plane on thousands of nodes, which KWOK simulates, and in
// hundreds of releases.
//
// A DaemonSet is installed, upgraded and uninstalled on 500, 1,000, 2,500 and 5,000 nodes; 200 releases are installed in 20
// namespaces; and an umbrella takes in the chart under up to 200 aliases.
// Requests are counted in the API server's audit log, and may not grow faster than the nodes or releases do. Times depend
// on the machine: they are printed.
//
//	go test -v -timeout 1h ./scale          all of it
//	go test -v -timeout 1h -short ./scale   50, 100 and 200 nodes, 20 releases
//
// With SCALE_REPORT=FILE the tables are written into that Markdown file, between its marks.
package scale
