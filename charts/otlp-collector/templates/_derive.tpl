{{- /*
What a compiled config needs of Kubernetes: ports, rules, mounts, probe, environment and
GOMEMLIMIT. collectorconfig.Derive in Go is the reference, as for _compile.tpl.
*/ -}}

{{- /* Sets .derived of the state: (list STATE FACTS). */ -}}
{{- define "otlp-collector.derive" -}}
{{- $s := first . -}}
{{- $facts := last . -}}
{{- $config := $s.config -}}
{{- $d := dict "table" $s.table "facts" $facts "ports" dict "listens" dict "rules" dict "mounts" dict "runAsRoot" false "memoryLimitMiB" (int64 $s.memoryLimitMiB) -}}
{{- $_ := set $d "goMemLimitMiB" (div (mul $d.memoryLimitMiB 80) 100) -}}
{{- $used := include "otlp-collector.used" $config | fromJson -}}
{{- range $kind := list "receivers" "processors" "exporters" "connectors" "extensions" -}}
  {{- range $id, $_ := get $used $kind | default dict -}}
    {{- $name := include "otlp-collector.name" (dict "id" (regexFind "^[^/]*" $id) "kind" $kind "table" $s.table "version" "") -}}
    {{- $_ := set $facts "config" (get (get $config $kind) $id) -}}
    {{- $signals := list -}}
    {{- range $pipeline, $lists := $config.service.pipelines -}}
      {{- if has $id (get ($lists | default dict) $kind | default list) -}}{{- $signals = append $signals (regexFind "^[^/]*" $pipeline) -}}{{- end -}}
    {{- end -}}
    {{- $_ := set $facts "pipelines" (dict "signals" $signals) -}}
    {{- $_ := set $d "of" (printf "%s.%s" $kind $id) -}}
    {{- include "otlp-collector.take" (list $d (get (get $s.table.components $kind) $name | default dict)) -}}
  {{- end -}}
{{- end -}}
{{- $metrics := (($config.service).telemetry).metrics -}}
{{- $_ := set $facts "config" $metrics -}}
{{- $_ := unset $facts "pipelines" -}}
{{- $metrics = kindIs "map" $metrics | ternary $metrics dict -}}
{{- /* Those of the collector itself are served where nothing is said of them, and not at the level none. */ -}}
{{- $_ := set $d "of" (eq (lower (toString $metrics.level)) "none" | ternary "" "service.telemetry.metrics") -}}
{{- if not (or (hasKey $metrics "readers") (hasKey $metrics "address")) -}}
  {{- $row := first $s.table.telemetry.ports -}}
  {{- include "otlp-collector.listen" (list $d $row.protocol (int64 (regexFind "[0-9]+$" $row.default))) -}}
{{- end -}}
{{- include "otlp-collector.take" (list $d $s.table.telemetry) -}}
{{- $env := dict -}}
{{- range $name, $field := $s.table.environment -}}
  {{- if contains $name $s.configText -}}{{- $_ := set $env $name $field -}}{{- end -}}
{{- end -}}
{{- $ports := list -}}
{{- range $d.ports -}}{{- $ports = append $ports . -}}{{- end -}}
{{- $listens := list -}}
{{- range $d.listens -}}{{- $listens = append $listens . -}}{{- end -}}
{{- $mounts := list -}}
{{- range $d.mounts -}}{{- $mounts = append $mounts . -}}{{- end -}}
{{- $rules := list -}}
{{- $roles := dict -}}
{{- range $namespace, $keyed := $d.rules -}}
  {{- $list := list -}}
  {{- range $keyed -}}{{- $list = append $list . -}}{{- end -}}
  {{- if $namespace -}}{{- $_ := set $roles $namespace $list -}}{{- else -}}{{- $rules = $list -}}{{- end -}}
{{- end -}}
{{- $derived := dict "ports" $ports "listens" $listens "rules" $rules "roles" $roles "mounts" $mounts "env" $env "goMemLimitMiB" $d.goMemLimitMiB "runAsRoot" $d.runAsRoot -}}
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

{{- /* Adds a port that is taken in the Pod: (list DERIVATION PROTOCOL NUMBER). */ -}}
{{- define "otlp-collector.listen" -}}
{{- $d := first . -}}
{{- $key := printf "%s%d" (index . 1) (last .) -}}
{{- if and $d.of (not (hasKey $d.listens $key)) -}}
  {{- $_ := set $d.listens $key (dict "port" (last .) "protocol" (index . 1) "of" $d.of) -}}
{{- end -}}
{{- end -}}

{{- /* Adds a socket, and where it is reachable from outside the Pod the port and the probe that it answers. */ -}}
{{- define "otlp-collector.port" -}}
{{- $d := .d -}}{{- $row := .port -}}
{{- $endpoint := include "otlp-collector.texts" (list $row.path $d.facts) | fromJsonArray | first | default ($row.default | default "") -}}
{{- $host := $endpoint -}}
{{- if $row.hostPath -}}{{- $host = include "otlp-collector.texts" (list $row.hostPath $d.facts) | fromJsonArray | first | default ($row.default | default "") -}}{{- end -}}
{{- $number := int64 (regexFind "(^|:-?)[0-9]+\\}*$" $endpoint | trimAll ":-}") -}}
{{- if or (eq $number 0) (gt $number 65535) -}}{{- $number = int64 (regexFind "[0-9]+$" ($row.default | default "")) -}}{{- end -}}
{{- $local := regexMatch "^(\\$\\{env:[A-Za-z0-9_]+:-)?(localhost|127\\.|\\[::1\\])" $host -}}
{{- $inFile := regexMatch "^(unix:|/|@)" $endpoint -}}
{{- /* A port that a variable says is a guess, which is to keep no sidecar out. */ -}}
{{- $fixed := int64 (regexFind "(^|:)[0-9]+$" $endpoint | trimAll ":") -}}
{{- if and $fixed (le $fixed 65535) (not $inFile) -}}{{- include "otlp-collector.listen" (list $d $row.protocol $fixed) -}}{{- end -}}
{{- if and $number (not $local) (not $inFile) -}}
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

{{- /* Adds a rule to those of the same groups, verbs and names. */ -}}
{{- define "otlp-collector.grant" -}}
{{- $d := .d -}}{{- $grant := .grant -}}
{{- $resources := $grant.resources | default list -}}
{{- if $grant.resourcesPath -}}{{- $resources = include "otlp-collector.texts" (list $grant.resourcesPath .doc) | fromJsonArray -}}{{- end -}}
{{- $groups := $grant.apiGroups | default list -}}
{{- if $grant.groupsPath -}}
  {{- $groups = include "otlp-collector.texts" (list $grant.groupsPath .doc) | fromJsonArray -}}
  {{- if not $groups -}}{{- range $resources -}}{{- $groups = append $groups (get $d.table.groups .) -}}{{- end -}}{{- end -}}
{{- end -}}
{{- $names := $grant.resourceNames | default list -}}
{{- if $grant.namesPath -}}
  {{- $names = include "otlp-collector.texts" (list $grant.namesPath .doc) | fromJsonArray -}}
  {{- if contains "${" (join "," $names) -}}{{- $names = list -}}{{- end -}}
{{- end -}}
{{- $namespaces := $grant.namespace | list | compact -}}
{{- if $grant.namespacesPath -}}{{- $namespaces = include "otlp-collector.texts" (list $grant.namespacesPath .doc) | fromJsonArray -}}{{- end -}}
{{- if $grant.servicePath -}}
  {{- range include "otlp-collector.texts" (list $grant.servicePath .doc) | fromJsonArray -}}
    {{- $namespaces = append $namespaces (index (concat (splitList "." .) (list "" "")) 1 | default $d.facts.namespace) -}}
  {{- end -}}
{{- end -}}
{{- $joined := join "," $namespaces | replace "${env:POD_NAMESPACE}" $d.facts.namespace -}}
{{- $namespaces = contains "${" $joined | ternary (list "") (splitList "," $joined) -}}
{{- $key := printf "%s|%s|%s|%s" (join "," $groups) (join "," $grant.verbs) (join "," ($grant.nonResourceURLs | default list)) (join "," $names) -}}
{{- range $namespace := $namespaces -}}
  {{- if not (hasKey $d.rules $namespace) -}}{{- $_ := set $d.rules $namespace dict -}}{{- end -}}
  {{- $keyed := get $d.rules $namespace -}}
  {{- $rule := dict "verbs" $grant.verbs -}}
  {{- with concat ((get $keyed $key | default dict).resources | default list) $resources | uniq | sortAlpha -}}{{- $_ := set $rule "resources" . -}}{{- end -}}
  {{- with $groups -}}{{- $_ := set $rule "apiGroups" . -}}{{- end -}}
  {{- with $grant.nonResourceURLs -}}{{- $_ := set $rule "nonResourceURLs" . -}}{{- end -}}
  {{- with $names -}}{{- $_ := set $rule "resourceNames" . -}}{{- end -}}
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
