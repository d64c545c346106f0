package handset_test

import (
	"encoding/binary"
	"iter"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"bellhop/media/audio"
	"bellhop/media/handset"
	"bellhop/media/handset/handsettest"
)

// keyPacket is a telephone event as received, with the packet before it.
type keyPacket struct {
	event, flags byte
	duration     uint16
	*rtp.Packet
}

// collectKeys reads packets until n telephone events and after them some sound have come.
func collectKeys(t *testing.T, c *handsettest.Call, n int) (keys []keyPacket, all []*rtp.Packet) {
	for len(keys) < n || all[len(all)-1].PayloadType != 0 {
		p, err := c.Packet(2 * time.Second)
		if err != nil {
			t.Error(err)
			return keys, all
		}
		all = append(all, p)
		if p.PayloadType == 101 && len(p.Payload) == 4 {
			keys = append(keys, keyPacket{p.Payload[0], p.Payload[1], binary.BigEndian.Uint16(p.Payload[2:]), p})
		}
	}
	return keys, all
}

func TestKeysAreSentAsTelephoneEvents(t *testing.T) {
	const each = 5 + 2 // packets while pressed, and repetitions of the last
	type result struct {
		keys []keyPacket
		all  []*rtp.Packet
	}
	got := make(chan result, 1)
	sw := handsettest.New(t, func(c *handsettest.Call) {
		c.Answer()
		keys, all := collectKeys(t, c, 3*each)
		got <- result{keys, all}
		<-c.Ended()
	})
	d := newDiary()
	s := dial(t, newPhone(t), handset.Call{Server: sw.Addr, Speak: audio.Tones(-15, 440), OnEvent: d.write})
	require.NoError(t, s.AwaitAnswer(t.Context()))
	require.ErrorContains(t, s.SendDTMF(t.Context(), "1x"), "'X'")
	require.NoError(t, s.SendDTMF(t.Context(), "1,#"))
	require.NoError(t, s.SendDTMF(t.Context(), "d"))
	r := <-got
	require.Len(t, r.keys, 3*each)
	for i, event := range []byte{1, 11, 15} {
		press := r.keys[i*each : (i+1)*each]
		for j, p := range press {
			require.Equal(t, event, p.event)
			require.Equal(t, press[0].Timestamp, p.Timestamp, "one key, one time stamp")
			require.Equal(t, j == 0, p.Marker, "only the first packet is marked")
			require.Equal(t, uint16(160*min(j+1, 5)), p.duration)
			require.Equal(t, j >= 4, p.flags&0x80 != 0, "the end is said three times")
			require.Zero(t, p.flags&0x40)
		}
	}
	for i, p := range r.all[1:] {
		require.Equal(t, r.all[i].SequenceNumber+1, p.SequenceNumber)
		require.Equal(t, r.all[0].SSRC, p.SSRC)
	}
	between := r.keys[each].Timestamp - r.keys[0].Timestamp
	require.GreaterOrEqual(t, between, uint32((200+500)*8), "100 ms pressed, 100 ms let go, half a second of comma")
	require.Zero(t, (r.keys[each].Timestamp-r.all[0].Timestamp)%audio.FrameSamples)
	s.HangUp()
	awaitEnd(t, s)
	require.ErrorIs(t, s.SendDTMF(t.Context(), "1"), handset.ErrOver)
	var pressed []rune
	for _, e := range d.events {
		if e.Kind == handset.KeyPressed {
			pressed = append(pressed, e.Key)
		}
	}
	require.Equal(t, []rune("1#D"), pressed)
}

func TestKeysNeedSomebodyWhoTakesThem(t *testing.T) {
	sw := handsettest.New(t, func(c *handsettest.Call) {
		c.AnswerWith(c.SDPWith("sendrecv", "0"))
		<-c.Ended()
	})
	s := dial(t, newPhone(t), handset.Call{Server: sw.Addr})
	require.NoError(t, s.AwaitAnswer(t.Context()))
	require.ErrorIs(t, s.SendDTMF(t.Context(), "1"), handset.ErrNoDTMF)
	s.HangUp()
}

func TestALawIsSpokenIfAgreed(t *testing.T) {
	heard := make(chan []int16, 1)
	sw := handsettest.New(t, func(c *handsettest.Call) {
		c.AnswerWith(c.SDPWith("sendrecv", "97 101", "a=rtpmap:97 PCMA/8000/1", "a=rtpmap:101 telephone-event/8000"))
		var pcm []int16
		for len(pcm) < audio.SampleRate/2 {
			p, err := c.Packet(time.Second)
			if err != nil || p.PayloadType != 97 {
				t.Error(err, p)
				break
			}
			pcm = audio.DecodeALaw(pcm, p.Payload)
			p.PayloadType = 97
			raw, _ := p.Marshal()
			if err := c.Send(raw); err != nil {
				t.Error(err)
			}
		}
		heard <- pcm
		<-c.Ended()
	})
	s := dial(t, newPhone(t), handset.Call{Server: sw.Addr, Speak: audio.Tones(-15, 440), Codecs: []handset.Codec{handset.PCMA}})
	require.Greater(t, audio.ToneShare((<-heard)[audio.SampleRate/4:], 440), 0.95)
	require.True(t, s.ToneHeard(440))
	s.HangUp()
}

// untilOver yields what ch delivers until it is closed or the test is over.
func untilOver(t *testing.T, ch <-chan string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			select {
			case v, ok := <-ch:
				if !ok || !yield(v) {
					return
				}
			case <-t.Context().Done():
				return
			}
		}
	}
}

func TestHoldResumeAndMoving(t *testing.T) {
	step := make(chan string)
	done := make(chan struct{})
	var answers []string
	sw := handsettest.New(t, func(c *handsettest.Call) {
		defer close(done)
		c.Answer()
		for what := range untilOver(t, step) {
			var sdp, ack []byte
			switch what {
			case "no offer":
				ack = c.SDP("sendrecv")
			case "nonsense":
				sdp = []byte("v=0\r\n")
			default:
				sdp = c.SDP(what)
			}
			res, err := c.Reinvite(sdp, ack)
			if err != nil {
				t.Error(what, err)
				return
			}
			answers = append(answers, res.StartLine()+string(res.Body()))
		}
		<-c.Ended()
	})
	events := make(chan handset.Event, 100)
	s := dial(t, newPhone(t), handset.Call{Server: sw.Addr, OnEvent: func(e handset.Event) { events <- e }})
	require.NoError(t, s.AwaitAnswer(t.Context()))
	renegotiated := func() {
		t.Helper()
		for timeout := time.After(10 * time.Second); ; {
			select {
			case e := <-events:
				if e.Kind == handset.Renegotiated {
					return
				}
			case <-timeout:
				require.FailNow(t, "not renegotiated", "answers so far: %q", answers)
			}
		}
	}
	speaks := func() bool {
		before := s.Stats().Sent
		<-time.After(120 * time.Millisecond)
		return s.Stats().Sent > before+2
	}
	require.True(t, speaks())
	step <- "sendonly"
	renegotiated()
	require.False(t, speaks(), "held: nobody listens")
	step <- "no offer"
	renegotiated()
	require.True(t, speaks(), "resumed by our own offer")
	step <- "inactive"
	renegotiated()
	require.False(t, speaks())
	step <- "nonsense"
	step <- "sendrecv"
	renegotiated()
	require.True(t, speaks())
	close(step)
	s.HangUp()
	awaitEnd(t, s)
	<-done
	for i, want := range []string{"a=recvonly", "a=sendrecv", "a=inactive", "488", "a=sendrecv"} {
		require.Contains(t, answers[i], want)
	}
}
