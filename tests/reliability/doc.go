// Package reliability installs collectors on a real cluster, loads them with numbered telemetry, breaks what can break,
// and counts at the far end what was lost and doubled. Its tests need root: see tests/cluster.
//
// The environment variable RELIABILITY_RUNS sets how often each scenario is run. OFFICIAL_CHART is the folder of the
// official chart, which is then put through the same beside ours; it is never committed.
package reliability
