package media_test

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// tube is the network below a page's websocket: TCP that can stand still, with nobody told.
type tube struct {
	listener net.Listener
	running  sync.WaitGroup

	mu    sync.Mutex
	still chan struct{} // closed when it moves
	conns []net.Conn
}

func newTube(t *testing.T, to string) *tube {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	u := &tube{listener: l, still: make(chan struct{})}
	close(u.still)
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
			u.mu.Lock()
			u.conns = append(u.conns, a, b)
			u.mu.Unlock()
			u.running.Go(func() { u.move(a, b) })
			u.running.Go(func() { u.move(b, a) })
		}
	})
	t.Cleanup(func() {
		u.flow()
		_ = l.Close()
		u.mu.Lock()
		for _, c := range u.conns {
			_ = c.Close()
		}
		u.mu.Unlock()
		u.running.Wait()
	})
	return u
}

// through is a websocket address with the tube in place of media.
func (u *tube) through(url string) string {
	host, path, _ := strings.Cut(strings.TrimPrefix(url, "ws://"), "/")
	return strings.Replace("ws://"+host+"/"+path, host, u.listener.Addr().String(), 1)
}

func (u *tube) move(to io.WriteCloser, from io.Reader) {
	defer func() { _ = to.Close() }()
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		u.mu.Lock()
		still := u.still
		u.mu.Unlock()
		<-still
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

// stop has nothing move any more.
func (u *tube) stop() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.still = make(chan struct{})
}

// flow has everything move again, what came meanwhile first.
func (u *tube) flow() {
	u.mu.Lock()
	defer u.mu.Unlock()
	select {
	case <-u.still:
	default:
		close(u.still)
	}
}
