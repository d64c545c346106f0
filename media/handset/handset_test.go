package handset_test

import (
	"bytes"
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"bellhop/media/audio"
	"bellhop/media/handset"
	"bellhop/media/handset/handsettest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newPhone(t testing.TB) *handset.Phone {
	t.Helper()
	p, err := handset.New(handset.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

// diary keeps the events of a call.
type diary struct {
	mu     sync.Mutex
	events []handset.Event
	wake   chan struct{}
}

func newDiary() *diary { return &diary{wake: make(chan struct{}, 1)} }

func (d *diary) write(e handset.Event) {
	d.mu.Lock()
	d.events = append(d.events, e)
	d.mu.Unlock()
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

func (d *diary) kinds() []handset.EventKind {
	d.mu.Lock()
	defer d.mu.Unlock()
	var kinds []handset.EventKind
	for _, e := range d.events {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

// await returns the first event of a kind.
func (d *diary) await(t testing.TB, kind handset.EventKind) handset.Event {
	t.Helper()
	timeout := time.After(10 * time.Second)
	for {
		d.mu.Lock()
		for _, e := range d.events {
			if e.Kind == kind {
				d.mu.Unlock()
				return e
			}
		}
		d.mu.Unlock()
		select {
		case <-d.wake:
		case <-timeout:
			require.FailNow(t, "event did not come", "%s; came: %v", kind, d.kinds())
		}
	}
}

func awaitEnd(t testing.TB, s *handset.Session) *handset.End {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	end, err := s.AwaitEnd(ctx)
	require.NoError(t, err)
	return end
}

// wait waits for ch, or for the test to be over, so that a failure cannot hang it.
func wait(t testing.TB, ch <-chan struct{}) {
	select {
	case <-ch:
	case <-t.Context().Done():
	}
}

func dial(t testing.TB, p *handset.Phone, call handset.Call) *handset.Session {
	t.Helper()
	if call.To == "" {
		call.To = "1000"
	}
	s, err := p.Dial(t.Context(), call)
	require.NoError(t, err)
	return s
}

func TestBothHearEachOtherAndWeHangUp(t *testing.T) {
	type heard struct {
		pcm []int16
		bye *sip.Request
	}
	there := make(chan heard, 1)
	ring, early := make(chan struct{}), make(chan struct{})
	sw := handsettest.New(t, func(c *handsettest.Call) {
		c.Ring()
		wait(t, ring)
		c.EarlyMedia()
		c.Play(t.Context(), audio.Tones(-15, 1000))
		wait(t, early)
		c.Answer()
		pcm, err := c.Listen(600 * time.Millisecond)
		if err != nil {
			t.Error(err)
		}
		there <- heard{pcm, <-c.Ended()}
	})
	d := newDiary()
	s := dial(t, newPhone(t), handset.Call{
		Server: sw.Addr, From: handset.Caller{Number: "01012345678"},
		Speak: audio.Tones(-15, 440), Probe: []float64{1000, 440}, OnEvent: d.write,
	})
	require.Nil(t, s.End())
	d.await(t, handset.Ringing)
	close(ring)
	d.await(t, handset.EarlyMedia)
	d.await(t, handset.HeardSound)
	d.await(t, handset.ToneOn)
	require.Equal(t, []handset.EventKind{"calling", "ringing", "early_media"}, d.kinds()[:3])
	close(early)
	require.NoError(t, s.AwaitAnswer(t.Context()))
	require.Eventually(t, func() bool {
		return s.ToneHeard(1000) && s.ToneShare(1000, 200*time.Millisecond) > 0.95
	}, 5*time.Second, 20*time.Millisecond)
	require.InDelta(t, -15, s.Heard(), 1)
	require.False(t, s.ToneHeard(440))
	require.GreaterOrEqual(t, s.HeardFor(), handset.HeardEnough)
	require.InDelta(t, 1000, d.await(t, handset.ToneOn).Hz, 0)

	require.Eventually(t, func() bool { return s.HeardFor() > 700*time.Millisecond }, 5*time.Second, 20*time.Millisecond)
	s.HangUp()
	s.HangUp()
	end := awaitEnd(t, s)
	require.Equal(t, handset.Us, end.By)
	require.True(t, end.Answered)
	require.Equal(t, "hung up", end.Reason)
	require.NoError(t, end.RecordErr)
	require.Equal(t, handset.Ended, d.kinds()[len(d.kinds())-1])

	got := <-there
	require.Equal(t, sip.BYE, got.bye.Method)
	require.Greater(t, audio.ToneShare(got.pcm, 440), 0.9)
	stats := s.Stats()
	require.Positive(t, stats.Sent)
	require.Positive(t, stats.Received)
	require.Zero(t, stats.Lost)
}

func TestTheyHangUp(t *testing.T) {
	for name, test := range map[string]struct {
		headers []sip.Header
		cause   int
		reason  string
	}{
		"without a word": {nil, 0, "hung up"},
		"with a cause":   {[]sip.Header{sip.NewHeader("Reason", "Q.850;cause=16")}, 16, "normal clearing"},
		"with both": {[]sip.Header{
			sip.NewHeader("Reason", `SIP;cause=200;text="Call completed; \"elsewhere\"", Q.850 ;cause=44`),
		}, 44, `Call completed; "elsewhere"`},
	} {
		t.Run(name, func(t *testing.T) {
			sw := handsettest.New(t, func(c *handsettest.Call) {
				c.Answer()
				if err := c.HangUp(test.headers...); err != nil {
					t.Error(err)
				}
			})
			end := awaitEnd(t, dial(t, newPhone(t), handset.Call{Server: sw.Addr}))
			require.Equal(t, handset.Them, end.By)
			require.True(t, end.Answered)
			require.Equal(t, test.cause, end.Cause)
			require.Equal(t, test.reason, end.Reason)
		})
	}
}

func TestRefusals(t *testing.T) {
	moved := &sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "2000", Host: "elsewhere.example"}}
	for name, test := range map[string]struct {
		status  int
		phrase  string
		headers []sip.Header
		cause   int
		reason  string
	}{
		"moved":             {302, "Moved Temporarily", []sip.Header{moved}, 0, "moved to sip:2000@elsewhere.example, and this telephone does not follow"},
		"wants a password":  {401, "Unauthorized", []sip.Header{sip.NewHeader("WWW-Authenticate", `Digest realm="x", nonce="y"`)}, 0, "the server asks for a password, and a customer's telephone has none"},
		"proxy wants one":   {407, "Proxy Authentication Required", nil, 0, "the server asks for a password, and a customer's telephone has none"},
		"unknown number":    {404, "Not Found", nil, 0, "Not Found"},
		"busy":              {486, "Busy Here", []sip.Header{sip.NewHeader("Reason", "Q.850;cause=17")}, 17, "Busy Here, user busy"},
		"overloaded":        {503, "Service Unavailable", nil, 0, "Service Unavailable"},
		"declined":          {603, "Decline", []sip.Header{sip.NewHeader("Reason", `Q.850;cause=21;text="Decline"`)}, 21, "Decline"},
		"an invented class": {699, "Never", nil, 0, "Never"},
	} {
		t.Run(name, func(t *testing.T) {
			sw := handsettest.New(t, func(c *handsettest.Call) { c.Refuse(test.status, test.phrase, test.headers...) })
			s := dial(t, newPhone(t), handset.Call{Server: sw.Addr})
			var end *handset.End
			require.ErrorAs(t, s.AwaitAnswer(t.Context()), &end)
			require.Equal(t, handset.End{
				At: end.At, By: handset.Them, Status: test.status, Cause: test.cause, Reason: test.reason,
			}, *end)
			require.ErrorIs(t, s.SendDTMF(t.Context(), "1"), handset.ErrNotAnswered)
		})
	}
}

func TestHungUpBeforeTheAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		call   handset.Call
		hangUp func(*handset.Session, context.CancelFunc)
		reason string
	}{
		"by hand":              {handset.Call{}, func(s *handset.Session, _ context.CancelFunc) { s.HangUp() }, "hung up before the answer"},
		"by the context's end": {handset.Call{}, func(_ *handset.Session, stop context.CancelFunc) { stop() }, "hung up before the answer"},
		"out of patience":      {handset.Call{AnswerTimeout: 200 * time.Millisecond}, func(*handset.Session, context.CancelFunc) {}, "not answered in 200ms"},
	} {
		t.Run(name, func(t *testing.T) {
			cancelled := make(chan sip.RequestMethod, 1)
			sw := handsettest.New(t, func(c *handsettest.Call) {
				c.Ring()
				cancelled <- (<-c.Ended()).Method
			})
			d := newDiary()
			test.call.Server, test.call.To, test.call.OnEvent = sw.Addr, "1000", d.write
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			s, err := newPhone(t).Dial(ctx, test.call)
			require.NoError(t, err)
			d.await(t, handset.Ringing)
			test.hangUp(s, stop)
			end := awaitEnd(t, s)
			require.Equal(t, handset.Us, end.By)
			require.False(t, end.Answered)
			require.Equal(t, test.reason, end.Reason)
			require.Equal(t, 487, end.Status)
			require.Equal(t, sip.CANCEL, <-cancelled)
		})
	}
}

func TestHangUpAfter(t *testing.T) {
	bye := make(chan sip.RequestMethod, 1)
	sw := handsettest.New(t, func(c *handsettest.Call) {
		c.Answer()
		bye <- (<-c.Ended()).Method
	})
	end := awaitEnd(t, dial(t, newPhone(t), handset.Call{Server: sw.Addr, HangUpAfter: 100 * time.Millisecond}))
	require.Equal(t, "hung up after 100ms", end.Reason)
	require.Equal(t, sip.BYE, <-bye)
}

func TestNobodyThere(t *testing.T) {
	raw := newRawPeer(t)
	s := dial(t, newPhone(t), handset.Call{Server: raw.addr(), ReplyTimeout: 150 * time.Millisecond})
	end := awaitEnd(t, s)
	require.Equal(t, handset.Nobody, end.By)
	require.Equal(t, "nothing answers at "+raw.addr(), end.Reason)

	s = dial(t, newPhone(t), handset.Call{Server: raw.addr()})
	s.HangUp() // no CANCEL may be sent before a provisional answer
	require.Equal(t, handset.Us, awaitEnd(t, s).By)
}

func TestDialRefusesNonsense(t *testing.T) {
	p := newPhone(t)
	for name, call := range map[string]handset.Call{
		"no number":     {Server: "127.0.0.1"},
		"no server":     {To: "1000", Server: "127.0.0.1:0"},
		"bad port":      {To: "1000", Server: "127.0.0.1:sip:5060"},
		"unknown codec": {To: "1000", Server: "127.0.0.1", Codecs: []handset.Codec{"G729"}},
		"codec twice":   {To: "1000", Server: "127.0.0.1", Codecs: []handset.Codec{"PCMU", "PCMU"}},
		"inaudible":     {To: "1000", Server: "127.0.0.1", Probe: []float64{4000}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := p.Dial(t.Context(), call)
			require.Error(t, err)
		})
	}
	require.NoError(t, p.Close())
	require.NoError(t, p.Close())
	_, err := p.Dial(t.Context(), handset.Call{To: "1000", Server: "127.0.0.1"})
	require.ErrorIs(t, err, handset.ErrClosed)
	_, err = handset.New(handset.Options{UserAgent: "two\r\nlines"})
	require.Error(t, err)
}

func TestCloseHangsUpWhatIsLive(t *testing.T) {
	ended := make(chan sip.RequestMethod, 2)
	sw := handsettest.New(t, func(c *handsettest.Call) {
		c.Ring()
		if c.Invite.To().Address.User == "1000" {
			c.Answer()
		}
		ended <- (<-c.Ended()).Method
	})
	p, d := newPhone(t), newDiary()
	talking := dial(t, p, handset.Call{Server: sw.Addr})
	ringing := dial(t, p, handset.Call{Server: sw.Addr, To: "2000", OnEvent: d.write})
	require.NoError(t, talking.AwaitAnswer(t.Context()))
	d.await(t, handset.Ringing)
	require.NoError(t, p.Close())
	require.NotNil(t, ringing.End())
	require.ElementsMatch(t, []sip.RequestMethod{sip.BYE, sip.CANCEL}, []sip.RequestMethod{<-ended, <-ended})
}

// file is an io.WriteSeeker in memory.
type file struct {
	data []byte
	at   int
}

func (f *file) Write(p []byte) (int, error) {
	f.data = append(f.data[:f.at], append(bytes.Clone(p), f.data[min(len(f.data), f.at+len(p)):]...)...)
	f.at += len(p)
	return len(p), nil
}

func (f *file) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekEnd {
		offset += int64(len(f.data))
	}
	f.at = int(offset)
	return offset, nil
}

func TestRecordingKeepsTimeThroughSilence(t *testing.T) {
	sw := handsettest.New(t, func(c *handsettest.Call) {
		c.Answer()
		beep := make([]int16, audio.SampleRate/5)
		audio.Tones(-15, 440).Read(beep)
		c.Play(t.Context(), audio.Clip(beep, false))
		<-time.After(600 * time.Millisecond) // nothing is sent
		c.Play(t.Context(), audio.Clip(beep, false))
		<-c.Ended()
	})
	f := new(file)
	s := dial(t, newPhone(t), handset.Call{Server: sw.Addr, Record: f, HangUpAfter: time.Second})
	require.NoError(t, awaitEnd(t, s).RecordErr)
	samples, err := audio.ReadWAV(bytes.NewReader(f.data))
	require.NoError(t, err)
	require.InDelta(t, audio.SampleRate, len(samples), audio.SampleRate/8)
	require.Greater(t, audio.ToneShare(samples[audio.SampleRate*10/100:audio.SampleRate*15/100], 440), 0.9)
	require.InDelta(t, audio.Floor, audio.Level(samples[audio.SampleRate*42/100:audio.SampleRate*52/100]), 0)
	require.Greater(t, audio.ToneShare(samples[audio.SampleRate*68/100:audio.SampleRate*78/100], 440), 0.9)
}

func TestAHundredCallsAtOnce(t *testing.T) {
	const calls = 100
	sw := handsettest.New(t, func(c *handsettest.Call) {
		c.Answer()
		c.Echo()
		<-c.Ended()
	})
	p := newPhone(t)
	sessions := make([]*handset.Session, calls)
	for i := range sessions {
		sessions[i] = dial(t, p, handset.Call{Server: sw.Addr, Speak: audio.Tones(-15, 440), HangUpAfter: 1500 * time.Millisecond})
	}
	for _, s := range sessions {
		end := awaitEnd(t, s)
		require.True(t, end.Answered, end.Reason)
		require.Greater(t, s.HeardFor(), handset.HeardEnough)
	}
}
