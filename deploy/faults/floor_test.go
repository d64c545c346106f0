package faults

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/bot"
)

// floor is a contact centre in full work: calls in every phase.
type floor struct {
	*house
	talking, held, consulting, ringing []pair
	consulted                          []*agent
	waiting                            []*caller // in their order
	wrapping                           []*agent  // who have just ended a call
	before                             map[string]bot.View
}

// pair is an agent with his customer.
type pair struct {
	agent  *agent
	caller *caller
}

// shares say how many of n calls are in which phase, and how many agents that takes.
type shares struct{ talking, held, consulting, ringing, waiting, wrapping int }

func sharesOf(n int) shares {
	s := shares{held: max(1, n/5), consulting: max(1, n/10), ringing: max(1, n/10), waiting: max(2, n/5), wrapping: max(1, n/10)}
	s.talking = max(1, n-s.held-s.consulting-s.ringing-s.waiting)
	return s
}

func (s shares) agents() int { return s.talking + s.held + 2*s.consulting + s.ringing + s.wrapping }

// openFloor opens a house that is in full work.
func openFloor(t *testing.T, r *row, s shares, o stackOptions) (*house, *floor) {
	t.Helper()
	h := openHouse(t, s.agents()+1, o)
	f := h.fill(s)
	r.before = f.calls()
	return h, f
}

// spare is an agent who has nothing to do.
func (f *floor) spare() *agent { return f.agents[len(f.agents)-1] }

// finish ends every call, and checks all there is to check when nothing is under way any more.
func (f *floor) finish(r *row) {
	f.t.Helper()
	f.empty()
	f.consistent(10 * time.Second)
	took := f.anotherCall(f.spare())
	require.Less(f.t, took, within(3*time.Second), "another call works")
	r.note("another call after %d ms", took.Milliseconds())
	r.records = f.settle(patience)
}

// fill brings the house into full work. Nobody is ready at its end: who calls then, waits.
func (h *house) fill(s shares) *floor {
	h.t.Helper()
	f := &floor{house: h}
	defer h.step("full of calls", time.Now())
	free := h.agents
	take := func() *agent {
		a := free[0]
		free = free[1:]
		return a
	}
	for range s.wrapping {
		a := take()
		c := a.talk()
		c.leave()
		a.until(5*time.Second, "after the call", func(v bot.View) bool { return v.Occupation == "free" && v.Presence == "work" })
		f.wrapping = append(f.wrapping, a)
	}
	for range s.talking {
		a := take()
		f.talking = append(f.talking, pair{a, a.talk()})
	}
	for range s.held {
		a := take()
		c := a.talk()
		a.press("hold")
		c.hearsMusic(5 * time.Second)
		f.held = append(f.held, pair{a, c})
	}
	for range s.consulting {
		a, b := take(), take()
		c := a.talk()
		b.choose("ready")
		a.press("consult", map[string]any{"to": b.Now().Agent.Extension})
		b.until(10*time.Second, "the consult", func(v bot.View) bool { return v.Occupation == "offered" })
		b.press("accept")
		a.untilPhase("consulting")
		f.consulting, f.consulted = append(f.consulting, pair{a, c}), append(f.consulted, b)
		h.eventually(5*time.Second, "the two agents hear each other", func() bool {
			return a.Ear.Of(b.voice).Frames > 0 && b.Ear.Of(a.voice).Frames > 0
		})
	}
	for range s.ringing {
		a := take()
		f.ringing = append(f.ringing, pair{a, a.ring()})
	}
	for range s.waiting {
		f.waiting = append(f.waiting, h.waits())
	}
	return f
}

// waits has a customer call whom nobody can answer now.
func (h *house) waits() *caller {
	h.t.Helper()
	c := h.dial()
	c.hearsMusic(10 * time.Second)
	return c
}

// calls is how many customers' calls go on.
func (f *floor) calls() int {
	n := 0
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.callers {
		if c.live() {
			n++
		}
	}
	return n
}

// note remembers what every agent sees, and begins to measure what is heard.
func (f *floor) note() {
	f.before = make(map[string]bot.View)
	for _, a := range f.agents {
		f.before[a.login] = a.Now().View
		a.Ear.Reset()
	}
	for _, c := range f.callers {
		c.ear.Reset()
	}
}

// said is what must not change of a view by a restart.
func said(v bot.View) string {
	text := fmt.Sprintf("%s/%s %s up=%v", v.Presence, v.Kind, v.Occupation, v.PhoneUp)
	if c := v.Call; c != nil {
		text += fmt.Sprintf(" %s %s of %s queued %s offered %s connected %v held %v %d ms muted=%v swapped=%v consulted=%v",
			c.Phase, c.ID, c.Caller.Number, c.QueuedAt, c.OfferedAt, c.ConnectedAt, c.HeldAt, c.HeldMS, c.Muted, c.Swapped, c.Consulted)
	}
	return text
}

// asBefore waits until every agent is connected with the server that there is now, and sees what he saw, but for those in
// changed.
func (f *floor) asBefore(within time.Duration, changed ...*agent) {
	f.t.Helper()
	skip := make(map[string]bool)
	for _, a := range changed {
		skip[a.login] = true
	}
	end := time.Now().Add(within)
	for _, a := range f.agents {
		a.awaitPage()
		for !skip[a.login] && said(a.Now().View) != said(f.before[a.login]) {
			if time.Now().After(end) {
				require.Equal(f.t, said(f.before[a.login]), said(a.Now().View), a.login)
			}
			pass(5 * time.Millisecond)
		}
	}
}

// gaps is the longest that any two of the talkers did not hear each other since note.
func (f *floor) gaps(pairs []pair) (toAgent, toCustomer gap) {
	for _, p := range pairs {
		toAgent.add(p.agent.Ear.Of(p.caller.voice))
		toCustomer.add(p.caller.ear.Of(p.agent.voice))
	}
	return toAgent, toCustomer
}

func (g *gap) add(h bot.Heard) {
	g.longest, g.missing = max(g.longest, h.Longest), max(g.missing, h.Missing)
}

// inOrder has agents become ready one after the other and requires that those who wait are offered in their order.
func (f *floor) inOrder(waiting []*caller, agents []*agent) {
	f.t.Helper()
	for i, c := range waiting {
		a := agents[i%len(agents)]
		a.awaitPage()
		if a.Now().Presence != "ready" {
			a.choose("ready")
		}
		v := a.until(10*time.Second, "an offer", func(v bot.View) bool { return v.Occupation == "offered" && v.Call != nil })
		require.Equal(f.t, c.number, v.Call.Caller.Number, "who waited longest is next: number %d of %d", i+1, len(waiting))
		a.press("accept")
		a.untilPhase("talking")
		f.hear(a, c)
		c.leave()
		a.until(5*time.Second, "free", free)
	}
}

// empty ends every call, and waits until all agents are free.
func (f *floor) empty() {
	f.t.Helper()
	for _, c := range f.callers {
		c.HangUp()
	}
	for _, c := range f.callers {
		c.leave()
	}
	for _, a := range f.agents {
		a.until(10*time.Second, "free", free)
	}
}
