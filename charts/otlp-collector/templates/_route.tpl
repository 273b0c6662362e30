{{- /* A route of the Gateway API. Takes root, kind, and key: the name of its values. */ -}}
{{- define "otlp-collector.route" -}}
{{- $route := get .root.otlp.v .key -}}
{{- include "otlp-collector.requireServicePort" (dict "root" .root "port" $route.port "at" (printf "%s.port" .key)) -}}
{{- if not $route.parentRefs -}}
{{- fail (printf "%s.parentRefs is empty: name the Gateway that the route is for, such as `%s: {parentRefs: [{name: public, namespace: gateways}]}`" .key .key) -}}
{{- end -}}
{{- range $i, $parent := $route.parentRefs -}}
{{- if not $parent.name }}{{ fail (printf "%s.parentRefs[%d] has no name: name the Gateway" $.key $i) }}{{ end -}}
{{- end -}}
{{- $port := 0 -}}
{{- range .root.otlp.derived.ports }}{{ if eq .name $route.port }}{{ $port = int .port }}{{ end }}{{ end -}}
apiVersion: gateway.networking.k8s.io/v1
kind: {{ .kind }}
metadata:
  {{- include "otlp-collector.metadata" (dict "root" .root "name" .root.otlp.fullname "labels" $route.labels "annotations" $route.annotations) | nindent 2 }}
spec:
  parentRefs:
    {{- toYaml $route.parentRefs | nindent 4 }}
  {{- with $route.hostnames }}
  hostnames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  rules:
    - backendRefs:
        - name: {{ .root.otlp.fullname }}
          port: {{ $port }}
{{- end }}
