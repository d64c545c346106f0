package asterisk_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/asterisk"
	"bellhop/cti/asterisk/ariproxy"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/deploy/asterisk/asterisktest"
)

// TestSocketCutInMidCall: calls go on, one ends and one arrives unheard, and the snapshot tells of all of it.
func TestSocketCutInMidCall(t *testing.T) {
	t.Parallel()
	in := asterisktest.StartForTest(t)
	p := ariproxy.New(t, in.ARIURL)
	e := newEvents(t)
	r := &rig{t: t, events: e, in: in, adapter: connect(t, p.URL(), in.Username, in.Password, e)}
	await[switchboard.SwitchConnected](e)

	customer, agent := asterisktest.NewPhone(t, "127.0.0.2", "010"), asterisktest.NewPhone(t, "127.0.0.1", "2041")
	talking := customer.Call("1000", in.SIPAddr)
	talking.Speak(customerTone)
	a := await[switchboard.CallArrived](e)
	r.do(call.AnswerCustomer{Leg: a.Leg})
	ring := call.RingAgent{Leg: newLeg(), Address: agentURI(agent)}
	r.do(ring)
	phone := receiveLine(t, agent)
	phone.Speak(agentTone)
	require.NoError(t, phone.Answer())
	awaitThat(e, func(ev switchboard.LegAnswered) bool { return ev.Leg == ring.Leg })
	join := call.JoinLegs{Bridge: string(a.Call) + "-b", Legs: [3]call.LegID{a.Leg, ring.Leg}}
	r.do(join)
	hears(t, talking, agentTone)

	leaving := customer.Call("1000", in.SIPAddr)
	b := await[switchboard.CallArrived](e)
	r.do(call.AnswerCustomer{Leg: b.Leg})
	waitFor(t, leaving.Answered, "answer")

	p.Cut()
	require.Equal(t, switchboard.SwitchLost{Reason: "closed"}, await[switchboard.SwitchLost](e))
	require.Error(t, r.adapter.Ready())
	leaving.Hangup()
	unheard := answeredByDialplan(t, customer, in.SIPAddr)
	hearsMusic(t, unheard)
	talking.Forget()
	hears(t, talking, agentTone)
	p.Mend()

	seen := await[switchboard.SwitchConnected](e).Seen
	require.ElementsMatch(t, []switchboard.SeenLeg{
		{Leg: a.Leg, Call: a.Call, Customer: true, State: call.Up, Caller: a.Caller, Dialled: "1000"},
		{Leg: ring.Leg, Call: "0198c0de-0000-7000-8000-000000000001", State: call.Up},
	}, plain(t, seen.Legs))
	require.ElementsMatch(t, []switchboard.SeenBridge{
		{ID: asterisk.HoldBridge, Hold: true}, {ID: join.Bridge, Legs: []call.LegID{a.Leg, ring.Leg}},
	}, inOrder(seen.Bridges, a.Leg))
	c := await[switchboard.CallArrived](e)
	require.NotEqual(t, b.Leg, c.Leg)
	require.Equal(t, c.Leg, await[switchboard.LegAnswered](e).Leg, "the dialplan answered it")
	phone.Forget()
	hears(t, phone, customerTone)
}

// answeredByDialplan calls until the dialplan answers with music, to try again later. Until Asterisk itself has noticed
// that the socket is gone, which takes it a moment on a busy machine, callers wait for the server that comes back.
func answeredByDialplan(t *testing.T, customer *asterisktest.Phone, at string) *asterisktest.Line {
	t.Helper()
	for range 15 {
		line := customer.Call("1000", at)
		select {
		case <-line.Answered:
			return line
		case <-time.After(time.Second):
			line.Hangup()
			waitFor(t, line.Ended, "the end of an unanswered call")
		}
	}
	require.FailNow(t, "the dialplan never answered")
	return nil
}

// TestServerRestart: another process takes over, knowing nothing but what is in Asterisk.
func TestServerRestart(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	customer := asterisktest.NewPhone(t, "127.0.0.2", "010")
	line := customer.Call("1000", r.in.SIPAddr)
	a := await[switchboard.CallArrived](r.events)
	r.do(call.AnswerCustomer{Leg: a.Leg})
	r.do(call.PlayMusic{Leg: a.Leg})
	hearsMusic(t, line)
	r.adapter.Stop()

	line.Forget()
	hearsMusic(t, line)
	second := newEvents(t)
	r2 := &rig{t: t, in: r.in, events: second, adapter: connect(t, r.in.ARIURL, r.in.Username, r.in.Password, second)}
	seen := await[switchboard.SwitchConnected](second).Seen
	require.Equal(t, []switchboard.SeenLeg{
		{Leg: a.Leg, Call: a.Call, Customer: true, State: call.Up, Caller: a.Caller, Dialled: "1000", At: a.At},
	}, seen.Legs)
	r2.do(call.PlayMusic{Leg: a.Leg})
	line.Forget()
	hearsMusic(t, line)
	r2.do(call.ReleaseLeg{Leg: a.Leg})
	require.Equal(t, a.Leg, await[switchboard.LegEnded](second).Leg)
	r.in.RequireIdle()
}

// TestAsteriskCrash: every call is gone, and the next one works.
func TestAsteriskCrash(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	asterisktest.NewPhone(t, "127.0.0.2", "010").Call("1000", r.in.SIPAddr)
	await[switchboard.CallArrived](r.events)
	booted := time.Now()
	r.in.Kill()
	await[switchboard.SwitchLost](r.events)
	r.in.Start()
	up := time.Now()
	seen := await[switchboard.SwitchConnected](r.events).Seen
	t.Logf("connected %v after Asterisk answers again", time.Since(up))
	require.Empty(t, seen.Legs)
	require.True(t, seen.Boot.After(booted.Add(-time.Millisecond)), "started anew")
	line := asterisktest.NewPhone(t, "127.0.0.3", "010").Call("1000", r.in.SIPAddr)
	a := await[switchboard.CallArrived](r.events)
	r.do(call.AnswerCustomer{Leg: a.Leg})
	r.do(call.PlayMusic{Leg: a.Leg})
	hearsMusic(t, line)
}

// TestAsteriskHangs: the process stands still with all its sockets open.
func TestAsteriskHangs(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.in.Signal(syscall.SIGSTOP)
	started := time.Now()
	require.Equal(t, switchboard.SwitchLost{Reason: "silent"}, await[switchboard.SwitchLost](r.events))
	require.Less(t, time.Since(started), 6*time.Second)
	r.in.Signal(syscall.SIGCONT)
	await[switchboard.SwitchConnected](r.events)
}
