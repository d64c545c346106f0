package phone

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"bellhop/media/relay"
)

// hasty is a desk where every leg rings and is hung up at once.
type hasty struct{}

func (hasty) Ring(l *Leg) error { l.HangUp(); return nil }
func (hasty) Up(*Leg)           {}
func (hasty) Ended(*Leg)        {}

// listening is a server with a socket of Asterisk's that talks to it.
func listening(t testing.TB) (s *Server, conn *net.UDPConn, stop func()) {
	t.Helper()
	home := netip.MustParseAddr("127.0.0.1")
	s, err := Listen(context.Background(), Options{Addr: "127.0.0.1:0", AsteriskIP: home, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	ports, err := relay.NewPorts(home, home, 30000, 30999, relay.NewMetrics(nil))
	require.NoError(t, err)
	s.pace.SetLimit(rate.Inf)
	s.Start(hasty{}, ports)
	conn, err = net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(s.Addr()))
	require.NoError(t, err)
	return s, conn, func() {
		_ = conn.Close()
		s.Stop()
	}
}

const probe = "BYE sip:media SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bKprobe$\r\nMax-Forwards: 70\r\n" +
	"From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: probe$\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n"

// request is one of Asterisk's.
func request(method, to string) string {
	return method + " sip:kim@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n" +
		"From: <sip:a@b>;tag=1\r\nTo: <sip:kim@127.0.0.1>" + to + "\r\nContact: <sip:a@127.0.0.1>\r\nCall-ID: c\r\nCSeq: 1 " + method + "\r\n" +
		"X-Bellhop-Leg: l\r\nContent-Type: application/sdp\r\n\r\n" + asteriskOffer
}

// fresh is how many inputs a server lives for: the stack keeps every transaction for 32 s.
const fresh = 2000

// FuzzSIP sends what it likes to the SIP port: the server lives and answers.
func FuzzSIP(f *testing.F) {
	files, err := filepath.Glob("../testdata/rfc4475/*.dat")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	for _, method := range []string{"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS"} {
		f.Add([]byte(request(method, "")))
		f.Add([]byte(request(method, ";tag=2")))
	}
	f.Add([]byte("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: x\r\nCSeq: 1 BYE\r\n\r\n"))
	s, conn, stop := listening(f)
	f.Cleanup(func() { stop() })
	buf, n := make([]byte, 65535), 0
	f.Fuzz(func(t *testing.T, data []byte) {
		if n++; n%fresh == 0 {
			require.Less(t, s.alive(), 100, "every leg is hung up at once")
			stop()
			s, conn, stop = listening(t)
		}
		if len(data) > 60000 {
			return
		}
		_, err := conn.Write(data)
		require.NoError(t, err)
		name := time.Now().Format("150405.000000000")
		_, err = conn.Write([]byte(strings.ReplaceAll(probe, "$", name)))
		require.NoError(t, err)
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
		for {
			n, err := conn.Read(buf)
			require.NoError(t, err, "the server does not answer after %q", data)
			if strings.Contains(string(buf[:n]), "probe"+name) {
				return
			}
		}
	})
}

// alive is how many legs there are.
func (s *Server) alive() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.legs)
}
