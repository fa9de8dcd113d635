{{/* Names of at most 40 characters, so that what is added to them fits into 63. */}}
{{- define "cq-server.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "cq-server.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "cq-server.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "cq-server.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "cq-server.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{/* Call with (dict "root" $ "component" NAME). What is selected by: it must never change for a release. */}}
{{- define "cq-server.selector" -}}
app.kubernetes.io/name: {{ include "cq-server.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "cq-server.labels" -}}
{{ include "cq-server.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "cq-server.migration" -}}
{{- if .Values.migration.mode -}}{{ .Values.migration.mode }}
{{- else if eq .Values.database.kind "postgresql" -}}job
{{- else -}}start
{{- end -}}
{{- end -}}

{{/* The same text for a number of a file, which Helm reads as a float, and of a command line. */}}
{{- define "cq-server.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}{{ int64 . }}{{- else -}}{{ . }}{{- end -}}
{{- end -}}

{{/* What every pod that runs cq-server has. Call with (dict "root" $ "secret" NAME). */}}
{{- define "cq-server.pod" -}}
automountServiceAccountToken: false
{{- with .root.Values.serviceAccountName }}
serviceAccountName: {{ . }}
{{- end }}
# else a Service called `cq` would put its address into CQ_PORT
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "cq-server.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Where the variables come from. Call with (dict "root" $ "secret" NAME). */}}
{{- define "cq-server.envFrom" -}}
{{- if or .secret .root.Values.extraEnvFrom -}}
envFrom:
  {{- with .secret }}
  - secretRef:
      name: {{ . }}
  {{- end }}
  {{- with .root.Values.extraEnvFrom }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
{{- end -}}

{{/* The variables of every process: the database and what is configured. */}}
{{- define "cq-server.env" -}}
{{- if eq .Values.database.kind "trial" -}}
- name: CQ_DATABASE_URL
  value: postgresql://cq@{{ include "cq-server.fullname" . }}-trial-postgresql:5432/cq?sslmode=disable
# what the URL leaves open
- name: PGPASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .Values.existingSecret }}
      key: {{ .Values.database.trial.passwordKey }}
{{- else if eq .Values.database.kind "sqlite" -}}
- name: CQ_DB_PATH
  value: /data/cq.db
{{- if .Values.existingSecret }}
# one in the Secret would go before the file
- name: CQ_DATABASE_URL
  value: ''
{{- end }}
{{- end }}
{{- range $name, $value := .Values.config }}
- name: {{ $name }}
  {{- /* `on` without quotes is a boolean in a file */}}
  value: {{ if and (kindIs "bool" $value) (hasPrefix "CQ_" $name) }}{{ ternary "on" "off" $value | quote }}{{ else }}{{ include "cq-server.text" $value | quote }}{{ end }}
{{- end }}
{{- with .Values.publicUrl }}
- name: CQ_PUBLIC_URL
  value: {{ . | quote }}
{{- end }}
{{- $embedding := .Values.embedding }}
{{- range $name, $value := dict "PROVIDER" $embedding.provider "URL" $embedding.url "MODEL" $embedding.model "MODEL_DIR" $embedding.modelDir "DIMENSIONS" $embedding.dimensions "DOCUMENT_PREFIX" $embedding.documentPrefix "QUERY_PREFIX" $embedding.queryPrefix }}
{{- if $value }}
- name: CQ_EMBEDDING_{{ $name }}
  value: {{ include "cq-server.text" $value | quote }}
{{- end }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "cq-server.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if .Values.database.tlsSecret }}
- name: database-tls
  mountPath: /etc/cq/database-tls
  readOnly: true
{{- end }}
{{- if eq .Values.database.kind "sqlite" }}
- name: data
  mountPath: /data
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "cq-server.volumes" -}}
- name: tmp
  emptyDir: {}
{{- with .Values.database.tlsSecret }}
# certificates for sslrootcert, sslcert and sslkey; may be absent
- name: database-tls
  secret:
    secretName: {{ . }}
    optional: true
{{- end }}
{{- if eq .Values.database.kind "sqlite" }}
- name: data
  persistentVolumeClaim:
    claimName: {{ default (printf "%s-data" (include "cq-server.fullname" .)) .Values.database.sqlite.existingClaim }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The path of `publicUrl`, where it has one. */}}
{{- define "cq-server.path" -}}
{{- default "/" (get (urlParse .Values.publicUrl) "path") -}}
{{- end -}}
