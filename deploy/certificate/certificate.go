// Package certificate gives our servers their TLS certificate: from files, which are read anew when they change, or from
// an ACME server (RFC 8555). Connections that are up keep what they began with.
package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Source gives the certificate for a handshake.
type Source func(*tls.ClientHelloInfo) (*tls.Certificate, error)

// lookEvery is how often a handshake looks whether the files have changed.
const lookEvery = time.Second

// Options say where a certificate is.
type Options struct {
	// Cert and Key are PEM files; they may be one file.
	Cert, Key string
	// Later has a pair be taken when it comes, if it is not there at the start.
	Later bool
	Log   *slog.Logger
}

// Files is a pair of files. A pair that cannot be used is logged, and the one before stays.
type Files struct {
	o Options

	mu      sync.Mutex
	looked  time.Time
	seen    stamps
	current *tls.Certificate
	failure error // of the newest files; nil when they are in use
}

// Open reads the pair.
func Open(o Options) (*Files, error) {
	f := &Files{o: o}
	f.look(time.Now())
	if f.current == nil && !o.Later {
		return nil, f.failure
	}
	return f, nil
}

var errNone = errors.New("there is no certificate yet")

// Get implements Source.
func (f *Files) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := time.Now(); now.Sub(f.looked) >= lookEvery {
		f.look(now)
	}
	if f.current == nil {
		return nil, errors.Join(errNone, f.failure)
	}
	return f.current, nil
}

// Leaf is the certificate in use, and what is wrong with newer files.
func (f *Files) Leaf() (leaf *x509.Certificate, failure error) { //nolint:revive // both may be there
	f.mu.Lock()
	defer f.mu.Unlock()
	f.look(time.Now())
	if f.current == nil {
		return nil, f.failure
	}
	return f.current.Leaf, f.failure
}

// stamps tell whether files have changed.
type stamps [2]struct {
	modified time.Time
	size     int64
}

func (f *Files) stamps() (s stamps) {
	for i, name := range []string{f.o.Cert, f.o.Key} {
		if info, err := os.Stat(name); err == nil {
			s[i].modified, s[i].size = info.ModTime(), info.Size()
		}
	}
	return s
}

func (f *Files) look(now time.Time) {
	f.looked = now
	seen := f.stamps()
	if seen == f.seen && (f.current != nil || f.failure != nil) {
		return
	}
	f.seen = seen
	pair, err := load(f.o.Cert, f.o.Key)
	if f.failure = err; err != nil {
		if f.current != nil {
			f.o.Log.Error("the new TLS certificate cannot be used; the one before stays", "file", f.o.Cert, "key", f.o.Key, "error", err)
		}
		return
	}
	f.current = pair
	f.o.Log.Info("TLS certificate read", "file", f.o.Cert, "names", pair.Leaf.DNSNames, "until", pair.Leaf.NotAfter)
}

func load(cert, key string) (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("the TLS certificate %s with the key %s: %w", cert, key, err)
	}
	if pair.Leaf == nil {
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return nil, fmt.Errorf("the TLS certificate %s: %w", cert, err)
		}
	}
	return &pair, nil
}

// Config is how our servers speak TLS: 1.2 at least, with forward secrecy and authenticated encryption only (RFC 9325
// section 4.2).
func Config(get Source, protocols ...string) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
		NextProtos:     protocols,
		GetCertificate: get,
	}
}
