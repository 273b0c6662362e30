{{- /* The scrape of the collector's own metrics, for ServiceMonitor and PodMonitor. */ -}}
{{- define "otlp-collector.endpoint" -}}
{{- with .otlp.v.serviceMonitor -}}
- port: {{ include "otlp-collector.metricsPort" $ }}
  interval: {{ .interval }}
  {{- with .scrapeTimeout }}
  scrapeTimeout: {{ . }}
  {{- end }}
  {{- with .relabelings }}
  relabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .metricRelabelings }}
  metricRelabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
