package component

// A PipelineReference is a place in the body of a connector that names pipelines which have it among their receivers.
type PipelineReference struct {
	// Type is the connector's newest type, and Path leads to the names, as a Condition's.
	Type, Path string
}

// PipelineReferences are all that are known.
func PipelineReferences() []PipelineReference {
	return []PipelineReference{
		{"routing", "default_pipelines"}, {"routing", "table.pipelines"},
		{"failover", "priority_levels"},
	}
}
