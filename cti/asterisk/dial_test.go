package asterisk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	deploy "bellhop/deploy/asterisk"
	"bellhop/deploy/asterisk/asterisktest"
	"bellhop/media/audio"
)

const targetTone = 700.0

// outside is a rig with a carrier, in which an agent's phone is up.
type outside struct {
	*rig
	carrier *asterisktest.Phone
	agents  *asterisktest.Phone
	agent   *asterisktest.Line
	leg     call.LegID // the agent's
}

// callID is the call for which rig.try carries effects out.
const callID = call.ID("0198c0de-0000-7000-8000-000000000001")

var bridge = call.Call{ID: callID}.Bridge()

// legOf names a leg of the call as the switchboard does.
func legOf(kind byte) call.LegID {
	id := uuid.New()
	return call.LegID(fmt.Sprintf("%s-%c%x", callID, kind, id[:6]))
}

func newOutside(t *testing.T) *outside {
	t.Helper()
	o := &outside{carrier: asterisktest.NewPhone(t, "127.0.0.4", "carrier"), agents: asterisktest.NewPhone(t, "127.0.0.1", "2041")}
	o.rig = newRig(t, func(c *deploy.Config) { c.CarrierAddr = o.carrier.Addr })
	o.leg, o.agent = o.pickUp('a')
	o.agent.Speak(agentTone)
	return o
}

// pickUp rings an agent's phone and answers it.
func (o *outside) pickUp(kind byte) (call.LegID, *asterisktest.Line) {
	o.t.Helper()
	ring := call.RingAgent{Leg: legOf(kind), Address: agentURI(o.agents)}
	o.do(ring)
	line := receiveLine(o.t, o.agents)
	require.NoError(o.t, line.Answer())
	require.Equal(o.t, ring.Leg, await[switchboard.LegAnswered](o.events).Leg)
	return ring.Leg, line
}

// dial calls a number outside and gives the carrier's end of it.
func (o *outside) dial(kind byte, with call.LegID) (call.DialOut, *asterisktest.Line) {
	o.t.Helper()
	dial := call.DialOut{Leg: legOf(kind), Number: "01012345678", CallerID: "0206924100", Bridge: bridge, With: with}
	o.do(dial)
	far := receiveLine(o.t, o.carrier)
	require.Equal(o.t, "01012345678", far.Request.Recipient.User)
	require.Equal(o.t, "0206924100", far.Request.From().Address.User)
	require.Empty(o.t, far.Request.From().DisplayName)
	return dial, far
}

func (o *outside) join(legs ...call.LegID) {
	o.t.Helper()
	join := call.JoinLegs{Bridge: bridge}
	copy(join.Legs[:], legs)
	o.do(join)
}

// end releases the legs and sees that nothing is left.
func (o *outside) end(legs ...call.LegID) {
	o.t.Helper()
	for _, leg := range legs {
		o.do(call.ReleaseLeg{Leg: leg, Cause: 16})
		awaitThat(o.events, func(ev switchboard.LegEnded) bool { return ev.Leg == leg })
	}
	if err := o.try(call.DropBridge{Bridge: bridge}); err != nil {
		require.ErrorIs(o.t, err, switchboard.ErrGone)
	}
	o.in.RequireIdle()
}

// hearsRingback waits until a line hears the ringing tone of Korea, 440 and 480 Hz.
func hearsRingback(t *testing.T, l *asterisktest.Line) {
	t.Helper()
	require.Eventually(t, func() bool {
		s := l.Heard(300 * time.Millisecond)
		low, high := audio.ToneShare(s, 440), audio.ToneShare(s, 480)
		return low > 0.25 && high > 0.25 && audio.Level(s) > -40
	}, patience, 10*time.Millisecond, "no ringback")
}

// silent is a line that hears nothing, from a moment after now until the pause of a ringback would be over.
func silent(t *testing.T, l *asterisktest.Line) {
	t.Helper()
	<-time.After(200 * time.Millisecond) // what is on its way
	l.Forget()
	for deadline := time.Now().Add(2500 * time.Millisecond); time.Now().Before(deadline); {
		require.Less(t, audio.Level(l.Heard(100*time.Millisecond)), -50.0, "not silent")
		<-time.After(20 * time.Millisecond)
	}
}

func TestDialOut(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	dial, far := o.dial('c', o.leg)
	hearsRingback(t, o.agent)
	require.NoError(t, far.Ring())
	require.Equal(t, dial.Leg, await[switchboard.LegRang](o.events).Leg)
	hearsRingback(t, o.agent)
	o.do(dial)
	require.Empty(t, o.carrier.Incoming, "asked twice, dialled once")

	far.Speak(customerTone)
	require.NoError(t, far.Answer())
	require.Equal(t, dial.Leg, await[switchboard.LegAnswered](o.events).Leg)
	before := o.count()
	o.join(dial.Leg, o.leg)
	hears(t, o.agent, customerTone)
	hears(t, far, agentTone)
	require.Equal(t, before, o.count(), "answered once; the end of the ringback is no announcement")

	o.do(call.SendKeys{Leg: dial.Leg, Keys: "0123456789*#"})
	require.Eventually(t, func() bool { return far.Keys() == "0123456789*#" }, patience, 20*time.Millisecond, "keys: %q", far.Keys())
	hears(t, o.agent, customerTone)
	o.end(dial.Leg, o.leg)
}

func TestDialOutEarlyMedia(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	dial, far := o.dial('c', o.leg)
	hearsRingback(t, o.agent)
	far.Speak(425)
	require.NoError(t, far.EarlyMedia())
	hears(t, o.agent, 425)
	far.Speak(customerTone)
	require.NoError(t, far.Answer())
	require.Equal(t, dial.Leg, await[switchboard.LegAnswered](o.events).Leg)
	o.join(dial.Leg, o.leg)
	hears(t, o.agent, customerTone)
	hears(t, far, agentTone)
	far.Hangup()
	require.Equal(t, switchboard.LegEnded{Leg: dial.Leg, Cause: 16}, await[switchboard.LegEnded](o.events))
	o.end(o.leg)
}

func TestDialOutThatFails(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	for _, c := range []struct{ status, cause int }{{486, 17}, {600, 17}, {603, 21}, {480, 19}, {404, 1}, {484, 28}, {503, 34}, {500, 38}} {
		dial, far := o.dial('c', o.leg)
		require.NoError(t, far.Refuse(c.status))
		ended := await[switchboard.LegEnded](o.events)
		require.Equal(t, dial.Leg, ended.Leg)
		require.Equal(t, c.cause, ended.Cause, "%d", c.status)
	}
	dial, far := o.dial('t', o.leg)
	require.NoError(t, far.Ring())
	await[switchboard.LegRang](o.events)
	o.do(call.ReleaseLeg{Leg: dial.Leg, Cause: call.CauseNoAnswer})
	waitFor(t, far.Ended, "CANCEL")
	require.Equal(t, dial.Leg, await[switchboard.LegEnded](o.events).Leg)
	o.do(call.RingBack{Leg: o.leg})
	silent(t, o.agent)
	o.end(o.leg)
}

func TestDialOutPermanentFailures(t *testing.T) {
	t.Parallel()
	r := newRig(t) // without a carrier
	dial := call.DialOut{Leg: legOf('c'), Number: "01012345678", CallerID: "0206924100", Bridge: bridge}
	require.ErrorIs(t, r.try(dial), switchboard.ErrPermanent)
	for _, bad := range []string{"", "1", "alice", "010&PJSIP/1", "010@evil", "010,x", "+", "010\r\nX: y"} {
		require.ErrorIs(t, r.try(call.DialOut{Leg: legOf('c'), Number: bad, CallerID: "02", Bridge: bridge}), switchboard.ErrPermanent, "%q", bad)
		require.ErrorIs(t, r.try(call.DialOut{Leg: legOf('c'), Number: "010", CallerID: bad, Bridge: bridge}), switchboard.ErrPermanent, "%q", bad)
	}
	for _, bad := range []string{"", "E", "1 2", "1,2", "w"} {
		require.ErrorIs(t, r.try(call.SendKeys{Leg: "x", Keys: bad}), switchboard.ErrPermanent, "%q", bad)
	}
	require.ErrorIs(t, r.try(call.SendKeys{Leg: "x", Keys: "1"}), switchboard.ErrGone)
	require.ErrorIs(t, r.try(call.RingBack{Leg: "x", On: true}), switchboard.ErrGone)
	require.NoError(t, r.try(call.RingBack{Leg: "x"}))
	r.in.RequireIdle()
}

// TestDialOutEveryTime: Asterisk loses, now and then and without a word, the order to dial a channel that it has just made.
func TestDialOutEveryTime(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	for range 60 {
		dial, far := o.dial('t', "")
		require.NoError(t, far.Ring())
		o.do(call.ReleaseLeg{Leg: dial.Leg})
		waitFor(t, far.Ended, "CANCEL")
		awaitThat(o.events, func(ev switchboard.LegEnded) bool { return ev.Leg == dial.Leg })
	}
	o.end(o.leg)
}
