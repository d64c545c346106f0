package control_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/media/control"
)

func TestEveryConnectBeginsWithAllThatIsUp(t *testing.T) {
	first, second := newLine(t), newLine(t)
	var media atomic.Pointer[control.Server]
	media.Store(first.server)
	gate := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { media.Load().ServeHTTP(w, r) }))
	t.Cleanup(gate.Close)
	first.server.PhoneUp("kim", "s1")
	first.server.PhoneUp("lee", "s2")
	first.dialWith(t, gate.URL, secret, func(sip, _ string, up []control.Session) {
		first.heard <- fmt.Sprint("snapshot ", sip, up)
	})
	require.Equal(t, "snapshot 127.0.0.1:5070[{kim s1 sip:kim@127.0.0.1:5070} {lee s2 sip:lee@127.0.0.1:5070}]", first.next(t))
	require.Equal(t, "up kim s1 sip:kim@127.0.0.1:5070", first.next(t))
	require.Equal(t, "up lee s2 sip:lee@127.0.0.1:5070", first.next(t))

	second.server.PhoneUp("lee", "s3")
	media.Store(second.server)
	first.server.Stop()
	require.Equal(t, "lost 127.0.0.1:5070", first.next(t))
	require.Equal(t, "snapshot 127.0.0.1:5070[{lee s3 sip:lee@127.0.0.1:5070}]", first.next(t), "kim is gone")
	require.Equal(t, "up lee s3 sip:lee@127.0.0.1:5070", first.next(t))

	third := newLine(t)
	media.Store(third.server)
	second.server.Stop()
	require.Equal(t, "lost 127.0.0.1:5070", first.next(t))
	require.Equal(t, "snapshot 127.0.0.1:5070[]", first.next(t), "nobody is there any more")
}

// tube is a TCP connection that can be made half-open: both ends stay, nothing moves.
type tube struct {
	listener net.Listener
	frozen   chan struct{}
	running  sync.WaitGroup
	closing  chan struct{}
}

func newTube(t *testing.T, to string) *tube {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	u := &tube{listener: l, frozen: make(chan struct{}), closing: make(chan struct{})}
	u.running.Go(func() {
		for {
			a, err := l.Accept()
			if err != nil {
				return
			}
			b, err := net.Dial("tcp", to)
			if err != nil {
				_ = a.Close()
				continue
			}
			u.running.Go(func() { u.move(a, b) })
			u.running.Go(func() { u.move(b, a) })
		}
	})
	t.Cleanup(func() {
		close(u.closing)
		_ = l.Close()
		u.running.Wait()
	})
	return u
}

func (u *tube) move(to io.WriteCloser, from io.ReadCloser) {
	go func() { <-u.closing; _ = from.Close() }()
	defer func() { _ = to.Close() }()
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		select {
		case <-u.frozen: // the kernel takes it, nobody else does
			continue
		default:
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

func TestAHalfOpenLineIsNoticedInASecond(t *testing.T) {
	l := newLine(t)
	l.server.PhoneUp("kim", "s1")
	u := newTube(t, strings.TrimPrefix(l.http.URL, "http://"))
	c := l.dial(t, "http://"+u.listener.Addr().String(), secret)
	require.Equal(t, "up kim s1 sip:kim@127.0.0.1:5070", l.next(t))
	close(u.frozen)
	began := time.Now()
	require.Equal(t, "lost 127.0.0.1:5070", l.next(t))
	require.InDelta(t, 0.9, time.Since(began).Seconds(), 0.5)
	require.ErrorIs(t, c.Ready(), control.ErrNotConnected)
}
