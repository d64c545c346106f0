package faults

import (
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// Blocks of ports lie below those that the kernel gives to outgoing connections, and above those that bellhop dev takes, so
// that a part that is started again finds its own free.
const (
	firstBlock = 31_100
	blocks     = 80
	blockPorts = 20
)

// ports gives the ports of a block, one after the other, which is ours as long as the last one is kept open.
type ports struct{ next, last int }

// takePorts takes a block of which every port is free, until the test ends.
func takePorts(t testing.TB) *ports {
	t.Helper()
	for _, i := range mathrand.Perm(blocks) {
		p := &ports{next: firstBlock + i*blockPorts, last: firstBlock + (i+1)*blockPorts - 1}
		guard, err := net.Listen("tcp", at(p.last))
		if err != nil {
			continue
		}
		if p.free() {
			t.Cleanup(func() { _ = guard.Close() })
			return p
		}
		_ = guard.Close()
	}
	require.FailNow(t, "no block of ports is free")
	return nil
}

func (p *ports) free() bool {
	for port := p.next; port < p.last; port++ {
		tcp, errTCP := net.Listen("tcp", at(port))
		if errTCP == nil {
			_ = tcp.Close()
		}
		udp, errUDP := net.ListenPacket("udp", at(port))
		if errUDP == nil {
			_ = udp.Close()
		}
		if errTCP != nil || errUDP != nil {
			return false
		}
	}
	return true
}

func (p *ports) port() int {
	p.next++
	return p.next - 1
}

func (p *ports) addr() string { return at(p.port()) }

func at(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
