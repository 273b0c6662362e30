{{- /* The alerts over the collector's own metrics, as a YAML list. What to do is in docs/alerts.md. */ -}}
{{- define "otlp-collector.alerts" -}}
{{- $runbook := "https://github.com/helm-otlp/helm-otlp/blob/main/docs/alerts.md#" -}}
{{- $selector := printf "namespace=%q,service=%q" .otlp.namespace (include "otlp-collector.headlessName" .) }}
{{- if not .otlp.kind }}{{ $selector = "container=\"otlp-collector\"" }}{{ end -}}
- alert: CollectorDown
  expr: up{ {{- $selector -}} } == 0
  for: 5m
  labels: {severity: critical}
  annotations:
    summary: {{ "Collector {{ $labels.pod }} does not answer." }}
    description: The collector's own metrics could not be scraped for 5 minutes.
    runbook_url: {{ $runbook }}collectordown
- alert: CollectorDataDropped
  expr: {{ include "otlp-collector.anySignal" (dict "metric" "exporter_enqueue_failed" "by" "exporter" "selector" $selector) | quote }}
  for: 5m
  labels: {severity: critical}
  annotations:
    summary: {{ "Collector {{ $labels.pod }} drops data of {{ $labels.exporter }}." }}
    description: The sending queue takes no more. See why the destination is slow, or make the queue larger.
    runbook_url: {{ $runbook }}collectordatadropped
- alert: CollectorExportFailing
  expr: {{ include "otlp-collector.anySignal" (dict "metric" "exporter_send_failed" "by" "exporter" "selector" $selector) | quote }}
  for: 10m
  labels: {severity: critical}
  annotations:
    summary: {{ "Collector {{ $labels.pod }} fails to send by {{ $labels.exporter }}." }}
    description: The destination refuses data for good, or retries ran out. The collector's log says why.
    runbook_url: {{ $runbook }}collectorexportfailing
- alert: CollectorQueueFull
  expr: otelcol_exporter_queue_size{ {{- $selector -}} } / (otelcol_exporter_queue_capacity{ {{- $selector -}} } > 0) > 0.8
  for: 10m
  labels: {severity: warning}
  annotations:
    summary: {{ "The queue of {{ $labels.exporter }} in {{ $labels.pod }} is {{ $value | humanizePercentage }} full." }}
    description: The destination takes less than arrives. Data is dropped when the queue is full.
    runbook_url: {{ $runbook }}collectorqueuefull
- alert: CollectorRefusingData
  expr: {{ include "otlp-collector.anySignal" (dict "metric" "receiver_refused" "by" "receiver" "selector" $selector) | quote }}
  for: 10m
  labels: {severity: warning}
  annotations:
    summary: {{ "Collector {{ $labels.pod }} refuses data at {{ $labels.receiver }}." }}
    description: The memory limit or a full queue pushes back on senders. Give more memory or more replicas.
    runbook_url: {{ $runbook }}collectorrefusingdata
{{- end }}

{{- /* What is above zero of a counter of any signal. Newer collectors end the name with _total. */ -}}
{{- define "otlp-collector.anySignal" -}}
{{- $rates := list -}}
{{- range list "spans" "metric_points" "log_records" -}}
{{- $rates = append $rates (printf "sum by (namespace, pod, %s) (rate({__name__=~\"otelcol_%s_%s(_total)?\",%s}[5m])) > 0" $.by $.metric . $.selector) -}}
{{- end -}}
{{- join " or " $rates -}}
{{- end }}
