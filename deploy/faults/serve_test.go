package faults

import (
	"cmp"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/bot"
)

// serveKilled: nobody who talks hears anything of it, and every call is where it was.
func serveKilled(t *testing.T, r *row) {
	h, f := openFloor(t, r, sharesOf(*calls), stackOptions{})
	f.note()

	h.serve.kill()
	late := []*caller{h.dial()} // nobody is there to serve him yet
	pass(20 * time.Millisecond)
	late = append(late, h.dial())
	for _, c := range late {
		c.hearsMusic(5 * time.Second)
	}
	h.serve.start()
	pilot := f.talking[0]
	r.control = pilot.agent.inControl(10 * time.Second).Sub(h.serve.startedAt())
	r.note("page connected after %d ms", pilot.agent.Dialled().Sub(h.serve.startedAt()).Milliseconds())
	f.asBefore(10*time.Second, pilot.agent)
	h.awaitReady()
	r.after = f.calls() - len(late)
	r.toAgent, r.toCustomer = f.gaps(f.talking)
	require.Equal(t, r.before, r.after, "calls")
	require.Zero(t, r.toAgent.missing, "frames to agents")
	require.Zero(t, r.toCustomer.missing, "frames to customers")
	require.Less(t, r.control, within(2*time.Second), "control")
	if n := h.metric(repaired); n > 0 {
		r.note("%v found out by looking", n) // such as a customer who came in just then
	}

	f.workOn(late...)
	f.finish(r)
}

// workOn does with every call what its agent would do next.
func (f *floor) workOn(late ...*caller) {
	f.t.Helper()
	for _, p := range f.held {
		p.agent.press("resume")
		f.hear(p.agent, p.caller)
	}
	for i, p := range f.consulting {
		p.agent.press("connect_customer")
		f.hear(f.consulted[i], p.caller)
	}
	for _, p := range f.ringing {
		p.agent.press("accept")
		f.hear(p.agent, p.caller)
	}
	f.inOrder(append(f.waiting, late...), f.wrapping)
}

// inControl presses a key that changes nothing until the server that there is now accepts it, and gives when it did.
func (a *agent) inControl(within time.Duration) time.Time {
	a.h.t.Helper()
	a.awaitPage()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	muted := a.Now().Call.Muted
	refused := ""
	for {
		call := a.Now().Call
		require.NotNil(a.h.t, call)
		one, done := context.WithTimeout(ctx, 500*time.Millisecond)
		res, err := a.Ask(one, map[string]any{"action": "mute", "on": !muted, "call": call.ID, "version": call.Version})
		done()
		if err == nil && res.OK {
			a.until(time.Second, "mute", func(v bot.View) bool { return v.Call != nil && v.Call.Muted != muted })
			a.press("mute", map[string]any{"on": muted})
			return res.At
		}
		refused = cmp.Or(res.Code, refused)
		require.NoError(a.h.t, ctx.Err(), "no command is accepted: %v; refused: %s; call: %+v", err, refused, call)
		pass(5 * time.Millisecond)
	}
}
