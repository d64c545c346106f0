package carrier_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"bellhop/media/audio"
	"bellhop/media/carrier"
	"bellhop/media/handset"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T) *carrier.Carrier {
	t.Helper()
	c, err := carrier.New(carrier.Options{Addr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	require.NoError(t, err)
	require.NoError(t, c.Start(t.Context()))
	t.Cleanup(c.Stop)
	return c
}

// tones are the events of a call: what came, and when.
type tones struct {
	mu   sync.Mutex
	at   map[string]time.Time
	more chan struct{}
}

func newTones() *tones { return &tones{at: make(map[string]time.Time), more: make(chan struct{}, 1)} }

func (d *tones) note(e handset.Event) {
	name := string(e.Kind)
	if e.Hz != 0 {
		name = fmt.Sprintf("%s %.0f", e.Kind, e.Hz)
	}
	d.mu.Lock()
	if _, known := d.at[name]; !known {
		d.at[name] = e.At
	}
	d.mu.Unlock()
	select {
	case d.more <- struct{}{}:
	default:
	}
}

func (d *tones) when(name string) (time.Time, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at, ok := d.at[name]
	return at, ok
}

func (d *tones) await(t *testing.T, name string) time.Time {
	t.Helper()
	for timeout := time.After(10 * time.Second); ; {
		if at, ok := d.when(name); ok {
			return at
		}
		select {
		case <-d.more:
		case <-timeout:
			require.FailNow(t, "did not come: "+name)
		}
	}
}

func dial(t *testing.T, c *carrier.Carrier, number string, change ...func(*handset.Call)) (*handset.Session, *tones) {
	t.Helper()
	phone, err := handset.New(handset.Options{})
	require.NoError(t, err)
	d := newTones()
	call := handset.Call{Server: c.Addr(), To: number, From: handset.Caller{Number: "0206924100"}, OnEvent: d.note, ReplyTimeout: 2 * time.Second}
	for _, each := range change {
		each(&call)
	}
	s, err := phone.Dial(t.Context(), call)
	require.NoError(t, err)
	t.Cleanup(func() {
		s.HangUp()
		<-s.Done()
		require.NoError(t, phone.Close())
	})
	return s, d
}

func record(t *testing.T, c *carrier.Carrier) carrier.Record {
	t.Helper()
	calls := c.Calls()
	require.Len(t, calls, 1)
	return calls[0]
}

func end(t *testing.T, s *handset.Session) *handset.End {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	e, err := s.AwaitEnd(ctx)
	require.NoError(t, err)
	return e
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]struct{ status, cause int }{
		"01012345670": {486, 0}, "01012345671": {603, 0}, "01012345673": {404, 1}, "01012345676": {503, 0},
		"1": {404, 1}, "alice": {404, 1}, "0101234567*": {404, 1},
	} {
		c := start(t)
		s, _ := dial(t, c, number)
		e := end(t, s)
		require.Equal(t, want.status, e.Status, number)
		if want.cause != 0 {
			require.Equal(t, want.cause, e.Cause, number)
		}
		require.Eventually(t, func() bool { return record(t, c).State == carrier.Ended }, 5*time.Second, time.Millisecond)
		r := record(t, c)
		require.Equal(t, want.status, r.Status)
		require.Equal(t, "carrier", r.EndedBy)
		require.Equal(t, number, r.Number)
		require.Equal(t, "0206924100", r.CallerID)
	}
}

func TestAnswersAndSpeaks(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]struct {
		ring time.Duration
		hz   float64
	}{"01012345600": {time.Second, 600}, "15884021": {time.Second, 810}, "+12125550169": {time.Second, 1290}, "119": {time.Second, 790}, "01000000078": {5 * time.Second, 1380}, "0212345699": {time.Second, 1590}} {
		t.Run(number, func(t *testing.T) {
			t.Parallel()
			for _, law := range []handset.Codec{handset.PCMU, handset.PCMA} {
				c := start(t)
				s, d := dial(t, c, number, func(h *handset.Call) {
					h.Codecs, h.Probe, h.Speak = []handset.Codec{law}, []float64{want.hz}, audio.Tones(-15, 440)
				})
				rang := d.await(t, "ringing")
				requireAbout(t, want.ring, d.await(t, "answered").Sub(rang))
				d.await(t, fmt.Sprintf("tone_on %.0f", want.hz))
				require.NoError(t, s.SendDTMF(t.Context(), "15#"))
				require.Eventually(t, func() bool { r := record(t, c); return r.Keys == "15#" && r.Heard > -20 }, 3*time.Second, 10*time.Millisecond)
				require.Equal(t, carrier.Up, record(t, c).State)
				s.HangUp()
				end(t, s)
				require.Eventually(t, func() bool { return record(t, c).EndedBy == "caller" }, 5*time.Second, time.Millisecond)
				require.Equal(t, 200, record(t, c).Status)
				require.NotNil(t, record(t, c).AnsweredAt)
			}
		})
	}
}

func TestEarlyMedia(t *testing.T) {
	t.Parallel()
	c := start(t)
	_, d := dial(t, c, "01012345674", func(h *handset.Call) { h.Probe = []float64{425, 1340} })
	early := d.await(t, "tone_on 425")
	answered := d.await(t, "answered")
	require.Greater(t, answered.Sub(early), 2*time.Second)
	d.await(t, "tone_off 425")
	d.await(t, "tone_on 1340")
	_, rang := d.when("ringing")
	require.False(t, rang)
}

func TestHangsUp(t *testing.T) {
	t.Parallel()
	c := start(t)
	s, d := dial(t, c, "01012345675")
	e := end(t, s)
	require.True(t, e.Answered)
	require.Equal(t, handset.Them, e.By)
	requireAbout(t, 3*time.Second, e.At.Sub(d.await(t, "answered")))
	require.Eventually(t, func() bool { return record(t, c).EndedBy == "carrier" }, 5*time.Second, time.Millisecond)
}

func TestEchoes(t *testing.T) {
	t.Parallel()
	c := start(t)
	_, d := dial(t, c, "01012345679", func(h *handset.Call) { h.Probe, h.Speak = []float64{880}, audio.Tones(-15, 880) })
	d.await(t, "tone_on 880")
	_, rang := d.when("ringing")
	require.False(t, rang)
}

func TestRingsForEver(t *testing.T) {
	t.Parallel()
	c := start(t)
	s, d := dial(t, c, "01012345672")
	d.await(t, "ringing")
	require.Eventually(t, func() bool { return record(t, c).State == carrier.Ringing }, 5*time.Second, time.Millisecond)
	s.HangUp()
	require.Equal(t, handset.Us, end(t, s).By)
	require.Eventually(t, func() bool { return record(t, c).State == carrier.Ended }, 5*time.Second, time.Millisecond)
	require.Equal(t, 487, record(t, c).Status)
}

func TestNoReplyAtAll(t *testing.T) {
	t.Parallel()
	c := start(t)
	s, _ := dial(t, c, "01012345677")
	e := end(t, s)
	require.Equal(t, handset.Nobody, e.By)
	require.Zero(t, e.Status)
	r := record(t, c)
	require.Equal(t, carrier.Calling, r.State)
	require.Equal(t, "01012345677", r.Number)
	require.Equal(t, "0206924100", r.CallerID)
}

func TestListOfCalls(t *testing.T) {
	t.Parallel()
	c := start(t)
	_, d := dial(t, c, "01012345670", func(h *handset.Call) { h.From.Name = "한빛몰" })
	d.await(t, "ended")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get("http://" + c.HTTPAddr() + "/calls")
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, "application/json", resp.Header.Get("Content-Type"))
	var list struct {
		Calls []map[string]any `json:"calls"`
	}
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&list))
	require.Len(t, list.Calls, 1)
	require.Equal(t, "01012345670", list.Calls[0]["number"])
	require.Equal(t, "0206924100", list.Calls[0]["caller_id"])
	require.Equal(t, "한빛몰", list.Calls[0]["caller_name"])
}

func TestStopEndsCalls(t *testing.T) {
	t.Parallel()
	c := start(t)
	up, d := dial(t, c, "01012345601")
	d.await(t, "answered")
	ringing, d := dial(t, c, "01012345672")
	d.await(t, "ringing")
	c.Stop()
	require.Equal(t, handset.Them, end(t, up).By)
	require.Equal(t, 503, end(t, ringing).Status)
	c.Stop()
}

// TestHostilePackets: what is no call does no harm.
func TestHostilePackets(t *testing.T) {
	t.Parallel()
	c := start(t)
	conn, err := net.Dial("udp", c.Addr())
	require.NoError(t, err)
	defer conn.Close()
	for _, packet := range []string{
		"", "\r\n", "INVITE", "INVITE sip:77 SIP/2.0\r\n\r\n", "INVITE sip:0177@x SIP/2.0\r\n\r\n", "INVITE sip:0177@x SIP/2.0\r\nCall-ID: x\r\nContent-Length: -1\r\n\r\n",
		"BYE sip:01@x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: none\r\nCSeq: 1 BYE\r\n\r\n",
		"INVITE sip:01@x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKb\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: q\r\nCSeq: 1 INVITE\r\nContent-Length: 3\r\n\r\nv=x",
		strings.Repeat("\xff", 1400),
	} {
		_, err := conn.Write([]byte(packet))
		require.NoError(t, err)
	}
	_, d := dial(t, c, "01012345679")
	d.await(t, "answered")
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"", "127.0.0.1", "0.0.0.0:5060", "localhost:5060"} {
		_, err := carrier.New(carrier.Options{Addr: addr, HTTPAddr: "127.0.0.1:0", Log: slog.Default()})
		require.Error(t, err, addr)
	}
	c, err := carrier.New(carrier.Options{Addr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Log: slog.Default()})
	require.NoError(t, err)
	c.Stop()
}

// requireAbout: what takes so long takes hardly less, and on a busy machine a little more.
func requireAbout(t *testing.T, want, got time.Duration) {
	t.Helper()
	require.Greater(t, got, want-300*time.Millisecond)
	require.Less(t, got, want+3*time.Second)
}
