package peer

import (
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/stretchr/testify/require"
)

func TestReadReport(t *testing.T) {
	now := time.Date(2026, 11, 20, 3, 0, 0, 500_000_000, time.UTC)
	sentAt := uint32(ntpTime(now.Add(-150*time.Millisecond)) >> 16)
	const kept = 100 * 65536 / 1000 // 100 ms
	block := func(change func(*rtcp.ReceptionReport)) []rtcp.ReceptionReport {
		b := rtcp.ReceptionReport{SSRC: 7, FractionLost: 64, Jitter: 80, LastSenderReport: sentAt, Delay: kept}
		change(&b)
		return []rtcp.ReceptionReport{{SSRC: 6, FractionLost: 255}, b}
	}
	as := func(*rtcp.ReceptionReport) {}
	const unknown = -1
	tests := map[string]struct {
		packet rtcp.Packet
		rtt    time.Duration
		none   bool
	}{
		"a receiver's":          {packet: &rtcp.ReceiverReport{Reports: block(as)}, rtt: 50 * time.Millisecond},
		"a sender's":            {packet: &rtcp.SenderReport{Reports: block(as)}, rtt: 50 * time.Millisecond},
		"of another source":     {packet: &rtcp.ReceiverReport{Reports: block(func(b *rtcp.ReceptionReport) { b.SSRC = 8 })}, none: true},
		"without a block":       {packet: &rtcp.ReceiverReport{}, none: true},
		"before our first":      {packet: &rtcp.ReceiverReport{Reports: block(func(b *rtcp.ReceptionReport) { b.LastSenderReport = 0 })}, rtt: unknown},
		"with a clock set back": {packet: &rtcp.ReceiverReport{Reports: block(func(b *rtcp.ReceptionReport) { b.Delay = 1 << 20 })}, rtt: unknown},
		"from last year":        {packet: &rtcp.ReceiverReport{Reports: block(func(b *rtcp.ReceptionReport) { b.LastSenderReport -= 100 << 16 })}, rtt: unknown},
		"another kind":          {packet: &rtcp.Goodbye{Sources: []uint32{7}}, none: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			data, err := rtcp.Marshal([]rtcp.Packet{tt.packet})
			require.NoError(t, err)
			r, ok := readReport(data, 7, now)
			require.Equal(t, !tt.none, ok)
			if tt.none {
				return
			}
			require.Equal(t, 0.25, r.Loss)
			require.Equal(t, 10*time.Millisecond, r.Jitter)
			require.InDelta(t, tt.rtt.Seconds(), r.RTT.Seconds(), 0.001)
			require.Equal(t, now, r.At)
		})
	}
}

func FuzzReadReport(f *testing.F) {
	data, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{Reports: []rtcp.ReceptionReport{{SSRC: 7, FractionLost: 255, LastSenderReport: 1}}}})
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte{})
	f.Add([]byte{0x80, 200, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		r, ok := readReport(data, 7, time.Now())
		if ok {
			require.True(t, r.Loss >= 0 && r.Loss < 1)
			require.LessOrEqual(t, r.RTT, time.Minute)
			require.GreaterOrEqual(t, r.Jitter, time.Duration(0))
		}
	})
}
