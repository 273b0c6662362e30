package main

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// A signer signs with a secret key of OpenPGP, as `helm package --sign` does.
type signer struct {
	entity *openpgp.Entity
}

// newSigner reads the one secret key of a keyring that has the text in its name or ID.
func newSigner(path, text, passphrase string) (*signer, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the keyring: %w", err)
	}
	read := openpgp.ReadKeyRing
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("-----BEGIN")) {
		read = openpgp.ReadArmoredKeyRing
	}
	entities, err := read(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read the keyring %s: %w: it is to be what `gpg --export-secret-keys` prints", path, err)
	}
	found := slices.DeleteFunc(entities, func(e *openpgp.Entity) bool { return e.PrivateKey == nil || !named(e, text) })
	if len(found) != 1 {
		return nil, fmt.Errorf("choose the key to sign with: %d secret keys of %s have %q in their name or ID, and -key is to tell one", len(found), path, text)
	}
	if found[0].PrivateKey.Encrypted {
		if err := found[0].DecryptPrivateKeys([]byte(passphrase)); err != nil {
			return nil, fmt.Errorf("decrypt the key to sign with: %w: its passphrase is to be in %s", err, passphraseVariable)
		}
	}

	return &signer{entity: found[0]}, nil
}

// named tells whether a key's fingerprint or one of its names has the text.
func named(entity *openpgp.Entity, text string) bool {
	if strings.Contains(fmt.Sprintf("%X", entity.PrimaryKey.Fingerprint), strings.ToUpper(text)) {
		return true
	}
	for name := range entity.Identities {
		if strings.Contains(name, text) {
			return true
		}
	}

	return false
}

// config is what Helm signs with.
func config() *packet.Config { return &packet.Config{DefaultHash: crypto.SHA512} }

// provenance is what Helm verifies a package by: its metadata and its sum, signed.
func (s *signer) provenance(of signed) (file, error) {
	var text bytes.Buffer
	w, err := clearsign.Encode(&text, s.entity.PrivateKey, config())
	if err != nil {
		return file{}, fmt.Errorf("sign %s: %w", of.name, err)
	}
	// "..." ends a document of YAML.
	_, err = fmt.Fprintf(w, "%s\n...\nfiles:\n  %s: sha256:%x\n", bytes.TrimRight(of.metadata, "\n"), of.name, sha256.Sum256(of.data))
	if err := errors.Join(err, w.Close()); err != nil {
		return file{}, fmt.Errorf("sign %s: %w", of.name, err)
	}

	return file{name: of.name + ".prov", data: append(text.Bytes(), '\n')}, nil
}

// detached is a signature for `gpg --verify`, in a file of its own.
func (s *signer) detached(of file) (file, error) {
	var text bytes.Buffer
	if err := openpgp.ArmoredDetachSign(&text, s.entity, bytes.NewReader(of.data), config()); err != nil {
		return file{}, fmt.Errorf("sign %s: %w", of.name, err)
	}

	return file{name: of.name + ".asc", data: text.Bytes()}, nil
}

// keyring is the public key, as `helm verify --keyring` takes it.
func (s *signer) keyring() (file, error) {
	var data bytes.Buffer
	if err := s.entity.Serialize(&data); err != nil {
		return file{}, fmt.Errorf("write the public key: %w", err)
	}

	return file{name: "helm-otlp.gpg", data: data.Bytes()}, nil
}
