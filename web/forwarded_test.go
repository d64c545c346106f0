package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/web/auth"
)

func TestForwarded(t *testing.T) {
	ours := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::1/128")}
	tests := []struct {
		name, from string
		proxies    []netip.Prefix
		header     []string
		want       string
	}{
		{"nobody is trusted", "10.0.0.1:1000", nil, []string{"203.0.113.7"}, "10.0.0.1"},
		{"through our proxy", "10.0.0.1:1000", ours, []string{"203.0.113.7"}, "203.0.113.7"},
		{"through two of them", "10.0.0.1:1000", ours, []string{"203.0.113.7, 10.2.3.4"}, "203.0.113.7"},
		{"in two headers", "10.0.0.1:1000", ours, []string{"198.51.100.1", "203.0.113.7, 10.2.3.4"}, "203.0.113.7"},
		{"the client lies", "10.0.0.1:1000", ours, []string{"127.0.0.1, 10.9.9.9, 203.0.113.7"}, "203.0.113.7"},
		{"the client writes nonsense", "10.0.0.1:1000", ours, []string{"\x1b[2J, <script>, 203.0.113.7"}, "203.0.113.7"},
		{"nonsense in the place of the client", "10.0.0.1:1000", ours, []string{"203.0.113.7, unknown"}, "10.0.0.1"},
		{"a stranger pretends to be a proxy", "203.0.113.9:1000", ours, []string{"10.0.0.1"}, "203.0.113.9"},
		{"no header", "10.0.0.1:1000", ours, nil, "10.0.0.1"},
		{"an empty header", "10.0.0.1:1000", ours, []string{""}, "10.0.0.1"},
		{"everybody is ours", "10.0.0.1:1000", ours, []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"IPv6", "[fd00::1]:1000", ours, []string{"2001:db8::7"}, "2001:db8::7"},
		{"IPv6 with a port", "[fd00::1]:1000", ours, []string{"[2001:db8::7]:5000"}, "2001:db8::7"},
		{"IPv4 with a port", "10.0.0.1:1000", ours, []string{"203.0.113.7:5000"}, "203.0.113.7"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.1]:1000", ours, []string{"::ffff:203.0.113.7"}, "203.0.113.7"},
		{"thousands of hops", "10.0.0.1:1000", ours, []string{strings.Repeat("1.2.3.4,", 4000) + "203.0.113.7"}, "203.0.113.7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got netip.Addr
			h := forwarded(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = auth.ClientIP(r) }), tt.proxies)
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = tt.from
			r.Header["X-Forwarded-For"] = tt.header
			h.ServeHTTP(httptest.NewRecorder(), r)
			require.Equal(t, tt.want, got.String())
		})
	}
}

func FuzzForwarded(f *testing.F) {
	f.Add("203.0.113.7, 10.2.3.4")
	f.Add("[::1%eth0]:99999,,\x00")
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = "10.0.0.1:1000"
		r.Header["X-Forwarded-For"] = []string{header}
		client, ok := clientBehind(r, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")})
		require.Equal(t, ok, client.IsValid())
		require.Empty(t, client.Zone())
	})
}
