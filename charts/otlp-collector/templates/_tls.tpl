{{- /* The name of the Secret with the receivers' certificate; stops where there is none, or two. */ -}}
{{- define "otlp-collector.tlsSecret" -}}
{{- $tls := .otlp.v.tls -}}
{{- if and $tls.existingSecret $tls.certManager.enabled -}}
{{- fail "tls.existingSecret and tls.certManager.enabled are two certificates: give one of them" -}}
{{- else if not (or $tls.existingSecret $tls.certManager.enabled) -}}
{{- fail "tls.enabled is true, and there is no certificate: name a Secret with tls.crt and tls.key in tls.existingSecret, or set tls.certManager.enabled with an issuerRef" -}}
{{- else if and $tls.certManager.enabled (not $tls.certManager.issuerRef.name) -}}
{{- fail "tls.certManager.issuerRef.name is empty: name the Issuer or ClusterIssuer that issues the certificate" -}}
{{- end -}}
{{- $tls.existingSecret | default (printf "%s-tls" .otlp.fullname) -}}
{{- end }}

{{- /* The names by which the Services are reached, and those of the values, as a YAML list. */ -}}
{{- define "otlp-collector.dnsNames" -}}
{{- $headless := include "otlp-collector.headlessName" . -}}
{{- $names := list -}}
{{- range $name := list .otlp.fullname $headless -}}
{{- $names = append $names $name -}}
{{- range list $.otlp.namespace (printf "%s.svc" $.otlp.namespace) (printf "%s.svc.cluster.local" $.otlp.namespace) -}}
{{- $names = append $names (printf "%s.%s" $name .) -}}
{{- end -}}
{{- end -}}
{{- /* A Pod of a StatefulSet has a name of its own there. */ -}}
{{- if eq .otlp.kind "StatefulSet" -}}
{{- range list "" ".cluster.local" -}}
{{- $names = append $names (printf "*.%s.%s.svc%s" $headless $.otlp.namespace .) -}}
{{- end -}}
{{- end -}}
{{- toYaml (concat $names (.otlp.v.tls.certManager.dnsNames | default list) | uniq) -}}
{{- end }}

{{- /* What clients are asked for: bearer, basic, or nothing. Takes the mode and the settings. */ -}}
{{- define "otlp-collector.auth" -}}
{{- $auth := .v.auth | default dict -}}
{{- if ne .mode "sidecar" -}}
{{- $asked := list -}}
{{- range $by := list "bearer" "basic" -}}
{{- if (get $auth $by | default dict).existingSecret }}{{ $asked = append $asked $by }}{{ end -}}
{{- end -}}
{{- if gt (len $asked) 1 -}}
{{- fail "auth.bearer and auth.basic both name a Secret, and a receiver asks for one of them: leave the other's existingSecret empty" -}}
{{- end -}}
{{- join "" $asked -}}
{{- end -}}
{{- end }}
