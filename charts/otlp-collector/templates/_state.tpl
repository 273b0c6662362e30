{{- /*
What the templates share, worked out once a render and kept as `$.otlp`: Helm gives all
templates of a chart the same top-level map. Every file begins by including "load".

  v               the settings: modes.all, then the mode's, then the top-level keys
  mode, kind      kind is that of the workload, "" for a sidecar
  version, distribution, fullname, name, namespace, persistence, memoryLimitMiB
  assumedVersion  no value and no tag told the version
  tls, clientCA   receivers have the values' certificate; they ask clients for one
  auth            what receivers ask clients for: bearer, basic, or ""
  single, ipv6    one replica runs and never more; addresses are IPv6
  presets, table  the presets' settings, and what is known of components
  selector        the labels that find this release's Pods
  linted          helm otlp lint judges what is rendered, and says all at once what it finds
  live            the workload that the cluster has, on an upgrade
  rules, roles    RBAC rules in the cluster, and by namespace
  config, configText, derived, fallback   set by the interpreter
*/ -}}
{{- define "otlp-collector.load" -}}
{{- if not (hasKey . "otlp") }}
{{- $mode := .Values.mode }}
{{- if not (has $mode (list "daemonset" "gateway" "sidecar")) }}
{{- fail (printf "mode is %q: use daemonset, gateway or sidecar" (toString $mode)) }}
{{- end }}
{{- if .Release.IsUpgrade }}{{ include "otlp-collector.complete" . }}{{ end }}
{{- $v := dict }}
{{- include "otlp-collector.settings" (dict "values" .Values "into" $v) }}
{{- $persistence := and (ne $mode "sidecar") $v.persistence.enabled }}
{{- $name := .Values.nameOverride | default .Chart.Name | trunc 52 | trimSuffix "-" }}
{{- $fullname := .Values.fullnameOverride }}
{{- if not $fullname }}
{{- $fullname = ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) }}
{{- end }}
{{- $tagged := regexFind "^v?[0-9]+\\.[0-9]+(\\.[0-9]+)?" (toString $v.image.tag) }}
{{- if not (or $v.image.tag $v.image.digest) }}{{ $tagged = .Chart.AppVersion }}{{ end }}
{{- $version := $v.image.collectorVersion | default $tagged | default .Chart.AppVersion | regexFind "[0-9]+\\.[0-9]+(\\.[0-9]+)?" }}
{{- if eq (len (splitList "." $version)) 2 }}{{ $version = printf "%s.0" $version }}{{ end }}
{{- $_ := set . "otlp" (dict
  "v" $v
  "mode" $mode
  "kind" (get (dict "daemonset" "DaemonSet" "gateway" (ternary "StatefulSet" "Deployment" $persistence)) $mode)
  "version" $version
  "assumedVersion" (not (or $v.image.collectorVersion $tagged))
  "distribution" ($v.image.distribution | default (include "otlp-collector.distribution" $v.image.repository))
  "name" $name
  "fullname" ($fullname | trunc 52 | trimSuffix "-")
  "namespace" (.Values.namespaceOverride | default .Release.Namespace)
  "persistence" $persistence
  "tls" (and (ne $mode "sidecar") ($v.tls | default dict).enabled | default false)
  "auth" (include "otlp-collector.auth" (dict "mode" $mode "v" $v))
  "single" (and (eq $mode "gateway") (not $v.autoscaling.enabled) (le (int $v.replicas) 1))
  "kubernetes" (printf "%s.0" (regexFind "[0-9]+\\.[0-9]+" .Capabilities.KubeVersion.Version))
  "ipv6" (hasPrefix "IPv6" (join "," $v.service.ipFamilies))
  "memoryLimitMiB" (div (include "otlp-collector.bytes" (dig "limits" "memory" "" ($v.resources | default dict))) 1048576 | int)
  "presets" $v.presets
  "table" (.Files.Get "files/components.json" | fromJson)
  "selector" (dict "app.kubernetes.io/name" $name "app.kubernetes.io/instance" .Release.Name "app.kubernetes.io/component" $mode)
  "linted" (.Capabilities.APIVersions.Has "helm-otlp.github.io/lint")
  "live" dict) }}
{{- if and (ne .otlp.mode "sidecar") (not .otlp.tls) (($v.tls | default dict).clientCA | default dict).enabled -}}
{{- fail "tls.clientCA.enabled asks clients for a certificate, and tls.enabled is false, so that there is no TLS: set tls.enabled" -}}
{{- end }}
{{- $_ := set .otlp "clientCA" (and .otlp.tls $v.tls.clientCA.enabled | default false) }}
{{- include "otlp-collector.compile" .otlp }}
{{- include "otlp-collector.rbac" . }}
{{- include "otlp-collector.live" . }}
{{- end }}
{{- end }}

{{- /*
With --reuse-values, an upgrade takes the defaults of the chart that was installed. What this one has beside
them is laid under. A key that may be null can't be told from one that is new, and stays away.
*/ -}}
{{- define "otlp-collector.complete" -}}
{{- $defaults := .Files.Get "files/defaults.json" | fromJson }}
{{- $nullable := dict "all" $defaults.nullable .Values.mode $defaults.nullable }}
{{- include "otlp-collector.underlay" (dict "into" .Values.modes "from" (pick $defaults.modes "all" .Values.mode) "nullable" $nullable) }}
{{- end }}

{{- define "otlp-collector.underlay" -}}
{{- range $key, $default := .from }}
{{- $under := get $.into $key }}
{{- $nullable := get $.nullable $key }}
{{- if kindIs "bool" $nullable }}
{{- else if not (hasKey $.into $key) }}
{{- $_ := set $.into $key (deepCopy $default) }}
{{- else if and (kindIs "map" $default) (kindIs "map" $under) }}
{{- include "otlp-collector.underlay" (dict "into" $under "from" $default "nullable" ($nullable | default dict)) }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Fills map `into` with the settings. Null removes one, but in collector config it is a value. */ -}}
{{- define "otlp-collector.settings" -}}
{{- range $layer := list .values.modes.all (get .values.modes .values.mode) (omit .values "mode" "modes" "global") }}
{{- include "otlp-collector.settle" (dict "into" $.into "from" (omit $layer "config" "telemetry")) }}
{{- include "otlp-collector.settle" (dict "into" $.into "from" (pick $layer "config" "telemetry") "keepNull" true) }}
{{- end }}
{{- end }}

{{- /*
Lays map `from` over map `into`: maps merge, lists and scalars replace, null removes. Where there
is nothing to merge or remove, a map is copied at once, since that is quicker.
(The merge functions of sprig lose false and 0.)
*/ -}}
{{- define "otlp-collector.settle" -}}
{{- range $key, $value := .from }}
{{- if kindIs "map" $value }}
{{- $under := get $.into $key }}
{{- if kindIs "map" $under }}
{{- include "otlp-collector.settle" (dict "into" $under "from" $value "keepNull" $.keepNull) }}
{{- else if contains "null" (toJson $value) }}
{{- $_ := set $.into $key dict }}
{{- include "otlp-collector.settle" (dict "into" (get $.into $key) "from" $value "keepNull" $.keepNull) }}
{{- else }}
{{- $_ := set $.into $key (deepCopy $value) }}
{{- end }}
{{- else if and (kindIs "invalid" $value) (not $.keepNull) }}
{{- $_ := unset $.into $key }}
{{- else }}
{{- $_ := set $.into $key $value }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The distribution that an image's repository is named after. */ -}}
{{- define "otlp-collector.distribution" -}}
{{- $image := base . -}}
{{- if eq $image "opentelemetry-collector" -}}core
{{- else -}}
{{- $suffix := trimPrefix "opentelemetry-collector-" $image -}}
{{- ternary $suffix "custom" (and (ne $suffix $image) (has $suffix (list "otlp" "k8s" "contrib"))) -}}
{{- end -}}
{{- end }}

{{- /* A Kubernetes quantity in whole bytes. */ -}}
{{- define "otlp-collector.bytes" -}}
{{- $text := toString (. | default 0) -}}
{{- $number := regexFind "^[0-9.]+([eE][+-]?[0-9]+)?" $text -}}
{{- $factor := get (dict "" 1 "n" 1e-9 "u" 1e-6 "m" 1e-3
  "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18
  "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 "Pi" 1125899906842624 "Ei" 1152921504606846976
) (trimPrefix $number $text) -}}
{{- mulf (float64 $number) ($factor | default 0) | int64 -}}
{{- end }}
