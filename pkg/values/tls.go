package values

// TLS has the OTLP receivers of a DaemonSet or gateway serve with a certificate, in each endpoint that has none in `config`.
type TLS struct {
	// Serves with a certificate. Senders must then use TLS too.
	Enabled *bool `json:"enabled,omitempty"`
	// The Secret with tls.crt and tls.key. Empty: that of `certManager`.
	ExistingSecret Hostname `json:"existingSecret,omitempty"`
	// Has cert-manager issue the certificate.
	CertManager CertManager `json:"certManager,omitempty"`
	// Asks clients for a certificate too (mTLS).
	ClientCA ClientCA `json:"clientCA,omitempty"`
}

// ClientCA is the authority whose certificates clients must have.
type ClientCA struct {
	// Refuses clients without a certificate of the authority. `helm test` has none, so that it has no Pod then.
	Enabled *bool `json:"enabled,omitempty"`
	// The Secret with the authority's certificate. Empty: that of the receivers' own.
	ExistingSecret Hostname `json:"existingSecret,omitempty"`
	// The key in the Secret.
	Key string `json:"key,omitempty" jsonschema:"pattern=^[-._a-zA-Z0-9]+$" jsonschema_extras:"nullable=false"`
}

// CertManager is a Certificate of cert-manager, for the names of the Services.
type CertManager struct {
	// Creates the Certificate.
	Enabled *bool `json:"enabled,omitempty"`
	// Who issues it.
	IssuerRef IssuerReference `json:"issuerRef,omitempty"`
	// Names besides those of the Services, such as the one that senders outside of the cluster use.
	DNSNames []string `json:"dnsNames,omitempty" jsonschema:"minLength=1"`
	// How long a certificate holds, such as 2160h. Empty: cert-manager's own, 90 days.
	Duration GoDuration `json:"duration,omitempty"`
	// How long before its end it is renewed, such as 360h. Empty: a third of its time.
	RenewBefore GoDuration `json:"renewBefore,omitempty"`
	// The key.
	PrivateKey PrivateKey `json:"privateKey,omitempty"`
}

// IssuerReference names an issuer of cert-manager.
type IssuerReference struct {
	// Its name.
	Name Hostname `json:"name,omitempty"`
	// Issuer, ClusterIssuer, or the kind of an external one.
	Kind string `json:"kind,omitempty" jsonschema_extras:"nullable=false"`
	// Its API group.
	Group Hostname `json:"group,omitempty"`
}

// PrivateKey is how cert-manager makes a certificate's key.
type PrivateKey struct {
	// RSA, ECDSA or Ed25519.
	Algorithm string `json:"algorithm,omitempty" jsonschema:"enum=RSA,enum=ECDSA,enum=Ed25519"`
	// Bits of an RSA key, or 256, 384 or 521 of ECDSA. Empty: cert-manager's own.
	Size *int32 `json:"size,omitempty" jsonschema:"minimum=256,maximum=8192"`
	// Always (a new key with each renewal) or Never.
	RotationPolicy string `json:"rotationPolicy,omitempty" jsonschema:"enum=Always,enum=Never"`
}

// Auth has the OTLP receivers of a DaemonSet or gateway refuse clients that do not show a token or a password, in each
// endpoint that has no `auth` in `config`. `helm test` has neither, so that it has no Pod then.
type Auth struct {
	// Clients show a token: `Authorization: Bearer TOKEN`.
	Bearer Credentials `json:"bearer,omitempty"`
	// Clients show a name and a password: `Authorization: Basic ...`.
	Basic Credentials `json:"basic,omitempty"`
}

// Credentials are a Secret with what clients may show.
type Credentials struct {
	// The Secret. Empty: not asked for.
	ExistingSecret Hostname `json:"existingSecret,omitempty"`
	// The key in the Secret: of tokens, one a line; of passwords, an htpasswd file.
	Key string `json:"key,omitempty" jsonschema:"pattern=^[-._a-zA-Z0-9]+$" jsonschema_extras:"nullable=false"`
}
