{{- define "merged.name" -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "merged.config" -}}
{{- $config := deepCopy .Values.config }}
{{- if .Values.presets.hostMetrics.enabled }}
{{- $config = mustMergeOverwrite (include "merged.hostMetrics" . | fromYaml) $config }}
{{- $_ := set $config.service.pipelines "metrics" (dict "receivers" (list "hostmetrics") "processors" (list "memory_limiter") "exporters" $config.service.pipelines.traces.exporters) }}
{{- end }}
{{- toYaml $config }}
{{- end }}

{{- define "merged.hostMetrics" -}}
receivers:
  hostmetrics:
    collection_interval: 10s
    scrapers:
      cpu: {}
{{- end }}
