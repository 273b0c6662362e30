{{- /*
The steps of "otlp-collector.compile", each of which changes its .config, named as those of
collectorconfig.Compile. They take the dict that it makes.
*/ -}}

{{- /* The layers that hold, one over the other. */ -}}
{{- define "otlp-collector.layLayers" -}}
{{- $c := . -}}
{{- range $layer := .s.table.layers -}}
  {{- if include "otlp-collector.holds" (list $layer.when $c.facts) -}}
    {{- with $layer.refuse -}}{{- $_ := set $c "problems" (append $c.problems .) -}}{{- end -}}
    {{- include "otlp-collector.lay" (list $c.config (include "otlp-collector.substitute" (list ($layer.config | default dict) $c.facts) | fromJson)) -}}
    {{- range $kind, $ids := $layer.join -}}
      {{- range $id := $ids -}}
        {{- $_ := set $c "joins" (append $c.joins (dict "kind" $kind "role" (eq $kind "connectors" | ternary "exporters" $kind) "id" $id)) -}}
      {{- end -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* The user's config over the layers, and exact pipelines as the user wrote them. */ -}}
{{- define "otlp-collector.layUser" -}}
{{- $c := . -}}
{{- with .s.v.telemetry -}}{{- include "otlp-collector.overlay" (list $c.config (dict "service" (dict "telemetry" (deepCopy .)))) -}}{{- end -}}
{{- include "otlp-collector.lay" (list .config (deepCopy .user)) -}}
{{- $_ := set . "pipelines" ((.config.service).pipelines | default dict) -}}
{{- range $id, $pipeline := .pipelines -}}
  {{- $_ := set $c.pipelines $id (get $c.exact $id | default false | ternary (deepCopy (get $c.written $id | default dict)) ($pipeline | default dict)) -}}
{{- end -}}
{{- end -}}

{{- /* Takes out what `without` names, from every list too. */ -}}
{{- define "otlp-collector.remove" -}}
{{- $c := . -}}
{{- range $kind, $ids := .s.v.without -}}
  {{- range $id, $yes := $ids -}}
    {{- if and $yes (eq $kind "pipelines") -}}{{- $_ := unset $c.pipelines $id -}}
    {{- else if $yes -}}
      {{- $name := include "otlp-collector.name" (dict "id" $id "kind" $kind "table" $c.s.table "version" "") -}}
      {{- $_ := set (get $c.gone $kind) $name true -}}
      {{- $_ := unset (get $c.config $kind | default dict) $name -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- range $id, $pipeline := .pipelines -}}
  {{- range $role := list "receivers" "processors" "exporters" -}}
    {{- if kindIs "slice" (get $pipeline $role) -}}
      {{- $kept := list -}}
      {{- range $item := get $pipeline $role -}}
        {{- $connector := and (ne $role "processors") (hasKey $c.gone.connectors $item) -}}
        {{- if not (or (hasKey (get $c.gone $role) $item) $connector) -}}{{- $kept = append $kept $item -}}{{- end -}}
      {{- end -}}
      {{- $_ := set $pipeline $role $kept -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* What the user defined and named nowhere goes where the user wrote no list. */ -}}
{{- define "otlp-collector.joinUnnamed" -}}
{{- $c := . -}}
{{- range $role := list "receivers" "processors" "exporters" -}}
  {{- $named := list -}}
  {{- range values $c.written -}}{{- $named = concat $named (get (. | default dict) $role | default list) -}}{{- end -}}
  {{- $open := list -}}
  {{- range $id, $pipeline := $c.pipelines -}}
    {{- $taken := or (hasKey (get $c.written $id | default dict) $role) (and (eq $role "exporters") (get $pipeline $role)) -}}
    {{- if not (or (contains "/" $id) $taken) -}}{{- $open = append $open $id -}}{{- end -}}
  {{- end -}}
  {{- range $id, $_ := get $c.user $role | default dict -}}
    {{- if not (has $id $named) -}}{{- include "otlp-collector.join" (dict "c" $c "kind" $role "role" $role "id" $id "open" $open) -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* Adds a component that the config has to the .open pipelines of its signals. */ -}}
{{- define "otlp-collector.join" -}}
{{- $j := . -}}
{{- $row := get (get .c.s.table.components .kind) (regexFind "^[^/]*" .id) | default dict -}}
{{- if hasKey (get .c.config .kind | default dict) .id -}}
  {{- range $id := .open -}}
    {{- if and (has (regexFind "^[^/]*" $id) ($row.signals | default list)) (not (get $j.c.exact $id)) -}}
      {{- $pipeline := get $j.c.pipelines $id -}}
      {{- $_ := set $pipeline $j.role (append (get $pipeline $j.role | default list) $j.id | uniq) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* Pipelines that nothing feeds go; those without an exporter get the fallback, unless it was removed. */ -}}
{{- define "otlp-collector.giveFallback" -}}
{{- $c := . -}}
{{- $fallback := .s.table.fallback -}}
{{- range $id, $pipeline := .pipelines -}}
  {{- if get $c.exact $id -}}
  {{- else if not (or (hasKey $c.written $id) $pipeline.receivers) -}}{{- $_ := unset $c.pipelines $id -}}
  {{- else if not (or $pipeline.exporters (hasKey $c.gone.exporters $fallback)) -}}
    {{- $_ := set $pipeline "exporters" (list $fallback) -}}
    {{- include "otlp-collector.overlay" (list $c.config (dict "exporters" (dict $fallback nil))) -}}
    {{- $_ := set $c.s "fallback" true -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* Processors by stage; the user's order among equals stands. */ -}}
{{- define "otlp-collector.sortStages" -}}
{{- $c := . -}}
{{- range $id, $pipeline := .pipelines -}}
  {{- if and $pipeline.processors (not (get $c.exact $id)) -}}
    {{- $stages := dict -}}
    {{- range $processor := $pipeline.processors -}}
      {{- $row := get $c.s.table.components.processors (regexFind "^[^/]*" $processor) | default (dict "stage" 50) -}}
      {{- $stage := printf "%03d" (int $row.stage) -}}
      {{- $_ := set $stages $stage (append (get $stages $stage | default list) $processor) -}}
    {{- end -}}
    {{- $sorted := list -}}
    {{- range $stages -}}{{- $sorted = concat $sorted . -}}{{- end -}}
    {{- $_ := set $pipeline "processors" $sorted -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* What layers alone defined and nothing names goes. */ -}}
{{- define "otlp-collector.dropUnused" -}}
{{- $c := . -}}
{{- $used := include "otlp-collector.used" .config | fromJson -}}
{{- range $kind, $_ := omit .s.table.components "extensions" -}}
  {{- range $id, $_ := get $c.config $kind | default dict -}}
    {{- if not (or (hasKey (get $used $kind) $id) (hasKey (get $c.user $kind | default dict) $id)) -}}{{- $_ := unset (get $c.config $kind) $id -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* Every extension is enabled, the user's order first. */ -}}
{{- define "otlp-collector.enableExtensions" -}}
{{- $c := . -}}
{{- $extensions := list -}}
{{- range $id := (.config.service).extensions -}}{{- if not (hasKey $c.gone.extensions $id) -}}{{- $extensions = append $extensions $id -}}{{- end -}}{{- end -}}
{{- $_ := set .config "service" (.config.service | default dict) -}}
{{- $_ := set .config.service "extensions" (concat $extensions (keys (.config.extensions | default dict) | sortAlpha) | uniq) -}}
{{- end -}}

{{- /* Defaults under the bodies, and what the image lacks. */ -}}
{{- define "otlp-collector.fillDefaults" -}}
{{- $c := . -}}
{{- range $kind, $rows := .s.table.components -}}
  {{- range $id, $body := get $c.config $kind | default dict -}}
    {{- $row := get $rows (regexFind "^[^/]*" $id) | default dict -}}
    {{- if or (kindIs "map" $body) (kindIs "invalid" $body) -}}
      {{- range $default := $row.defaults -}}
        {{- $_ := set $c.facts "config" $body -}}
        {{- if include "otlp-collector.holds" (list $default.when $c.facts) -}}
          {{- $under := include "otlp-collector.substitute" (list $default.config $c.facts) | fromJson -}}
          {{- include "otlp-collector.overlay" (list $under ($body | default dict)) -}}
          {{- $body = $under -}}
        {{- end -}}
      {{- end -}}
      {{- $_ := set (get $c.config $kind) $id ($body | default dict) -}}
    {{- end -}}
    {{- with include "otlp-collector.lacks" (list $row $c.s.version $c.s.distribution) -}}
      {{- $_ := set $c "problems" (append $c.problems (printf "config.%s.%s: %s" $kind $id .)) -}}
    {{- end -}}
  {{- end -}}
  {{- if not (get $c.config $kind) -}}{{- $_ := unset $c.config $kind -}}{{- end -}}
{{- end -}}
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

{{- /* Lists that name what is not defined, and pipelines that the collector does not start. */ -}}
{{- define "otlp-collector.checkReferences" -}}
{{- $c := . -}}
{{- if not .pipelines -}}
  {{- $_ := set . "problems" (append .problems "config.service.pipelines has no pipeline left, and the collector needs one: define one, or take back a `without`") -}}
{{- end -}}
{{- range $id, $pipeline := .pipelines -}}
  {{- range $role := list "receivers" "processors" "exporters" -}}
    {{- $list := get $pipeline $role | default list -}}
    {{- if not (or $list (eq $role "processors")) -}}
      {{- $_ := set $c "problems" (append $c.problems (printf "config.service.pipelines.%s.%s is empty: define one in config.%s, or leave the pipeline out by without.pipelines.%s" $id $role $role $id)) -}}
    {{- end -}}
    {{- range $item := $list -}}
      {{- $defined := or (hasKey (get $c.config $role | default dict) $item) (and (ne $role "processors") (hasKey ($c.config.connectors | default dict) $item)) -}}
      {{- if not $defined -}}
        {{- $_ := set $c "problems" (append $c.problems (printf "config.service.pipelines.%s.%s names %s, which is not defined: define it in config.%s" $id $role $item $role)) -}}
      {{- end -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- range $id := .config.service.extensions -}}
  {{- if not (hasKey ($c.config.extensions | default dict) $id) -}}
    {{- $_ := set $c "problems" (append $c.problems (printf "config.service.extensions names %s, which is not defined: define it in config.extensions" $id)) -}}
  {{- end -}}
{{- end -}}
{{- end -}}
