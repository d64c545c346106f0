package faults

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"bellhop/deploy/bot"
)

// small is a floor of a few calls of each kind.
var small = shares{talking: 3, held: 1, consulting: 1, ringing: 1, waiting: 2, wrapping: 1}

// ariCut: the line to Asterisk is cut for two seconds, while one customer hangs up and another one calls. Then, when it is
// there again, the event of a customer's arrival is lost.
func ariCut(t *testing.T, r *row) {
	h, f := openFloor(t, r, small, stackOptions{proxied: true})
	f.note()
	h.proxy.Cut()
	late := h.away(f, 2*time.Second)
	h.proxy.Mend()
	h.backFrom(f, r, late)
	h.lose(losses[0], f.spare(), r)
	f.finish(r)
}

// ariHalfOpen: nothing arrives any more, and nothing says so.
func ariHalfOpen(t *testing.T, r *row) {
	h, f := openFloor(t, r, small, stackOptions{proxied: true})
	f.note()
	begin := time.Now()
	h.proxy.HalfOpen()
	late := h.away(f, 0)
	h.eventually(within(6*time.Second), "the dead connection is noticed", func() bool { return h.metric("bellhop_ari_up") == 0 })
	r.note("noticed after %d ms", time.Since(begin).Milliseconds())
	f.talking[1].agent.until(within(time.Second), "that the switch is away", func(v bot.View) bool { return !v.SwitchUp })
	h.proxy.Mend()
	h.backFrom(f, r, late)
	f.finish(r)
}

// away lets things happen while serve hears nothing of them: one who talks hangs up, one calls.
func (h *house) away(f *floor, lasts time.Duration) *caller {
	h.t.Helper()
	begin := time.Now()
	last := len(f.talking) - 1
	f.talking[last].caller.leave()
	late := h.dial()
	pass(lasts - time.Since(begin))
	return late
}

// backFrom checks that everything is as it was, but for what happened meanwhile.
func (h *house) backFrom(f *floor, r *row, late *caller) {
	h.t.Helper()
	begin := time.Now()
	last := len(f.talking) - 1
	left := f.talking[last]
	f.talking = f.talking[:last]
	r.control = f.talking[0].agent.inControl(within(10 * time.Second)).Sub(begin)
	left.agent.until(within(5*time.Second), "that his customer hung up", func(v bot.View) bool { return free(v) && v.Presence == "work" })
	f.asBefore(within(5*time.Second), f.talking[0].agent, left.agent)
	r.toAgent, r.toCustomer = f.gaps(f.talking)
	r.after = f.calls()
	require.Equal(h.t, r.before, r.after, "one left, one came")
	require.Zero(h.t, r.toAgent.missing+r.toCustomer.missing, "frames")
	f.workOn(late)
}

// restSlow: every request takes five seconds, for twelve.
func restSlow(t *testing.T, r *row) {
	h, f := openFloor(t, r, small, stackOptions{proxied: true})
	f.note()
	h.proxy.Slow("", 5*time.Second)
	begin := time.Now()
	late := h.away(f, time.Second)
	f.ringing[0].agent.press("accept")
	pass(12*time.Second - time.Since(begin))
	h.proxy.Mend()
	last := len(f.talking) - 1
	left := f.talking[last]
	f.talking = f.talking[:last]
	left.agent.until(within(10*time.Second), "that his customer hung up", free)
	f.answeredLate()
	r.toAgent, r.toCustomer = f.gaps(f.talking)
	r.after = f.calls()
	require.Equal(t, r.before, r.after, "one left, one came")
	require.Zero(t, r.toAgent.missing+r.toCustomer.missing, "frames")
	f.workOn(late)
	f.finish(r)
}

// answeredLate: who pressed 전화받기 while Asterisk was slow talks now, or his customer is the first of those who wait.
func (f *floor) answeredLate() {
	f.t.Helper()
	p := f.ringing[0]
	f.ringing = nil
	v := p.agent.until(within(10*time.Second), "what became of his answer", func(v bot.View) bool {
		return free(v) || v.Call != nil && v.Call.Phase == "talking"
	})
	if free(v) {
		f.waiting = append([]*caller{p.caller}, f.waiting...)
		return
	}
	f.hear(p.agent, p.caller)
}

// asteriskKilled: every call is lost, closed with its reason, and the next one is served soon after Asterisk is up.
func asteriskKilled(t *testing.T, r *row) {
	h, f := openFloor(t, r, small, stackOptions{})
	f.note()
	h.asterisk.kill()
	killed := time.Now()
	f.talking[0].agent.until(within(2*time.Second), "that the switch is away", func(v bot.View) bool { return !v.SwitchUp })
	r.note("noticed after %d ms", time.Since(killed).Milliseconds())
	pass(200 * time.Millisecond)
	h.asterisk.start()
	f.callsLost(r, "default")
}

// everythingKilled: all processes of the machine die within a moment, and are started again, serve first.
func everythingKilled(t *testing.T, r *row) {
	h, f := openFloor(t, r, small, stackOptions{})
	f.note()
	all := []*part{h.serve, h.asterisk, h.postgres, h.media}
	for _, p := range all {
		p.kill()
	}
	pass(200 * time.Millisecond)
	for _, p := range all {
		p.start()
	}
	h.awaitPostgres()
	f.callsLost(r, "default", "work") // a consult has ended as any other when media is seen before Asterisk
}

// callsLost waits for an Asterisk that was started anew, and checks what became of the calls that died with the old one:
// agents are in one of the states that are safe.
func (f *floor) callsLost(r *row, safe ...string) {
	h, t := f.house, f.t
	t.Helper()
	h.eventually(patience, "Asterisk answers", func() bool {
		response, err := http.Get(h.ari + "/asterisk/info?only=system") //nolint:noctx // of this machine
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	up := time.Now()
	spare := f.spare()
	spare.awaitPage()
	spare.until(within(3*time.Second), "the switch", func(v bot.View) bool { return v.SwitchUp && v.PhoneUp })
	c := spare.talk()
	r.control = time.Since(up)
	require.Less(t, r.control, within(3*time.Second), "the next call is served")
	c.leave()
	for _, a := range f.agents {
		if a == spare {
			continue
		}
		a.awaitPage()
		v := a.until(within(3*time.Second), "free", free)
		if before := f.before[a.login]; before.Call != nil {
			require.Contains(t, safe, v.Presence, "%s is in a safe state", a.login)
		}
	}
	r.note("%d missed-call tickets", h.switchFailures(f))
	f.forget()
	f.finish(r)
}

// switchFailures requires that every call that was lost is closed with its reason, and that whoever was waiting for an agent
// has a ticket that says so.
func (h *house) switchFailures(f *floor) int {
	h.t.Helper()
	lost := h.count(`select count(*) from call_facts where kind = 'CallEnded' and payload->>'reason' = 'switch_failure'`)
	h.eventually(patience, "every lost call is closed with its reason", func() bool {
		lost = h.count(`select count(*) from call_facts where kind = 'CallEnded' and payload->>'reason' = 'switch_failure'`)
		return lost >= len(f.talking)+len(f.held)+len(f.consulting)+len(f.ringing)+len(f.waiting)
	})
	missed := 0
	for _, c := range f.waiting {
		h.eventually(patience, c.number+" has a ticket", func() bool {
			return h.count(`select count(*) from tickets where customer_number = $1 and missed <> ''`, c.number) == 1
		})
		missed++
	}
	return missed
}

// forget drops the telephones of calls that Asterisk took with it: nothing ends them.
func (f *floor) forget() {
	for _, c := range f.callers {
		c.HangUp()
	}
	for _, c := range f.callers {
		<-c.Done()
	}
}

// takenOver: another program takes the application's name. Nothing more is done from here, until serve is started again.
func takenOver(t *testing.T, r *row) {
	h, f := openFloor(t, r, small, stackOptions{proxied: true})
	f.note()
	address := strings.TrimPrefix(h.settings["ARI_URL"], "http")
	other, _, err := websocket.Dial(t.Context(), "ws"+address+"/events?app=bellhop", &websocket.DialOptions{ //nolint:bodyclose // a websocket
		HTTPHeader: http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("bellhop:"+ariPassword))}},
	})
	require.NoError(t, err)
	defer other.CloseNow() //nolint:errcheck // a guest
	go func() {
		for {
			if _, _, err := other.Read(context.Background()); err != nil {
				return
			}
		}
	}()
	f.talking[0].agent.until(within(2*time.Second), "that another server has the switch", func(v bot.View) bool { return v.Fenced })
	require.ErrorContains(t, h.readiness(), "ari")
	asked := h.proxy.Requests("")
	res, err := f.held[0].agent.Ask(t.Context(), map[string]any{
		"action": "resume", "call": f.held[0].agent.Now().Call.ID, "version": f.held[0].agent.Now().Call.Version,
	})
	require.NoError(t, err)
	require.False(t, res.OK, "a command is refused")
	require.Equal(t, asked, h.proxy.Requests(""), "Asterisk is asked nothing more")

	require.NoError(t, other.CloseNow())
	h.serve.signal(syscall.SIGKILL)
	h.serve.awaitEnd(patience)
	h.serve.start()
	r.control = f.talking[0].agent.inControl(within(10 * time.Second)).Sub(h.serve.startedAt())
	f.asBefore(within(5*time.Second), f.talking[0].agent)
	r.toAgent, r.toCustomer = f.gaps(f.talking)
	r.after = f.calls()
	require.Equal(t, r.before, r.after, "calls")
	require.Zero(t, r.toAgent.missing+r.toCustomer.missing, "frames")
	f.workOn()
	f.finish(r)
}
