package live_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/web/auth"
)

// town is a hub behind a real listener, with as many agents as are asked for, and fakes behind it.
type town struct {
	*rig
	server *httptest.Server
}

func newTown(t *testing.T, agents int) *town {
	r := newRig(t)
	require.NoError(t, r.hub.Start(t.Context()))
	for n := range agents {
		id := fmt.Sprint("agent-", n)
		r.board.views[call.AgentID(id)] = viewOf(call.AgentID(id), id)
		r.sessions.users[id] = auth.User{ID: id, Login: id, Role: "agent", AgentID: id}
	}
	server := httptest.NewServer(r.hub)
	t.Cleanup(func() {
		r.hub.Stop()
		server.Close()
	})
	return &town{r, server}
}

// dial connects a page; a refusal is its status.
func (w *town) dial(ctx context.Context, token string, client *http.Client) (*websocket.Conn, int) {
	conn, response, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(w.server.URL, "http"), &websocket.DialOptions{
		HTTPClient: client, HTTPHeader: http.Header{"Origin": {origin}, "Cookie": {cookie + "=" + token}},
	})
	if err != nil {
		if response != nil {
			return nil, response.StatusCode
		}
		return nil, 0
	}
	return conn, http.StatusSwitchingProtocols
}

// inUse is the memory that is in use when the garbage is gone, in bytes: heap and stacks.
func inUse() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc + m.StackInuse) //nolint:gosec // of a test
}

// TestIdleSockets: a thousand sockets of one user are sixteen, a thousand users have one each, and when they are gone nothing of
// them is left (quality B18).
func TestIdleSockets(t *testing.T) {
	const crowd, perPage = 1000, 160 << 10 // bytes: both ends of the connection are in this process
	w := newTown(t, crowd)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	before := inUse()
	open := func(name func(n int) string) (pages []*websocket.Conn, refused int) {
		for n := range crowd {
			conn, status := w.dial(ctx, name(n), nil)
			if conn == nil {
				require.Equal(t, http.StatusTooManyRequests, status)
				refused++
				continue
			}
			pages = append(pages, conn)
		}
		return pages, refused
	}
	leave := func(pages []*websocket.Conn) {
		for _, conn := range pages {
			_ = conn.CloseNow() // only the other end matters
		}
		require.Eventually(t, func() bool { return w.count("bellhop_ws_clients") == 0 }, 30*time.Second, 10*time.Millisecond)
	}

	one, refused := open(func(int) string { return "agent-0" })
	require.Len(t, one, 16)
	require.Equal(t, crowd-16, refused)
	leave(one)
	many, refused := open(func(n int) string { return fmt.Sprint("agent-", n) })
	require.Len(t, many, crowd)
	require.Zero(t, refused)
	full := inUse()
	require.Less(t, full-before, crowd*perPage)
	leave(many)
	clear(many)
	http.DefaultClient.CloseIdleConnections()
	left := inUse() - before
	t.Logf("%d KB for each page, %d KB left of all", (full-before)/crowd>>10, left>>10)
	require.Less(t, left, 8<<20)
}

// TestOneThatDoesNotRead is sent more than the system takes for it, although it says that it lives: it is gone within 10 s, and
// others are answered meanwhile (quality F26).
func TestOneThatDoesNotRead(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	small := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err == nil {
			err = conn.(*net.TCPConn).SetReadBuffer(4096)
		}
		return conn, err
	}}}
	defer small.CloseIdleConnections()
	stuck, _ := w.dial(ctx, "agent-0", small)
	require.NotNil(t, stuck)
	defer stuck.CloseNow() //nolint:errcheck // closed by the other side
	well, _ := w.dial(ctx, "agent-1", nil)
	page := &browser{well, t}
	page.next("snapshot")
	require.NoError(t, stuck.Write(ctx, websocket.MessageText, []byte(watch)))

	began := time.Now()
	var alive sync.WaitGroup
	defer alive.Wait()
	gone := make(chan struct{})
	defer close(gone)
	alive.Go(func() { // it talks, but does not listen
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if stuck.Write(ctx, websocket.MessageText, []byte(`{"type":"pong"}`)) != nil {
					return
				}
			case <-gone:
				return
			}
		}
	})
	crowd := switchboard.Roster{Agents: make([]switchboard.RosterAgent, 5000)}
	for n := 0; w.count("bellhop_ws_closed_total", "stalled") == 0; n++ {
		require.Less(t, time.Since(began), 12*time.Second)
		w.board.people(crowd)
		page.send(fmt.Sprintf(`{"type":"command","id":"%d","action":"dismiss"}`, n))
		answered := time.Now()
		for {
			_, data, err := page.Read(ctx)
			require.NoError(t, err)
			if strings.Contains(string(data), `"result"`) {
				break
			}
			page.send(`{"type":"pong"}`)
		}
		require.Less(t, time.Since(answered), time.Second)
		<-time.After(200 * time.Millisecond)
	}
	t.Logf("gone after %v", time.Since(began))
	require.NoError(t, page.CloseNow())
}

// TestEverybodyComesBackAtOnce: 300 pages lose their connection in the same moment and come back after the pause that
// phone/backoff.ts takes. All have their snapshot within 5 s (quality F25).
func TestEverybodyComesBackAtOnce(t *testing.T) {
	const crowd = 300
	w := newTown(t, crowd)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	defer http.DefaultClient.CloseIdleConnections()
	lost := make(chan struct{})
	var up, back sync.WaitGroup
	took := make([]time.Duration, crowd)
	up.Add(crowd)
	for n := range crowd {
		back.Go(func() {
			token := fmt.Sprint("agent-", n)
			conn, _ := w.dial(ctx, token, nil)
			_, _, err := conn.Read(ctx)
			up.Done()
			if err != nil {
				return
			}
			<-lost
			began := time.Now()
			_ = conn.CloseNow() // as if its network were cut
			for pause := 300 * time.Millisecond; took[n] == 0 && ctx.Err() == nil; pause = min(2*pause, 1500*time.Millisecond) {
				<-time.After(pause/2 + rand.N(pause/2))
				conn, _ := w.dial(ctx, token, nil)
				if conn == nil {
					continue
				}
				if _, _, err := conn.Read(ctx); err == nil {
					took[n] = time.Since(began)
				}
				defer conn.CloseNow() //nolint:errcheck // the test is over
			}
		})
	}
	up.Wait()
	close(lost)
	back.Wait()
	slices.Sort(took)
	t.Logf("all are back: half after %v, 99 of 100 after %v, the last after %v", took[crowd/2], took[crowd*99/100], took[crowd-1])
	require.Positive(t, took[0])
	require.Less(t, took[crowd-1], 5*time.Second)
}
