package ariproxy_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"bellhop/cti/asterisk/ariproxy"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newTarget is a server with a websocket that sends what it is given, and REST that says what it was asked.
func newTarget(t *testing.T) (url string, send chan string) {
	t.Helper()
	send = make(chan string, 64)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/events") {
			_, _ = io.WriteString(w, r.Method+" "+r.URL.RequestURI())
			return
		}
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer conn.CloseNow()
		ctx := conn.CloseRead(context.Background())
		for {
			select {
			case s := <-send:
				_ = conn.Write(ctx, websocket.MessageText, []byte(s))
			case <-ctx.Done():
				return
			}
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/ari", send
}

func get(t *testing.T, url string) (int, string, error) {
	t.Helper()
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), err
}

func dial(t *testing.T, p *ariproxy.Proxy) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(p.URL(), "http")+"/events?app=x", nil)
	require.NoError(t, err)
	conn.SetReadLimit(1 << 20)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return conn
}

func event(kind string, n int) string { return fmt.Sprintf(`{"type":%q,"n":%d}`, kind, n) }

func read(t *testing.T, conn *websocket.Conn, want ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for _, w := range want {
		_, got, err := conn.Read(ctx)
		require.NoError(t, err)
		require.Equal(t, w, string(got))
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	url, send := newTarget(t)
	p := ariproxy.New(t, url)
	conn := dial(t, p)
	require.Equal(t, 1, p.Sockets())
	lost, doubled, late, swapped := p.Lose("A"), p.Duplicate("A"), p.Delay("B", 50*time.Millisecond), p.Swap("C")
	big := strings.Repeat("x", 70_000)
	for _, s := range []string{event("A", 1), event("A", 2), event("B", 3), event("C", 4), event("A", 5), big} {
		send <- s
	}
	read(t, conn, event("A", 2), event("A", 2), event("A", 5), event("C", 4), big, event("B", 3))
	for _, done := range []<-chan struct{}{lost, doubled, late, swapped} {
		<-done
	}
	require.NoError(t, conn.Ping(conn.CloseRead(t.Context())), "what is no event passes both ways")
}

func TestREST(t *testing.T) {
	t.Parallel()
	url, _ := newTarget(t)
	p := ariproxy.New(t, url)
	_, body, err := get(t, p.URL()+"/channels?a=b")
	require.NoError(t, err)
	require.Equal(t, "GET /ari/channels?a=b", body)
	require.Equal(t, 1, p.Requests("GET /channels"))

	p.Fail("GET /channels/*/x", 409, 1)
	for _, want := range []int{409, 200} {
		status, _, err := get(t, p.URL()+"/channels/7/x")
		require.NoError(t, err)
		require.Equal(t, want, status)
	}
	p.SlowAnswers("", 100*time.Millisecond)
	started := time.Now()
	_, _, err = get(t, p.URL()+"/channels")
	require.NoError(t, err)
	require.GreaterOrEqual(t, time.Since(started), 100*time.Millisecond)
}

func TestLine(t *testing.T) {
	t.Parallel()
	url, send := newTarget(t)
	p := ariproxy.New(t, url)
	conn := dial(t, p)
	p.Cut()
	_, _, err := conn.Read(t.Context())
	require.Error(t, err)
	_, _, err = get(t, p.URL()+"/channels")
	require.Error(t, err)
	p.Mend()

	conn = dial(t, p)
	p.HalfOpen()
	send <- event("A", 1)
	silence, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, conn.Ping(conn.CloseRead(silence)), context.DeadlineExceeded)
	p.Mend()
	_, _, err = get(t, p.URL()+"/channels")
	require.NoError(t, err)
}
