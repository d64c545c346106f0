package carrier

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
)

const probe = "BYE sip:carrier SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bKprobe$\r\nMax-Forwards: 70\r\n" +
	"From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: probe$\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n"

const callerOffer = "v=0\r\no=- 5 5 IN IP4 127.0.0.1\r\ns=Asterisk\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0 8 101\r\n" +
	"a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"

// request calls a number that refuses, so that no call stays.
func request(method, to string) string {
	return method + " sip:01012345671@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n" +
		"From: <sip:a@b>;tag=1\r\nTo: <sip:01012345671@127.0.0.1>" + to + "\r\nContact: <sip:a@127.0.0.1>\r\nCall-ID: c\r\nCSeq: 1 " + method + "\r\n" +
		"Content-Type: application/sdp\r\n\r\n" + callerOffer
}

// listening is a carrier with a socket of Asterisk's that talks to it.
func listening(t testing.TB) (conn *net.UDPConn, stop func()) {
	t.Helper()
	c, err := New(Options{Addr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	require.NoError(t, c.Start(context.Background()))
	conn, err = net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.MustParseAddrPort(c.Addr())))
	require.NoError(t, err)
	return conn, func() {
		_ = conn.Close()
		c.Stop()
	}
}

// fresh is how many inputs a carrier lives for: the stack keeps every transaction for 32 s.
const fresh = 2000

// FuzzSIP sends what it likes to the SIP port: the carrier lives and answers.
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
	conn, stop := listening(f)
	f.Cleanup(func() { stop() })
	buf, n := make([]byte, 65535), 0
	f.Fuzz(func(t *testing.T, data []byte) {
		if n++; n%fresh == 0 {
			stop()
			conn, stop = listening(t)
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
			require.NoError(t, err, "the carrier does not answer after %q", data)
			if strings.Contains(string(buf[:n]), "probe"+name) {
				return
			}
		}
	})
}

func FuzzReadOffer(f *testing.F) {
	f.Add([]byte(callerOffer))
	f.Add([]byte(strings.Replace(callerOffer, "IP4 127.0.0.1\r\nt", "IP4 224.0.0.1\r\nt", 1)))
	f.Add([]byte(strings.Replace(callerOffer, "m=audio 9", "m=audio 0", 1)))
	f.Add([]byte("v=0\r\nm=audio 9 RTP/AVP 0\r\nm=audio"))
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := readOffer(b)
		if err != nil {
			require.ErrorIs(t, err, errNoSound)
			return
		}
		require.True(t, o.remote.IsValid() && o.remote.Port() != 0)
		ip := o.remote.Addr()
		require.False(t, ip.IsMulticast() || ip.IsUnspecified() || ip.IsLinkLocalUnicast(), ip)
		again, err := readOffer(o.answer(netip.MustParseAddrPort("127.0.0.1:4000")))
		require.NoError(t, err)
		require.Equal(t, o.law, again.law)
	})
}
