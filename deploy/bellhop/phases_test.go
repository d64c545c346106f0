package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/bot"
	"bellhop/media/audio"
	"bellhop/media/handset"
)

// The tones that the parties speak, in hertz.
const (
	customerHz = 440
	agentHz    = 1000
	colleague  = 1300
)

// house is a whole Bellhop with a customer's telephone and two agents.
type house struct {
	t     *testing.T
	demo  demoOfTest
	ari   string
	phone *handset.Phone
	a, b  *bot.Agent
}

type demoOfTest struct {
	URL, SIP, Number string
	Users            []struct{ Login, Password, Role string }
}

// openHouse starts bellhop dev with more settings.
func openHouse(t *testing.T, settings ...string) *house {
	t.Helper()
	state := t.TempDir()
	ari := "127.0.0.1:" + freePort(t)
	settings = append(settings, "BELLHOP_ARI_URL=http://"+ari+"/ari", "BELLHOP_ARI_PASSWORD=only-here")
	d := startDev(t, append(places(t, state), settings...))
	d.awaitReady()
	h := &house{t: t, ari: "http://bellhop:only-here@" + ari + "/ari"}
	text, err := os.ReadFile(filepath.Join(state, "demo.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &h.demo))
	h.phone, err = handset.New(handset.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = h.phone.Close() })
	h.a, h.b = h.agent(0, agentHz), h.agent(1, colleague)
	return h
}

func freePort(t *testing.T) string {
	t.Helper()
	for _, entry := range places(t, "x") {
		if address, found := strings.CutPrefix(entry, "BELLHOP_HTTP_ADDR="); found {
			return address[strings.LastIndex(address, ":")+1:]
		}
	}
	return ""
}

func (h *house) agent(n int, hz float64) *bot.Agent {
	h.t.Helper()
	for _, u := range h.demo.Users {
		if u.Role != "agent" {
			continue
		}
		if n--; n < 0 {
			a, err := bot.SignIn(h.t.Context(), h.demo.URL, u.Login, u.Password, hz)
			require.NoError(h.t, err)
			return a
		}
	}
	h.t.Fatal("no such agent")
	return nil
}

func (h *house) ctx() context.Context {
	ctx, cancel := context.WithTimeout(h.t.Context(), 15*time.Second)
	h.t.Cleanup(cancel)
	return ctx
}

// presence brings an agent into a state, over another one so that his screen changes in any case. While his phone
// rings he cannot choose; then it is tried again.
func (h *house) presence(a *bot.Agent, p string) {
	h.t.Helper()
	var err error
	for range 8 {
		for _, each := range []string{"default", p} {
			_, err = a.Presence(h.ctx(), each)
			require.NoError(h.t, err)
		}
		ctx, cancel := context.WithTimeout(h.t.Context(), 2*time.Second)
		_, err = a.Until(ctx, func(v bot.View) bool { return v.Presence == p && v.Occupation == "free" })
		cancel()
		if err == nil {
			return
		}
	}
	require.NoError(h.t, err, "last: %+v, refused: %s", a.Last, a.Refused)
}

func (h *house) until(a *bot.Agent, fits func(bot.View) bool) {
	h.t.Helper()
	_, err := a.Until(h.ctx(), fits)
	require.NoError(h.t, err, "last: %+v %+v, refused: %s", a.Last, a.Last.Call, a.Refused)
}

func in(phase string) func(bot.View) bool {
	return func(v bot.View) bool { return v.Call != nil && v.Call.Phase == phase }
}

func free(v bot.View) bool { return v.Occupation == "free" }

func (h *house) press(a *bot.Agent, action string, more ...map[string]any) {
	h.t.Helper()
	_, err := a.OnCall(h.ctx(), action, more...)
	require.NoError(h.t, err)
}

// talk connects a customer to agent a.
func (h *house) talk() *handset.Session {
	h.t.Helper()
	h.presence(h.a, "ready")
	c, err := h.phone.Dial(h.t.Context(), handset.Call{
		Server: h.demo.SIP, To: h.demo.Number, From: handset.Caller{Number: "01012345678"},
		Speak: audio.Tones(audio.DefaultLevel, customerHz),
	})
	require.NoError(h.t, err)
	h.until(h.a, in("offering"))
	h.press(h.a, "accept")
	h.until(h.a, in("talking"))
	h.customerHears(c, agentHz)
	h.agentHears(h.a, customerHz)
	return c
}

// consult has agent a consult agent b, who answers.
func (h *house) consult() {
	h.t.Helper()
	h.presence(h.b, "ready")
	h.press(h.a, "consult", map[string]any{"to": h.b.Last.Agent.Extension})
	h.until(h.b, func(v bot.View) bool { return v.Occupation == "offered" })
	h.until(h.a, in("consult_ringing"))
}

func (h *house) consulting() {
	h.t.Helper()
	h.consult()
	h.press(h.b, "accept")
	h.until(h.b, func(v bot.View) bool { return v.Occupation == "talking" })
	h.until(h.a, in("consulting"))
}

func (h *house) customerHears(c *handset.Session, hz float64) {
	h.t.Helper()
	require.Eventually(h.t, func() bool { return c.ToneShare(hz, 100*time.Millisecond) > bot.ToneShare },
		5*time.Second, 5*time.Millisecond, "the customer hears %v Hz", hz)
}

// customerHearsMusic: something, and nobody's voice.
func (h *house) customerHearsMusic(c *handset.Session) {
	h.t.Helper()
	require.Eventually(h.t, func() bool {
		span := 200 * time.Millisecond
		return c.HeardOver(span) > -50 && c.ToneShare(agentHz, span) < 0.1 && c.ToneShare(colleague, span) < 0.1
	}, 5*time.Second, 5*time.Millisecond, "the customer hears music only")
}

// agentHears: the tone is most of what he hears.
func (h *house) agentHears(a *bot.Agent, hz float64) {
	h.t.Helper()
	h.agentHearsOver(a, hz, bot.ToneShare)
}

// agentHearsOver: the tone is at least that share of what he hears.
func (h *house) agentHearsOver(a *bot.Agent, hz, share float64) {
	h.t.Helper()
	require.Eventually(h.t, func() bool { return a.Audio.Share(hz) > share },
		5*time.Second, 5*time.Millisecond, "an agent hears %v Hz", hz)
}

// idle: both agents are free, and Asterisk holds nothing of the call.
func (h *house) idle() {
	h.t.Helper()
	for _, a := range []*bot.Agent{h.a, h.b} {
		if !free(a.Last) {
			h.until(a, free)
		}
	}
	require.Eventually(h.t, func() bool {
		var channels, bridges []struct {
			ID       string
			Channels []string
		}
		h.get("/channels", &channels)
		h.get("/bridges", &bridges)
		return len(channels) == 0 && !slices.ContainsFunc(bridges, func(b struct {
			ID       string
			Channels []string
		},
		) bool {
			return b.ID != "bellhop-hold" || len(b.Channels) > 0
		})
	}, 8*time.Second, 50*time.Millisecond, "nothing is left in Asterisk")
}

func (h *house) get(path string, into any) {
	h.t.Helper()
	request, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.ari+path, nil)
	require.NoError(h.t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(h.t, err)
	defer func() { require.NoError(h.t, response.Body.Close()) }()
	require.NoError(h.t, json.NewDecoder(response.Body).Decode(into))
}

// TestEveryPhaseEnds crosses each phase of a call with the customer's and the other party's hanging up: a clean end, the
// right states, and nothing left in Asterisk.
func TestEveryPhaseEnds(t *testing.T) {
	h := openHouse(t)
	phases := []struct {
		name  string
		reach func(*house, *handset.Session)
	}{
		{"talking", func(*house, *handset.Session) {}},
		{"holding", func(h *house, c *handset.Session) {
			h.press(h.a, "hold")
			h.until(h.a, in("holding"))
			h.customerHearsMusic(c)
		}},
		{"consult ringing", func(h *house, c *handset.Session) {
			h.consult()
			h.customerHearsMusic(c)
		}},
		{"consulting", func(h *house, c *handset.Session) {
			h.consulting()
			h.agentHears(h.a, colleague)
			h.agentHears(h.b, agentHz)
			h.customerHearsMusic(c)
		}},
		{"swapped", func(h *house, c *handset.Session) {
			h.consulting()
			h.press(h.a, "swap")
			h.customerHears(c, agentHz)
			h.until(h.a, func(v bot.View) bool { return v.Call != nil && v.Call.Swapped })
		}},
		{"three-way", func(h *house, c *handset.Session) {
			h.consulting()
			h.press(h.a, "three_way")
			h.until(h.a, in("three_way"))
			for _, hz := range []float64{customerHz, agentHz} { // both at once, as loud as each other
				h.agentHearsOver(h.b, hz, bot.ToneShare/2)
			}
		}},
		{"handed over", func(h *house, c *handset.Session) {
			h.consulting()
			h.press(h.a, "connect_customer")
			h.until(h.a, free)
			h.customerHears(c, colleague)
			h.agentHears(h.b, customerHz)
		}},
	}
	for _, ph := range phases {
		for _, who := range []string{"customer", "agent", "colleague"} {
			t.Run(ph.name+"/"+who+" hangs up", func(t *testing.T) { h.endsWhen(t, ph.reach, who) })
		}
	}
}

func (h *house) endsWhen(t *testing.T, reach func(*house, *handset.Session), who string) {
	t.Helper()
	was := h.t
	h.t = t
	defer func() { h.t = was }()
	h.presence(h.b, "break")
	c := h.talk()
	reach(h, c)
	switch a := map[string]*bot.Agent{"agent": h.a, "colleague": h.b}[who]; {
	case who == "customer":
		c.HangUp()
	case a.Last.Call != nil && a.Last.Occupation == "offered":
		h.press(a, "decline")
	case a.Last.Call != nil:
		h.press(a, "hang_up")
	}
	select {
	case <-c.Done():
	case <-time.After(300 * time.Millisecond): // it goes on between those who are left
		c.HangUp()
	}
	_, err := c.AwaitEnd(h.ctx())
	require.NoError(t, err)
	h.idle()
}
