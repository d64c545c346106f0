package ariproxy

import (
	"errors"
	"io"
	"net"
	"sync"
)

// line is one TCP connection, of either side.
type line struct {
	net.Conn
	proxy *Proxy
	once  sync.Once
	dead  chan struct{} // closed when nothing passes any more
}

// die makes the connection swallow everything from now on.
func (l *line) die() { l.once.Do(func() { close(l.dead) }) }

func (l *line) isDead() bool {
	select {
	case <-l.dead:
		return true
	default:
		return false
	}
}

// Read gives what came, and nothing for ever when the line is dead: not even that it was closed.
func (l *line) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if !l.isDead() {
		return n, err
	}
	for err == nil {
		_, err = l.Conn.Read(b)
	}
	<-l.proxy.closed
	return 0, io.EOF
}

// Write swallows what a dead line is given.
func (l *line) Write(b []byte) (int, error) {
	if l.isDead() {
		return len(b), nil
	}
	return l.Conn.Write(b)
}

// Close keeps a dead line open, so that its other end is not told.
func (l *line) Close() error {
	if l.isDead() && !l.proxy.isClosed() {
		return nil
	}
	l.proxy.mu.Lock()
	delete(l.proxy.lines, l)
	l.proxy.mu.Unlock()
	return l.Conn.Close()
}

// reset ends the connection without a farewell.
func (l *line) reset() {
	if tcp, ok := l.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	l.proxy.mu.Lock()
	delete(l.proxy.lines, l)
	l.proxy.mu.Unlock()
	_ = l.Conn.Close()
}

func (p *Proxy) isClosed() bool {
	select {
	case <-p.closed:
		return true
	default:
		return false
	}
}

// listener hands out connections that obey the proxy.
type listener struct {
	net.Listener
	proxy *Proxy
}

// Accept gives the next connection that is not cut. While nothing passes, new connections wait in front of the door.
func (l listener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		l.proxy.awaitLife()
		carried, err := l.proxy.carry(conn)
		if errors.Is(err, errCut) {
			continue
		}
		return carried, err
	}
}
