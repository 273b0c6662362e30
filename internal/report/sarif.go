package report

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// SARIF writes SARIF 2.1.0, which code scanning services read.
type SARIF struct{}

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool     `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name            string      `json:"name"`
	InformationURI  string      `json:"informationUri"`
	SemanticVersion string      `json:"semanticVersion,omitempty"`
	Rules           []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID            string             `json:"id"`
	Short         *sarifText         `json:"shortDescription,omitempty"`
	Full          *sarifText         `json:"fullDescription,omitempty"`
	HelpURI       string             `json:"helpUri,omitempty"`
	Configuration sarifConfiguration `json:"defaultConfiguration"`
}

type sarifConfiguration struct {
	Level string `json:"level"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      sarifText         `json:"message"`
	Locations    []sarifLocation   `json:"locations,omitempty"`
	Fingerprints map[string]string `json:"partialFingerprints"`
}

type sarifLocation struct {
	Physical *sarifPhysical `json:"physicalLocation,omitempty"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn,omitempty"`
}

type sarifLogical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}

// Write writes the report.
func (SARIF) Write(w io.Writer, r Report) error {
	rules, index := sarifRules(r)
	results := make([]sarifResult, 0, len(r.Findings))
	seen := map[string]int{}
	for _, f := range r.Findings {
		// Findings that differ in nothing but their line still need fingerprints of their own.
		digest := fingerprint(f)
		seen[digest]++
		results = append(results, sarifResult{
			RuleID: f.Rule, RuleIndex: index[f.Rule], Level: sarifLevel(f.Severity),
			Message:      sarifText{said(f)},
			Locations:    sarifLocations(f),
			Fingerprints: map[string]string{"helmOtlp/v1": fmt.Sprintf("%s:%d", digest, seen[digest])},
		})
	}

	return encode(w, sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs: []sarifRun{{
			Tool: sarifTool{Driver: sarifDriver{
				Name: "helm-otlp", InformationURI: "https://github.com/helm-otlp/helm-otlp",
				SemanticVersion: r.Version, Rules: rules,
			}},
			ColumnKind: "unicodeCodePoints",
			Results:    results,
		}},
	})
}

func sarifRules(r Report) ([]sarifRule, map[string]int) {
	known := map[string]*lint.Rule{}
	for _, rule := range r.Rules {
		known[rule.Name] = rule
	}
	rules, index := []sarifRule{}, map[string]int{}
	for i, name := range ruleNames(r) {
		index[name] = i
		out := sarifRule{ID: name, Configuration: sarifConfiguration{Level: "note"}}
		if rule := known[name]; rule != nil {
			out.Short, out.Full = sarifTextOf(rule.Summary), sarifTextOf(rule.Why)
			out.HelpURI = rule.Docs
			out.Configuration.Level = sarifLevel(rule.Severity)
		}
		rules = append(rules, out)
	}

	return rules, index
}

func sarifTextOf(text string) *sarifText {
	if text == "" {
		return nil
	}

	return &sarifText{Text: text}
}

func sarifLevel(s lint.Severity) string {
	if s == lint.Info {
		return "note"
	}

	return string(s)
}

func sarifLocations(f lint.Finding) []sarifLocation {
	var location sarifLocation
	if inFile(f.Position.File) {
		location.Physical = &sarifPhysical{Artifact: sarifArtifact{URI: fileURI(f.Position.File)}}
		if f.Position.Line > 0 {
			location.Physical.Region = &sarifRegion{StartLine: f.Position.Line, StartColumn: f.Position.Column}
		}
	}
	if name := logicalName(f); name != "" {
		location.Logical = []sarifLogical{{FullyQualifiedName: name, Kind: "resource"}}
	}
	if location.Physical == nil && location.Logical == nil {
		return nil
	}

	return []sarifLocation{location}
}

// logicalName is apiVersion/Kind/namespace/name and the path in the object, as far as known.
func logicalName(f lint.Finding) string {
	var parts []string
	for _, part := range []string{f.Object.APIVersion, f.Object.Kind, f.Object.Namespace, f.Object.Name, f.Path} {
		if part != "" {
			parts = append(parts, part)
		}
	}

	return strings.Join(parts, "/")
}

// fileURI is relative to where the program ran, unless the file's name is absolute. Values may come from a URL.
func fileURI(file string) string {
	if web, err := url.Parse(file); err == nil && (web.Scheme == "http" || web.Scheme == "https") {
		return web.String()
	}
	uri := url.URL{Path: filepath.ToSlash(file)}
	if filepath.IsAbs(file) {
		uri.Scheme = "file"
	}

	return uri.String()
}

// fingerprint stays the same when lines move.
func fingerprint(f lint.Finding) string {
	text := strings.Join([]string{f.Rule, f.Object.APIVersion, f.Object.Kind, f.Object.Namespace, f.Object.Name, f.Path, f.Position.File, f.Message}, "\x00")

	return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:32]
}
