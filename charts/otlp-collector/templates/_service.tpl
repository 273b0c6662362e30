{{- define "otlp-collector.servicePort" -}}
name: {{ .name }}
port: {{ int .port }}
targetPort: {{ .name }}
protocol: {{ .protocol }}
{{- with .appProtocol }}
appProtocol: {{ . }}
{{- end }}
{{- end }}

{{- /* The ports where data arrives, as a YAML list of Service ports. */ -}}
{{- define "otlp-collector.servicePorts" -}}
{{- range .otlp.derived.ports }}
{{- if .service }}
- {{ include "otlp-collector.servicePort" . | nindent 2 | trim }}
{{- end }}
{{- end }}
{{- end }}

{{- define "otlp-collector.ipFamilies" -}}
{{- with .otlp.v.service.ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
{{- with .otlp.v.service.ipFamilies }}
ipFamilies:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* The Service port that `helm test` sends to; nothing where no test is rendered. */ -}}
{{- define "otlp-collector.testPort" -}}
{{- if and .otlp.kind .otlp.v.service.enabled .otlp.v.test.enabled -}}
{{- range .otlp.derived.ports }}{{ if and .service (eq .name $.otlp.v.test.port) }}{{ int .port }}{{ end }}{{ end -}}
{{- end -}}
{{- end }}
