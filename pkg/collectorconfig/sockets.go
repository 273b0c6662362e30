package collectorconfig

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Socket is where a component of a config listens, be it on the loopback, at an endpoint
// that is wrong, or by default.
type Socket struct {
	// Kind and ID are the component's; both are empty for the collector's own metrics.
	Kind component.Kind
	ID   string
	// Path leads to the endpoint or the port number, or to where it would stand. For the
	// collector's own metrics it may lead to a section: service.telemetry.metrics.
	Path source.Path
	// Written is false where the component's default holds.
	Written bool
	// Address is what the endpoint at Path names, with the host where that is the port alone.
	Address
	// Protocol is TCP or UDP.
	Protocol string
	// Service says that data arrives here.
	Service bool
}

// Called is how messages name what listens.
func (s Socket) Called() string {
	if s.Kind == "" {
		return "the reader of the collector's own metrics"
	}
	return theOne(s.Kind) + " " + s.ID
}

// Sockets are those of the components that a pipeline or service.extensions names, as far
// as the component table knows them, sorted by kind, id and the table's order. Those in the
// file system are none. The ids may be of any version. Of the input they depend on the
// facts alone.
func Sockets(config map[string]any, in Input) []Socket {
	table, known := component.All(), facts(in)
	var sockets []Socket
	for _, used := range usedComponents(table, config) {
		at := Socket{Kind: used.kind, ID: used.id, Path: source.Keys(string(used.kind), used.id)}
		sockets = append(sockets, socketsOf(used.row, at, withBody(known, used.body))...)
	}
	return append(sockets, metricsSockets(table.Telemetry, config, known, in.Version)...)
}

// usedComponent is a component that a pipeline or service.extensions names, and its row of
// the table.
type usedComponent struct {
	kind component.Kind
	id   string
	row  component.Component
	body any
}

// usedComponents are sorted by kind and id.
func usedComponents(table component.Table, config map[string]any) []usedComponent {
	var all []usedComponent
	names := used(config)
	for _, kind := range component.Kinds() {
		for _, id := range sortedKeys(names[string(kind)]) {
			row := table.Components[kind][canonicalType(table, kind, typeOf(id))]
			all = append(all, usedComponent{kind, id, row, asMap(config[string(kind)])[id]})
		}
	}
	return all
}

// socketsOf are the sockets of a row; at says whose they are and where its body stands.
func socketsOf(row component.Component, at Socket, doc map[string]any) []Socket {
	var sockets []Socket
	for _, port := range listening(row, doc) {
		if port.text == "" || port.inFile(doc) {
			continue
		}
		s := at
		s.Protocol, s.Service, s.Written = port.Protocol, port.Service, port.at != nil
		s.Address, s.Path = port.address(), at.Path.Join(port.path()...)
		if !s.File {
			sockets = append(sockets, s)
		}
	}
	return sockets
}

// listener is a row's port that a body opens.
type listener struct {
	component.Port
	// text is the endpoint or the port number, host the endpoint or the host.
	text, host string
	// at is where the text is written; nil where the row's default holds.
	at source.Path
}

// listening are the ports of a row whose conditions hold, in its order.
func listening(row component.Component, doc map[string]any) []listener {
	var open []listener
	for _, port := range row.Ports {
		if !holds(port.When, doc) {
			continue
		}
		l := listener{Port: port, text: port.Default}
		for _, found := range locate(port.Path, doc) {
			if text := scalarText(found.value); text != "" {
				l.text, l.at = text, found.path()[1:]
				break
			}
		}
		l.host = l.text
		if port.HostPath != "" {
			l.host = firstText(lookup(port.HostPath, doc), port.Default)
		}
		open = append(open, l)
	}
	return open
}

// path leads from the body to the text, or to where it would stand.
func (l listener) path() source.Path {
	if l.at != nil {
		return l.at
	}
	return source.Keys(strings.Split(l.Path, ".")[1:]...)
}

// address is host:port, wherever its halves stand.
func (l listener) address() Address {
	if l.HostPath == "" || l.at == nil {
		return ParseEndpoint(l.text)
	}
	host := l.host
	if host == l.Default {
		host, _ = splitEndpoint(host)
	}
	return ParseEndpoint(bracketed(host) + ":" + l.text)
}

// bracketed is a host as an endpoint has it.
func bracketed(host string) string {
	if strings.Contains(host, ":") && !strings.ContainsAny(host, "[$") {
		return "[" + host + "]"
	}
	return host
}

// fileTransport are the values of a transport that has no ports, or of which nothing is
// known.
var fileTransport = regexp.MustCompile(`^(unix|npipe|.*\$)`)

// inFile says that the key transport beside the endpoint makes a name in the file system
// of it.
func (l listener) inFile(doc map[string]any) bool {
	beside := l.Path[:strings.LastIndex(l.Path, ".")+1]
	return fileTransport.MatchString(firstText(lookup(beside+"transport", doc), ""))
}

// metricsSockets are those of the collector's own metrics, which it serves on the loopback
// where the config says nothing of them (on all addresses before 0.111), and not at all at the level none.
func metricsSockets(row component.Component, config, known map[string]any, version string) []Socket {
	at := Socket{Path: source.Keys("service", "telemetry", "metrics")}
	metrics := asMap(asMap(asMap(config["service"])["telemetry"])["metrics"])
	if strings.EqualFold(scalarText(metrics["level"]), "none") {
		return nil
	}
	_, readers := metrics["readers"]
	_, address := metrics["address"]
	if readers || address {
		return socketsOf(row, at, withBody(known, metrics))
	}
	at.Address, at.Protocol = ParseEndpoint(row.Ports[0].Default), row.Ports[0].Protocol
	if v := "v" + version; semver.IsValid(v) && semver.Compare(v, "v0.111.0") < 0 {
		at.Address = ParseEndpoint(fmt.Sprint(":", at.Port))
	}
	return []Socket{at}
}
