package certificate

import (
	"net/http"
	"path/filepath"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// ACME has an ACME server certify our names (RFC 8555), by http-01 or tls-alpn-01 (RFC 8737), and again before a
// certificate ends.
type ACME struct{ manager *autocert.Manager }

// ACMEOptions say for what and where.
type ACMEOptions struct {
	Domains []string
	// Directory is the server's, Let's Encrypt's unless set.
	Directory string
	// Folder is where account and certificates are kept.
	Folder string
	// Client reaches the server; the usual one unless set.
	Client *http.Client
}

// NewACME asks for nothing yet: the first handshake for a name does.
func NewACME(o ACMEOptions) *ACME {
	directory := o.Directory
	if directory == "" {
		directory = autocert.DefaultACMEDirectory
	}
	return &ACME{&autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(o.Folder), HostPolicy: autocert.HostWhitelist(o.Domains...),
		Client: &acme.Client{DirectoryURL: directory, HTTPClient: o.Client},
	}}
}

// Get is the Source.
func (a *ACME) Get() Source { return a.manager.GetCertificate }

// Protocols are those of TLS that a server has to offer besides its own.
func (a *ACME) Protocols() []string { return []string{acme.ALPNProto} }

// Challenges answers http-01, and gives everything else to next.
func (a *ACME) Challenges(next http.Handler) http.Handler { return a.manager.HTTPHandler(next) }

// Kept is where the certificate of a domain is kept in the folder, with its key, for our other process.
func Kept(folder, domain string) string { return filepath.Join(folder, domain) }
