package lint

import "slices"

// Selects tells whether a label selector (matchLabels, matchExpressions) at a field
// selects labels. An absent or empty selector selects what empty says.
func Selects(selector Field, labels map[string]string, empty bool) bool {
	byLabel, byExpression := selector.At("matchLabels"), selector.At("matchExpressions")
	if byLabel.Len() == 0 && byExpression.Len() == 0 {
		return empty
	}
	for key, want := range byLabel.StringMap() {
		if got, ok := labels[key]; !ok || got != want {
			return false
		}
	}
	for _, expression := range byExpression.Items() {
		if !meetsExpression(expression, labels) {
			return false
		}
	}
	return true
}

func meetsExpression(expression Field, labels map[string]string) bool {
	value, there := labels[expression.At("key").Text()]
	var values []string
	for _, item := range expression.At("values").Items() {
		values = append(values, item.Text())
	}
	switch expression.At("operator").Text() {
	case "In":
		return there && slices.Contains(values, value)
	case "NotIn":
		return !there || !slices.Contains(values, value)
	case "Exists":
		return there
	case "DoesNotExist":
		return !there
	default:
		return false
	}
}

// selectsAll tells whether plain labels, as a Service's selector has them, are all there.
func selectsAll(want, labels map[string]string) bool {
	for key, value := range want {
		if got, ok := labels[key]; !ok || got != value {
			return false
		}
	}
	return len(want) > 0
}

// sameNamespace tells whether two objects stand in one namespace. One that names none
// goes where its release goes, which may be the other's.
func sameNamespace(a, b string) bool { return a == b || a == "" || b == "" }
