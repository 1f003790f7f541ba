{{/* What hubs, workers and the pull of the models have in common. A part is called with (list $ "hub"). */}}

{{- define "infinitetalk.name" -}}
{{ printf "%s-%s" (index . 0).Release.Name (index . 1) | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "infinitetalk.selector" -}}
app.kubernetes.io/name: infinitetalk-hub
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "infinitetalk.labels" -}}
{{ include "infinitetalk.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end }}

{{- define "infinitetalk.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "infinitetalk.claim" -}}
{{ .Values.models.existingClaim | default (include "infinitetalk.name" (list . "models")) }}
{{- end }}

{{/* The pod runs as a user without rights. */}}
{{- define "infinitetalk.pod" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "infinitetalk.container" -}}
image: {{ include "infinitetalk.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* The environment of a part, from maps of settings; the last map that names a setting wins. */}}
{{- define "infinitetalk.environment" -}}
{{- $settings := dict }}
{{- range . }}{{ $settings = merge (deepCopy .) $settings }}{{ end }}
{{- with $settings -}}
env:
  {{- range $name, $value := . }}
  {{- /* toString would turn a large number into 1e+07. */}}
  - { name: {{ $name }}, value: {{ kindIs "string" $value | ternary $value (toJson $value) | quote }} }
  {{- end }}
{{- end }}
{{- end }}

{{/* A hub does not know the name that the Ingress has: without it links would begin with the address of a pod. */}}
{{- define "infinitetalk.publicUrl" -}}
{{- with .Values.ingress }}
{{- if and .enabled (not (contains "*" .host)) -}}
INFINITETALK_PUBLIC_URL: http{{ if .tlsSecretName }}s{{ end }}://{{ .host }}
{{- end }}
{{- end }}
{{- end }}

{{/* Settings that the pods are made for. */}}
{{- define "infinitetalk.checkSettings" -}}
{{- range list .Values.settings .Values.hub.settings .Values.worker.settings }}
{{- if hasKey . "INFINITETALK_LIMIT_STOP_TIMEOUT_MS" }}
{{- fail "Set worker.stopTimeoutSeconds in place of INFINITETALK_LIMIT_STOP_TIMEOUT_MS: pods get their time to stop by it." }}
{{- end }}
{{- if hasKey . "INFINITETALK_PORT" }}
{{- fail "Set hub.service.port in place of INFINITETALK_PORT: clients reach the hubs at it, and pods listen on 8787." }}
{{- end }}
{{- end }}
{{- end }}
