package bot

import (
	"context"
	"net"
	"net/http"
	"sync"

	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"
)

// network is what an agent's audio and its websocket go over. It can be cut: packets vanish, and streams stand still.
type network struct {
	*stdnet.Net

	mu   sync.Mutex
	gone chan struct{} // while it is cut; closed when it is mended
}

func newNetwork() (*network, error) {
	standard, err := stdnet.NewNet()
	if err != nil {
		return nil, err
	}
	return &network{Net: standard}, nil
}

// Cut takes the network away without a word to anybody; Mend gives it back.
func (l *Line) Cut() {
	n := l.network
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.gone == nil {
		n.gone = make(chan struct{})
	}
}

// Mend gives the network back.
func (l *Line) Mend() {
	n := l.network
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.gone != nil {
		close(n.gone)
		n.gone = nil
	}
}

// there is nil, or closed when the network is there again.
func (n *network) there() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.gone
}

// ListenUDP implements transport.Net.
func (n *network) ListenUDP(kind string, at *net.UDPAddr) (transport.UDPConn, error) {
	c, err := n.Net.ListenUDP(kind, at)
	return packets{c, n}, err
}

// packets is a socket whose packets vanish while the network is cut.
type packets struct {
	transport.UDPConn
	network *network
}

// ReadFrom implements net.PacketConn.
func (p packets) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		size, from, err := p.UDPConn.ReadFrom(b)
		if err != nil || p.network.there() == nil {
			return size, from, err
		}
	}
}

// WriteTo implements net.PacketConn.
func (p packets) WriteTo(b []byte, to net.Addr) (int, error) {
	if p.network.there() != nil {
		return len(b), nil
	}
	return p.UDPConn.WriteTo(b, to)
}

// client dials over the network.
func (n *network) client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, kind, to string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, kind, to)
		return stream{c, n}, err
	}}}
}

// stream is a connection that stands still while the network is cut.
type stream struct {
	net.Conn
	network *network
}

// Read implements net.Conn.
func (s stream) Read(b []byte) (int, error) {
	n, err := s.Conn.Read(b)
	if gone := s.network.there(); gone != nil && err == nil {
		<-gone
	}
	return n, err
}

// Write implements net.Conn.
func (s stream) Write(b []byte) (int, error) {
	if gone := s.network.there(); gone != nil {
		<-gone
	}
	return s.Conn.Write(b)
}
