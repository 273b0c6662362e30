{{- /*
Questions to, and changes of, a document: the facts of a release with a component's body.
The chart's part of collectorconfig's lookup.go. It names no component.
*/ -}}

{{- /* Sets .found of (dict "path" PATH "doc" DOCUMENT) to a list of the values at a dotted path. A
path visits every element of a list, `*` every value of a map; `~` is a dot that belongs to a key. */ -}}
{{- define "otlp-collector.find" -}}
{{- $every := contains "*" .path -}}
{{- $dotted := contains "~" .path -}}
{{- $found := list .doc -}}
{{- range $key := splitList "." .path -}}
  {{- if $dotted -}}{{- $key = replace "~" "." $key -}}{{- end -}}
  {{- $next := list -}}
  {{- range $doc := $found -}}
    {{- if kindIs "map" $doc -}}
      {{- if and $every (eq $key "*") -}}
        {{- range $doc -}}
          {{- if kindIs "slice" . -}}{{- $next = concat $next . -}}{{- else -}}{{- $next = append $next . -}}{{- end -}}
        {{- end -}}
      {{- else if hasKey $doc $key -}}
        {{- $value := get $doc $key -}}
        {{- if kindIs "slice" $value -}}{{- $next = concat $next $value -}}{{- else -}}{{- $next = append $next $value -}}{{- end -}}
      {{- end -}}
    {{- end -}}
  {{- end -}}
  {{- $found = $next -}}
{{- end -}}
{{- $_ := set . "found" $found -}}
{{- end -}}

{{- /* The values at a path, as a JSON list: (list PATH DOCUMENT). */ -}}
{{- define "otlp-collector.lookup" -}}
{{- $query := dict "path" (first .) "doc" (last .) -}}
{{- include "otlp-collector.find" $query -}}
{{- toJson $query.found -}}
{{- end -}}

{{- /* The scalars at a path as text, as a JSON list; what is empty is left out. */ -}}
{{- define "otlp-collector.texts" -}}
{{- $query := dict "path" (first .) "doc" (last .) -}}
{{- include "otlp-collector.find" $query -}}
{{- $texts := list -}}
{{- range $query.found -}}
  {{- if not (or (kindIs "map" .) (kindIs "slice" .) (kindIs "invalid" .)) -}}
    {{- $texts = without (append $texts (toString .)) "" -}}
  {{- end -}}
{{- end -}}
{{- toJson $texts -}}
{{- end -}}

{{- /* "true" when all conditions hold: (list CONDITIONS DOCUMENT). A key of the document may be a
whole path, as those of presets are among the facts. */ -}}
{{- define "otlp-collector.holds" -}}
{{- $doc := last . -}}
{{- $holds := true -}}
{{- range $c := first . -}}
  {{- if $holds -}}
    {{- $values := list -}}
    {{- if hasKey $doc $c.path -}}{{- $values = list (get $doc $c.path) -}}
    {{- else if contains "." $c.path -}}
      {{- $query := dict "path" $c.path "doc" $doc -}}
      {{- include "otlp-collector.find" $query -}}
      {{- $values = $query.found -}}
    {{- end -}}
    {{- $meets := and $c.exists $values | empty | not -}}
    {{- range $value := $values -}}
      {{- if not $meets -}}
        {{- $text := "" -}}
        {{- if not (or (kindIs "map" $value) (kindIs "slice" $value) (kindIs "invalid" $value)) -}}{{- $text = toString $value -}}{{- end -}}
        {{- if hasKey $c "equals" -}}{{- $meets = eq $text (toString $c.equals) -}}
        {{- else if $c.since -}}{{- $meets = semverCompare (printf ">=%s" $c.since) $text -}}
        {{- else if $c.before -}}{{- $meets = semverCompare (printf "<%s" $c.before) $text -}}
        {{- end -}}
      {{- end -}}
    {{- end -}}
    {{- if eq $meets (default false $c.not) -}}{{- $holds = false -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- if $holds -}}true{{- end -}}
{{- end -}}

{{- /* A document with each ${chart:PATH} replaced by the fact there, as JSON: (list DOCUMENT FACTS). */ -}}
{{- define "otlp-collector.substitute" -}}
{{- $text := toJson (first .) -}}
{{- $facts := last . -}}
{{- range $variable := regexFindAll "\\$\\{chart:[^}]+\\}" $text -1 | uniq -}}
  {{- $path := $variable | trimPrefix "${chart:" | trimSuffix "}" -}}
  {{- $text = replace $variable (include "otlp-collector.texts" (list $path $facts) | fromJsonArray | first | default "") $text -}}
{{- end -}}
{{- $text -}}
{{- end -}}

{{- /* Lays SRC over DST, in place: (list DST SRC). Maps merge, null keeps what is there. */ -}}
{{- define "otlp-collector.overlay" -}}
{{- $dst := first . -}}
{{- range $key, $value := last . -}}
  {{- $old := get $dst $key -}}
  {{- if and (kindIs "map" $value) (kindIs "map" $old) -}}{{- include "otlp-collector.overlay" (list $old $value) -}}
  {{- else if not (and (kindIs "invalid" $value) (hasKey $dst $key)) -}}{{- $_ := set $dst $key $value -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* Overlay, but the lists of pipelines join. */ -}}
{{- define "otlp-collector.lay" -}}
{{- $before := (((first .).service).pipelines) | default dict -}}
{{- range $id, $pipeline := (((last .).service).pipelines) -}}
  {{- range $role, $items := $pipeline -}}
    {{- $old := get (get $before $id | default dict) $role | default list -}}
    {{- if kindIs "slice" $items -}}{{- $_ := set $pipeline $role (concat $old $items | uniq) -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- include "otlp-collector.overlay" . -}}
{{- end -}}
