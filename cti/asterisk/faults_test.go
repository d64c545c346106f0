package asterisk_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/asterisk"
	"bellhop/cti/asterisk/ariproxy"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	deploy "bellhop/deploy/asterisk"
	"bellhop/deploy/asterisk/asterisktest"
)

// faulty is a rig whose adapter reaches Asterisk through a proxy that makes faults.
type faulty struct {
	*outside
	proxy *ariproxy.Proxy
}

func newFaulty(t *testing.T, look time.Duration) *faulty {
	t.Helper()
	o := &outside{carrier: asterisktest.NewPhone(t, "127.0.0.4", "carrier"), agents: asterisktest.NewPhone(t, "127.0.0.1", "2041")}
	in := asterisktest.StartForTest(t, func(c *deploy.Config) { c.CarrierAddr = o.carrier.Addr })
	p := ariproxy.New(t, in.ARIURL)
	o.rig = &rig{t: t, events: newEvents(t), in: in}
	o.adapter = connectWith(t, asterisk.Options{URL: p.URL(), Username: in.Username, Password: in.Password, LookEvery: look}, o.events)
	await[switchboard.SwitchConnected](o.events)
	return &faulty{o, p}
}

// arrive lets a customer call.
func (f *faulty) arrive() (*asterisktest.Line, switchboard.CallArrived) {
	f.t.Helper()
	line := asterisktest.NewPhone(f.t, "127.0.0.2", "01012345678").Call("1000", f.in.SIPAddr)
	line.Speak(customerTone)
	return line, await[switchboard.CallArrived](f.events)
}

// sees waits for a look in which the leg is so.
func (f *faulty) sees(leg call.LegID, is func(switchboard.SeenLeg) bool) switchboard.SeenLeg {
	f.t.Helper()
	seen := awaitThat(f.events, func(ev switchboard.SwitchSeen) bool { return is(legIn(ev.Seen, leg)) })
	return legIn(seen.Seen, leg)
}

func legIn(seen switchboard.Snapshot, leg call.LegID) switchboard.SeenLeg {
	for _, l := range seen.Legs {
		if l.Leg == leg {
			return l
		}
	}
	return switchboard.SeenLeg{}
}

func missing(l switchboard.SeenLeg) bool { return l.Leg == "" }

func in(state call.LegState) func(switchboard.SeenLeg) bool {
	return func(l switchboard.SeenLeg) bool { return l.State == state }
}

// retried carries an effect out as the switchboard does: three times at most.
func (f *faulty) retried(e call.Effect) error {
	var err error
	for range 3 {
		ctx, cancel := context.WithTimeout(context.Background(), 25*time.Second)
		err = f.adapter.Perform(ctx, callID, e)
		cancel()
		if err == nil || errors.Is(err, switchboard.ErrGone) || errors.Is(err, switchboard.ErrPermanent) {
			return err
		}
	}
	return err
}

// TestEachEventLostOnce: a later look shows what the event would have told.
func TestEachEventLostOnce(t *testing.T) {
	t.Parallel()
	f := newFaulty(t, 300*time.Millisecond)

	lost := f.proxy.Lose("StasisStart")
	line := asterisktest.NewPhone(t, "127.0.0.2", "01012345678").Call("1000", f.in.SIPAddr)
	waitFor(t, lost, "the lost event")
	seen := awaitThat(f.events, func(ev switchboard.SwitchSeen) bool { return len(ev.Seen.Legs) == 1 }).Seen
	customer := seen.Legs[0]
	require.Len(t, customer.Call, 36)
	require.Equal(t, "1000", customer.Dialled)
	require.True(t, customer.Customer)
	require.WithinDuration(t, time.Now(), customer.At, 5*time.Second)
	require.NotContains(t, f.kinds(), "CallArrived")

	lost = f.proxy.Lose("ChannelStateChange")
	f.do(call.AnswerCustomer{Leg: customer.Leg})
	waitFor(t, line.Answered, "answer")
	waitFor(t, lost, "the lost event")
	require.Equal(t, customer.Call, f.sees(customer.Leg, in(call.Up)).Call, "it keeps the id it was given")

	ring := call.RingAgent{Leg: legOf('a'), Address: agentURI(f.agents)}
	lost = f.proxy.Lose("ChannelStateChange")
	f.do(ring)
	phone := receiveLine(t, f.agents)
	require.NoError(t, phone.Ring())
	waitFor(t, lost, "the lost event")
	f.sees(ring.Leg, in(call.Ringing))
	lost = f.proxy.Lose("StasisStart")
	require.NoError(t, phone.Answer())
	waitFor(t, lost, "the lost event")
	f.sees(ring.Leg, in(call.Up))
	require.NotContains(t, f.kinds(), "LegAnswered")

	lost = f.proxy.Lose("ChannelDestroyed")
	phone.Hangup()
	waitFor(t, lost, "the lost event")
	f.sees(ring.Leg, missing)

	announce := call.Announce{Leg: customer.Leg, Sound: call.SoundUnallocated, Number: 1}
	lost = f.proxy.Lose("PlaybackFinished")
	f.do(announce)
	f.do(announce)
	f.sees(customer.Leg, func(l switchboard.SeenLeg) bool { return l.Playing })
	waitFor(t, lost, "the lost event")
	f.sees(customer.Leg, func(l switchboard.SeenLeg) bool { return !l.Playing && l.State == call.Up })
	require.NotContains(t, f.kinds(), "AnnouncementEnded")

	dialLost := f.proxy.Lose("Dial")
	dial, far := f.dial('c', "")
	waitFor(t, dialLost, "the lost event")
	require.NoError(t, far.Answer())
	f.sees(dial.Leg, in(call.Up))

	lost = f.proxy.Lose("StasisEnd")
	f.do(call.ReleaseLeg{Leg: dial.Leg, Cause: 16})
	waitFor(t, lost, "the lost event")
	f.sees(dial.Leg, missing)
	lost = f.proxy.Lose("ChannelDestroyed")
	line.Hangup()
	waitFor(t, lost, "the lost event")
	f.sees(customer.Leg, missing)
	require.NotContains(t, f.kinds(), "SwitchLost")
	f.in.RequireIdle()
}

// TestTakeoverUnheard: the event that tells of it is lost, and the next look tells.
func TestTakeoverUnheard(t *testing.T) {
	t.Parallel()
	f := newFaulty(t, 300*time.Millisecond)
	lost := f.proxy.Lose("ApplicationReplaced")
	second := newEvents(t)
	connect(t, f.in.ARIURL, f.in.Username, f.in.Password, second)
	waitFor(t, lost, "the lost event")
	await[switchboard.SwitchFenced](f.events)
	requireFenced(t, f.adapter)
}

// TestEventsLateAndTwice: a call arrives once, and looks show what is so, whatever order events come in.
func TestEventsLateAndTwice(t *testing.T) {
	t.Parallel()
	f := newFaulty(t, 100*time.Millisecond)
	f.proxy.Duplicate("StasisStart")
	line, a := f.arrive()
	late := f.proxy.Delay("ChannelStateChange", 200*time.Millisecond)
	f.do(call.AnswerCustomer{Leg: a.Leg})
	waitFor(t, late, "the delayed event")
	f.proxy.Swap("StasisEnd")
	line.Hangup()
	f.sees(a.Leg, missing)
	late = f.proxy.Delay("StasisStart", time.Second)
	line = asterisktest.NewPhone(t, "127.0.0.2", "010").Call("1000", f.in.SIPAddr)
	shown := awaitThat(f.events, func(ev switchboard.SwitchSeen) bool { return len(ev.Seen.Legs) == 1 }).Seen.Legs[0]
	waitFor(t, late, "the delayed event")
	again := await[switchboard.CallArrived](f.events)
	require.Equal(t, shown.Call, again.Call, "seen before its event came, and the same call")
	require.Equal(t, shown.Leg, again.Leg)
	line.Hangup()
	arrived := 0
	for _, kind := range f.kinds() {
		if kind == "CallArrived" {
			arrived++
		}
	}
	require.Equal(t, 2, arrived)
}

// TestSlowREST: everything takes 5 s more. Nothing is given up, nothing is done twice, the socket stays up and events flow.
func TestSlowREST(t *testing.T) {
	t.Parallel()
	f := newFaulty(t, time.Second)
	line, a := f.arrive()
	before, looks, started := runtime.NumGoroutine(), f.proxy.Requests("GET /channels?"), time.Now()
	f.proxy.Slow("", 5*time.Second)
	done := make(chan error, 1)
	go func() {
		done <- errors.Join(f.retried(call.AnswerCustomer{Leg: a.Leg}), f.retried(call.PlayMusic{Leg: a.Leg}))
	}()
	for range 10 { // they come in meanwhile
		early, b := f.arrive()
		early.Hangup()
		awaitThat(f.events, func(ev switchboard.LegEnded) bool { return ev.Leg == b.Leg })
	}
	require.NoError(t, <-done)
	require.Less(t, runtime.NumGoroutine(), before+200, "nothing piles up")
	require.LessOrEqual(t, f.proxy.Requests("GET /channels?")-looks, 2+int(time.Since(started)/(5*time.Second)), "one look at a time")
	require.NotContains(t, f.kinds(), "SwitchLost")
	require.NoError(t, f.adapter.Ready())
	require.Equal(t, 1, f.proxy.Requests("POST /channels/"+string(a.Leg)+"/answer"))
	require.Equal(t, 1, f.proxy.Requests("POST /bridges/bellhop-hold/addChannel"))
	hearsMusic(t, line)
	f.proxy.Mend()
	f.sees(a.Leg, in(call.Up))
	f.do(call.ReleaseLeg{Leg: a.Leg})
	f.in.RequireIdle()
}
