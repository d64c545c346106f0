package peer

import (
	"net"
	"net/netip"
	"sync"
)

const (
	// maxConnections is how many browsers may be connected by TCP, those included that have not said who they are.
	maxConnections = 1000
	// maxPerHost is how many of them one address may have: many agents can be behind one.
	maxPerHost = 200
)

// crowd is a TCP listener that lets in only so many at a time. The others are turned away at once.
type crowd struct {
	net.Listener

	mu    sync.Mutex
	hosts map[netip.Addr]int
	all   int
}

// Guard lets in only so many connections at a time, as with browsers' audio over TCP.
func Guard(l net.Listener) net.Listener { return newCrowd(l) }

func newCrowd(l net.Listener) *crowd {
	return &crowd{Listener: l, hosts: make(map[netip.Addr]int)}
}

// Accept implements net.Listener.
func (c *crowd) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		host := conn.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
		if c.enter(host) {
			return &guest{Conn: conn, leave: sync.OnceFunc(func() { c.leave(host) })}, nil
		}
		_ = conn.Close()
	}
}

func (c *crowd) enter(host netip.Addr) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all >= maxConnections || c.hosts[host] >= maxPerHost {
		return false
	}
	c.all++
	c.hosts[host]++
	return true
}

func (c *crowd) leave(host netip.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
	if c.hosts[host]--; c.hosts[host] == 0 {
		delete(c.hosts, host)
	}
}

// guest is a connection that counts until it is closed.
type guest struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (g *guest) Close() error {
	g.leave()
	return g.Conn.Close()
}
