package turn

import (
	"errors"
	"net"
	"net/netip"

	"github.com/pion/turn/v5"
)

var errOnlyUDP = errors.New("turn: nothing but media's UDP port is relayed to")

// way leads from an allocation to media's port and back. It implements turn.RelayAddressGenerator.
type way struct {
	target netip.AddrPort
	public netip.Addr
}

// leadsTo says whether a browser may name the address: it is one that media's answers name.
func (w *way) leadsTo(peer net.IP) bool {
	ip, ok := netip.AddrFromSlice(peer)
	if !ok {
		return false
	}
	ip = ip.Unmap()
	if w.public.IsValid() && ip == w.public.Unmap() {
		return true
	}
	if own := w.target.Addr().Unmap(); !own.IsUnspecified() {
		return ip == own
	}
	return !ip.IsLoopback() && ours(ip)
}

// ours says whether an interface of this machine has the address.
func ours(ip netip.Addr) bool {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok {
			if own, ok := netip.AddrFromSlice(n.IP); ok && own.Unmap() == ip {
				return true
			}
		}
	}
	return false
}

// near is the address at which this machine reaches media, where a browser says ip.
func (w *way) near(ip netip.Addr) netip.AddrPort {
	own := w.target.Addr().Unmap()
	switch {
	case !own.IsUnspecified():
		return netip.AddrPortFrom(own, w.target.Port())
	case w.public.IsValid() && ip == w.public.Unmap() && own.Is4():
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), w.target.Port())
	case w.public.IsValid() && ip == w.public.Unmap():
		return netip.AddrPortFrom(netip.IPv6Loopback(), w.target.Port())
	}
	return netip.AddrPortFrom(ip, w.target.Port())
}

// Validate implements turn.RelayAddressGenerator.
func (w *way) Validate() error { return nil }

// AllocatePacketConn implements turn.RelayAddressGenerator: a socket that exchanges packets with media's port alone.
func (w *way) AllocatePacketConn(c turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	bind := w.target.Addr()
	socket, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(bind, uint16(max(0, min(c.RequestedPort, 65535)))))) //nolint:gosec // bounded
	if err != nil {
		return nil, nil, err
	}
	port := socket.LocalAddr().(*net.UDPAddr).AddrPort().Port()
	told := bind
	switch {
	case w.public.IsValid():
		told = w.public
	case bind.IsUnspecified() && bind.Is4():
		told = netip.AddrFrom4([4]byte{127, 0, 0, 1}) // nobody sends there but media, which is here
	case bind.IsUnspecified():
		told = netip.IPv6Loopback()
	}
	return &narrow{PacketConn: socket, socket: socket, way: w}, net.UDPAddrFromAddrPort(netip.AddrPortFrom(told, port)), nil
}

// AllocateListener implements turn.RelayAddressGenerator; TCP to others (RFC 6062) is not for us.
func (w *way) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errOnlyUDP
}

// AllocateConn implements turn.RelayAddressGenerator.
func (w *way) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errOnlyUDP }

// narrow is the socket of an allocation. What is meant for others than media's port vanishes, as does what comes from
// others.
type narrow struct {
	net.PacketConn // not the socket itself, whose other methods would let everything through

	socket *net.UDPConn
	way    *way
}

// WriteTo implements net.PacketConn.
func (n *narrow) WriteTo(b []byte, to net.Addr) (int, error) {
	peer, ok := to.(*net.UDPAddr)
	if !ok || peer.AddrPort().Port() != n.way.target.Port() || !n.way.leadsTo(peer.IP) {
		return len(b), nil
	}
	return n.socket.WriteToUDPAddrPort(b, n.way.near(peer.AddrPort().Addr().Unmap()))
}

// ReadFrom implements net.PacketConn.
func (n *narrow) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		size, from, err := n.socket.ReadFromUDPAddrPort(b)
		if err != nil {
			return size, nil, err
		}
		if seen, ok := n.way.seen(from); ok {
			return size, net.UDPAddrFromAddrPort(seen), nil
		}
	}
}

// seen is media's port as the browser knows it; false if it is not media that sent.
func (w *way) seen(from netip.AddrPort) (netip.AddrPort, bool) {
	ip := from.Addr().Unmap()
	own := w.target.Addr().Unmap()
	switch {
	case from.Port() != w.target.Port():
		return from, false
	case !own.IsUnspecified() && ip != own:
		return from, false
	case own.IsUnspecified() && !ip.IsLoopback() && !ours(ip):
		return from, false
	case w.public.IsValid() && (!own.IsUnspecified() || ip.IsLoopback()):
		return netip.AddrPortFrom(w.public.Unmap(), from.Port()), true
	}
	return netip.AddrPortFrom(ip, from.Port()), true
}
