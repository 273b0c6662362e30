{{- /* The Pod template of every workload. Nothing in it changes with the chart's version. */ -}}
{{- define "otlp-collector.pod" -}}
{{- $v := .otlp.v -}}
metadata:
  labels:
    {{- $labels := dict }}
    {{- range list $v.commonLabels $v.podLabels .otlp.selector }}
    {{- include "otlp-collector.settle" (dict "into" $labels "from" .) }}
    {{- end }}
    {{- toYaml $labels | nindent 4 }}
  {{- with $v.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "otlp-collector.serviceAccountName" . }}
  automountServiceAccountToken: {{ include "otlp-collector.needsToken" . }}
  enableServiceLinks: false
  {{- with $v.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if $v.hostNetwork }}
  hostNetwork: true
  {{- end }}
  {{- with $v.dnsPolicy | default (and $v.hostNetwork "ClusterFirstWithHostNet") }}
  dnsPolicy: {{ . }}
  {{- end }}
  {{- with $v.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with include "otlp-collector.podSecurityContext" . | fromYaml }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  terminationGracePeriodSeconds: {{ $v.terminationGracePeriodSeconds }}
  {{- with $v.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.affinity }}
  affinity:
    {{- include "otlp-collector.affinity" $ | nindent 4 }}
  {{- end }}
  {{- with $v.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- range deepCopy . }}
    - {{ include "otlp-collector.selectOwnPods" (dict "root" $ "term" .) | nindent 6 | trim }}
    {{- end }}
  {{- end }}
  {{- with $v.initContainers }}
  initContainers:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - {{ include "otlp-collector.container" (dict "root" .) | nindent 6 | trim }}
    {{- with $v.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ include "otlp-collector.configMapName" . }}
    {{- with include "otlp-collector.volumes" . | fromJsonArray }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}

{{- /* Files of a node may be for uid 0 alone; else an agent needs it no more than a gateway. */ -}}
{{- define "otlp-collector.podSecurityContext" -}}
{{- $context := deepCopy (.otlp.v.podSecurityContext | default dict) -}}
{{- if not (hasKey $context "runAsUser") -}}
{{- $uid := ternary 0 10001 .otlp.derived.runAsRoot -}}
{{- $user := dict "runAsUser" $uid "runAsGroup" $uid "runAsNonRoot" (ne $uid 0) -}}
{{- include "otlp-collector.settle" (dict "into" $user "from" $context) -}}
{{- $context = $user -}}
{{- end -}}
{{- include "otlp-collector.securityContext" (dict "root" . "context" $context) -}}
{{- end }}

{{- define "otlp-collector.affinity" -}}
{{- $affinity := deepCopy .otlp.v.affinity }}
{{- range $terms := pick $affinity "podAffinity" "podAntiAffinity" }}
{{- range $terms.requiredDuringSchedulingIgnoredDuringExecution }}
{{- $_ := include "otlp-collector.selectOwnPods" (dict "root" $ "term" .) }}
{{- end }}
{{- range $terms.preferredDuringSchedulingIgnoredDuringExecution }}
{{- $_ := include "otlp-collector.selectOwnPods" (dict "root" $ "term" .podAffinityTerm) }}
{{- end }}
{{- end }}
{{- toYaml $affinity }}
{{- end }}

{{- /* Gives an affinity term or spread constraint without a selector the release's own. */ -}}
{{- define "otlp-collector.selectOwnPods" -}}
{{- if not (hasKey .term "labelSelector") }}
{{- $_ := set .term "labelSelector" (dict "matchLabels" .root.otlp.selector) }}
{{- end }}
{{- toYaml .term }}
{{- end }}

{{- /* The update strategy with the parameters that the kind has. Takes strategy and parameters. */ -}}
{{- define "otlp-collector.updateStrategy" -}}
type: {{ .strategy.type }}
{{- $rolling := dict }}
{{- range .parameters }}
{{- if hasKey ($.strategy.rollingUpdate | default dict) . }}{{ $_ := set $rolling . (get $.strategy.rollingUpdate .) }}{{ end }}
{{- end }}
{{- if and $rolling (eq .strategy.type "RollingUpdate") }}
rollingUpdate:
  {{- toYaml $rolling | nindent 2 }}
{{- end }}
{{- end }}
