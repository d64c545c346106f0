package media_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
)

// echo asks for the page's own audio, or for it to end.
func (p *page) echo(on bool) {
	p.t.Helper()
	require.NoError(p.t, p.ws.Write(p.t.Context(), websocket.MessageText, fmt.Appendf(nil, `{"type":"echo","on":%t}`, on)))
}

// settled returns when media has done what the page asked for: pings are answered in order.
func (p *page) settled() {
	p.t.Helper()
	p.send(map[string]string{"type": "ping"})
	require.Equal(p.t, "pong", p.told())
}

// hearsNothing waits long enough for a packet to come back.
func (p *page) hearsNothing() {
	p.t.Helper()
	select {
	case <-p.hears:
		require.Fail(p.t, "the page hears itself")
	case <-time.After(200 * time.Millisecond):
	}
}

func TestEcho(t *testing.T) {
	r := newRig(t)
	p := r.signIn("kim")
	p.speak(rtp.Header{SequenceNumber: 1, Timestamp: 160}, frame(1))
	p.hearsNothing()
	p.echo(true)
	p.settled()
	p.speak(rtp.Header{SequenceNumber: 2, Timestamp: 320}, frame(2))
	first := next(t, p.hears)
	require.Equal(t, frame(2), first.Payload)
	require.NotEqual(t, p.mic.ssrc.Load(), first.SSRC)
	p.speak(rtp.Header{PayloadType: pageEvent, SequenceNumber: 3, Timestamp: 480}, []byte{5, 10, 0, 160})
	require.Equal(t, uint8(pageEvent), next(t, p.hears).PayloadType)

	p.echo(false)
	p.settled()
	p.speak(rtp.Header{SequenceNumber: 4, Timestamp: 640}, frame(4))
	p.hearsNothing()
	p.echo(true)
	p.settled()
	p.speak(rtp.Header{SequenceNumber: 5, Timestamp: 800}, frame(5))
	require.Equal(t, frame(5), next(t, p.hears).Payload)

	l := r.call("kim", "leg-1")
	require.Equal(t, "leg ringing leg-1", p.told())
	require.NoError(t, r.serve.PickUp(t.Context(), "kim", "leg-1"))
	require.Equal(t, "leg up leg-1", p.told())
	l.answered()
	p.echo(true)
	p.settled()
	p.speak(rtp.Header{SequenceNumber: 6, Timestamp: 960}, frame(6))
	require.Equal(t, frame(6), nextVoice(t, l.hears).Payload, "in a call Asterisk hears the page")
	l.speak(rtp.Header{SequenceNumber: 1, SSRC: 1}, frame(7))
	require.Equal(t, frame(7), next(t, p.hears).Payload, "and the page Asterisk, not itself")
	l.hangUp()
	require.Equal(t, "leg none leg-1", p.told())
	p.speak(rtp.Header{SequenceNumber: 7, Timestamp: 1120}, frame(8))
	p.hearsNothing() // the echo does not come back by itself
}

// converse has page and Asterisk speak 20 ms frames until ctx ends; the page leaves out every fourth of its own.
func converse(ctx context.Context, p *page, l *leg) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for n := uint16(1); ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		at := uint32(n) * 160
		if n%4 != 0 {
			p.speak(rtp.Header{SequenceNumber: n, Timestamp: at}, frame(1))
		}
		l.speak(rtp.Header{SequenceNumber: n, Timestamp: at, SSRC: 9}, frame(2))
		for len(p.hears) > 0 {
			<-p.hears
		}
	}
}

func TestQualityIsToldWhileALegIsUp(t *testing.T) {
	r := newRig(t)
	p, l := r.talking("kim", "leg-1")
	ctx, cancel := context.WithCancel(t.Context())
	spoken := make(chan struct{})
	go func() { converse(ctx, p, l); close(spoken) }()
	var q quality
	for range 3 {
		q = next(t, p.quality)
		require.True(t, q.Heard)
	}
	require.InDelta(t, 0.25, q.Loss, 0.1, "every fourth packet was lost")
	require.Less(t, q.Jitter, 20.0)
	require.GreaterOrEqual(t, q.RTT, 0.0, "the browser has answered a report")
	require.Less(t, q.RTT, 500.0)
	cancel()
	<-spoken
	for began := time.Now(); q.Heard; q = next(t, p.quality) {
		require.Less(t, time.Since(began), 5*time.Second, "one-way audio is noticed in 5 s")
	}
	l.hangUp()
	require.Equal(t, "leg none leg-1", p.told())
	for len(p.quality) > 0 {
		<-p.quality
	}
	select {
	case q := <-p.quality:
		require.Fail(t, "quality without a leg", q)
	case <-time.After(1500 * time.Millisecond):
	}
}

// TestHalfAFrameHoldsNobodyUp: a page that stops in the middle of a frame is cut off, though the websocket library would
// wait for the rest of it.
func TestHalfAFrameHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	long := binary.BigEndian.AppendUint64([]byte("\x81\xff"), 1<<30)
	for name, sent := range map[string]string{
		"too long a frame":    string(long) + "\x00\x00\x00\x00" + strings.Repeat(" ", 70<<10),
		"not JSON, then half": "\x81\x82\x00\x00\x00\x00{!\x81\xfe\x0f\xff\x00\x00\x00\x00half",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			host := strings.TrimSuffix(strings.TrimPrefix(r.server.PhoneURL(), "ws://"), "/phone")
			conn, err := net.Dial("tcp", host)
			require.NoError(t, err)
			defer conn.Close()
			_, err = io.WriteString(conn, "GET /phone HTTP/1.1\r\nHost: "+host+"\r\nOrigin: "+origin+"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
				"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"+sent)
			require.NoError(t, err)
			require.NoError(t, conn.SetReadDeadline(time.Now().Add(patient)))
			began := time.Now()
			heard, err := io.ReadAll(conn)
			if err != nil {
				require.ErrorContains(t, err, "reset", "cut, not left open")
			}
			require.Contains(t, string(heard), "101 Switching Protocols")
			require.Less(t, time.Since(began), 4*time.Second)
		})
	}
}
