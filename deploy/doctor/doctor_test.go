package doctor

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// code is what the check found first.
func code(t *testing.T, c Check) string {
	t.Helper()
	found := Run(t.Context(), []Check{c})
	require.NotEmpty(t, found)
	for _, language := range []string{"ko", "en"} {
		for _, f := range found {
			what, mend := f.Words(language)
			require.NotContains(t, what+mend, "{", f.Code)
			require.NotEqual(t, f.Code, what)
			require.Equal(t, f.State != OK, mend != "", f.Code)
		}
	}
	return found[0].Code
}

// TestEveryCodeHasWords: codes are literals of this package.
func TestEveryCodeHasWords(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	codes := regexp.MustCompile(`(?:OK|Warning|Missing|Failing), "([a-z_]+)"`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range codes.FindAllStringSubmatch(string(text), -1) {
			require.Len(t, words[m[1]]["ko"], len(words[m[1]]["en"]), m[1])
			require.NotEmpty(t, words[m[1]]["ko"], m[1])
		}
	}
}

func TestWhatIsNotThereIsSaid(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	taken := free.Addr().String()
	t.Cleanup(func() { _ = free.Close() })
	require.Equal(t, "ports_ok", code(t, Ports([]Listener{{"BELLHOP_HTTP_ADDR", taken, false}})))
	require.Equal(t, "port_elsewhere", code(t, Ports([]Listener{{"BELLHOP_HTTP_ADDR", "203.0.113.1:80", false}})))
	require.Equal(t, "journal_ok", code(t, Folder(filepath.Join(t.TempDir(), "a", "b"))))
	require.Equal(t, "journal_not_writable", code(t, Folder("/proc/1/nothing")))
	require.Equal(t, "speech_missing", code(t, Program("no-such-program -x")))
	require.Equal(t, "https_local", Run(t.Context(), []Check{Screens("http://127.0.0.1:8080")})[1].Code)
	require.Equal(t, "https_missing", Run(t.Context(), []Check{Screens("http://192.0.2.1")})[1].Code)
	require.Equal(t, "dns_unknown", code(t, Screens("https://nowhere.invalid")))
	require.Equal(t, "database_unreachable", code(t, Database("postgres://a:b@127.0.0.1:1/x?connect_timeout=1")))
	require.Equal(t, "asterisk_unreachable", code(t, Asterisk("http://127.0.0.1:1/ari", "a", "b")))
	require.Equal(t, "media_unreachable", code(t, Media("ws://127.0.0.1:1/control", make([]byte, 32))))
	require.Equal(t, "audio_closed", code(t, Audio("127.0.0.1:18083", "")))
	require.Equal(t, "turn_failed", code(t, Relay([]string{"turn:127.0.0.1:1?transport=tcp"}, "a", "b")))
	require.Equal(t, "trunk_none", code(t, Trunk("")))
}

// TestTrunkAnswers: a fake carrier says 404, which is an answer.
func TestTrunkAnswers(t *testing.T) {
	carrier, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = carrier.Close() })
	go func() {
		b := make([]byte, 2000)
		if _, from, err := carrier.ReadFrom(b); err == nil {
			_, _ = carrier.WriteTo([]byte("SIP/2.0 404 Not Found\r\n\r\n"), from)
		}
	}()
	require.Equal(t, "trunk_ok", code(t, Trunk(carrier.LocalAddr().String())))
}

func TestCertificatesAreJudged(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	now := time.Now()
	valid := func(until time.Time) []*x509.Certificate {
		template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"desk.example.com"}, NotBefore: now.Add(-time.Hour), NotAfter: until}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		require.NoError(t, err)
		c, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		return []*x509.Certificate{c}
	}
	as := func(f Finding) Check { return func(context.Context) []Finding { return []Finding{f} } }
	require.Equal(t, "certificate_expired", code(t, as(judge(valid(now.Add(-time.Minute)), "desk.example.com", now))))
	require.Equal(t, "certificate_other_name", code(t, as(judge(valid(now.Add(time.Hour)), "other.example.com", now))))
	require.Equal(t, "certificate_untrusted", code(t, as(judge(valid(now.Add(time.Hour)), "desk.example.com", now))))
}
