{{- /*
The metadata of an object. Takes the root, a name, and maybe namespace, labels, annotations
and component; `clusterScoped` leaves the namespace out.
*/ -}}
{{- define "otlp-collector.metadata" -}}
{{- $otlp := .root.otlp -}}
name: {{ .name }}
{{- if not .clusterScoped }}
namespace: {{ .namespace | default $otlp.namespace }}
{{- end }}
labels:
  {{- $labels := dict }}
  {{- $own := dict
    "app.kubernetes.io/managed-by" .root.Release.Service
    "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") }}
  {{- /* A version that is only assumed is said in NOTES, and is no fact to label with. */ -}}
  {{- if not $otlp.assumedVersion }}{{ $_ := set $own "app.kubernetes.io/version" $otlp.version }}{{ end }}
  {{- with .component }}{{ $_ := set $own "app.kubernetes.io/component" . }}{{ end }}
  {{- range list $otlp.v.commonLabels .labels $otlp.selector $own }}
  {{- with . }}{{ include "otlp-collector.settle" (dict "into" $labels "from" .) }}{{ end }}
  {{- end }}
  {{- toYaml $labels | nindent 2 }}
{{- $annotations := dict }}
{{- range list $otlp.v.commonAnnotations .annotations }}
{{- with . }}{{ include "otlp-collector.settle" (dict "into" $annotations "from" .) }}{{ end }}
{{- end }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* Objects outside of namespaces are named after the release's too. */ -}}
{{- define "otlp-collector.clusterName" -}}
{{ .otlp.fullname }}.{{ .otlp.namespace }}
{{- end }}

{{- define "otlp-collector.headlessName" -}}
{{ .otlp.fullname }}-headless
{{- end }}

{{- /* Tells one config from another. */ -}}
{{- define "otlp-collector.configHash" -}}
{{- sha256sum .otlp.configText | trunc 10 -}}
{{- end }}

{{- /* Named by its content, so that Pods roll when the config changes and never else. */ -}}
{{- define "otlp-collector.configMapName" -}}
{{- if eq .otlp.mode "sidecar" -}}
{{ .otlp.fullname }}
{{- else -}}
{{ .otlp.fullname }}-{{ include "otlp-collector.configHash" . }}
{{- end -}}
{{- end }}

{{- define "otlp-collector.serviceAccountName" -}}
{{- .otlp.v.serviceAccount.name | default (ternary .otlp.fullname "default" .otlp.v.serviceAccount.create) -}}
{{- end }}

{{- /* An image reference. Takes the root and an image of the values, whose repository may name its host. */ -}}
{{- define "otlp-collector.image" -}}
{{- $global := .root.Values.global | default dict -}}
{{- $host := regexFind "^([a-z0-9-]+[.:][a-z0-9.:-]*|localhost)/" .image.repository -}}
{{- with $global.imageRegistry | default (trimSuffix "/" $host) | default .image.registry }}{{ . }}/{{ end -}}
{{- trimPrefix $host .image.repository -}}
{{- if or .image.tag (not .image.digest) }}:{{ .image.tag | default .root.Chart.AppVersion }}{{ end -}}
{{- with .image.digest }}@{{ . }}{{ end -}}
{{- end }}

{{- /* The name of the port that serves the collector's own metrics; it must be there. */ -}}
{{- define "otlp-collector.metricsPort" -}}
{{- $name := (first .otlp.table.telemetry.ports).name -}}
{{- include "otlp-collector.requirePort" (dict "root" . "name" $name "for" "a monitor of the collector's own metrics") -}}
{{- $name -}}
{{- end }}

{{- /* Stops where the config opens no port of that name. Takes root, name and for. */ -}}
{{- define "otlp-collector.requirePort" -}}
{{- $names := list -}}
{{- range .root.otlp.derived.ports }}{{ $names = append $names .name }}{{ end -}}
{{- if not (has .name $names) -}}
{{- fail (printf "%s needs port %q, and the config opens %s on the Pod's address: name one of these, or open the port in `config`" .for .name (join ", " $names | default "none")) -}}
{{- end -}}
{{- end }}
