package relay

import (
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	loopback = netip.MustParseAddr("127.0.0.1")
	// voice is a packet as a browser sends it, with a header extension.
	voice = func() []byte {
		p := rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: 1, Timestamp: 160, SSRC: 5}, Payload: make([]byte, 160)}
		if p.SetExtension(1, []byte{1}) != nil {
			return nil
		}
		b, _ := p.Marshal()
		return b
	}()
)

// deaf is a browser that counts.
type deaf struct{ packets int }

func (d *deaf) WriteRTP(*rtp.Header, []byte) error {
	d.packets++
	return nil
}

// joined is a line between a deaf browser and a socket in Asterisk's place.
func joined(t testing.TB) (*Line, *deaf, *Port, *net.UDPConn) {
	t.Helper()
	m := NewMetrics(prometheus.NewRegistry())
	ports, err := NewPorts(loopback, loopback, 25000, 25999, m)
	require.NoError(t, err)
	p, err := ports.Open()
	require.NoError(t, err)
	asterisk, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	require.NoError(t, p.SetRemote(asterisk.LocalAddr().(*net.UDPAddr).AddrPort()))
	l, b := NewLine(m), &deaf{}
	l.Attach(b, Formats{Codec: PCMU})
	l.Join(p, Formats{Codec: PCMU})
	t.Cleanup(func() {
		l.Leave(p)
		_ = asterisk.Close()
	})
	return l, b, p, asterisk
}

func TestForwardingAllocatesNothing(t *testing.T) {
	l, b, p, _ := joined(t)
	speech := talk(time.Now())
	require.Zero(t, testing.AllocsPerRun(100, func() {
		packet, now := speech()
		l.fromBrowser(b, packet, now)
		l.fromSwitch(p, packet, now)
	}))
	require.Equal(t, 101.0, testutil.ToFloat64(l.metrics.toSwitch))
	require.Equal(t, 101, b.packets)
}

// talk returns one packet after the other, 20 ms apart.
func talk(now time.Time) func() ([]byte, time.Time) {
	packet := append([]byte(nil), voice...)
	var sequence uint16
	var timestamp uint32
	return func() ([]byte, time.Time) {
		now = now.Add(20 * time.Millisecond)
		sequence, timestamp = sequence+1, timestamp+160
		binary.BigEndian.PutUint16(packet[2:], sequence)
		binary.BigEndian.PutUint32(packet[4:], timestamp)
		return packet, now
	}
}

func TestOnlyTheLinesOwnBrowserIsHeard(t *testing.T) {
	l, b, p, _ := joined(t)
	now := time.Now()
	l.fromBrowser(&deaf{packets: 1}, voice, now)
	require.Zero(t, testutil.ToFloat64(l.metrics.toSwitch))
	l.fromBrowser(b, voice, now)
	require.Equal(t, 1.0, testutil.ToFloat64(l.metrics.toSwitch))
	l.Detach(b)
	l.fromBrowser(b, voice, now)
	l.fromSwitch(p, voice, now)
	require.Equal(t, 1.0, testutil.ToFloat64(l.metrics.toSwitch))
	require.Zero(t, b.packets)
}

func TestABrowserThatFloodsIsHeldBack(t *testing.T) {
	l, b, _, _ := joined(t)
	now := time.Unix(1000, 0)
	packet := append([]byte(nil), voice...)
	for i := range 2000 {
		packet[2], packet[3] = byte(i>>8), byte(i)
		l.fromBrowser(b, packet, now.Add(time.Duration(i)*time.Microsecond))
	}
	require.Equal(t, float64(rateLimit), testutil.ToFloat64(l.metrics.toSwitch))
	require.Equal(t, float64(2000-rateLimit), testutil.ToFloat64(l.metrics.rate))
}

func TestLeavingClosesThePort(t *testing.T) {
	l, b, p, _ := joined(t)
	l.Leave(p)
	l.Leave(p)
	l.fromBrowser(b, voice, time.Now())
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(p.Local()))
	require.NoError(t, err)
	require.NoError(t, conn.Close())
}

func TestPortsGoRoundAndRunOut(t *testing.T) {
	m := NewMetrics(nil)
	ports, err := NewPorts(loopback, loopback, 25101, 25107, m)
	require.NoError(t, err)
	var open []*Port
	for range 3 {
		p, err := ports.Open()
		require.NoError(t, err)
		require.Zero(t, p.Local().Port()%2)
		open = append(open, p)
	}
	_, err = ports.Open()
	require.ErrorIs(t, err, ErrNoPort)
	freed := open[1].Local()
	open[1].Close()
	open[1], err = ports.Open()
	require.NoError(t, err)
	require.Equal(t, freed, open[1].Local())
	for _, p := range open {
		p.Close()
	}
	for name, r := range map[string][2]int{"upside down": {30000, 20000}, "too low": {10, 20}, "too high": {65000, 70000}, "one port": {25000, 25000}} {
		_, err := NewPorts(loopback, loopback, r[0], r[1], m)
		require.Error(t, err, name)
	}
}

func BenchmarkForward(b *testing.B) {
	l, browser, p, _ := joined(b)
	speech := talk(time.Now())
	b.ReportAllocs()
	for b.Loop() {
		packet, now := speech()
		l.fromBrowser(browser, packet, now)
		l.fromSwitch(p, packet, now)
	}
}
