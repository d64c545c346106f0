package certificate_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/certificate"
)

// pair writes a certificate with the serial number and its key.
func pair(t *testing.T, dir string, serial int64, stamp time.Time) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "desk.example.com"}, DNSNames: []string{"desk.example.com"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		require.NoError(t, os.WriteFile(name, pem.EncodeToMemory(block), 0o600))
		require.NoError(t, os.Chtimes(name, stamp, stamp))
	}
	return cert, key
}

func serve(t *testing.T, files *certificate.Files) (addr string) {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", certificate.Config(files.Get, "http/1.1"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(c, c) }()
		}
	}()
	return l.Addr().String()
}

func dial(t *testing.T, addr string, change func(*tls.Config)) (*tls.Conn, error) {
	t.Helper()
	config := &tls.Config{InsecureSkipVerify: true} //nolint:gosec // what it shows is what is tested
	if change != nil {
		change(config)
	}
	c, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", addr, config)
	if err == nil {
		t.Cleanup(func() { _ = c.Close() })
	}
	return c, err
}

func serialAt(t *testing.T, addr string) int64 {
	t.Helper()
	c, err := dial(t, addr, nil)
	require.NoError(t, err)
	return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

func TestNewFilesAreTakenWithoutDroppingAnybody(t *testing.T) {
	dir, now := t.TempDir(), time.Now().Add(-time.Hour)
	var log bytes.Buffer
	cert, key := pair(t, dir, 1, now)
	files, err := certificate.Open(certificate.Options{Cert: cert, Key: key, Log: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, err)
	addr := serve(t, files)
	old, err := dial(t, addr, nil)
	require.NoError(t, err)
	require.Equal(t, int64(1), serialAt(t, addr))

	pair(t, dir, 2, now.Add(time.Minute))
	require.Eventually(t, func() bool { return serialAt(t, addr) == 2 }, 5*time.Second, 50*time.Millisecond)
	_, err = old.Write([]byte("still here"))
	require.NoError(t, err)
	heard := make([]byte, 10)
	_, err = io.ReadFull(old, heard)
	require.NoError(t, err)

	require.NoError(t, os.WriteFile(key, []byte("nonsense"), 0o600))
	leaf, failure := files.Leaf()
	require.Error(t, failure)
	require.Equal(t, int64(2), leaf.SerialNumber.Int64())
	require.Equal(t, int64(2), serialAt(t, addr), "the good one stays")
	require.Contains(t, log.String(), "level=ERROR")

	pair(t, dir, 3, now.Add(2*time.Minute))
	leaf, failure = files.Leaf()
	require.NoError(t, failure)
	require.Equal(t, int64(3), leaf.SerialNumber.Int64())
}

func TestOldProtocolsAndSuitesAreRefused(t *testing.T) {
	cert, key := pair(t, t.TempDir(), 1, time.Now())
	files, err := certificate.Open(certificate.Options{Cert: cert, Key: key, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	addr := serve(t, files)
	for name, change := range map[string]func(*tls.Config){
		"TLS 1.0": func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 },
		"TLS 1.1": func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 },
		"CBC": func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA}
		},
		"without forward secrecy": func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}
		},
	} {
		_, err := dial(t, addr, change)
		require.Error(t, err, name)
	}
	c, err := dial(t, addr, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 })
	require.NoError(t, err)
	require.Equal(t, uint16(tls.VersionTLS12), c.ConnectionState().Version)
}

func TestFilesThatAreNotThere(t *testing.T) {
	dir := t.TempDir()
	o := certificate.Options{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem"), Log: slog.New(slog.DiscardHandler)}
	_, err := certificate.Open(o)
	require.ErrorContains(t, err, o.Cert)
	o.Later = true
	files, err := certificate.Open(o)
	require.NoError(t, err)
	_, err = files.Get(nil)
	require.Error(t, err)
	pair(t, dir, 1, time.Now())
	_, failure := files.Leaf()
	require.NoError(t, failure)
}
