package control_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"bellhop/media/control"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var secret = []byte(strings.Repeat("s", 32))

type phones struct {
	pickUp func(ctx context.Context, agent, leg string) error
	closed chan string
}

func (p *phones) PickUp(ctx context.Context, agent, leg string) error {
	return p.pickUp(ctx, agent, leg)
}

func (p *phones) ClosePhone(agent string) error {
	p.closed <- agent
	return nil
}

// line is a server and what a client of it heard.
type line struct {
	server *control.Server
	http   *httptest.Server
	phones *phones
	heard  chan string
}

func newLine(t *testing.T) *line {
	t.Helper()
	l := &line{
		phones: &phones{closed: make(chan string, 1), pickUp: func(context.Context, string, string) error { return nil }},
		heard:  make(chan string, 64),
	}
	l.server = control.NewServer(control.ServerOptions{
		Secret: secret, SIP: "127.0.0.1:5070", Phones: l.phones, Log: slog.New(slog.DiscardHandler),
	})
	l.http = httptest.NewServer(l.server)
	t.Cleanup(func() { l.server.Stop(); l.http.Close() })
	return l
}

func (l *line) dial(t *testing.T, url string, key []byte) *control.Client {
	t.Helper()
	return l.dialWith(t, url, key, nil)
}

func (l *line) dialWith(t *testing.T, url string, key []byte, snapshot func(string, string, []control.Session)) *control.Client {
	t.Helper()
	c := control.NewClient(control.ClientOptions{
		URL: url, Secret: key, Log: slog.New(slog.DiscardHandler), OnSnapshot: snapshot,
		OnUp:   func(agent, session, address string) { l.heard <- "up " + agent + " " + session + " " + address },
		OnDown: func(agent, session, reason string) { l.heard <- "down " + agent + " " + session + " " + reason },
		OnLost: func(sip string) { l.heard <- "lost " + sip },
	})
	c.Start(t.Context())
	t.Cleanup(c.Stop)
	return c
}

func (l *line) next(t *testing.T) string {
	t.Helper()
	select {
	case s := <-l.heard:
		return s
	case <-time.After(10 * time.Second):
		require.Fail(t, "nothing heard")
		return ""
	}
}

func ready(t *testing.T, c *control.Client) {
	t.Helper()
	require.Eventually(t, func() bool { return c.Ready() == nil }, 5*time.Second, 5*time.Millisecond)
}

func TestServeHearsOfPhones(t *testing.T) {
	l := newLine(t)
	l.server.PhoneUp("kim", "s1")
	l.server.PhoneUp("lee", "s2")
	l.server.PhoneDown("lee", "s2", "left")
	c := l.dial(t, l.http.URL, secret)

	require.Equal(t, "up kim s1 sip:kim@127.0.0.1:5070", l.next(t))
	l.server.PhoneUp("kim", "s3")
	l.server.PhoneDown("kim", "s1", "replaced")
	require.Equal(t, "up kim s3 sip:kim@127.0.0.1:5070", l.next(t))
	require.Equal(t, "down kim s1 replaced", l.next(t))
	require.NoError(t, c.Ready())
}

func TestCommandsAndTheirAnswers(t *testing.T) {
	l := newLine(t)
	c := l.dial(t, l.http.URL, secret)
	ready(t, c)

	require.NoError(t, c.PickUp(t.Context(), "kim", "leg-1"))
	require.NoError(t, c.Close(t.Context(), "kim"))
	require.Equal(t, "kim", <-l.phones.closed)

	l.phones.pickUp = func(_ context.Context, agent, leg string) error {
		require.Equal(t, "kim leg-2", agent+" "+leg)
		return control.UnknownLeg
	}
	require.ErrorIs(t, c.PickUp(t.Context(), "kim", "leg-2"), control.UnknownLeg)
	l.phones.pickUp = func(context.Context, string, string) error { return context.DeadlineExceeded }
	require.ErrorIs(t, c.PickUp(t.Context(), "kim", "leg-2"), control.Failed)
}

func TestLossIsReportedAndMended(t *testing.T) {
	l := newLine(t)
	var media atomic.Pointer[control.Server]
	media.Store(l.server)
	gate := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { media.Load().ServeHTTP(w, r) }))
	t.Cleanup(gate.Close)
	blocked := make(chan struct{})
	l.phones.pickUp = func(ctx context.Context, _, _ string) error {
		close(blocked)
		<-ctx.Done()
		return ctx.Err()
	}
	l.server.PhoneUp("kim", "s1")
	c := l.dial(t, gate.URL, secret)
	require.Equal(t, "up kim s1 sip:kim@127.0.0.1:5070", l.next(t))

	failed := make(chan error, 1)
	go func() { failed <- c.PickUp(t.Context(), "kim", "leg") }()
	<-blocked
	l.server.Stop()
	require.ErrorIs(t, <-failed, control.ErrNotConnected)
	require.Equal(t, "lost 127.0.0.1:5070", l.next(t))
	require.ErrorIs(t, c.Ready(), control.ErrNotConnected)

	next := newLine(t)
	next.server.PhoneUp("kim", "s2")
	media.Store(next.server)
	require.Equal(t, "up kim s2 sip:kim@127.0.0.1:5070", l.next(t))
}

func TestWithoutTheSecretNobodyGetsIn(t *testing.T) {
	l := newLine(t)
	c := l.dial(t, l.http.URL, []byte(strings.Repeat("x", 32)))
	require.Eventually(t, func() bool {
		return strings.Contains(c.Ready().Error(), "does not know our secret")
	}, 5*time.Second, 5*time.Millisecond)

	for name, header := range map[string]http.Header{
		"nothing":   {},
		"no scheme": {"Authorization": {string(secret)}},
		"a browser": {"Authorization": {"Bearer " + string(secret)}, "Origin": {"http://127.0.0.1:8080"}},
	} {
		t.Run(name, func(t *testing.T) {
			conn, _, err := websocket.Dial(t.Context(), l.http.URL, &websocket.DialOptions{HTTPHeader: header})
			require.Error(t, err)
			require.Nil(t, conn)
		})
	}
}

func TestASilentServeIsDropped(t *testing.T) {
	l := newLine(t)
	header := http.Header{"Authorization": {"Bearer " + string(secret)}}
	conn, _, err := websocket.Dial(t.Context(), l.http.URL, &websocket.DialOptions{HTTPHeader: header})
	require.NoError(t, err)
	defer func() { _ = conn.CloseNow() }()
	start := time.Now()
	for err == nil {
		_, _, err = conn.Read(t.Context())
	}
	require.InDelta(t, 3, time.Since(start).Seconds(), 0.9)
}

func TestRubbishEndsTheConnection(t *testing.T) {
	l := newLine(t)
	header := http.Header{"Authorization": {"Bearer " + string(secret)}}
	for name, frame := range map[string]struct {
		kind websocket.MessageType
		data string
	}{
		"not JSON": {websocket.MessageText, "{"},
		"binary":   {websocket.MessageBinary, `{"type":"ping"}`},
	} {
		t.Run(name, func(t *testing.T) {
			conn, _, err := websocket.Dial(t.Context(), l.http.URL, &websocket.DialOptions{HTTPHeader: header})
			require.NoError(t, err)
			defer func() { _ = conn.CloseNow() }()
			require.NoError(t, conn.Write(t.Context(), frame.kind, []byte(frame.data)))
			for err == nil {
				_, _, err = conn.Read(t.Context())
			}
		})
	}
}
