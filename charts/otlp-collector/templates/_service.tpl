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

{{- /* Stops where the Service has no port of that name. Takes root, port, and `at`: the value that names it. */ -}}
{{- define "otlp-collector.requireServicePort" -}}
{{- $names := list -}}
{{- if .root.otlp.v.service.enabled -}}
{{- range include "otlp-collector.servicePorts" .root | fromYamlArray }}{{ $names = append $names .name }}{{ end -}}
{{- end -}}
{{- if not (has .port $names) -}}
{{- fail (printf "%s is %q, and the Service has %s: name one of these (with service.enabled), or open the port in `config`" .at .port (join ", " $names | default "no ports")) -}}
{{- end -}}
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
{{- /* The test has nothing that it could show. */ -}}
{{- if and .otlp.kind .otlp.v.service.enabled .otlp.v.test.enabled (not .otlp.clientCA) (not .otlp.auth) -}}
{{- range .otlp.derived.ports }}{{ if and .service (eq .name $.otlp.v.test.port) }}{{ int .port }}{{ end }}{{ end -}}
{{- end -}}
{{- end }}

{{- /*
The signal that `helm test` sends: one that a receiver with the port takes. Of traces telemetrygen only logs that they
were refused, and ends well, so that logs and metrics go first.
*/ -}}
{{- define "otlp-collector.testSignal" -}}
{{- $taken := list -}}
{{- range $pipeline, $lists := .otlp.config.service.pipelines -}}
  {{- range $id := ($lists | default dict).receivers -}}
    {{- $name := include "otlp-collector.name" (dict "id" (regexFind "^[^/]*" $id) "kind" "receivers" "table" $.otlp.table "version" "") -}}
    {{- range (get $.otlp.table.components.receivers $name | default dict).ports -}}
      {{- if eq .name $.otlp.v.test.port -}}{{- $taken = append $taken (regexFind "^[^/]*" $pipeline) -}}{{- end -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- $signal := "traces" -}}
{{- range list "metrics" "logs" -}}{{- if has . $taken -}}{{- $signal = . -}}{{- end -}}{{- end -}}
{{- $signal -}}
{{- end }}
