package relay

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
)

// ErrNoPort says that every port of the range is taken.
var ErrNoPort = errors.New("relay: no free RTP port")

// Ports hands out the sockets for plain RTP towards Asterisk.
type Ports struct {
	local    netip.Addr
	peer     netip.Addr
	from, to int
	metrics  *Metrics

	mu   sync.Mutex
	next int
}

// NewPorts hands out even ports of [from, to] on the address local. Their
// sockets accept packets from the address peer only.
func NewPorts(local, peer netip.Addr, from, to int, m *Metrics) (*Ports, error) {
	from += from % 2
	if from < 1024 || to > 65535 || from+1 > to {
		return nil, fmt.Errorf("relay: RTP ports %d-%d: want a range within 1024-65535 that holds an even port and the odd one after it", from, to)
	}
	return &Ports{local: local, peer: peer.Unmap(), from: from, to: to, next: from, metrics: m}, nil
}

// Open returns a socket on the next free port, or ErrNoPort.
func (p *Ports) Open() (*Port, error) {
	for range (p.to - p.from + 1) / 2 {
		n := p.take()
		port, err := p.open(n)
		if err == nil {
			return port, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return nil, fmt.Errorf("relay: open RTP port %d: %w", n, err)
		}
	}
	return nil, ErrNoPort
}

// take goes round the range, so that a port just closed is the last to be used
// again and packets still on their way to it meet nobody.
func (p *Ports) take() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.next
	if p.next += 2; p.next+1 > p.to {
		p.next = p.from
	}
	return n
}

func (p *Ports) open(n int) (*Port, error) {
	at := func(port int) *net.UDPAddr {
		return net.UDPAddrFromAddrPort(netip.AddrPortFrom(p.local, uint16(port)))
	}
	rtp, err := net.ListenUDP("udp", at(n))
	if err != nil {
		return nil, err
	}
	// RTCP is not used, but its port is held: Asterisk sends reports there, and
	// nobody else may sit on it. The small buffer fills up and the rest is dropped.
	rtcp, err := net.ListenUDP("udp", at(n+1))
	if err != nil {
		_ = rtp.Close()
		return nil, err
	}
	_ = rtcp.SetReadBuffer(1)
	return &Port{rtp: rtp, rtcp: rtcp, local: netip.AddrPortFrom(p.local, uint16(n)), peer: p.peer, metrics: p.metrics}, nil
}

// Port is the plain RTP socket of one leg.
type Port struct {
	rtp, rtcp *net.UDPConn
	local     netip.AddrPort
	peer      netip.Addr
	metrics   *Metrics

	mu     sync.Mutex
	remote netip.AddrPort
}

// Local returns the address that Asterisk has to send to.
func (p *Port) Local() netip.AddrPort { return p.local }

// SetRemote tells where Asterisk receives, as its SDP says. Only Asterisk's own
// address is accepted.
func (p *Port) SetRemote(remote netip.AddrPort) error {
	remote = netip.AddrPortFrom(remote.Addr().Unmap(), remote.Port())
	if remote.Addr() != p.peer || remote.Port() == 0 {
		return fmt.Errorf("relay: %s is not Asterisk's address %s", remote, p.peer)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.remote = remote
	return nil
}

// Close frees the port. A line that is joined to it stops reading.
func (p *Port) Close() {
	_ = p.rtp.Close()
	_ = p.rtcp.Close()
}

// read waits for the next packet that really comes from Asterisk.
func (p *Port) read(buf []byte) (int, error) {
	for {
		n, from, err := p.rtp.ReadFromUDPAddrPort(buf)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return 0, err
			}
			continue // an ICMP error of an earlier packet
		}
		if p.expects(from) {
			return n, nil
		}
		p.metrics.foreign.Inc()
	}
}

func (p *Port) expects(from netip.AddrPort) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return from.Port() == p.remote.Port() && from.Addr().Unmap() == p.remote.Addr()
}

func (p *Port) write(b []byte) error {
	p.mu.Lock()
	to := p.remote
	p.mu.Unlock()
	_, err := p.rtp.WriteToUDPAddrPort(b, to)
	return err
}
