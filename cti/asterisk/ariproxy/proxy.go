// Package ariproxy stands between a server and a real Asterisk and makes faults on purpose: it cuts the line, lets it look
// alive while nothing passes, makes REST slow or lets it fail, and loses, doubles, delays and swaps events. For tests only.
package ariproxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Proxy is a line to ARI. Its methods may be called from any goroutine.
type Proxy struct {
	target   string // host:port of Asterisk's HTTP server
	listener net.Listener
	server   *http.Server
	rest     *http.Transport
	work     sync.WaitGroup
	closed   chan struct{}

	mu       sync.Mutex
	lines    map[*line]struct{}
	cut      bool          // connections are reset
	dead     chan struct{} // while nothing passes: closed when something does again
	rules    []*restRule
	faults   []*eventFault
	requests []string
	sockets  int
}

// Test is what New needs of a *testing.T.
type Test interface {
	Helper()
	Fatal(why ...any)
	Cleanup(end func())
}

// New is a proxy to Asterisk at target, an ARI address or a host:port, until the test ends.
func New(t Test, target string) *Proxy {
	t.Helper()
	p, err := Start(target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// Start is New without a test; Close ends it.
func Start(target string) (*Proxy, error) {
	target, _, _ = strings.Cut(strings.TrimPrefix(target, "http://"), "/")
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("ariproxy: %w", err)
	}
	p := &Proxy{target: target, listener: l, closed: make(chan struct{}), lines: make(map[*line]struct{})}
	p.rest = &http.Transport{DialContext: p.dialFar, MaxIdleConnsPerHost: 128, DisableCompression: true}
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: time.Hour}
	p.work.Go(func() { _ = p.server.Serve(listener{l, p}) })
	return p, nil
}

// Close ends every connection and returns when nothing of the proxy runs any more.
func (p *Proxy) Close() {
	p.mu.Lock()
	select {
	case <-p.closed:
		p.mu.Unlock()
		return
	default:
	}
	close(p.closed)
	p.mu.Unlock()
	_ = p.server.Close()
	p.resetAll()
	p.rest.CloseIdleConnections()
	p.work.Wait()
}

// URL is ARI's address through the proxy.
func (p *Proxy) URL() string { return "http://" + p.listener.Addr().String() + "/ari" }

// Cut resets every connection and every new one, until Mend.
func (p *Proxy) Cut() {
	p.mu.Lock()
	p.cut = true
	p.mu.Unlock()
	p.resetAll()
}

// Reset resets every connection once; new ones are made at once.
func (p *Proxy) Reset() { p.resetAll() }

// HalfOpen lets every connection look alive for ever while nothing passes it either way. Not even its end is told to the
// other side, so Asterisk still holds the old websocket when a new one comes. New connections wait until Mend.
func (p *Proxy) HalfOpen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead == nil {
		p.dead = make(chan struct{})
	}
	for l := range p.lines {
		l.die()
	}
}

// Mend ends Cut, HalfOpen, Slow and Fail for what comes from now on. What HalfOpen made dead stays dead.
func (p *Proxy) Mend() {
	p.rest.CloseIdleConnections() // dead ones too
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead != nil {
		close(p.dead)
	}
	p.cut, p.dead, p.rules = false, nil, nil
}

// Sockets is how many websockets pass through the proxy now.
func (p *Proxy) Sockets() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sockets
}

// Requests is how many REST requests came whose "METHOD /path?query" begins so; the path is without /ari.
func (p *Proxy) Requests(prefix string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, r := range p.requests {
		if strings.HasPrefix(r, prefix) {
			n++
		}
	}
	return n
}

// awaitLife waits while nothing passes.
func (p *Proxy) awaitLife() {
	p.mu.Lock()
	dead := p.dead
	p.mu.Unlock()
	if dead == nil {
		return
	}
	select {
	case <-dead:
	case <-p.closed:
	}
}

func (p *Proxy) resetAll() {
	p.mu.Lock()
	var all []*line
	for l := range p.lines {
		all = append(all, l)
	}
	p.mu.Unlock()
	for _, l := range all {
		l.reset()
	}
}

// dialFar connects to Asterisk.
func (p *Proxy) dialFar(ctx context.Context, _, _ string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "tcp", p.target)
	if err != nil {
		return nil, err
	}
	return p.carry(conn)
}

var errCut = errors.New("ariproxy: the line is cut")

// carry takes a connection under the proxy's rule.
func (p *Proxy) carry(conn net.Conn) (*line, error) {
	l := &line{Conn: conn, proxy: p, dead: make(chan struct{})}
	p.mu.Lock()
	cut := p.cut
	if p.dead != nil {
		l.die()
	}
	p.lines[l] = struct{}{}
	p.mu.Unlock()
	if cut {
		l.reset()
		return nil, errCut
	}
	return l, nil
}
