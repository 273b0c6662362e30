{{- /*
The collector's container, for workloads, the sidecar policy and other charts. Takes the
root and maybe config: the value of the environment variable that the config travels in,
where no ConfigMap can be mounted.
*/ -}}
{{- define "otlp-collector.container" -}}
{{- $otlp := .root.otlp -}}
{{- $v := $otlp.v -}}
{{- $derived := $otlp.derived -}}
name: otlp-collector
image: {{ include "otlp-collector.image" (dict "root" .root "image" $v.image) }}
imagePullPolicy: {{ $v.image.pullPolicy }}
args:
  - --config={{ ternary "env:OTELCOL_CONFIG" "/etc/otelcol/config.yaml" (hasKey . "config") }}
  {{- with $v.extraArgs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $users := dict }}
{{- range $v.env }}{{ $_ := set $users .name true }}{{ end }}
{{- $env := list }}
{{- range $name, $fieldPath := $derived.env }}
{{- if not (hasKey $users $name) }}
{{- $env = append $env (dict "name" $name "valueFrom" (dict "fieldRef" (dict "apiVersion" "v1" "fieldPath" $fieldPath))) }}
{{- end }}
{{- end }}
{{- if and $derived.goMemLimitMiB (not (hasKey $users "GOMEMLIMIT")) }}
{{- $env = append $env (dict "name" "GOMEMLIMIT" "value" (printf "%dMiB" (int64 $derived.goMemLimitMiB))) }}
{{- end }}
{{- /* Go itself runs on two cores at least, which costs a fifth more for the same where one is the limit. */}}
{{- if and (($v.resources).limits).cpu (not (hasKey $users "GOMAXPROCS")) }}
{{- $cores := dict "resource" "limits.cpu" "divisor" "1" }}
{{- $env = append $env (dict "name" "GOMAXPROCS" "valueFrom" (dict "resourceFieldRef" $cores)) }}
{{- end }}
{{- $env = concat $env ($v.env | default list) }}
{{- if hasKey . "config" }}
{{- $env = append $env (dict "name" "OTELCOL_CONFIG" "value" .config) }}
{{- end }}
{{- with $env }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $v.envFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $derived.ports }}
ports:
  {{- range . }}
  - name: {{ .name }}
    containerPort: {{ int .port }}
    protocol: {{ .protocol }}
  {{- end }}
{{- end }}
{{- $probes := list "startupProbe" "livenessProbe" }}
{{- /* An application is not taken out of service because its sidecar is not ready. */}}
{{- if ne $otlp.mode "sidecar" }}{{ $probes = append $probes "readinessProbe" }}{{ end }}
{{- range $name := $probes }}
{{- $probe := deepCopy (get $v $name | default dict) }}
{{- $handled := pick $probe "httpGet" "grpc" "tcpSocket" "exec" }}
{{- if and $probe $derived.probe (not $handled) }}
{{- $_ := set $probe "httpGet" (dict "path" $derived.probe.path "port" $derived.probe.port "scheme" $derived.probe.scheme) }}
{{- end }}
{{- if or $handled (hasKey $probe "httpGet") }}
{{ $name }}:
  {{- toYaml $probe | nindent 2 }}
{{- end }}
{{- end }}
{{- $lifecycle := deepCopy ($v.lifecycle | default dict) }}
{{- $stop := $lifecycle.preStop | default dict }}
{{- /* A hook has one handler; the default's is sleep. */}}
{{- if pick $stop "exec" "httpGet" "tcpSocket" }}{{ $_ := unset $stop "sleep" }}{{ end }}
{{- with $lifecycle }}
lifecycle:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $v.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "otlp-collector.securityContext" (dict "root" .root "context" $v.securityContext) | fromYaml }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- $mounts := list }}
{{- if not (hasKey . "config") }}
{{- $mounts = append $mounts (dict "name" "config" "mountPath" "/etc/otelcol" "readOnly" true) }}
{{- end }}
{{- range include "otlp-collector.mounts" .root | fromJsonArray }}
{{- $mounts = append $mounts .mount }}
{{- end }}
{{- with concat $mounts ($v.extraVolumeMounts | default list) }}
volumeMounts:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /*
The collector as a native sidecar, ready for a Pod's `initContainers`, first of the list.
For other charts: `include "otlp-collector.sidecar" (index .Subcharts "otlp-collector")`,
with mode sidecar, and sidecar.policy false, in that subchart's values.
*/ -}}
{{- define "otlp-collector.sidecar" -}}
{{- include "otlp-collector.load" . -}}
{{- if .otlp.kind -}}
{{- fail (printf "mode is %s, and what is included is a sidecar: set mode to sidecar in the values of the chart %s" .otlp.mode .Chart.Name) -}}
{{- end -}}
{{- /* The kubelet expands $(X) and turns $$ into $ in environment values. */ -}}
{{- include "otlp-collector.sidecarContainer" (dict "root" . "config" (.otlp.configText | replace "$" "$$")) -}}
{{- end }}

{{- define "otlp-collector.sidecarContainer" -}}
{{- include "otlp-collector.container" . }}
restartPolicy: Always
{{- end }}

{{- /* A security context, without what `compat` leaves to the platform. Takes root and context. */ -}}
{{- define "otlp-collector.securityContext" -}}
{{- $context := .context | default dict -}}
{{- if eq (toString .root.otlp.v.compat) "openshift" -}}
{{- $context = omit $context "runAsUser" "runAsGroup" "fsGroup" "fsGroupChangePolicy" -}}
{{- end -}}
{{- toYaml $context -}}
{{- end }}

{{- /*
Each mount of the derived ones with its volume, as JSON: [{mount, volume}]. The volume is absent
where a claim template makes it.
*/ -}}
{{- define "otlp-collector.mounts" -}}
{{- $result := list }}
{{- range .otlp.derived.mounts }}
{{- $mount := dict "name" .name "mountPath" .mountPath }}
{{- if .readOnly }}{{ $_ := set $mount "readOnly" true }}{{ end }}
{{- if eq .volume "root" }}{{ $_ := set $mount "mountPropagation" "HostToContainer" }}{{ end }}
{{- if eq .volume "claim" }}{{ $_ := set $mount "name" "state" }}{{ end }}
{{- $secrets := dict }}
{{- if $.otlp.tls }}
{{- $ca := $.otlp.v.tls.clientCA }}
{{- $_ := set $secrets "tls" (include "otlp-collector.tlsSecret" $) }}
{{- $_ := set $secrets "client-ca" ($ca.existingSecret | default $secrets.tls) }}
{{- $_ := set $secrets "key" $ca.key }}
{{- end }}
{{- $auth := dict }}
{{- with $.otlp.auth }}{{ $auth = get $.otlp.v.auth . }}{{ end }}
{{- $sources := dict
  "host" (dict "hostPath" (dict "path" .mountPath))
  "root" (dict "hostPath" (dict "path" "/"))
  "state-host" (dict "hostPath" (dict "path" (printf "/var/lib/otelcol/%s-%s" $.otlp.namespace $.otlp.fullname) "type" "DirectoryOrCreate"))
  "scratch" (dict "emptyDir" dict)
  "tls" (dict "secret" (dict "secretName" $secrets.tls))
  "client-ca" (dict "secret" (dict "secretName" (get $secrets "client-ca") "items" (list (dict "key" $secrets.key "path" "ca.crt"))))
  "auth" (dict "secret" (dict "secretName" $auth.existingSecret "items" (list (dict "key" $auth.key "path" "credentials")))) }}
{{- $entry := dict "mount" $mount }}
{{- with get $sources .volume }}{{ $_ := set $entry "volume" (set . "name" $mount.name) }}{{ end }}
{{- $result = append $result $entry }}
{{- end }}
{{- toJson $result }}
{{- end }}

{{- /* The volumes of the derived mounts and the user's own, as a JSON list. */ -}}
{{- define "otlp-collector.volumes" -}}
{{- $volumes := list }}
{{- range include "otlp-collector.mounts" . | fromJsonArray }}
{{- if and .volume (not (has .volume $volumes)) }}{{ $volumes = append $volumes .volume }}{{ end }}
{{- end }}
{{- toJson (concat $volumes (.otlp.v.extraVolumes | default list)) }}
{{- end }}
