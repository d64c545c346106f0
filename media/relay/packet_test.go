package relay

import (
	"testing"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
)

func TestFormatsTranslate(t *testing.T) {
	browser, leg := Formats{Codec: PCMU, Event: 126}, Formats{Codec: PCMU, Event: 101}
	for name, tt := range map[string]struct {
		from, to Formats
		pt, want uint8
		ok       bool
	}{
		"audio":                 {browser, leg, 0, 0, true},
		"event":                 {browser, leg, 126, 101, true},
		"event back":            {leg, browser, 101, 126, true},
		"their number not ours": {browser, leg, 101, 0, false},
		"event not wanted":      {browser, Formats{Codec: PCMU}, 126, 0, false},
		"comfort noise":         {browser, leg, 13, 0, false},
		"another codec":         {browser, leg, 8, 0, false},
		"A-law":                 {Formats{Codec: PCMA}, Formats{Codec: PCMA}, 8, 8, true},
		"no transcoding":        {Formats{Codec: PCMA}, leg, 8, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			pt, ok := tt.from.translate(tt.pt, tt.to)
			require.Equal(t, tt.ok, ok)
			require.Equal(t, tt.want, pt)
		})
	}
}

// FuzzParse checks that parse never takes more than pion does, reads the same
// from what it takes, and that what is written from it can be read again.
func FuzzParse(f *testing.F) {
	full := rtp.Packet{Header: rtp.Header{Version: 2, Marker: true, PayloadType: 101, SequenceNumber: 7, Timestamp: 8, SSRC: 9, CSRC: []uint32{1, 2}}, Payload: []byte{1, 2, 3}}
	require.NoError(f, full.SetExtension(1, []byte{5}))
	b, err := full.Marshal()
	require.NoError(f, err)
	f.Add(b)
	f.Add(b[:12])
	f.Add(append(append([]byte{0xA0, 0}, make([]byte, 12)...), 2))
	f.Add(append(append([]byte{0xA0, 0}, make([]byte, 12)...), 255))
	f.Add(append([]byte{0x9F, 0}, make([]byte, 70)...))
	f.Add(append([]byte{0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xBE, 0xDE, 0xFF, 0xFF}, make([]byte, 200)...))
	f.Add([]byte{0x80})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, ok := parse(b)
		if !ok {
			return
		}
		require.NotEmpty(t, got.payload)
		require.LessOrEqual(t, len(got.payload), maxPayload)
		var want rtp.Packet
		if err := want.Unmarshal(b); err == nil {
			require.Equal(t, want.PayloadType, got.payloadType)
			require.Equal(t, want.Marker, got.marker)
			require.Equal(t, want.SequenceNumber, got.sequence)
			require.Equal(t, want.Timestamp, got.timestamp)
			require.Equal(t, want.SSRC, got.source)
			require.Equal(t, want.Payload, got.payload)
		}
		out := make([]byte, headerSize+len(got.payload))
		putHeader(out, got.payloadType, got.marker, stamp{got.sequence, got.timestamp}, got.source)
		copy(out[headerSize:], got.payload)
		again, ok := parse(out)
		require.True(t, ok)
		require.Equal(t, got, again)
	})
}
