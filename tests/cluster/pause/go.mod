module github.com/helm-otlp/helm-otlp/tests/cluster/pause

go 1.26.0
