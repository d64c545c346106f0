package faults

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/bot"
)

// repaired is the metric that counts what was mended.
const repaired = "bellhop_switchboard_repaired_total"

// repairTime is how long it may take until what a lost event would have told is known.
func repairTime() time.Duration { return within(10 * time.Second) }

// loss is an event that is lost while somebody does something, and how one sees that it was found out.
type loss struct {
	event string
	what  string
	do    func(h *house, a *agent, lose func(string) <-chan struct{}) *caller
}

var losses = []loss{
	{"StasisStart", "a customer arrives", func(h *house, a *agent, lose func(string) <-chan struct{}) *caller {
		a.choose("ready")
		told := lose("StasisStart")
		c := h.dial()
		<-told
		a.until(repairTime(), "the offer", func(v bot.View) bool { return v.Occupation == "offered" })
		a.press("accept")
		h.hear(a, c)
		return c
	}},
	{"StasisStart", "an agent answers", func(h *house, a *agent, lose func(string) <-chan struct{}) *caller {
		c := a.ring()
		told := lose("StasisStart")
		a.press("accept")
		<-told
		h.served(a, c)
		return c
	}},
	{"ChannelStateChange", "an agent answers", func(h *house, a *agent, lose func(string) <-chan struct{}) *caller {
		c := a.ring()
		told := lose("ChannelStateChange")
		a.press("accept")
		<-told
		h.served(a, c)
		return c
	}},
	{"ChannelDestroyed", "a customer hangs up", func(_ *house, a *agent, lose func(string) <-chan struct{}) *caller {
		c := a.talk()
		told := lose("ChannelDestroyed")
		c.leave()
		<-told
		a.until(repairTime(), "the end", free)
		return c
	}},
	{"StasisEnd", "a customer hangs up", func(_ *house, a *agent, lose func(string) <-chan struct{}) *caller {
		c := a.talk()
		told := lose("StasisEnd")
		c.leave()
		<-told
		a.until(repairTime(), "the end", free)
		return c
	}},
	{"PlaybackFinished", "the announcement of 강성종료 ends", func(h *house, a *agent, lose func(string) <-chan struct{}) *caller {
		c := a.talk()
		told := lose("PlaybackFinished")
		a.press("end_hostile")
		a.until(repairTime(), "the end", free)
		<-told
		h.eventually(repairTime(), "the customer is released", func() bool { return !c.live() })
		return c
	}},
}

// served waits until the two talk. An answer that was given up before it was found out leaves the customer waiting at his
// place, for whoever is ready next.
func (h *house) served(a *agent, c *caller) {
	h.t.Helper()
	talks := func(v bot.View) bool { return v.Call != nil && v.Call.Phase == "talking" }
	if v := a.until(repairTime(), "his call", func(v bot.View) bool { return talks(v) || free(v) }); free(v) {
		a.choose("ready")
		a.until(repairTime(), "the offer", func(v bot.View) bool { return v.Occupation == "offered" })
		a.press("accept")
		a.until(repairTime(), "his call", talks)
	}
	h.hear(a, c)
}

// eventsLost loses one event of each type that is needed, and requires that it is found out in time and counted.
func eventsLost(t *testing.T, r *row) {
	h := openHouse(t, 2, stackOptions{proxied: true})
	f := h.fill(shares{})
	for _, l := range losses {
		h.lose(l, h.agents[0], r)
		r.before, r.after = r.before+1, r.after+1
	}
	f.finish(r)
}

// lose loses one event, while an agent who is free works.
func (h *house) lose(l loss, a *agent, r *row) {
	h.t.Helper()
	before := h.metric(repaired)
	begin := time.Now()
	c := l.do(h, a, h.proxy.Lose)
	took := time.Since(begin)
	if c.live() {
		c.leave()
	}
	a.until(5*time.Second, "free", free)
	h.consistent(repairTime())
	r.note("%s when %s: %d ms, %v repaired", l.event, l.what, took.Milliseconds(), h.metric(repaired)-before)
}

// nothingLost: in a busy minute in which nothing is lost, nothing is repaired.
func nothingLost(t *testing.T, r *row) {
	h := openHouse(t, 6, stackOptions{})
	f := h.fill(shares{})
	a, b := h.agents[0], h.agents[1]
	for begin := time.Now(); time.Since(begin) < time.Minute; r.before, r.after = r.before+1, r.after+1 {
		c := a.talk()
		a.press("hold")
		c.hearsMusic(5 * time.Second)
		a.press("resume")
		b.choose("ready")
		a.press("consult", map[string]any{"to": b.Now().Agent.Extension})
		b.until(10*time.Second, "the consult", func(v bot.View) bool { return v.Occupation == "offered" })
		b.press("accept")
		a.untilPhase("consulting")
		a.press("connect_customer")
		h.hear(b, c)
		c.leave()
		b.until(5*time.Second, "free", free)
		gone := h.dial()
		gone.leave()
	}
	require.Zero(t, h.metric(repaired), "repaired")
	f.finish(r)
}
