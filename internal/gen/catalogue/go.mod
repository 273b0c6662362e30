module github.com/helm-otlp/helm-otlp/internal/gen/catalogue

go 1.26.0

replace github.com/helm-otlp/helm-otlp => ../../..

require (
	github.com/helm-otlp/helm-otlp v0.0.0
	golang.org/x/mod v0.42.0
	golang.org/x/sync v0.24.0
	gopkg.in/yaml.v3 v3.0.1
)

require (
	github.com/stretchr/testify v1.12.1
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)
