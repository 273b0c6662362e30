{{- /* Sets the workload that an upgrade finds in the cluster, and refuses what the cluster would. */ -}}
{{- define "otlp-collector.live" -}}
{{- if and .Release.IsUpgrade .otlp.kind }}
{{- $live := lookup "apps/v1" .otlp.kind .otlp.namespace .otlp.fullname }}
{{- if $live }}
{{- $_ := set .otlp "live" $live }}
{{- $of := printf "%s %s/%s" (lower .otlp.kind) .otlp.namespace .otlp.fullname }}
{{- $delete := printf "kubectl delete %s -n %s %s" (lower .otlp.kind) .otlp.namespace .otlp.fullname }}
{{- if ne (toJson $live.spec.selector.matchLabels) (toJson .otlp.selector) }}
{{- fail (printf "the selector of %s can't change from %s to %s. Keep nameOverride and the release's name, or let the upgrade make a new one: %s" $of (toJson $live.spec.selector.matchLabels) (toJson .otlp.selector) $delete) }}
{{- end }}
{{- if eq .otlp.kind "StatefulSet" }}
{{- $headless := include "otlp-collector.headlessName" . }}
{{- if ne $live.spec.serviceName $headless }}
{{- fail (printf "serviceName of %s can't change from %s to %s. Let the upgrade make a new one, its Pods stay: %s --cascade=orphan" $of $live.spec.serviceName $headless $delete) }}
{{- end }}
{{- $had := include "otlp-collector.comparableClaims" $live.spec.volumeClaimTemplates }}
{{- $wanted := include "otlp-collector.comparableClaims" (include "otlp-collector.claims" . | fromYamlArray) }}
{{- if ne $had $wanted }}
{{- fail (printf "volumeClaimTemplates of %s can't change from %s to %s. Keep `persistence`, or let the upgrade make a new one, its Pods and volumes stay: %s --cascade=orphan (a volume that exists is resized by `kubectl patch pvc`)" $of $had $wanted $delete) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Claim templates as the API server and the chart write them, in one form. */ -}}
{{- define "otlp-collector.comparableClaims" -}}
{{- $claims := list }}
{{- range . }}
{{- $claims = append $claims (dict
  "name" .metadata.name
  "annotations" (.metadata.annotations | default dict)
  "accessModes" .spec.accessModes
  "storageClassName" (.spec.storageClassName | default "")
  "bytes" (include "otlp-collector.bytes" .spec.resources.requests.storage)) }}
{{- end }}
{{- toJson $claims }}
{{- end }}

{{- /*
The replicas of a gateway, or nothing where an autoscaler owns them. When one is switched
on, leaving them out would set 1 first; so the count that the cluster has is written then,
and ever after, as the annotation "replicas" tells.
*/ -}}
{{- define "otlp-collector.replicas" -}}
{{- if not .otlp.v.autoscaling.enabled -}}
{{ .otlp.v.replicas }}
{{- else if .otlp.live -}}
{{- $scaled := lookup "autoscaling/v2" "HorizontalPodAutoscaler" .otlp.namespace .otlp.fullname -}}
{{- /* KEDA names its own after the ScaledObject, and takes a moment to make it. */ -}}
{{- if not $scaled }}{{ $scaled = lookup "autoscaling/v2" "HorizontalPodAutoscaler" .otlp.namespace (printf "keda-hpa-%s" .otlp.fullname) }}{{ end -}}
{{- if and (not $scaled) (eq (include "otlp-collector.autoscaler" .) "keda") }}{{ $scaled = lookup "keda.sh/v1alpha1" "ScaledObject" .otlp.namespace .otlp.fullname }}{{ end -}}
{{- $kept := dig "metadata" "annotations" "helm-otlp.github.io/replicas" "" .otlp.live -}}
{{- if or $kept (not $scaled) -}}
{{ .otlp.live.spec.replicas }}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* The annotations of a Deployment or StatefulSet with that many replicas, as YAML. */ -}}
{{- define "otlp-collector.replicasAnnotation" -}}
{{- if and .otlp.v.autoscaling.enabled (include "otlp-collector.replicas" .) -}}
helm-otlp.github.io/replicas: kept
{{- end -}}
{{- end }}

{{- /* The StatefulSet's claim templates. They can't change, so no version and no label is in them. */ -}}
{{- define "otlp-collector.claims" -}}
{{- with .otlp.v.persistence -}}
- metadata:
    name: state
    {{- with .annotations }}
    annotations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
  spec:
    accessModes:
      {{- toYaml .accessModes | nindent 6 }}
    {{- with .storageClassName }}
    storageClassName: {{ . }}
    {{- end }}
    resources:
      requests:
        storage: {{ .size }}
{{- end }}
{{- end }}
