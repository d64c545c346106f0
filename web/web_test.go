package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"bellhop/web/api"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	publicURL = "http://127.0.0.1:8080"
	mediaURL  = "ws://127.0.0.1:8081"
)

func TestOrigin(t *testing.T) {
	tests := []struct{ in, want string }{
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"http://127.0.0.1:8080/", "http://127.0.0.1:8080"},
		{"https://Bellhop.Example:443/desk", "https://bellhop.example"},
		{"http://[::1]:80", "http://[::1]"},
		{"https://bellhop.example:80", "https://bellhop.example:80"},
		{"ws://127.0.0.1:8080", ""},
		{"127.0.0.1:8080", ""},
		{"http://user:secret@host", ""},
		{"", ""},
		{"http://", ""},
		{"http://a b", ""},
	}
	for _, tt := range tests {
		got, err := originOf(tt.in, "http", "https")
		require.Equal(t, tt.want, got, tt.in)
		require.Equal(t, tt.want == "", err != nil, tt.in)
	}
}

// guarded is a handler behind the guard that says yes to everything it is asked.
func guarded(t *testing.T) http.Handler {
	h, err := guard(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	}), publicURL, mediaURL)
	require.NoError(t, err)
	return h
}

func TestHeaders(t *testing.T) {
	for _, path := range []string{"/", "/api/v1/session", "/nowhere//"} {
		w := httptest.NewRecorder()
		guarded(t).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		policy := w.Header().Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "connect-src 'self' " + mediaURL, "frame-ancestors 'none'", "base-uri 'none'"} {
			require.Contains(t, policy, part)
		}
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
		require.Equal(t, "same-origin", w.Header().Get("Referrer-Policy"))
		require.Contains(t, w.Header().Get("Permissions-Policy"), "microphone=(self)")
		require.Empty(t, w.Header().Get("Strict-Transport-Security"))
		if strings.HasPrefix(path, "/api/") {
			require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		}
	}
	require.NotEmpty(t, protection("https://bellhop.example", mediaURL)["Strict-Transport-Security"])
}

func TestScreensAreServedUnderThePublicNameOnly(t *testing.T) {
	for _, tt := range []struct{ host, accept, path, to string }{
		{"localhost:8080", "text/html,*/*", "/tickets/7?x=1", publicURL + "/tickets/7?x=1"},
		{"127.0.0.1:8080", "text/html,*/*", "/tickets/7", ""},
		{"localhost:8080", "*/*", "/assets/x.js", ""},
		{"localhost:8080", "text/html", "/api/v1/session", ""},
	} {
		r := httptest.NewRequest(http.MethodGet, tt.path, nil)
		r.Host = tt.host
		r.Header.Set("Accept", tt.accept)
		w := httptest.NewRecorder()
		guarded(t).ServeHTTP(w, r)
		require.Equal(t, tt.to, w.Header().Get("Location"), tt)
	}
}

func TestOtherSitesChangeNothing(t *testing.T) {
	tests := []struct {
		name, method string
		header       map[string]string
		want         int
	}{
		{"our page", "POST", map[string]string{"Origin": publicURL, "Sec-Fetch-Site": "same-origin"}, 200},
		{"our page, by the public address", "POST", map[string]string{"Origin": publicURL}, 200},
		{"a program", "POST", nil, 200},
		{"another site", "POST", map[string]string{"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"}, 403},
		{"another site, old browser", "DELETE", map[string]string{"Origin": "https://evil.test"}, 403},
		{"a site next door", "PUT", map[string]string{"Origin": "http://127.0.0.1:9999", "Sec-Fetch-Site": "same-site"}, 403},
		{"a sandboxed page", "POST", map[string]string{"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403},
		{"a link from another site", "GET", map[string]string{"Sec-Fetch-Site": "cross-site"}, 200},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(tt.method, "http://other.test/api/v1/phone/dismiss", nil)
		for name, value := range tt.header {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		guarded(t).ServeHTTP(w, r)
		require.Equal(t, tt.want, w.Code, tt.name)
		if tt.want == http.StatusForbidden {
			require.Contains(t, w.Body.String(), `"code":"cross_origin"`)
		}
	}
}

func TestPathsHaveOneForm(t *testing.T) {
	for path, want := range map[string]int{
		"/": 200, "/a": 200, "/a/": 200, "//": 404, "/a//b": 404, "/a/../b": 404, "/./a": 404, "//evil.test": 404, "": 404, "*": 404,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.Path = path
		w := httptest.NewRecorder()
		guarded(t).ServeHTTP(w, r)
		require.Equal(t, want, w.Code, path)
	}
}

func TestBodiesAreLimited(t *testing.T) {
	for size, want := range map[int]int{api.MaxBody: 200, api.MaxBody + 1: 413} {
		w := httptest.NewRecorder()
		guarded(t).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(make([]byte, size))))
		require.Equal(t, want, w.Code)
	}
}

type coded struct{ error }

func (coded) Code() string { return "migrations_pending" }

func TestReady(t *testing.T) {
	fine := func(context.Context) error { return nil }
	secret := errors.New("postgres://bellhop:hunter2@db/bellhop: refused")
	tests := []struct {
		name   string
		checks map[string]func(context.Context) error
		query  string
		status int
		body   string
	}{
		{"nothing to check", nil, "", 200, `{"status":"ready"}`},
		{"all well", map[string]func(context.Context) error{"database": fine}, "", 200, `{"status":"ready"}`},
		{"all well, verbose", map[string]func(context.Context) error{"database": fine, "ari": fine}, "?verbose", 200, `{"status":"ready","checks":{"ari":"ok","database":"ok"}}`},
		{
			"one fails",
			map[string]func(context.Context) error{"ari": fine, "database": func(context.Context) error { return secret }},
			"", 503, `{"status":"not_ready","checks":{"database":"failed"}}`,
		},
		{
			"with a code",
			map[string]func(context.Context) error{"schema": func(context.Context) error { return fmt.Errorf("schema: %w", coded{secret}) }},
			"?verbose=1", 503, `{"status":"not_ready","checks":{"schema":"migrations_pending"}}`,
		},
		{
			"one hangs",
			map[string]func(context.Context) error{"ari": fine, "media": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
			"?verbose", 503, `{"status":"not_ready","checks":{"ari":"ok","media":"timeout"}}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				w := httptest.NewRecorder()
				newHealth(tt.checks, slog.New(slog.DiscardHandler)).ready(w, httptest.NewRequest(http.MethodGet, "/readyz"+tt.query, nil))
				require.Equal(t, tt.status, w.Code)
				require.JSONEq(t, tt.body, w.Body.String())
				require.LessOrEqual(t, time.Since(began), checkWithin)
			})
		})
	}
}

func TestCheckThatHangsIsAskedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		release := make(chan struct{})
		h := newHealth(map[string]func(context.Context) error{"ari": func(context.Context) error {
			asked.Add(1)
			<-release
			return nil
		}}, slog.New(slog.DiscardHandler))
		var polls sync.WaitGroup
		for range 20 {
			polls.Go(func() { h.ready(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/readyz", nil)) })
		}
		polls.Wait()
		require.EqualValues(t, 1, asked.Load())
		close(release)
		synctest.Wait()
		w := httptest.NewRecorder()
		h.ready(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
		require.Equal(t, http.StatusOK, w.Code)
		require.EqualValues(t, 2, asked.Load())
	})
}

func TestLogOfHealthSaysChangesOnly(t *testing.T) {
	var written bytes.Buffer
	err := errors.New("no answer")
	h := newHealth(map[string]func(context.Context) error{"ari": func(context.Context) error { return err }}, slog.New(slog.NewTextHandler(&written, nil)))
	for range 3 {
		h.ready(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/readyz", nil))
	}
	require.Equal(t, 1, strings.Count(written.String(), "not ready"))
	err = nil
	h.ready(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/readyz", nil))
	require.Contains(t, written.String(), "ready again")
}

func TestLogAndMetricsHoldNoSecretsAndNoIDs(t *testing.T) {
	var written bytes.Buffer
	registry := prometheus.NewRegistry()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/calls/{call}/accept", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/broken", func(http.ResponseWriter, *http.Request) { _ = *(*int)(nil) })
	h, err := observe(mux, slog.New(slog.NewTextHandler(&written, nil)), registry)
	require.NoError(t, err)

	const id = "01995f3e-0000-7000-8000-000000000001"
	send := func(method, target string) int {
		r := httptest.NewRequest(method, target, strings.NewReader("hunter2"))
		r.Header.Set("Cookie", "bellhop_session=hunter2")
		r.Header.Set("Authorization", "Bearer hunter2")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	require.Equal(t, 204, send("POST", "/api/v1/calls/"+id+"/accept?token=hunter2"))
	require.Equal(t, 404, send("BREW", "/hunter2"))
	require.Equal(t, 500, send("GET", "/broken"))

	require.NotContains(t, written.String(), "hunter2")
	require.Contains(t, written.String(), "call="+id)
	require.Contains(t, written.String(), "nil pointer")
	families, err := registry.Gather()
	require.NoError(t, err)
	var labels []string
	for _, m := range families[0].GetMetric() {
		values := map[string]string{}
		for _, l := range m.GetLabel() {
			values[l.GetName()] = l.GetValue()
		}
		labels = append(labels, values["method"]+" "+values["route"]+" "+values["code"])
	}
	require.ElementsMatch(t, []string{"POST /api/v1/calls/{call}/accept 204", "other none 404", "GET /broken 500"}, labels)
}

// TestSlowClients: headers, bodies and connections that are never finished are cut off (quality B17).
func TestSlowClients(t *testing.T) {
	tests := []struct {
		name, sent string
		within     time.Duration
	}{
		{"no header", "", readHeaderTime},
		{"half a header", "GET / HTTP/1.1\r\nHost: a\r\nX-", readHeaderTime},
		{"half a handshake of the live connection", "GET /api/v1/live HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ", readHeaderTime},
		{"half a body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf", readTime},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				here, there := net.Pipe()
				listener := &oneConn{conn: there, closed: make(chan struct{})}
				server := limited(guarded(t), slog.New(slog.DiscardHandler))
				served := make(chan error, 1)
				go func() { served <- server.Serve(listener) }()

				began := time.Now()
				_, err := io.WriteString(here, tt.sent)
				require.NoError(t, err)
				_, err = io.Copy(io.Discard, here)
				require.NoError(t, err)
				// The server waits half a second for the client to take its last answer.
				require.InDelta(t, tt.within.Seconds(), time.Since(began).Seconds(), 0.6)
				require.NoError(t, server.Close())
				require.ErrorIs(t, <-served, http.ErrServerClosed)
			})
		})
	}
}

// TestSlowReader: who does not take his answer is cut off (quality B17).
func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		listener := &oneConn{conn: there, closed: make(chan struct{})}
		wrote := make(chan error, 1)
		server := limited(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, err := w.Write(make([]byte, 1<<20))
			wrote <- err
		}), slog.New(slog.DiscardHandler))
		served := make(chan error, 1)
		go func() { served <- server.Serve(listener) }()

		began := time.Now()
		_, err := io.WriteString(here, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		require.NoError(t, err)
		for err == nil { // a byte in a second
			<-time.After(time.Second)
			_, err = here.Read(make([]byte, 1))
		}
		require.InDelta(t, writeTime.Seconds(), time.Since(began).Seconds(), 2)
		require.Error(t, <-wrote)
		require.NoError(t, here.Close())
		require.NoError(t, server.Close())
		require.ErrorIs(t, <-served, http.ErrServerClosed)
	})
}

// oneConn is a listener with one connection.
type oneConn struct {
	conn   net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	if c := l.conn; c != nil {
		l.conn = nil
		return c, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *oneConn) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }
