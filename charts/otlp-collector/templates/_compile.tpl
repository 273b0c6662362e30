{{- /*
The collector's config out of files/components.json and the settings: the algebra, and no
component's name. collectorconfig.Compile in Go is the reference; a differential test holds
this equal to it, byte for byte.
*/ -}}

{{- /* An id in its newest name, or, given a version, in that version's. */ -}}
{{- define "otlp-collector.name" -}}
{{- $old := regexFind "^[^/]*" .id -}}
{{- $new := $old -}}
{{- if .version -}}
  {{- $version := .version -}}
  {{- range (get (get .table.components .kind) $old | default dict).oldNames -}}
    {{- if and (eq $new $old) (semverCompare (printf "<%s" .before) $version) -}}{{- $new = .name -}}{{- end -}}
  {{- end -}}
{{- else if hasKey (get .table.aliases .kind) $old -}}{{- $new = get (get .table.aliases .kind) $old -}}
{{- else if and (has .kind (list "receivers" "exporters")) (not (hasKey (get .table.components .kind) $old)) -}}
  {{- $new = get .table.aliases.connectors $old | default $old -}}
{{- end -}}
{{- $new -}}{{- trimPrefix $old .id -}}
{{- end -}}

{{- /* Renames every id of .config, in place, as "otlp-collector.name" does. */ -}}
{{- define "otlp-collector.rename" -}}
{{- $r := . -}}
{{- $service := .config.service | default dict -}}
{{- $connectors := .config.connectors | default dict -}}
{{- range $holder := append (values ($service.pipelines | default dict)) $service -}}
  {{- range $role := list "receivers" "processors" "exporters" "extensions" -}}
    {{- if and (kindIs "map" $holder) (kindIs "slice" (get ($holder | default dict) $role)) -}}
      {{- $ids := list -}}
      {{- range $id := get $holder $role -}}
        {{- $kind := and (ne $role "processors") (hasKey $connectors (toString $id)) | ternary "connectors" $role -}}
        {{- $ids = append $ids (include "otlp-collector.name" (dict "id" (toString $id) "kind" $kind "table" $r.table "version" $r.version)) -}}
      {{- end -}}
      {{- $_ := set $holder $role $ids -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- range $kind, $_ := .table.components -}}
  {{- if kindIs "map" (get $r.config $kind) -}}
    {{- $section := dict -}}
    {{- range $id, $body := get $r.config $kind -}}
      {{- $name := include "otlp-collector.name" (dict "id" $id "kind" $kind "table" $r.table "version" $r.version) -}}
      {{- include "otlp-collector.overlay" (list $section (dict $name $body)) -}}
    {{- end -}}
    {{- $_ := set $r.config $kind $section -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* What pipelines and service.extensions name and the config defines, by kind, as JSON. */ -}}
{{- define "otlp-collector.used" -}}
{{- $config := . -}}
{{- $used := dict "receivers" dict "processors" dict "exporters" dict "connectors" dict "extensions" dict -}}
{{- range $holder := append (values ((.service).pipelines | default dict)) (.service | default dict) -}}
  {{- range $role := list "receivers" "processors" "exporters" "extensions" -}}
    {{- range $id := (get ($holder | default dict) $role) | default list -}}
      {{- range $kind := has $role (list "receivers" "exporters") | ternary (list $role "connectors") (list $role) -}}
        {{- if hasKey (get $config $kind | default dict) $id -}}{{- $_ := set (get $used $kind) $id true -}}{{- end -}}
      {{- end -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- toJson $used -}}
{{- end -}}

{{- /* Sets .config, .configText, .fallback and .derived of the state. The steps are in _pipelines.tpl. */ -}}
{{- define "otlp-collector.compile" -}}
{{- $s := . -}}
{{- $facts := pick $s "mode" "version" "distribution" "persistence" "presets" "fullname" "namespace" "single" "kubernetes" "tls" "clientCA" "auth" -}}
{{- $_ := set $facts "node" ($s.ipv6 | ternary "[${env:K8S_NODE_IP}]" "${env:K8S_NODE_IP}") -}}
{{- range $name, $preset := $s.presets -}}{{- range $key, $value := $preset -}}{{- $_ := set $facts (printf "presets.%s.%s" $name $key) $value -}}{{- end -}}{{- end -}}
{{- $_ := set $facts "host" (eq $s.mode "sidecar" | ternary "localhost" "[${env:POD_IP}]") -}}
{{- $user := deepCopy ($s.v.config | default dict) -}}
{{- include "otlp-collector.rename" (dict "config" $user "table" $s.table "version" "") -}}
{{- $c := dict "s" $s "facts" $facts "user" $user "written" (($user.service).pipelines | default dict) "exact" ($s.v.exactPipelines | default dict)
  "config" dict "joins" list "problems" list
  "gone" (dict "receivers" dict "processors" dict "exporters" dict "connectors" dict "extensions" dict) -}}
{{- include "otlp-collector.layLayers" $c -}}
{{- include "otlp-collector.layUser" $c -}}
{{- include "otlp-collector.remove" $c -}}
{{- include "otlp-collector.joinUnnamed" $c -}}
{{- include "otlp-collector.giveFallback" $c -}}
{{- range $c.joins -}}
  {{- include "otlp-collector.join" (dict "c" $c "kind" .kind "role" .role "id" .id "open" (keys $c.pipelines)) -}}
{{- end -}}
{{- include "otlp-collector.sortStages" $c -}}
{{- include "otlp-collector.dropUnused" $c -}}
{{- include "otlp-collector.enableExtensions" $c -}}
{{- include "otlp-collector.fillDefaults" $c -}}
{{- if not $s.linted -}}{{- include "otlp-collector.checkReferences" $c -}}{{- end -}}
{{- if $c.problems -}}{{- fail (printf "\n%s" (join "\n" $c.problems)) -}}{{- end -}}
{{- include "otlp-collector.rename" (dict "config" $c.config "table" $s.table "version" $s.version) -}}
{{- $_ := set $s "config" $c.config -}}
{{- $_ := set $s "configText" (toYaml $c.config) -}}
{{- include "otlp-collector.derive" (list $s $facts) -}}
{{- end -}}
