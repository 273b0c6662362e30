// Package network installs the chart where NetworkPolicies are enforced, and dials whom they are to let through and whom
// not. Every dial that one of the chart's policies refuses has succeeded without it. Its tests need root: see
// tests/cluster.
package network
