// Package kubelet holds what collectors ask of a kubelet, which asks the API server whether they may. The audit log then
// shows the kubelet, and not whose right was used, so that these are not among the cases of tests/otelcol.
package kubelet
