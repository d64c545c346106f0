package faults

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// mediaKilled: customers hear music, and are joined with their agents again as soon as these are connected again.
func mediaKilled(t *testing.T, r *row) {
	h := openHouse(t, max(1, *calls/2)+1, stackOptions{})
	f := h.fill(shares{talking: max(1, *calls/2)})
	r.before = f.calls()
	orphans := h.agentLegs()
	f.note()

	h.media.kill()
	killed := time.Now()
	gone := h.goneIn(orphans, killed)
	pass(200 * time.Millisecond) // whoever looks after it
	f.deafen()
	h.media.start()
	f.joinedAgain(r, killed, killed, time.Second)
	require.Less(t, <-gone, within(5*time.Second), "orphaned legs")
	f.finish(r)
}

// deafen begins to measure anew what is heard, now that nobody hears anybody.
func (f *floor) deafen() {
	for _, p := range f.talking {
		p.agent.Ear.Reset()
		p.caller.ear.Reset()
	}
}

// joinedAgain waits until all who talked hear each other again, and notes how long that took since all that is needed was
// there or on its way, and when customers heard music.
func (f *floor) joinedAgain(r *row, killed, there time.Time, silence time.Duration) {
	f.t.Helper()
	var back, music []time.Duration
	for _, p := range f.talking {
		f.eventually(within(20*time.Second), p.caller.number+" and his agent hear each other again", func() bool {
			return p.agent.Ear.Of(p.caller.voice).Frames > 0 && p.caller.ear.Of(p.agent.voice).Frames > 0
		})
		toAgent, toCustomer := p.agent.Ear.Of(p.caller.voice), p.caller.ear.Of(p.agent.voice)
		r.toAgent.longest = max(r.toAgent.longest, toAgent.First.Sub(killed))
		r.toCustomer.longest = max(r.toCustomer.longest, toCustomer.First.Sub(killed))
		back = append(back, max(toAgent.First.Sub(there), toCustomer.First.Sub(there)))
		if first := p.caller.ear.Music().First; !first.IsZero() {
			music = append(music, first.Sub(killed))
		} else {
			music = append(music, toCustomer.First.Sub(killed)) // his agent was back before
		}
		p.agent.untilPhase("talking")
	}
	r.after = f.calls()
	require.Equal(f.t, r.before, r.after, "customers")
	slices.Sort(back)
	p95 := back[(len(back)*95+99)/100-1]
	r.note("music after %d ms, audio back p95 %d ms", slices.Max(music).Milliseconds(), p95.Milliseconds())
	require.Less(f.t, slices.Max(music), within(silence), "customers hear music")
	require.Less(f.t, p95, within(2500*time.Millisecond), "audio is back")
}

// agentLegs are the channels of agents in Asterisk.
func (h *house) agentLegs() []string {
	h.t.Helper()
	var channels []struct{ ID, Name string }
	h.get("/channels", &channels)
	var legs []string
	for _, c := range channels {
		if strings.HasPrefix(c.Name, "PJSIP/agent-") {
			legs = append(legs, c.ID)
		}
	}
	return legs
}

// goneIn tells how long after since the last of those channels was gone.
func (h *house) goneIn(legs []string, since time.Time) <-chan time.Duration {
	told := make(chan time.Duration, 1)
	go func() {
		for time.Since(since) < patience {
			now := h.agentLegs()
			if !slices.ContainsFunc(legs, func(l string) bool { return slices.Contains(now, l) }) {
				break
			}
			pass(50 * time.Millisecond)
		}
		told <- time.Since(since)
	}()
	return told
}

// bothKilled: serve and media die shortly one after the other, in either order.
func bothKilled(t *testing.T, r *row, serveFirst bool) {
	h := openHouse(t, max(1, *calls/2)+2, stackOptions{})
	f := h.fill(shares{talking: max(1, *calls/2), wrapping: 1})
	f.waiting = append(f.waiting, h.waits(), h.waits())
	r.before = f.calls()
	orphans := h.agentLegs()
	f.note()

	one, other := h.serve, h.media
	if !serveFirst {
		one, other = other, one
	}
	one.kill()
	killed := time.Now()
	pass(100 * time.Millisecond)
	other.kill()
	gone := h.goneIn(orphans, killed)
	pass(200 * time.Millisecond)
	f.deafen()
	one.start()
	pass(100 * time.Millisecond)
	other.start()
	both := time.Now()
	r.control = f.talking[0].agent.inControl(within(10 * time.Second)).Sub(h.serve.startedAt())
	f.joinedAgain(r, killed, both, 2500*time.Millisecond) // nobody is there to play music at first
	require.Less(t, <-gone, within(6*time.Second), "orphaned legs")
	f.inOrder(f.waiting, f.wrapping)
	f.finish(r)
}
