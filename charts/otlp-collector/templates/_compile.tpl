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

{{- /* Adds a component that the config has to the .open pipelines of its signals. */ -}}
{{- define "otlp-collector.join" -}}
{{- $j := . -}}
{{- $row := get (get .s.table.components .kind) (regexFind "^[^/]*" .id) | default dict -}}
{{- if hasKey (get .config .kind | default dict) .id -}}
  {{- range $id := .open -}}
    {{- if and (has (regexFind "^[^/]*" $id) ($row.signals | default list)) (not (get ($j.s.v.exactPipelines | default dict) $id)) -}}
      {{- $pipeline := get $j.config.service.pipelines $id -}}
      {{- $_ := set $pipeline $j.role (append (get $pipeline $j.role | default list) $j.id | uniq) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* Sets .config, .configText and .derived of the state. */ -}}
{{- define "otlp-collector.compile" -}}
{{- $s := . -}}
{{- $facts := pick $s "mode" "version" "distribution" "persistence" "presets" "fullname" "namespace" "single" -}}
{{- $_ := set $facts "node" ($s.ipv6 | ternary "[${env:K8S_NODE_IP}]" "${env:K8S_NODE_IP}") -}}
{{- $_ := set $facts "host" (eq $s.mode "sidecar" | ternary "localhost" "[${env:POD_IP}]") -}}
{{- $user := deepCopy ($s.v.config | default dict) -}}
{{- include "otlp-collector.rename" (dict "config" $user "table" $s.table "version" "") -}}
{{- $written := ($user.service).pipelines | default dict -}}
{{- $config := dict -}}
{{- $joins := list -}}
{{- $problems := list -}}
{{- range $layer := $s.table.layers -}}
  {{- if include "otlp-collector.holds" (list $layer.when $facts) -}}
    {{- with $layer.refuse -}}{{- $problems = append $problems . -}}{{- end -}}
    {{- include "otlp-collector.lay" (list $config (include "otlp-collector.substitute" (list ($layer.config | default dict) $facts) | fromJson)) -}}
    {{- range $kind, $ids := $layer.join -}}{{- range $id := $ids -}}{{- $joins = append $joins (dict "kind" $kind "role" (eq $kind "connectors" | ternary "exporters" $kind) "id" $id) -}}{{- end -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- if $s.v.telemetry -}}{{- include "otlp-collector.overlay" (list $config (dict "service" (dict "telemetry" (deepCopy $s.v.telemetry)))) -}}{{- end -}}
{{- include "otlp-collector.lay" (list $config (deepCopy $user)) -}}
{{- $pipelines := ($config.service).pipelines | default dict -}}
{{- $exact := $s.v.exactPipelines | default dict -}}
{{- range $id, $pipeline := $pipelines -}}
  {{- $_ := set $pipelines $id (get $exact $id | default false | ternary (deepCopy (get $written $id | default dict)) ($pipeline | default dict)) -}}
{{- end -}}

{{- /* Removals. */ -}}
{{- $gone := dict "receivers" dict "processors" dict "exporters" dict "connectors" dict "extensions" dict -}}
{{- range $kind, $ids := $s.v.without -}}
  {{- range $id, $yes := $ids -}}
    {{- if and $yes (eq $kind "pipelines") -}}{{- $_ := unset $pipelines $id -}}
    {{- else if $yes -}}
      {{- $name := include "otlp-collector.name" (dict "id" $id "kind" $kind "table" $s.table "version" "") -}}
      {{- $_ := set (get $gone $kind) $name true -}}
      {{- $_ := unset (get $config $kind | default dict) $name -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- range $id, $pipeline := $pipelines -}}
  {{- range $role := list "receivers" "processors" "exporters" -}}
    {{- if kindIs "slice" (get $pipeline $role) -}}
      {{- $kept := list -}}
      {{- range $item := get $pipeline $role -}}
        {{- $connector := and (ne $role "processors") (hasKey $gone.connectors $item) -}}
        {{- if not (or (hasKey (get $gone $role) $item) $connector) -}}{{- $kept = append $kept $item -}}{{- end -}}
      {{- end -}}
      {{- $_ := set $pipeline $role $kept -}}
    {{- end -}}
  {{- end -}}
{{- end -}}

{{- /* What the user defined and named nowhere. */ -}}
{{- range $role := list "receivers" "processors" "exporters" -}}
  {{- $named := list -}}
  {{- range values $written -}}{{- $named = concat $named (get (. | default dict) $role | default list) -}}{{- end -}}
  {{- $open := list -}}
  {{- range $id, $pipeline := $pipelines -}}
    {{- $taken := or (hasKey (get $written $id | default dict) $role) (and (eq $role "exporters") (get $pipeline $role)) -}}
    {{- if not (or (contains "/" $id) $taken) -}}{{- $open = append $open $id -}}{{- end -}}
  {{- end -}}
  {{- range $id, $_ := get $user $role | default dict -}}
    {{- if not (has $id $named) -}}{{- include "otlp-collector.join" (dict "s" $s "config" $config "kind" $role "role" $role "id" $id "open" $open) -}}{{- end -}}
  {{- end -}}
{{- end -}}

{{- /* Pipelines that nothing feeds go; those without an exporter get the fallback. Then the layers' joins. */ -}}
{{- range $id, $pipeline := $pipelines -}}
  {{- if get $exact $id -}}
  {{- else if not (or (hasKey $written $id) $pipeline.receivers) -}}{{- $_ := unset $pipelines $id -}}
  {{- else if not $pipeline.exporters -}}
    {{- $_ := set $pipeline "exporters" (list $s.table.fallback) -}}
    {{- include "otlp-collector.overlay" (list $config (dict "exporters" (dict $s.table.fallback nil))) -}}
    {{- $_ := set $s "fallback" true -}}
  {{- end -}}
{{- end -}}
{{- range $joins -}}
  {{- include "otlp-collector.join" (dict "s" $s "config" $config "kind" .kind "role" .role "id" .id "open" (keys $pipelines)) -}}
{{- end -}}

{{- /* Processors by stage; the user's order among equals stands. */ -}}
{{- range $id, $pipeline := $pipelines -}}
  {{- if and $pipeline.processors (not (get $exact $id)) -}}
    {{- $stages := dict -}}
    {{- range $processor := $pipeline.processors -}}
      {{- $row := get $s.table.components.processors (regexFind "^[^/]*" $processor) | default (dict "stage" 50) -}}
      {{- $stage := printf "%03d" (int $row.stage) -}}
      {{- $_ := set $stages $stage (append (get $stages $stage | default list) $processor) -}}
    {{- end -}}
    {{- $sorted := list -}}
    {{- range $stages -}}{{- $sorted = concat $sorted . -}}{{- end -}}
    {{- $_ := set $pipeline "processors" $sorted -}}
  {{- end -}}
{{- end -}}

{{- /* What layers alone defined and nothing names goes; every extension is enabled. */ -}}
{{- $used := include "otlp-collector.used" $config | fromJson -}}
{{- range $kind, $_ := omit $s.table.components "extensions" -}}
  {{- range $id, $_ := get $config $kind | default dict -}}
    {{- if not (or (hasKey (get $used $kind) $id) (hasKey (get $user $kind | default dict) $id)) -}}{{- $_ := unset (get $config $kind) $id -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- $extensions := list -}}
{{- range $id := ($config.service).extensions -}}{{- if not (hasKey $gone.extensions $id) -}}{{- $extensions = append $extensions $id -}}{{- end -}}{{- end -}}
{{- $_ := set $config "service" ($config.service | default dict) -}}
{{- $_ := set $config.service "extensions" (concat $extensions (keys ($config.extensions | default dict) | sortAlpha) | uniq) -}}

{{- /* Defaults under the bodies, and what the image lacks. */ -}}
{{- range $kind, $rows := $s.table.components -}}
  {{- range $id, $body := get $config $kind | default dict -}}
    {{- $row := get $rows (regexFind "^[^/]*" $id) | default dict -}}
    {{- if or (kindIs "map" $body) (kindIs "invalid" $body) -}}
      {{- range $default := $row.defaults -}}
        {{- $_ := set $facts "config" $body -}}
        {{- if include "otlp-collector.holds" (list $default.when $facts) -}}
          {{- $under := include "otlp-collector.substitute" (list $default.config $facts) | fromJson -}}
          {{- include "otlp-collector.overlay" (list $under ($body | default dict)) -}}
          {{- $body = $under -}}
        {{- end -}}
      {{- end -}}
      {{- $_ := set (get $config $kind) $id ($body | default dict) -}}
    {{- end -}}
    {{- $lacks := include "otlp-collector.lacks" (list $row $s.version $s.distribution) -}}
    {{- if $lacks -}}{{- $problems = append $problems (printf "config.%s.%s: %s" $kind $id $lacks) -}}{{- end -}}
  {{- end -}}
  {{- if not (get $config $kind) -}}{{- $_ := unset $config $kind -}}{{- end -}}
{{- end -}}
{{- if $problems -}}{{- fail (printf "\n%s" (join "\n" $problems)) -}}{{- end -}}
{{- include "otlp-collector.rename" (dict "config" $config "table" $s.table "version" $s.version) -}}
{{- $_ := set $s "config" $config -}}
{{- $_ := set $s "configText" (toYaml $config) -}}
{{- include "otlp-collector.derive" (list $s $facts) -}}
{{- end -}}

{{- /* Why an image does not have a component: (list ROW VERSION DISTRIBUTION). */ -}}
{{- define "otlp-collector.lacks" -}}
{{- $row := first . -}}{{- $version := index . 1 -}}{{- $distribution := last . -}}
{{- if and $row.since (semverCompare (printf "<%s" ($row.since | default "0.0.0")) $version) -}}
the collector has it from {{ $row.since }} on, and the image is {{ $version }}
{{- else if and $row.removed (semverCompare (printf ">=%s" ($row.removed | default "0.0.0")) $version) -}}
the collector dropped it in {{ $row.removed }}: {{ $row.instead }}
{{- else if and $row.distributions (ne $distribution "custom") (not (has $distribution $row.distributions)) -}}
the {{ $distribution }} distribution does not ship it; these do: {{ join ", " $row.distributions }} (set image.repository, or image.distribution for an own build)
{{- end -}}
{{- end -}}
