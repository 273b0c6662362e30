package lint

import "sync"

// index is what rules ask again and again of all objects, found once.
type index struct {
	// named are the objects of each kind, name and namespace, and services those of a name and namespace.
	named    map[ObjectRef][]*Object
	services map[[2]string][]*Object
	// senders are those of the input.
	senders func() []Sender
	// mixed are whether Services lead to other Pods than collectors', and meshed whether a mesh may stand before collectors, as
	// far as that was asked.
	mixed, meshed sync.Map
}

func newIndex(objects []*Object) *index {
	found := &index{named: map[ObjectRef][]*Object{}, services: map[[2]string][]*Object{}}
	for _, o := range objects {
		found.named[o.Ref] = append(found.named[o.Ref], o)
		if o.Kind("", "Service") {
			key := [2]string{o.Ref.Name, o.Ref.Namespace}
			found.services[key] = append(found.services[key], o)
		}
	}
	return found
}

// once is what a question comes to about something, asked the first time alone.
func once(known *sync.Map, about any, ask func() bool) bool {
	if answer, ok := known.Load(about); ok {
		return answer == true
	}
	answer := ask()
	known.Store(about, answer)
	return answer
}
