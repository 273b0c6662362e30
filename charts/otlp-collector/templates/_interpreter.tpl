{{- /*
The interpreter of files/components.json: the algebra, and no component's name.
collectorconfig.Compile and Derive in Go are the reference; a differential test holds
these equal to them, byte for byte.
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
  {{- $meets := false -}}
  {{- if $c.exists -}}
    {{- $meets = ne "[]" (include "otlp-collector.lookup" (list $c.path $doc)) -}}
  {{- else -}}
    {{- range $value := include "otlp-collector.lookup" (list $c.path $doc) | fromJsonArray -}}
      {{- $text := "" -}}
      {{- if not (or (kindIs "map" $value) (kindIs "slice" $value) (kindIs "invalid" $value)) -}}{{- $text = toString $value -}}{{- end -}}
      {{- if hasKey $c "equals" -}}{{- $meets = or $meets (eq $text (toString $c.equals)) -}}
      {{- else if $c.contains -}}{{- $meets = or $meets (contains $c.contains $text) -}}
      {{- else if $c.since -}}{{- $meets = or $meets (semverCompare (printf ">=%s" $c.since) $text) -}}
      {{- else -}}{{- $meets = or $meets (semverCompare (printf "<%s" $c.before) $text) -}}
      {{- end -}}
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

{{- /* Sets .derived of the state: (list STATE FACTS). */ -}}
{{- define "otlp-collector.derive" -}}
{{- $s := first . -}}
{{- $facts := last . -}}
{{- $config := $s.config -}}
{{- $d := dict "table" $s.table "facts" $facts "ports" dict "rules" dict "mounts" dict "runAsRoot" false "memoryLimitMiB" (int64 $s.memoryLimitMiB) -}}
{{- $_ := set $d "goMemLimitMiB" (div (mul $d.memoryLimitMiB 80) 100) -}}
{{- $used := include "otlp-collector.used" $config | fromJson -}}
{{- range $kind := list "receivers" "processors" "exporters" "connectors" "extensions" -}}
  {{- range $id, $_ := get $used $kind | default dict -}}
    {{- $name := include "otlp-collector.name" (dict "id" (regexFind "^[^/]*" $id) "kind" $kind "table" $s.table "version" "") -}}
    {{- $_ := set $facts "config" (get (get $config $kind) $id) -}}
    {{- include "otlp-collector.take" (list $d (get (get $s.table.components $kind) $name | default dict)) -}}
  {{- end -}}
{{- end -}}
{{- $_ := set $facts "config" ((($config.service).telemetry).metrics) -}}
{{- include "otlp-collector.take" (list $d $s.table.telemetry) -}}
{{- $env := dict -}}
{{- range $name, $field := $s.table.environment -}}
  {{- if contains $name $s.configText -}}{{- $_ := set $env $name $field -}}{{- end -}}
{{- end -}}
{{- $ports := list -}}
{{- range $d.ports -}}{{- $ports = append $ports . -}}{{- end -}}
{{- $mounts := list -}}
{{- range $d.mounts -}}{{- $mounts = append $mounts . -}}{{- end -}}
{{- $rules := list -}}
{{- $roles := dict -}}
{{- range $namespace, $keyed := $d.rules -}}
  {{- $list := list -}}
  {{- range $keyed -}}{{- $list = append $list . -}}{{- end -}}
  {{- if $namespace -}}{{- $_ := set $roles $namespace $list -}}{{- else -}}{{- $rules = $list -}}{{- end -}}
{{- end -}}
{{- $derived := dict "ports" $ports "rules" $rules "roles" $roles "mounts" $mounts "env" $env "goMemLimitMiB" $d.goMemLimitMiB "runAsRoot" $d.runAsRoot -}}
{{- if $d.probe -}}{{- $_ := set $derived "probe" $d.probe -}}{{- end -}}
{{- $_ := set $s "derived" $derived -}}
{{- end -}}

{{- /* Adds what one component needs, whose body is .facts.config: (list DERIVATION ROW). */ -}}
{{- define "otlp-collector.take" -}}
{{- $d := first . -}}{{- $row := last . -}}
{{- range $port := $row.ports -}}
  {{- if include "otlp-collector.holds" (list $port.when $d.facts) -}}{{- include "otlp-collector.port" (dict "d" $d "port" $port "probe" $row.probe) -}}{{- end -}}
{{- end -}}
{{- range $grant := $row.grants -}}
  {{- $docs := list $d.facts -}}
  {{- if $grant.each -}}
    {{- $docs = list -}}
    {{- range include "otlp-collector.lookup" (list $grant.each $d.facts) | fromJsonArray -}}{{- $docs = append $docs (set (omit $d.facts "config") "config" .) -}}{{- end -}}
  {{- end -}}
  {{- range $doc := $docs -}}
    {{- if include "otlp-collector.holds" (list $grant.when $doc) -}}{{- include "otlp-collector.grant" (dict "d" $d "grant" $grant "doc" $doc) -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- range $mount := $row.mounts -}}
  {{- if include "otlp-collector.holds" (list $mount.when $d.facts) -}}{{- include "otlp-collector.mount" (dict "d" $d "mount" $mount) -}}{{- end -}}
{{- end -}}
{{- with $row.memory -}}
  {{- $mib := include "otlp-collector.texts" (list .mibPath $d.facts) | fromJsonArray | first | default "" -}}
  {{- $percentage := include "otlp-collector.texts" (list .percentagePath $d.facts) | fromJsonArray | first | default "" -}}
  {{- if and (regexMatch "^[0-9]+$" $mib) (gt (int64 $mib) 0) -}}{{- $_ := set $d "goMemLimitMiB" (int64 $mib) -}}
  {{- else if and (regexMatch "^[0-9]+$" $percentage) (gt (int64 $percentage) 0) $d.memoryLimitMiB -}}
    {{- $_ := set $d "goMemLimitMiB" (div (mul $d.memoryLimitMiB (int64 $percentage)) 100) -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* Adds a socket that is reachable from outside the Pod, and the probe that it answers. */ -}}
{{- define "otlp-collector.port" -}}
{{- $d := .d -}}{{- $row := .port -}}
{{- $endpoint := include "otlp-collector.texts" (list $row.path $d.facts) | fromJsonArray | first | default ($row.default | default "") -}}
{{- $host := $endpoint -}}
{{- if $row.hostPath -}}{{- $host = include "otlp-collector.texts" (list $row.hostPath $d.facts) | fromJsonArray | first | default ($row.default | default "") -}}{{- end -}}
{{- $number := int64 (regexFind "[0-9]+\\}?$" $endpoint | trimSuffix "}") -}}
{{- if or (eq $number 0) (gt $number 65535) -}}{{- $number = int64 (regexFind "[0-9]+$" ($row.default | default "")) -}}{{- end -}}
{{- $local := regexMatch "^(\\$\\{env:[A-Za-z0-9_]+:-)?(localhost|127\\.|\\[::1\\])" $host -}}
{{- if and $number (not $local) (not (regexMatch "^(unix:|/|@)" $endpoint)) -}}
  {{- $key := printf "%s%d" $row.protocol $number -}}
  {{- if not (hasKey $d.ports $key) -}}
    {{- $name := $row.name -}}
    {{- range $d.ports -}}{{- if eq .name $row.name -}}{{- $name = printf "port-%d-%s" $number (lower $row.protocol) -}}{{- end -}}{{- end -}}
    {{- $port := dict "name" $name "port" $number "protocol" $row.protocol "service" (default false $row.service) -}}
    {{- if $row.appProtocol -}}{{- $_ := set $port "appProtocol" $row.appProtocol -}}{{- end -}}
    {{- $_ := set $d.ports $key $port -}}
  {{- end -}}
  {{- if and .probe (not $d.probe) -}}
    {{- $path := include "otlp-collector.texts" (list .probe.path $d.facts) | fromJsonArray | first | default "/" -}}
    {{- $tls := ne "[]" (include "otlp-collector.lookup" (list .probe.tlsPath $d.facts)) -}}
    {{- $_ := set $d "probe" (dict "port" $number "path" $path "scheme" ($tls | ternary "HTTPS" "HTTP")) -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* Adds a rule to those of the same groups and verbs. */ -}}
{{- define "otlp-collector.grant" -}}
{{- $d := .d -}}{{- $grant := .grant -}}
{{- $resources := $grant.resources | default list -}}
{{- if $grant.resourcesPath -}}{{- $resources = include "otlp-collector.texts" (list $grant.resourcesPath .doc) | fromJsonArray -}}{{- end -}}
{{- $groups := $grant.apiGroups | default list -}}
{{- if $grant.groupsPath -}}
  {{- $groups = include "otlp-collector.texts" (list $grant.groupsPath .doc) | fromJsonArray -}}
  {{- if not $groups -}}{{- range $resources -}}{{- $groups = append $groups (get $d.table.groups .) -}}{{- end -}}{{- end -}}
{{- end -}}
{{- $namespaces := list "" -}}
{{- if $grant.namespacesPath -}}{{- $namespaces = include "otlp-collector.texts" (list $grant.namespacesPath .doc) | fromJsonArray | default $namespaces -}}{{- end -}}
{{- $key := printf "%s|%s|%s" (join "," $groups) (join "," $grant.verbs) (join "," ($grant.nonResourceURLs | default list)) -}}
{{- range $namespace := $namespaces -}}
  {{- if not (hasKey $d.rules $namespace) -}}{{- $_ := set $d.rules $namespace dict -}}{{- end -}}
  {{- $keyed := get $d.rules $namespace -}}
  {{- $rule := dict "verbs" $grant.verbs -}}
  {{- with concat ((get $keyed $key | default dict).resources | default list) $resources | uniq | sortAlpha -}}{{- $_ := set $rule "resources" . -}}{{- end -}}
  {{- with $groups -}}{{- $_ := set $rule "apiGroups" . -}}{{- end -}}
  {{- with $grant.nonResourceURLs -}}{{- $_ := set $rule "nonResourceURLs" . -}}{{- end -}}
  {{- $_ := set $keyed $key $rule -}}
{{- end -}}
{{- end -}}

{{- /* Adds the folders at a path of the config. */ -}}
{{- define "otlp-collector.mount" -}}
{{- $d := .d -}}{{- $row := .mount -}}
{{- range $folder := include "otlp-collector.texts" (list $row.path $d.facts) | fromJsonArray -}}
  {{- if and (hasPrefix "/" $folder) (not (contains "${" $folder)) -}}
    {{- if $row.files -}}
      {{- $cut := regexReplaceAll "[^/]*[*?{\\[].*$" $folder "" -}}
      {{- $folder = eq $cut $folder | ternary (dir $folder) (clean $cut) -}}
    {{- end -}}
    {{- $name := $row.name -}}
    {{- if eq $row.volume "host" -}}
      {{- $name = printf "host%s" (regexReplaceAll "[^a-z0-9]+" (lower $folder) "-") | trimSuffix "-" | trunc 63 | trimSuffix "-" -}}
    {{- end -}}
    {{- if not (hasKey $d.mounts $folder) -}}
      {{- $_ := set $d.mounts $folder (dict "name" $name "mountPath" $folder "volume" $row.volume "readOnly" (default false $row.readOnly)) -}}
    {{- end -}}
    {{- if has $row.volume (list "host" "state-host") -}}{{- $_ := set $d "runAsRoot" true -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- end -}}
