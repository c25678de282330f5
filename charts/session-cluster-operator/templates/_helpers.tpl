{{/* Name of the chart. */}}
{{- define "session-cluster-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Name of the release's objects; with the ending -metrics it still is a valid name of a Service. */}}
{{- define "session-cluster-operator.fullname" -}}
{{- $chart := default .Chart.Name .Values.nameOverride }}
{{- $name := printf "%s-%s" .Release.Name $chart }}
{{- if .Values.fullnameOverride }}
{{- $name = .Values.fullnameOverride }}
{{- else if contains $chart .Release.Name }}
{{- $name = .Release.Name }}
{{- end }}
{{- $name | trunc 55 | trimSuffix "-" }}
{{- end }}

{{- define "session-cluster-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "session-cluster-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "session-cluster-operator.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "session-cluster-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: session-cluster-operator
{{- end }}

{{- define "session-cluster-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "session-cluster-operator.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "session-cluster-operator.image" -}}
{{- with .Values.image }}
{{- if .digest }}
{{- printf "%s@%s" .repository .digest }}
{{- else }}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "session-cluster-operator.leaseName" -}}
{{- default (include "session-cluster-operator.fullname" .) .Values.leaderElection.leaseName }}
{{- end }}

{{- define "session-cluster-operator.credentialsSecret" -}}
{{- default (printf "%s-credentials" (include "session-cluster-operator.fullname" .)) .Values.operator.credentialsSecret }}
{{- end }}

{{/* The account that the operator runs as, as the subject of a binding. */}}
{{- define "session-cluster-operator.subjects" -}}
- kind: ServiceAccount
  name: {{ include "session-cluster-operator.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}

{{/* The operator's arguments, a YAML list. */}}
{{- define "session-cluster-operator.args" -}}
{{- with .Values.watchNamespaces }}
- {{ printf "--watch-namespaces=%s" (join "," .) | quote }}
{{- end }}
{{- with .Values.operator.ambientNamespaces }}
- {{ printf "--ambient-namespaces=%s" (join "," .) | quote }}
{{- end }}
{{- with .Values.operator.allowedEndpoints }}
- {{ printf "--allowed-endpoints=%s" (join "," .) | quote }}
{{- end }}
{{- with .Values.operator.stsEndpoint }}
- {{ printf "--sts-endpoint=%s" . | quote }}
{{- end }}
- --requests-per-second={{ int .Values.operator.requestsPerSecond }}
- --request-burst={{ int .Values.operator.requestBurst }}
- --listings-in-flight={{ int .Values.operator.listingsInFlight }}
- --writes-in-flight={{ int .Values.operator.writesInFlight }}
- --minimum-interval={{ .Values.operator.minimumInterval }}
{{- with .Values.operator.shardSelector }}
- {{ printf "--shard-selector=%s" . | quote }}
{{- end }}
- --connection-secrets={{ .Values.operator.connectionSecrets }}
- --leader-election={{ .Values.leaderElection.enabled }}
{{- if .Values.leaderElection.enabled }}
- --lease-name={{ include "session-cluster-operator.leaseName" . }}
{{- end }}
- --log-level={{ .Values.log.level }}
- --log-format={{ .Values.log.format }}
{{- with .Values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* What cannot be installed, said before anything is. */}}
{{- define "session-cluster-operator.check" -}}
{{- if and (gt (int .Values.replicaCount) 1) (not .Values.leaderElection.enabled) }}
{{- fail "replicaCount: more than one pod needs leaderElection.enabled=true, or each of them polls every source" }}
{{- end }}
{{- range .Values.extraArgs }}
{{- if hasPrefix "--probe-port" . }}
{{- fail (printf "extraArgs: %s: the pod's probes ask port 8081" .) }}
{{- end }}
{{- end }}
{{- if and .Values.rrsa.enabled (not .Values.rrsa.roleName) }}
{{- fail "rrsa.roleName: name the RAM role that the operator assumes" }}
{{- end }}
{{- if and .Values.rrsa.enabled (not .Values.serviceAccount.create) }}
{{- fail "rrsa.enabled: needs serviceAccount.create=true; an account of your own carries the annotation pod-identity.alibabacloud.com/role-name by your own hand" }}
{{- end }}
{{- end }}
