{{- /*
Questions to, and changes of, a document: the facts of a release with a component's body.
The chart's part of collectorconfig's lookup.go. It names no component.
*/ -}}

{{- /* The values at a dotted path, as a JSON list: (list PATH DOCUMENT). A path visits
every element of a list, `*` every value of a map; `~` is a dot that belongs to a key. */ -}}
{{- define "otlp-collector.lookup" -}}
{{- $found := list (last .) -}}
{{- range $key := splitList "." (first .) -}}
  {{- $key = replace "~" "." $key -}}
  {{- $next := list -}}
  {{- range $doc := $found -}}
    {{- $values := list -}}
    {{- if and (kindIs "map" $doc) (eq $key "*") -}}
      {{- range $doc -}}{{- $values = append $values . -}}{{- end -}}
    {{- else if and (kindIs "map" $doc) (hasKey $doc $key) -}}
      {{- $values = list (get $doc $key) -}}
    {{- end -}}
    {{- range $values -}}
      {{- if kindIs "slice" . -}}{{- $next = concat $next . -}}{{- else -}}{{- $next = append $next . -}}{{- end -}}
    {{- end -}}
  {{- end -}}
  {{- $found = $next -}}
{{- end -}}
{{- toJson $found -}}
{{- end -}}

{{- /* The scalars at a path as text, as a JSON list; what is empty is left out. */ -}}
{{- define "otlp-collector.texts" -}}
{{- $texts := list -}}
{{- range include "otlp-collector.lookup" . | fromJsonArray -}}
  {{- if not (or (kindIs "map" .) (kindIs "slice" .) (kindIs "invalid" .)) -}}
    {{- $texts = without (append $texts (toString .)) "" -}}
  {{- end -}}
{{- end -}}
{{- toJson $texts -}}
{{- end -}}

{{- /* "true" when all conditions hold: (list CONDITIONS DOCUMENT). */ -}}
{{- define "otlp-collector.holds" -}}
{{- $doc := last . -}}
{{- $holds := true -}}
{{- range $c := first . -}}
  {{- if not $holds -}}{{- break -}}{{- end -}}
  {{- $values := list -}}
  {{- if contains "." $c.path -}}{{- $values = include "otlp-collector.lookup" (list $c.path $doc) | fromJsonArray -}}
  {{- else if hasKey $doc $c.path -}}{{- $values = list (get $doc $c.path) -}}
  {{- end -}}
  {{- $meets := and (default false $c.exists) (gt (len $values) 0) -}}
  {{- range $value := $values -}}
    {{- $text := "" -}}
    {{- if not (or (kindIs "map" $value) (kindIs "slice" $value) (kindIs "invalid" $value)) -}}{{- $text = toString $value -}}{{- end -}}
    {{- if $meets -}}{{- break -}}
    {{- else if hasKey $c "equals" -}}{{- $meets = eq $text (toString $c.equals) -}}
    {{- else if $c.since -}}{{- $meets = semverCompare (printf ">=%s" $c.since) $text -}}
    {{- else if $c.before -}}{{- $meets = semverCompare (printf "<%s" $c.before) $text -}}
    {{- end -}}
  {{- end -}}
  {{- if eq $meets (default false $c.not) -}}{{- $holds = false -}}{{- end -}}
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
