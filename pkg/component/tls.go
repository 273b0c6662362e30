package component

// Where the Secrets of the values stand in the container.
const (
	certificateFolder = "/etc/otelcol-tls"
	authorityFolder   = "/etc/otelcol-client-ca"
)

// serveTLS gives open protocols the certificate of the values, and those that have it the authority by which they tell
// clients. A protocol with a certificate of its own keeps it, and `tls: null` is one without.
func serveTLS(protocols ...string) []Default {
	var defaults []Default
	for _, path := range protocols {
		at := "config." + path
		certificate := nested(path+".tls", map[string]any{
			"cert_file": certificateFolder + "/tls.crt", "key_file": certificateFolder + "/tls.key",
			// Else a certificate that was renewed is not seen until the collector starts anew.
			"reload_interval": "1m",
		})
		defaults = append(defaults,
			Default{When: when(equals("tls", true), exists(at), absent(at+".tls")), Config: certificate},
			// Other settings, such as min_version, are no certificate.
			Default{
				When:   when(equals("tls", true), exists(at+".tls.*"), absent(at+".tls.cert_file"), absent(at+".tls.cert_pem")),
				Config: certificate,
			},
		)
		// Clients are asked wherever there is a certificate, the values' or the endpoint's own.
		for _, certificate := range []string{".tls.cert_file", ".tls.cert_pem"} {
			defaults = append(defaults, Default{
				When:   when(equals("clientCA", true), exists(at+certificate), absent(at+".tls.client_ca_file"), absent(at+".tls.client_ca_pem")),
				Config: nested(path+".tls", map[string]any{"client_ca_file": authorityFolder + "/ca.crt", "client_ca_file_reload": true}),
			})
		}
	}

	return defaults
}

// certificates mounts what serveTLS names.
func certificates(protocols ...string) []Mount {
	var mounts []Mount
	for _, path := range protocols {
		at := "config." + path + ".tls."
		mounts = append(mounts,
			Mount{
				Name: "tls", When: when(equals("tls", true), equals(at+"cert_file", certificateFolder+"/tls.crt")),
				Path: at + "cert_file", Files: true, Volume: TLSVolume, ReadOnly: true,
			},
			Mount{
				Name: "client-ca", When: when(equals("clientCA", true), equals(at+"client_ca_file", authorityFolder+"/ca.crt")),
				Path: at + "client_ca_file", Files: true, Volume: ClientCAVolume, ReadOnly: true,
			},
		)
	}

	return mounts
}
