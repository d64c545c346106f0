package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/stretchr/testify/require"

	"bellhop/media/audio"
	"bellhop/media/handset/handsettest"
)

// answering is a switch that answers, plays a tone and waits for the end.
func answering(t *testing.T, hz ...float64) *handsettest.Switch {
	return handsettest.New(t, func(c *handsettest.Call) {
		c.Answer()
		if len(hz) > 0 {
			c.Play(t.Context(), audio.Tones(-15, hz...))
		}
		select {
		case <-c.Ended():
		case <-t.Context().Done():
		}
	})
}

// runCallIn runs bellhop call against a switch and returns what came of it.
func runCallIn(t *testing.T, ctx context.Context, args ...string) (code int, stdout, stderr string) { //nolint:revive // the test comes first
	t.Helper()
	t.Setenv("BELLHOP_STATE_DIR", t.TempDir())
	var out, errs bytes.Buffer
	code = runCall(ctx, args, &out, &errs)
	return code, out.String(), errs.String()
}

func readLines(t *testing.T, out string) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for line := range strings.Lines(out) {
		var object map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &object), line)
		lines = append(lines, object)
	}
	return lines
}

func find(lines []map[string]any, event string) map[string]any {
	for _, l := range lines {
		if l["event"] == event {
			return l
		}
	}
	return nil
}

func TestCallTellsScriptsWhoHearsWhom(t *testing.T) {
	sw := answering(t, 1000)
	code, out, errs := runCallIn(t, t.Context(), "--server", sw.Addr, "--json", "--probe", "1000", "--probe", "440,1300",
		"--dtmf", "1#", "--hangup-after", "1500ms")
	require.Empty(t, errs)
	lines := readLines(t, out)
	require.Equal(t, 0, code, out)
	for _, event := range []string{"calling", "answered", "heard", "tone_on", "level", "dtmf", "ended", "summary"} {
		require.NotNil(t, find(lines, event), event)
	}
	require.InDelta(t, 1000, find(lines, "tone_on")["hz"], 0)
	var loud map[string]any
	for _, l := range lines {
		if l["event"] == "level" {
			loud = l
		}
	}
	require.InDelta(t, -15, loud["dbfs"], 1.5)
	tones := loud["tones"].(map[string]any)
	require.Len(t, tones, 3)
	require.Greater(t, tones["1000"], 0.9)
	require.Less(t, tones["440"], 0.05)
	ended := find(lines, "ended")
	require.Equal(t, "us", ended["by"])
	require.Equal(t, true, ended["answered"])
	require.Equal(t, true, ended["heard"])
	require.InDelta(t, 1, ended["call"], 0)
	require.Equal(t, "summary", lines[len(lines)-1]["event"])
}

func TestCallTellsPeople(t *testing.T) {
	sw := answering(t, 440)
	code, out, _ := runCallIn(t, t.Context(), "--server", sw.Addr, "--to", "1000", "--name", "<b>", "--hangup-after", "1200ms", "--probe", "440")
	require.Equal(t, 0, code, out)
	for _, want := range []string{
		"calling 1000 at " + sw.Addr + " as 01012345678", "answered", "hears something",
		"dBFS  █████████░░░  440 Hz 100 %", "ended by us: hung up after 1.2s", "1 of 1 answered, 1 heard something",
	} {
		require.Contains(t, out, want)
	}
}

func TestCallFails(t *testing.T) {
	for name, test := range map[string]struct {
		handle func(*handsettest.Call)
		want   string
	}{
		"when refused": {func(c *handsettest.Call) {
			c.Refuse(486, "Busy\tHere", sip.NewHeader("Reason", "Q.850;cause=17"))
		}, "486 Busy?Here, user busy"},
		"when nothing is heard": {func(c *handsettest.Call) {
			c.Answer()
			<-c.Ended()
		}, "answered, but nothing was heard"},
		"when never answered": {func(c *handsettest.Call) {
			c.Ring()
			<-c.Ended()
		}, "not answered in 300ms"},
	} {
		t.Run(name, func(t *testing.T) {
			sw := handsettest.New(t, test.handle)
			code, out, _ := runCallIn(t, t.Context(), "--server", sw.Addr, "--hangup-after", "300ms", "--timeout", "300ms")
			require.Equal(t, 1, code)
			require.Contains(t, out, "1 × ")
			require.Contains(t, out, test.want)
		})
	}
}

func TestManyCallsAreCounted(t *testing.T) {
	var mu sync.Mutex
	var callers []string
	sw := handsettest.New(t, func(c *handsettest.Call) {
		from := c.Invite.From().Address.User
		mu.Lock()
		callers = append(callers, from)
		mu.Unlock()
		if strings.HasSuffix(from, "3") {
			c.Refuse(603, "Decline")
			return
		}
		c.Answer()
		c.Echo()
		<-c.Ended()
	})
	code, out, _ := runCallIn(t, t.Context(), "--server", sw.Addr, "--calls", "12", "--rate", "50", "--from", "010{n}", "--hangup-after", "800ms")
	require.Equal(t, 1, code)
	require.Contains(t, out, "11 of 12 answered, 11 heard something")
	require.Contains(t, out, "1 × 603 Decline")
	require.Contains(t, out, "#3   ended by them: Decline (status 603)")
	require.NotContains(t, out, "hears", "of many calls only what fails is told")
	require.Len(t, callers, 12)
	require.Contains(t, callers, "01012")
}

func TestCtrlCHangsUp(t *testing.T) {
	for name, test := range map[string]struct {
		answer bool
		method sip.RequestMethod
		code   int
	}{
		"while ringing": {false, sip.CANCEL, 1},
		"while talking": {true, sip.BYE, 0},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			method := make(chan sip.RequestMethod, 1)
			sw := handsettest.New(t, func(c *handsettest.Call) {
				c.Ring()
				if test.answer {
					c.Answer()
					c.Echo()
					<-time.After(800 * time.Millisecond)
				}
				stop()
				method <- (<-c.Ended()).Method
			})
			code, out, _ := runCallIn(t, ctx, "--server", sw.Addr, "--tone", "440")
			require.Equal(t, test.code, code, out)
			require.Equal(t, test.method, <-method)
			require.Contains(t, out, "ended by us: hung up")
		})
	}
}

func TestCallPlaysAndRecords(t *testing.T) {
	dir := t.TempDir()
	spoken := make([]int16, audio.SampleRate)
	audio.Tones(-15, 700).Read(spoken)
	var wav bytes.Buffer
	require.NoError(t, audio.WriteWAV(&wav, spoken))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "say.wav"), wav.Bytes(), 0o600))
	sw := handsettest.New(t, func(c *handsettest.Call) {
		c.Answer()
		c.Echo()
		<-c.Ended()
	})
	code, out, _ := runCallIn(t, t.Context(), "--server", sw.Addr, "--play", filepath.Join(dir, "say.wav"), "--calls", "2",
		"--record", filepath.Join(dir, "heard.wav"), "--hangup-after", "700ms")
	require.Equal(t, 0, code, out)
	for _, name := range []string{"heard-1.wav", "heard-2.wav"} {
		file, err := os.Open(filepath.Join(dir, name))
		require.NoError(t, err)
		heard, err := audio.ReadWAV(bufio.NewReader(file))
		require.NoError(t, err)
		require.NoError(t, file.Close())
		require.Greater(t, audio.ToneShare(heard[audio.SampleRate/4:audio.SampleRate/2], 700), 0.9)
	}
}

func TestCallFindsTheDemo(t *testing.T) {
	sw := answering(t, 440)
	state := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(state, "demo.json"), []byte(`{"sip":"`+sw.Addr+`","number":"4711","users":[]}`), 0o600))
	t.Setenv("BELLHOP_STATE_DIR", state)
	t.Setenv("BELLHOP_SIP_ADDR", "")
	var out, errs bytes.Buffer
	require.Equal(t, 0, runCall(t.Context(), []string{"--hangup-after", "600ms"}, &out, &errs), out.String())
	require.Contains(t, out.String(), "calling 4711 at "+sw.Addr)

	t.Setenv("BELLHOP_SIP_ADDR", "127.0.0.1:9")
	opts, flags := newCallFlags()
	require.NoError(t, flags.Parse(nil))
	require.NoError(t, opts.complete(nil))
	require.Equal(t, "127.0.0.1:9", opts.server, "the setting comes before the demo")
}

func TestCallUsage(t *testing.T) {
	noWAV := filepath.Join(t.TempDir(), "no.wav")
	require.NoError(t, os.WriteFile(noWAV, []byte("no sound"), 0o600))
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"an unknown flag":    {[]string{"--loud"}, "loud"},
		"a stray word":       {[]string{"1000"}, `"1000" is one word too many`},
		"no such file":       {[]string{"--play", "/nowhere.wav"}, "/nowhere.wav"},
		"not a WAV":          {[]string{"--play", noWAV}, "not a usable WAV file"},
		"tone and file":      {[]string{"--play", noWAV, "--tone", "440"}, "exclude each other"},
		"no call at all":     {[]string{"--calls", "0"}, "--calls"},
		"no rate":            {[]string{"--rate", "0"}, "--rate"},
		"inaudible":          {[]string{"--tone", "4000"}, "below 4000"},
		"bad probe":          {[]string{"--probe", "x"}, "below 4000"},
		"unknown key":        {[]string{"--dtmf", "1!"}, "no telephone has a key"},
		"negative time":      {[]string{"--timeout", "-1s"}, "below zero"},
		"too loud a level":   {[]string{"--level", "3"}, "--level"},
		"local is no addr":   {[]string{"--local", "here"}, "no IP address"},
		"unreachable server": {[]string{"--server", "127.0.0.1:nobody"}, "cannot be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := runCallIn(t, t.Context(), test.args...)
			require.Equal(t, 2, code)
			require.Empty(t, out)
			require.Contains(t, errs, test.want)
			require.Equal(t, 1, strings.Count(errs, "\n"), "one sentence")
		})
	}
	code, out, errs := runCallIn(t, t.Context(), "--help")
	require.Equal(t, 0, code)
	require.Empty(t, errs)
	require.Contains(t, out, "--hangup-after TIME")
	code, _, _ = runCallIn(t, t.Context(), "--local", "192.0.2.1", "--server", "127.0.0.1:9")
	require.Equal(t, 1, code, "an address that is not ours")
}
