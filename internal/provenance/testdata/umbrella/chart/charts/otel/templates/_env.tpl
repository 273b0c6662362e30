{{- define "otel.env" -}}
- name: POD_IP
  valueFrom: {fieldRef: {fieldPath: status.podIP}}
- name: GOMEMLIMIT
  value: 2GiB # want: gomemlimit-over-container-limit gomemlimit-over-container-limit
{{- end }}
