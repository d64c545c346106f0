package media_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
)

// frame is 20 ms of a payload that is like no other and never silence.
func frame(n int) []byte {
	b := make([]byte, 160)
	for i := range b {
		b[i] = byte(n*7+i) & 0x7f
	}
	return b
}

func silent(p *rtp.Packet) bool { return bytes.Equal(p.Payload, bytes.Repeat([]byte{0xFF}, 160)) }

// nextVoice skips frames of silence.
func nextVoice(t *testing.T, ch <-chan *rtp.Packet) *rtp.Packet {
	t.Helper()
	for began := time.Now(); time.Since(began) < patient; {
		if p := next(t, ch); !silent(p) {
			return p
		}
	}
	require.FailNow(t, "nothing but silence")
	return nil
}

func TestCallFromRingToHangUp(t *testing.T) {
	r := newRig(t)
	p := r.signIn("kim")
	l := r.call("kim", "leg-1")
	require.Equal(t, "leg ringing leg-1", p.told())
	require.Equal(t, 1.0, r.metric("bellhop_media_legs", "ringing"))

	require.NoError(t, r.serve.PickUp(t.Context(), "kim", "leg-1"))
	l.answered()
	require.Equal(t, "leg up leg-1", p.told())
	require.NoError(t, r.serve.PickUp(t.Context(), "kim", "leg-1"), "a second accept of the same leg changes nothing")
	require.Contains(t, l.answer, "RTP/AVP 0 101")

	both(t, p, l)

	l.hangUp()
	require.Equal(t, "leg none leg-1", p.told())
	require.Zero(t, r.metric("bellhop_media_legs"))
	require.Equal(t, 1.0, r.metric("bellhop_media_phones_up"))
}

// both sends ten packets each way and checks every octet and every header.
func both(t *testing.T, p *page, l *leg) {
	t.Helper()
	var toAsterisk, toPage []*rtp.Packet
	for i := range 10 {
		up := rtp.Header{PayloadType: 0, SequenceNumber: 65530 + uint16(i), Timestamp: 4294967000 + uint32(i*160)}
		require.NoError(t, up.SetExtension(1, []byte{1, 2, 3}))
		p.speak(up, frame(i))
		toAsterisk = append(toAsterisk, nextVoice(t, l.hears))

		down := rtp.Header{PayloadType: 0, SequenceNumber: 100 + uint16(i), Timestamp: 7000 + uint32(i*160), SSRC: 42, CSRC: []uint32{7}}
		require.NoError(t, down.SetExtension(1, []byte{1, 2, 3}))
		l.speak(down, frame(100+i))
		toPage = append(toPage, next(t, p.hears))
	}
	for i := range 10 {
		require.Equal(t, frame(i), toAsterisk[i].Payload)
		require.Equal(t, frame(100+i), toPage[i].Payload)
		for _, packets := range [][]*rtp.Packet{toAsterisk, toPage} {
			got := packets[i]
			require.Zero(t, got.PayloadType)
			require.False(t, got.Extension)
			require.Empty(t, got.CSRC)
			require.Equal(t, i == 0, got.Marker)
			require.Equal(t, packets[0].SSRC, got.SSRC)
			require.Equal(t, packets[0].SequenceNumber+uint16(i), got.SequenceNumber)
			require.Equal(t, packets[0].Timestamp+uint32(i*160), got.Timestamp)
		}
	}
	require.NotEqual(t, p.mic.ssrc.Load(), toAsterisk[0].SSRC)
	require.NotEqual(t, uint32(42), toPage[0].SSRC)
}

func TestPageHearsOneStreamAcrossCalls(t *testing.T) {
	r := newRig(t)
	p, l := r.talking("kim", "leg-1")
	l.speak(rtp.Header{SequenceNumber: 5, Timestamp: 160, SSRC: 1}, frame(1))
	first, began := next(t, p.hears), time.Now()
	l.hangUp()
	require.Equal(t, "leg none leg-1", p.told())

	l = r.call("kim", "leg-2")
	require.Equal(t, "leg ringing leg-2", p.told())
	require.NoError(t, r.serve.PickUp(t.Context(), "kim", "leg-2"))
	require.Equal(t, "leg up leg-2", p.told())
	l.answered()
	l.speak(rtp.Header{SequenceNumber: 40000, Timestamp: 3e9, SSRC: 2}, frame(2))
	second := next(t, p.hears)
	passed := time.Since(began)

	require.Equal(t, frame(2), second.Payload)
	require.Equal(t, first.SSRC, second.SSRC)
	require.Equal(t, first.SequenceNumber+1, second.SequenceNumber)
	require.True(t, second.Marker)
	require.InDelta(t, passed.Seconds()*8000, float64(second.Timestamp-first.Timestamp), 800)
}

func TestKeysPassAsEvents(t *testing.T) {
	r := newRig(t)
	p, l := r.talking("kim", "leg-1")
	event := []byte{5, 10, 0, 160}

	p.speak(rtp.Header{PayloadType: 0, SequenceNumber: 1, Timestamp: 160}, frame(1))
	voice := nextVoice(t, l.hears)
	p.speak(rtp.Header{PayloadType: pageEvent, SequenceNumber: 2, Timestamp: 320, Marker: true}, event)
	p.speak(rtp.Header{PayloadType: pageEvent, SequenceNumber: 3, Timestamp: 320}, event)
	for i := range 2 {
		got := nextVoice(t, l.hears)
		require.Equal(t, uint8(switchEvent), got.PayloadType)
		require.Equal(t, event, got.Payload)
		require.Equal(t, i == 0, got.Marker)
		require.Equal(t, voice.Timestamp+160, got.Timestamp)
	}
	l.speak(rtp.Header{PayloadType: switchEvent, SequenceNumber: 1, Timestamp: 160, Marker: true}, event)
	got := next(t, p.hears)
	require.Equal(t, uint8(pageEvent), got.PayloadType)
	require.Equal(t, event, got.Payload)
}

func TestALawWhereThePageHasNoMuLaw(t *testing.T) {
	r := newRig(t)
	p := r.open("kim", pcma)
	p.connected()
	next(t, r.heard)
	l := r.call("kim", "leg-1")
	require.Equal(t, "leg ringing leg-1", p.told())
	require.NoError(t, r.serve.PickUp(t.Context(), "kim", "leg-1"))
	l.answered()
	require.Contains(t, l.answer, "RTP/AVP 8 101")
	require.Equal(t, bytes.Repeat([]byte{0xD5}, 160), next(t, l.hears).Payload, "silence is A-law too")
	l.speak(rtp.Header{PayloadType: 8, SequenceNumber: 1}, frame(3))
	require.Equal(t, frame(3), next(t, p.hears).Payload)
}

func TestSilenceWhereThePageSendsNone(t *testing.T) {
	r := newRig(t)
	p, l := r.talking("kim", "leg-1")
	began := time.Now()
	packets := []*rtp.Packet{next(t, l.hears)}
	for len(packets) < 50 {
		packets = append(packets, next(t, l.hears))
	}
	require.InDelta(t, time.Second.Seconds(), time.Since(began).Seconds(), 0.3)
	for i, got := range packets {
		require.True(t, silent(got))
		require.Equal(t, packets[0].SSRC, got.SSRC)
		require.Equal(t, packets[0].SequenceNumber+uint16(i), got.SequenceNumber)
		require.Equal(t, packets[0].Timestamp+uint32(i*160), got.Timestamp)
	}

	p.speak(rtp.Header{SequenceNumber: 9, Timestamp: 9}, frame(1))
	var last *rtp.Packet
	got := next(t, l.hears)
	for silent(got) {
		last, got = got, next(t, l.hears)
	}
	require.Equal(t, frame(1), got.Payload)
	require.True(t, got.Marker)
	require.Equal(t, packets[0].SSRC, got.SSRC)
	if last != nil {
		require.Equal(t, last.SequenceNumber+1, got.SequenceNumber)
	}
	again := next(t, l.hears)
	require.True(t, silent(again), "and silence again when the page falls quiet")
	require.Equal(t, got.SequenceNumber+1, again.SequenceNumber)
	require.Greater(t, again.Timestamp, got.Timestamp)
}
