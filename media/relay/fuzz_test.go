package relay

import (
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
)

// judge is a browser that checks what it is sent.
type judge struct{ t *testing.T }

func (j *judge) WriteRTP(h *rtp.Header, payload []byte) error {
	require.NotEmpty(j.t, payload)
	require.LessOrEqual(j.t, len(payload), maxPayload)
	require.Contains(j.t, []uint8{0, 126}, h.PayloadType)
	return nil
}

// FuzzLine sends what it likes both ways, cut into packets: whatever leaves the line is RTP in the formats agreed upon.
func FuzzLine(f *testing.F) {
	packet := func(p rtp.Packet) []byte {
		p.Version = 2
		b, err := p.Marshal()
		require.NoError(f, err)
		return b
	}
	voice := packet(rtp.Packet{Header: rtp.Header{SequenceNumber: 65535, Timestamp: 4294967295, SSRC: 1}, Payload: make([]byte, 160)})
	for _, b := range [][]byte{
		voice, voice[:3], append([]byte{0x00}, voice[1:]...), append([]byte{0xC0}, voice[1:]...), append([]byte{0x8F}, voice[1:20]...),
		append([]byte{0xB0}, voice[1:]...), append(append([]byte{0xA0}, voice[1:]...), 255), make([]byte, 1400),
		packet(rtp.Packet{Header: rtp.Header{PayloadType: 101, Marker: true}, Payload: []byte{255, 255, 0, 0}}),
		packet(rtp.Packet{Header: rtp.Header{PayloadType: 126}, Payload: []byte{5, 0x8A, 0xFF, 0xFF}}),
		{0x81, 203, 0, 1, 0, 0, 0, 1},
		{0x80, 200, 0xFF, 0xFF, 0, 0, 0, 1, 0, 0, 0, 0},
	} {
		f.Add(b, b, uint16(20))
	}
	f.Fuzz(func(t *testing.T, up, down []byte, gap uint16) {
		if len(up) > readSize || len(down) > readSize {
			return
		}
		l, b, p, _ := joined(t)
		browser, now := &judge{t}, time.Now()
		l.Detach(b)
		l.Attach(browser, Formats{Codec: PCMU, Event: 126})
		l.down.Lock()
		l.down.leg.Event = 101
		l.down.Unlock()
		l.up.Lock()
		l.up.leg.Event = 101
		l.up.Unlock()
		for range 3 {
			now = now.Add(time.Duration(gap) * time.Millisecond)
			l.fromBrowser(browser, up, now)
			l.fromSwitch(p, down, now)
			_, ok := l.fillOne(p, now)
			require.True(t, ok)
			q := l.TakeQuality()
			require.True(t, q.FromBrowser.Loss() >= 0 && q.FromBrowser.Loss() <= 1 && q.FromSwitch.Loss() >= 0 && q.FromSwitch.Loss() <= 1)
		}
	})
}
