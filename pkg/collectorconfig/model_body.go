package collectorconfig

import (
	"reflect"
	"strings"
	"time"
)

// bodyOf writes a typed body as the collector reads it: fields by their json names,
// durations as text, what is empty left out, and Raw laid over the rest.
func bodyOf(typed any) map[string]any {
	body, _ := encode(reflect.ValueOf(typed)).(map[string]any)
	if body == nil {
		return map[string]any{}
	}
	return body
}

func encode(v reflect.Value) any {
	if v.IsValid() && v.Type() == reflect.TypeFor[time.Duration]() {
		return durationText(time.Duration(v.Int()))
	}
	switch v.Kind() {
	case reflect.Invalid:
		return nil
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return encode(v.Elem())
	case reflect.Struct:
		return encodeStruct(v)
	case reflect.Map:
		return encodeMap(v)
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = encode(v.Index(i))
		}
		return list
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return int(v.Uint()) //nolint:gosec // No number of the model is bigger than a uint32.
	default:
		return v.Interface()
	}
}

// encodeMap copies a map; an empty one stays a map, so that `{}` is not lost.
func encodeMap(v reflect.Value) any {
	if v.IsNil() {
		return nil
	}
	m := make(map[string]any, v.Len())
	for _, key := range v.MapKeys() {
		m[key.String()] = encode(v.MapIndex(key))
	}
	return m
}

func encodeStruct(v reflect.Value) any {
	m := map[string]any{}
	var raw map[string]any
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, omitEmpty := jsonName(field)
		switch {
		case name == "raw":
			raw, _ = encode(v.Field(i)).(map[string]any)
		case omitEmpty && v.Field(i).IsZero():
		default:
			m[name] = encode(v.Field(i))
		}
	}
	overlay(m, raw)
	return m
}

// jsonName is the key of a field, and whether an empty value is left out.
func jsonName(field reflect.StructField) (name string, omitEmpty bool) {
	name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name, options == "omitempty"
}

// durationText is a duration without the zero units that Go prints: 1m, not 1m0s.
func durationText(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
