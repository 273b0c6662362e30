package lint

// Token is where a Pod, or its account, says whether it has a token for the Kubernetes API. It is not known where the input
// shows no account, which may say it.
func (p *Pass) Token(c *Collector) (at Field, mounted, known bool) {
	if own := c.Pod.At("spec", "automountServiceAccountToken"); own.Exists() {
		return own, own.True(), own.True() || own.Text() == "false"
	}
	name, field := c.ServiceAccount()
	for _, object := range p.Objects {
		if object.Kind("", "ServiceAccount") && object.Ref.Name == name && object.Ref.Namespace == c.Namespace() {
			return field, object.At("automountServiceAccountToken").Text() != "false", !p.Repeated(object)
		}
	}
	return Field{}, false, false
}
