// Package deployment holds pkg/deployment, as a Go program uses it, to a real API server. There is no node: what a kubelet
// would say of Pods, the tests say.
package deployment
