package faults

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/bot"
)

// grace is how long an agent may be gone until his call is given to somebody else.
const grace = 20 * time.Second

// pageGone: an agent's page vanishes in a call, and comes back. His customer hears music meanwhile; he is joined with him
// again, or, after the grace, given to a colleague.
func pageGone(t *testing.T, r *row, lasts time.Duration) {
	h := openHouse(t, 3, stackOptions{})
	f := h.fill(shares{talking: 2})
	r.before = f.calls()
	f.note()
	p, other, colleague := f.talking[0], f.talking[1], f.spare()
	p.agent.Leave()
	left := time.Now()
	p.caller.hearsMusic(within(2 * time.Second))
	r.note("music after %d ms", time.Since(left).Milliseconds())
	colleague.choose("ready")
	if lasts > grace {
		v := colleague.until(lasts, "an offer", func(v bot.View) bool { return v.Occupation == "offered" && v.Call != nil })
		require.Equal(t, p.caller.number, v.Call.Caller.Number)
		r.note("offered again after %d ms", time.Since(left).Milliseconds())
		colleague.press("accept")
		h.hear(colleague, p.caller)
	}
	pass(lasts - time.Since(left))
	back := time.Now()
	p.agent.Return()
	if lasts > grace {
		p.agent.until(within(5*time.Second), "that he has lost the call", func(v bot.View) bool { return free(v) && v.PhoneUp })
		require.Equal(t, "default", p.agent.Now().Presence)
	} else {
		p.agent.until(within(5*time.Second), "his call", func(v bot.View) bool { return v.Call != nil && v.Call.Phase == "talking" })
		h.hear(p.agent, p.caller)
		r.control = time.Since(back)
	}
	f.talking = []pair{other}
	f.measured(r)
	f.finish(r)
}

// networkGone: nothing at all comes of an agent's browser any more, in a call. His customer hears music long before the
// connection counts as lost, and him again as soon as packets come.
func networkGone(t *testing.T, r *row) {
	h := openHouse(t, 2, stackOptions{})
	f := h.fill(shares{talking: 2})
	r.before = f.calls()
	f.note()
	p, other := f.talking[0], f.talking[1]
	p.caller.ear.Reset()
	p.agent.Audio.Cut()
	cut := time.Now()
	p.caller.hearsMusic(within(3 * time.Second))
	music := time.Since(cut)
	pass(8*time.Second - music)
	f.deafen()
	p.agent.Audio.Mend()
	mended := time.Now()
	h.eventually(within(500*time.Millisecond), "they hear each other again", func() bool {
		return p.agent.Ear.Of(p.caller.voice).Frames > 0 && p.caller.ear.Of(p.agent.voice).Frames > 0
	})
	r.note("music after %d ms, audio back after %d ms", music.Milliseconds(), time.Since(mended).Milliseconds())
	p.agent.untilPhase("talking")
	require.Equal(t, r.before, f.calls(), "customers")
	f.talking = []pair{other}
	f.measured(r)
	f.finish(r)
}

// secondSignIn: the same agent signs in at another computer, in a call. The newest has the audio, the old one is told.
func secondSignIn(t *testing.T, r *row) {
	h := openHouse(t, 2, stackOptions{})
	f := h.fill(shares{talking: 1})
	r.before = f.calls()
	p := f.talking[0]
	begin := time.Now()
	second, err := h.open(p.agent.login, h.nextVoice())
	require.NoError(t, err)
	second.until(5*time.Second, "his call", func(v bot.View) bool { return v.Call != nil && v.Call.Phase == "talking" })
	h.hear(second, p.caller)
	r.control = time.Since(begin)
	h.eventually(within(2*time.Second), "the old page is told", p.agent.Audio.Replaced)
	p.caller.ear.Reset()
	pass(300 * time.Millisecond)
	require.Zero(t, p.caller.ear.Of(p.agent.voice).Frames, "the old page is not heard")
	second.press("hold")
	p.caller.hearsMusic(2 * time.Second)
	r.after = f.calls()
	f.finish(r)
}
