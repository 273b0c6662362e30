{{- /*
How fast a gateway's autoscaler scales, as YAML. A removed Pod would leave its queue on its volume, unsent, so that
nothing is scaled down where there is one.
*/ -}}
{{- define "otlp-collector.scalingBehavior" -}}
{{- $behavior := deepCopy (.otlp.v.autoscaling.behavior | default dict) -}}
{{- if and .otlp.persistence (not .otlp.v.persistence.scaleDown) -}}
{{- $_ := set $behavior "scaleDown" (dict "selectPolicy" "Disabled") -}}
{{- end -}}
{{- toYaml $behavior -}}
{{- end }}

{{- /* The shares of requests that a gateway's autoscaler holds, as YAML: {cpu: PERCENT, memory: PERCENT}. */ -}}
{{- define "otlp-collector.scalingTargets" -}}
{{- $targets := dict -}}
{{- range $name, $target := dict "cpu" .otlp.v.autoscaling.targetCPUUtilizationPercentage "memory" .otlp.v.autoscaling.targetMemoryUtilizationPercentage -}}
{{- with $target }}{{ $_ := set $targets $name . }}{{ end -}}
{{- end -}}
{{- toYaml $targets -}}
{{- end }}

{{- /* What a gateway is scaled by: "" (nothing), hpa or keda. */ -}}
{{- define "otlp-collector.autoscaler" -}}
{{- $autoscaling := .otlp.v.autoscaling | default dict -}}
{{- if and (eq .otlp.mode "gateway") $autoscaling.enabled -}}
{{- ternary "keda" "hpa" (($autoscaling.keda | default dict).enabled | default false) -}}
{{- end -}}
{{- end }}
