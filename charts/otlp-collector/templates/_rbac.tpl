{{- /* Sets what the service account may do, in the cluster and in single namespaces. */ -}}
{{- define "otlp-collector.rbac" -}}
{{- $rbac := .otlp.v.rbac }}
{{- $rules := dict
  "auto" (.otlp.derived.rules | default list)
  "node" (list (dict "apiGroups" (list "") "resources" (list "nodes" "nodes/stats") "verbs" (list "get" "list")))
  "cluster" (list (dict "apiGroups" (list "") "resources" (list "pods" "services" "endpoints") "verbs" (list "get" "list" "watch")))
  "pod" list }}
{{- $_ := set .otlp "rules" (concat (get $rules $rbac.profile) ($rbac.extraRules | default list)) }}
{{- $_ := set .otlp "roles" (ternary (.otlp.derived.roles | default dict) dict (eq $rbac.profile "auto")) }}
{{- end }}

{{- /* Whether a Pod needs the token: someone else may grant what `rbac.create: false` leaves out. */ -}}
{{- define "otlp-collector.needsToken" -}}
{{- if or .otlp.rules .otlp.roles (ne .otlp.v.rbac.profile "auto") }}true{{ else }}false{{ end -}}
{{- end }}

{{- /*
A role and its binding, for the cluster (prefix "Cluster") or a namespace. What a binding
refers to can't change; its name is that of the role, so another role gets another binding.
*/ -}}
{{- define "otlp-collector.grants" -}}
{{- $metadata := dict "root" .root "name" .name "namespace" .namespace "clusterScoped" (eq .prefix "Cluster") -}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .prefix }}Role
metadata:
  {{- include "otlp-collector.metadata" $metadata | nindent 2 }}
rules:
  {{- toYaml .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .prefix }}RoleBinding
metadata:
  {{- include "otlp-collector.metadata" $metadata | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .prefix }}Role
  name: {{ .name }}
subjects:
  - kind: ServiceAccount
    name: {{ include "otlp-collector.serviceAccountName" .root }}
    namespace: {{ .root.otlp.namespace }}
{{ end }}
