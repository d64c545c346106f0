package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// TLS says where the certificate of our servers comes from. Without it they speak plain HTTP: behind a proxy that speaks
// TLS, or on this machine only.
type TLS struct {
	TLSCert       string  `env:"TLS_CERT" about:"the certificate for HTTPS with its chain, a PEM file; read anew when it changes"`
	TLSKey        string  `env:"TLS_KEY" about:"the key of that certificate, a PEM file"`
	ACMEDomains   Domains `env:"ACME_DOMAINS" about:"names that an ACME server such as Let's Encrypt certifies, with commas between; instead of certificate files"`
	ACMEDirectory HTTPURL `env:"ACME_DIRECTORY" about:"the ACME server's directory; Let's Encrypt's unless set"`
	RedirectAddr  Addr    `env:"HTTP_REDIRECT_ADDR" about:"where plain HTTP is sent on to HTTPS, such as 0.0.0.0:80; nowhere unless set"`
}

// Secure says whether our servers speak TLS themselves.
func (t TLS) Secure() bool { return t.TLSCert != "" || len(t.ACMEDomains) > 0 }

func (t TLS) scheme(plain string) string {
	if t.Secure() {
		return plain + "s://"
	}
	return plain + "://"
}

func (t TLS) check() error {
	switch {
	case (t.TLSCert == "") != (t.TLSKey == ""):
		return errors.New("BELLHOP_TLS_CERT and BELLHOP_TLS_KEY belong together: one of them is not set")
	case t.TLSCert != "" && len(t.ACMEDomains) > 0:
		return errors.New("BELLHOP_TLS_CERT and BELLHOP_ACME_DOMAINS are both set: one of them must go")
	case t.RedirectAddr != "" && !t.Secure():
		return errors.New("BELLHOP_HTTP_REDIRECT_ADDR is set, but there is no HTTPS to send to: set BELLHOP_TLS_CERT or BELLHOP_ACME_DOMAINS")
	}
	return nil
}

// ACMEDir is the folder of the ACME account and its certificates.
func (c Common) ACMEDir() string { return filepath.Join(c.ServeDir(), "acme") }

// Domains are names with commas between.
type Domains []string

// UnmarshalText accepts host names.
func (d *Domains) UnmarshalText(text []byte) error {
	var all Domains
	for name := range strings.SplitSeq(string(text), ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "" || !strings.Contains(name, ".") || strings.ContainsAny(name, ":/ *") {
			return errors.New("it must be host names with commas between, such as desk.example.com")
		}
		all = append(all, name)
	}
	*d = all
	return nil
}

// String gives the names as they are written in a setting.
func (d Domains) String() string { return strings.Join(d, ",") }

// TURN are the settings of the relay for agents whose network lets nothing else through (RFC 8656).
type TURN struct {
	TURNAddr    Addr     `env:"TURN_ADDR" about:"where bellhop media relays for agents behind strict firewalls (TURN, UDP and TCP); nowhere unless set"`
	TURNTLSAddr Addr     `env:"TURN_TLS_ADDR" about:"the same over TLS, with the certificate for HTTPS, such as 0.0.0.0:5349; nowhere unless set"`
	TURNURLs    TURNURLs `env:"TURN_URLS" about:"what browsers are told of the relay, or an outside TURN server: turn: and turns: addresses with commas between; follows from BELLHOP_TURN_ADDR unless set"`
	TURNSecret  Secret   `env:"TURN_SECRET" about:"the secret of an outside TURN server for time-limited credentials (coturn: static-auth-secret); that of ours is made from BELLHOP_MEDIA_SECRET"`
}

func (t *TURN) complete(tls TLS, host string) error {
	if t.TURNTLSAddr != "" && !tls.Secure() {
		return errors.New("BELLHOP_TURN_TLS_ADDR is set, but there is no certificate: set BELLHOP_TLS_CERT or BELLHOP_ACME_DOMAINS")
	}
	if len(t.TURNURLs) > 0 {
		if t.TURNSecret.Reveal() == "" && t.TURNAddr == "" && t.TURNTLSAddr == "" {
			return errors.New("BELLHOP_TURN_URLS names an outside TURN server: BELLHOP_TURN_SECRET must be set, too")
		}
		return nil
	}
	if t.TURNAddr != "" {
		at := fmt.Sprintf("turn:%s:%s", hostOf(t.TURNAddr, host), portOf(t.TURNAddr))
		t.TURNURLs = append(t.TURNURLs, at+"?transport=udp", at+"?transport=tcp")
	}
	if t.TURNTLSAddr != "" {
		t.TURNURLs = append(t.TURNURLs, fmt.Sprintf("turns:%s:%s?transport=tcp", host, portOf(t.TURNTLSAddr)))
	}
	return nil
}

// hostOf is the address's own, or the host that people use where it does not say.
func hostOf(a Addr, host string) string {
	if a.Everywhere() {
		return host
	}
	return strings.TrimSuffix(string(a), ":"+portOf(a))
}

// host is the name in an origin.
func (o Origin) host() string {
	_, rest, _ := strings.Cut(string(o), "://")
	if at := strings.LastIndex(rest, ":"); at > strings.LastIndex(rest, "]") {
		rest = rest[:at]
	}
	return rest
}

// TURNURLs are addresses of a TURN server (RFC 7065) with commas between.
type TURNURLs []string

// UnmarshalText accepts turn: and turns: addresses.
func (t *TURNURLs) UnmarshalText(text []byte) error {
	var all TURNURLs
	for url := range strings.SplitSeq(string(text), ",") {
		url = strings.TrimSpace(url)
		rest, plain := strings.CutPrefix(url, "turn:")
		if !plain {
			rest, plain = strings.CutPrefix(url, "turns:")
		}
		if !plain || rest == "" || strings.ContainsAny(rest, "/ @") {
			return errors.New("it must be TURN addresses with commas between, such as turn:turn.example.com:3478?transport=udp")
		}
		all = append(all, url)
	}
	*t = all
	return nil
}

// String gives the addresses as they are written in a setting.
func (t TURNURLs) String() string { return strings.Join(t, ",") }
