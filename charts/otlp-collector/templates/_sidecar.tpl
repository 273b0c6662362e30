{{- /* The API version of the policy: the value's, else the cluster's newest, else by Kubernetes version. */ -}}
{{- define "otlp-collector.policyVersion" -}}
{{- $version := .otlp.v.sidecar.apiVersion -}}
{{- range list (list "v1" "1.36.0-0") (list "v1beta1" "1.34.0-0") (list "v1alpha1" "1.32.0-0") -}}
{{- if not $version -}}
{{- $candidate := first . -}}
{{- $since := last . -}}
{{- $kind := printf "admissionregistration.k8s.io/%s/MutatingAdmissionPolicy" $candidate -}}
{{- /* Without a cluster Helm knows no kinds. */ -}}
{{- $offline := not ($.Capabilities.APIVersions.Has "v1/Pod") -}}
{{- $served := $.Capabilities.APIVersions.Has $kind -}}
{{- if or $served (and $offline (semverCompare (printf ">=%s" $since) $.Capabilities.KubeVersion.Version)) -}}
{{- $version = $candidate -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if not $version -}}
{{- fail (printf "mode sidecar needs MutatingAdmissionPolicy, which this cluster (Kubernetes %s) does not serve: it is on from 1.36, and a feature gate from 1.32. Switch the gate on, or set sidecar.policy=false and inject by `helm otlp inject`, which is also a --post-renderer of Helm, or by the template otlp-collector.sidecar in your own charts" .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- $version -}}
{{- end }}

{{- /*
A value as a CEL expression. CEL here wants the values of a map or list to be of one type,
so each is made dynamic where not all are strings. Each dyn() costs time at every Pod.
*/ -}}
{{- define "otlp-collector.cel" -}}
{{- $parts := list -}}
{{- if or (kindIs "map" .) (kindIs "slice" .) -}}
{{- $format := "%s" -}}
{{- range . }}{{ if not (kindIs "string" .) }}{{ $format = "dyn(%s)" }}{{ end }}{{ end -}}
{{- if kindIs "map" . -}}
{{- range $key, $value := . -}}
{{- $parts = append $parts (printf "%s: %s" (toJson $key) (printf $format (include "otlp-collector.cel" $value))) -}}
{{- end -}}
{{- printf "{%s}" (join ", " $parts) -}}
{{- else -}}
{{- range . -}}
{{- $parts = append $parts (printf $format (include "otlp-collector.cel" .)) -}}
{{- end -}}
{{- printf "[%s]" (join ", " $parts) -}}
{{- end -}}
{{- else -}}
{{- toJson . -}}
{{- end -}}
{{- end }}

{{- /*
In CEL, whether one of the containers declares a port that the collector listens on. Takes containers (a list, in
CEL), which (a condition on one, c, with "&&" behind it, or nothing) and listens.
*/ -}}
{{- define "otlp-collector.declares" -}}
{{- $numbers := dict -}}
{{- range .listens }}{{ $_ := set $numbers .protocol (append (get $numbers .protocol | default list) .port) }}{{ end -}}
{{- $either := list -}}
{{- range $protocol, $of := $numbers -}}
{{- $either = append $either (printf "(p.containerPort in %s && p.protocol == %s)" (toJson $of) (toJson $protocol)) -}}
{{- end -}}
{{- printf "%s.exists(c, %shas(c.ports) && c.ports.exists(p, %s))" .containers .which (join " || " $either) -}}
{{- end }}

{{- /*
What an application's containers get: a list of {unless, env}, whose variables are set where
the container has none of them: some refer to others, and one of its own is not to be set twice.
*/ -}}
{{- define "otlp-collector.applicationEnv" -}}
{{- with .otlp.v.sidecar.endpoint }}
- unless: OTEL_EXPORTER_OTLP_ENDPOINT
  env:
    - name: OTEL_EXPORTER_OTLP_ENDPOINT
      value: {{ . | quote }}
{{- end }}
{{- if .otlp.v.sidecar.resourceAttributes }}
- unless: OTEL_RESOURCE_ATTRIBUTES
  env:
    {{- $pairs := list }}
    {{- range list
      (list "POD_NAME" "metadata.name" "k8s.pod.name")
      (list "POD_UID" "metadata.uid" "k8s.pod.uid")
      (list "NAMESPACE_NAME" "metadata.namespace" "k8s.namespace.name")
      (list "NODE_NAME" "spec.nodeName" "k8s.node.name") }}
    {{- $variable := printf "OTEL_RESOURCE_ATTRIBUTES_%s" (first .) }}
    {{- $pairs = append $pairs (printf "%s=$(%s)" (last .) $variable) }}
    - name: {{ $variable }}
      valueFrom:
        fieldRef:
          apiVersion: v1
          fieldPath: {{ index . 1 }}
    {{- end }}
    - name: OTEL_RESOURCE_ATTRIBUTES
      value: {{ join "," $pairs }}
{{- end }}
{{- end }}

{{- /*
All that is put into a Pod, as JSON, for those who do it without the policy: release, configHash,
hostNetwork (whether Pods on the node's network get it), namespaceSelector (which namespaces may
have it), ports (those that it listens on), container, volumes, env (as applicationEnv has it), labels and annotations of the Pod,
and notes for who injects it.
*/ -}}
{{- define "otlp-collector.injection" -}}
{{- include "otlp-collector.load" . -}}
{{- $hash := include "otlp-collector.configHash" . -}}
{{- toJson (dict
  "release" .Release.Name
  "configHash" $hash
  "hostNetwork" .otlp.v.sidecar.hostNetwork
  "namespaceSelector" (.otlp.v.sidecar.namespaceSelector | default dict)
  "ports" .otlp.derived.listens
  "container" (include "otlp-collector.sidecar" . | fromYaml)
  "volumes" (include "otlp-collector.volumes" . | fromJsonArray)
  "env" (include "otlp-collector.applicationEnv" . | fromYamlArray)
  "labels" (dict "sidecar.opentelemetry.io/injected" .Release.Name)
  "notes" (empty .otlp.fallback | ternary list (list "a pipeline has no exporter of yours, so its data goes to the collector's log: give one in config.exporters"))
  "annotations" (dict "sidecar.opentelemetry.io/config-hash" $hash)) -}}
{{- end }}
