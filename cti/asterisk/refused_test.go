package asterisk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/deploy/asterisk/asterisktest"
)

// talkThrough takes a call from its answer to both parties hearing each other, with retries as the switchboard makes them.
func (f *faulty) talkThrough(line *asterisktest.Line, a switchboard.CallArrived) call.RingAgent {
	f.t.Helper()
	require.NoError(f.t, f.retried(call.AnswerCustomer{Leg: a.Leg}))
	require.NoError(f.t, f.retried(call.PlayMusic{Leg: a.Leg}))
	ring := call.RingAgent{Leg: legOf('a'), Address: agentURI(f.agents)}
	require.NoError(f.t, f.retried(ring))
	phone := receiveLine(f.t, f.agents)
	phone.Speak(agentTone)
	require.NoError(f.t, phone.Answer())
	awaitThat(f.events, func(ev switchboard.LegAnswered) bool { return ev.Leg == ring.Leg })
	require.NoError(f.t, f.retried(call.JoinLegs{Bridge: bridge, Legs: [3]call.LegID{a.Leg, ring.Leg}}))
	hears(f.t, line, agentTone)
	hears(f.t, phone, customerTone)
	require.Empty(f.t, f.agents.Incoming, "rung once")
	return ring
}

// TestRefusedHalfWay (F30): from the answer to the bridge each request is refused once, by an Asterisk that did not do it or
// that did, and the call comes about all the same, once.
func TestRefusedHalfWay(t *testing.T) {
	t.Parallel()
	f := newFaulty(t, time.Second)
	for _, status := range []int{500, 409, 503} {
		for _, fail := range []func(string, int, int){f.proxy.Fail, f.proxy.FailAfter} {
			line, a := f.arrive()
			for _, request := range []string{
				"POST /channels/*/answer", "GET /bridges/*", "POST /bridges/*/addChannel", "POST /channels/*/variable",
			} {
				fail(request, status, 1)
			}
			if status == 503 { // for good would be 500
				fail("POST /channels", status, 1)
			}
			ring := f.talkThrough(line, a)
			f.proxy.Mend()
			f.end(a.Leg, ring.Leg)
			waitFor(t, line.Ended, "the end")
		}
	}
	line, a := f.arrive()
	f.proxy.Fail("POST /bridges/*/addChannel", 404, 1) // as if the bridge had been removed
	ring := f.talkThrough(line, a)
	f.end(a.Leg, ring.Leg)
}

// TestAnswersThatNeverCome: Asterisk does what it is asked, and its answer comes too late. Nothing is done twice.
func TestAnswersThatNeverCome(t *testing.T) {
	t.Parallel()
	f := newFaulty(t, time.Second)
	line, a := f.arrive()
	_, b := f.arrive()
	require.NoError(t, f.retried(call.AnswerCustomer{Leg: a.Leg}))
	for _, request := range []string{"POST /channels", "POST /channels/*/play/*", "POST /channels/*/dtmf"} {
		f.proxy.SlowAnswers(request, 9*time.Second)
	}
	ring := call.RingAgent{Leg: legOf('a'), Address: agentURI(f.agents)}
	rung, played := make(chan error, 1), make(chan error, 1)
	go func() { rung <- f.retried(ring) }()
	go func() { played <- f.retried(call.Announce{Leg: b.Leg, Sound: call.SoundUnallocated, Number: 1}) }()
	phone := receiveLine(t, f.agents)
	require.NoError(t, phone.Refuse(486))
	awaitThat(f.events, func(ev switchboard.LegEnded) bool { return ev.Leg == ring.Leg })
	require.ErrorIs(t, f.retried(call.SendKeys{Leg: a.Leg, Keys: "7"}), switchboard.ErrPermanent, "not known, so not again")
	require.Equal(t, 1, f.proxy.Requests("POST /channels/"+string(a.Leg)+"/dtmf"))
	require.Eventually(t, func() bool { return line.Keys() == "7" }, patience, 20*time.Millisecond)
	require.ErrorIs(t, <-rung, switchboard.ErrGone, "who refused is not rung again")
	require.Empty(t, f.agents.Incoming)
	require.NoError(t, <-played)
	require.Equal(t, 1, f.proxy.Requests("POST /channels/"+string(b.Leg)+"/play/"))
	f.proxy.Mend()
	f.sees(b.Leg, func(l switchboard.SeenLeg) bool { return !l.Playing })
	ended := 0
	for _, kind := range f.kinds() {
		if kind == "AnnouncementEnded" {
			ended++
		}
	}
	require.Equal(t, 1, ended, "played once")
	f.do(call.ReleaseLeg{Leg: a.Leg})
	f.do(call.ReleaseLeg{Leg: b.Leg})
	f.in.RequireIdle()
}

// TestPlayingAfterARestart: a server that knows nothing is told what is being played, and plays it no second time.
func TestPlayingAfterARestart(t *testing.T) {
	t.Parallel()
	f := newFaulty(t, time.Second)
	_, a := f.arrive()
	announce := call.Announce{Leg: a.Leg, Sound: call.SoundUnallocated, Number: 1}
	f.do(announce)
	f.adapter.Stop()
	again := newEvents(t)
	f.adapter = connect(t, f.proxy.URL(), f.in.Username, f.in.Password, again)
	require.True(t, legIn(await[switchboard.SwitchConnected](again).Seen, a.Leg).Playing)
	f.do(announce)
	require.Eventually(t, func() bool { return slices.Contains(again.kinds(), "AnnouncementEnded") }, patience, 20*time.Millisecond)
	f.do(announce)
	require.Equal(t, 1, f.proxy.Requests("POST /channels/"+string(a.Leg)+"/play/"))
	f.do(call.ReleaseLeg{Leg: a.Leg})
	awaitThat(again, func(ev switchboard.LegEnded) bool { return ev.Leg == a.Leg })
	f.in.RequireIdle()
}
