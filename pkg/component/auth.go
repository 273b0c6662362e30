package component

// What receivers ask their clients by. The ids are not those that a user takes for what an exporter shows.
const (
	asksBearer = "bearertokenauth/receivers" //nolint:gosec // It is a name.
	asksBasic  = "basicauth/receivers"
	// Where the Secret of the values stands in the container.
	authFolder  = "/etc/otelcol-auth"
	credentials = authFolder + "/credentials"
)

// authentication are the extensions that receivers ask, if the values name a Secret for one.
func authentication() []Layer {
	return []Layer{
		{
			Name: "auth", When: when(equals("auth", "bearer")),
			Config: map[string]any{"extensions": map[string]any{asksBearer: map[string]any{"filename": credentials}}},
		},
		{
			Name: "auth", When: when(equals("auth", "basic")),
			Config: map[string]any{"extensions": map[string]any{asksBasic: nested("htpasswd.file", credentials)}},
		},
	}
}

// askClients has open protocols ask their clients, unless they say how they do: `auth: null` asks nobody.
func askClients(protocols ...string) []Default {
	var defaults []Default
	for _, path := range protocols {
		for _, by := range []struct{ auth, id string }{{"bearer", asksBearer}, {"basic", asksBasic}} {
			defaults = append(defaults, Default{
				When:   when(equals("auth", by.auth), exists("config."+path), absent("config."+path+".auth")),
				Config: nested(path+".auth.authenticator", by.id),
			})
		}
	}

	return defaults
}

// secretOf mounts the Secret of the values, where a body reads the chart's file.
func secretOf(auth, path, file string) []Mount {
	return []Mount{{
		Name: "auth", When: when(equals("auth", auth), equals(path, file)),
		Path: path, Files: true, Volume: AuthVolume, ReadOnly: true,
	}}
}
