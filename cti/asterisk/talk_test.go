package asterisk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/asterisk"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/deploy/asterisk/asterisktest"
	"bellhop/media/audio"
)

// talk is an agent in a call with a customer who called in, both heard.
type talk struct {
	*outside
	customer *asterisktest.Line
	cleg     call.LegID
}

func newTalk(t *testing.T) *talk {
	t.Helper()
	k := &talk{outside: newOutside(t)}
	k.customer = asterisktest.NewPhone(t, "127.0.0.2", "01012345678").Call("1000", k.in.SIPAddr)
	k.customer.Speak(customerTone)
	k.cleg = await[switchboard.CallArrived](k.events).Leg
	k.do(call.AnswerCustomer{Leg: k.cleg})
	waitFor(t, k.customer.Answered, "answer")
	require.Equal(t, k.cleg, await[switchboard.LegAnswered](k.events).Leg)
	k.join(k.cleg, k.leg)
	hears(t, k.customer, agentTone)
	hears(t, k.agent, customerTone)
	return k
}

// hears2 waits until a line hears two tones at once.
func hears2(t *testing.T, l *asterisktest.Line, a, b float64) {
	t.Helper()
	require.Eventually(t, func() bool {
		s := l.Heard(500 * time.Millisecond)
		return audio.ToneShare(s, a) > 0.3 && audio.ToneShare(s, b) > 0.3
	}, patience, 20*time.Millisecond, "%v and %v Hz not heard", a, b)
}

func TestHoldAndResume(t *testing.T) {
	t.Parallel()
	k := newTalk(t)
	k.do(call.PlayMusic{Leg: k.cleg})
	k.customer.Forget()
	hearsMusic(t, k.customer)
	silent(t, k.agent)
	k.do(call.SendKeys{Leg: k.cleg, Keys: "5"})
	require.Eventually(t, func() bool { return k.customer.Keys() == "5" }, patience, 20*time.Millisecond)
	k.join(k.cleg, k.leg)
	hears(t, k.customer, agentTone)
	hears(t, k.agent, customerTone)
	k.end(k.cleg, k.leg)
}

// TestConsultAndHandOver: the customer hears music while agent and outside target talk; swapped, the target does; then
// all three hear each other; then customer and target go on alone.
func TestConsultAndHandOver(t *testing.T) {
	t.Parallel()
	k := newTalk(t)
	k.do(call.PlayMusic{Leg: k.cleg})
	dial, target := k.dial('t', k.leg)
	target.Speak(targetTone)
	require.NoError(t, target.Ring())
	hearsRingback(t, k.agent)
	k.customer.Forget()
	hearsMusic(t, k.customer)
	require.NoError(t, target.Answer())
	require.Equal(t, dial.Leg, await[switchboard.LegAnswered](k.events).Leg)
	k.join(k.leg, dial.Leg)
	hears(t, k.agent, targetTone)
	hears(t, target, agentTone)
	hearsMusic(t, k.customer)

	k.do(call.PlayMusic{Leg: dial.Leg})
	k.join(k.cleg, k.leg)
	hears(t, k.agent, customerTone)
	hears(t, k.customer, agentTone)
	hearsMusic(t, target)
	k.do(call.PlayMusic{Leg: k.cleg})
	k.join(dial.Leg, k.leg)
	hears(t, k.agent, targetTone)
	hearsMusic(t, k.customer)

	k.join(k.cleg, k.leg, dial.Leg)
	hears2(t, k.agent, customerTone, targetTone)
	hears2(t, k.customer, agentTone, targetTone)
	hears2(t, target, agentTone, customerTone)

	k.do(call.ReleaseLeg{Leg: k.leg, Cause: 16})
	require.Equal(t, k.leg, await[switchboard.LegEnded](k.events).Leg)
	k.join(k.cleg, dial.Leg)
	hears(t, k.customer, targetTone)
	hears(t, target, customerTone)
	k.end(k.cleg, dial.Leg)
}

// TestConsultOfAnAgent: ringback until the other agent takes it, then hand-over straight from the consult.
func TestConsultOfAnAgent(t *testing.T) {
	t.Parallel()
	k := newTalk(t)
	k.do(call.PlayMusic{Leg: k.cleg})
	k.do(call.RingBack{Leg: k.leg, On: true})
	k.do(call.RingBack{Leg: k.leg, On: true})
	hearsRingback(t, k.agent)
	leg, other := k.pickUp('t')
	other.Speak(targetTone)
	k.join(k.leg, leg)
	hears(t, k.agent, targetTone)
	hears(t, other, agentTone)
	k.customer.Forget()
	hearsMusic(t, k.customer)
	k.do(call.ReleaseLeg{Leg: k.leg, Cause: 16})
	k.join(k.cleg, leg)
	hears(t, k.customer, targetTone)
	hears(t, other, customerTone)
	waitFor(t, k.agent.Ended, "the first agent is free")
	k.end(k.cleg, leg)
}

// TestConsultCancelled: the ringback ends, the customer still hears music, and the agent has him back.
func TestConsultCancelled(t *testing.T) {
	t.Parallel()
	k := newTalk(t)
	k.do(call.PlayMusic{Leg: k.cleg})
	dial, target := k.dial('t', k.leg)
	target.Speak(425)
	require.NoError(t, target.EarlyMedia())
	hears(t, k.agent, 425)
	require.Less(t, audio.ToneShare(target.Heard(500*time.Millisecond), customerTone), 0.02)
	k.do(call.ReleaseLeg{Leg: dial.Leg, Cause: 16})
	k.do(call.RingBack{Leg: k.leg})
	waitFor(t, target.Ended, "CANCEL")
	silent(t, k.agent)
	hearsMusic(t, k.customer)
	k.join(k.cleg, k.leg)
	hears(t, k.customer, agentTone)
	hears(t, k.agent, customerTone)
	k.end(k.cleg, k.leg)
}

// TestTransferOutside: the customer hears music until the target answers, not the target's early media.
func TestTransferOutside(t *testing.T) {
	t.Parallel()
	k := newTalk(t)
	k.do(call.ReleaseLeg{Leg: k.leg, Cause: 16})
	k.do(call.PlayMusic{Leg: k.cleg})
	dial, target := k.dial('t', "")
	target.Speak(targetTone)
	require.NoError(t, target.EarlyMedia())
	k.customer.Forget()
	hearsMusic(t, k.customer)
	require.Less(t, audio.ToneShare(k.customer.Heard(time.Second), targetTone), 0.02)
	require.NoError(t, target.Answer())
	require.Equal(t, dial.Leg, await[switchboard.LegAnswered](k.events).Leg)
	k.join(k.cleg, dial.Leg)
	hears(t, k.customer, targetTone)
	hears(t, target, customerTone)
	k.end(k.cleg, dial.Leg)
}

// TestHostileEnd: the agent is off the line, the customer hears the announcement from its first note to its last.
func TestHostileEnd(t *testing.T) {
	t.Parallel()
	for name, held := range map[string]bool{"talking": false, "holding": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newTalk(t)
			if held {
				k.do(call.PlayMusic{Leg: k.cleg})
			}
			k.do(call.ReleaseLeg{Leg: k.leg, Cause: 16})
			k.do(call.Announce{Leg: k.cleg, Sound: call.SoundHostileEnd, Number: 1})
			started := time.Now()
			waitFor(t, k.agent.Ended, "the agent is off the line")
			hearsNotes(t, k.customer, 523.25, 659.26, 783.99)
			hearsNotes(t, k.customer, 783.99, 659.26, 523.25)
			require.Equal(t, switchboard.AnnouncementEnded{Leg: k.cleg, Number: 1}, await[switchboard.AnnouncementEnded](k.events))
			require.Greater(t, time.Since(started), 10*time.Second)
			k.end(k.cleg)
			waitFor(t, k.customer.Ended, "cut")
		})
	}
}

// hearsNotes waits until a line hears one note after the other.
func hearsNotes(t *testing.T, l *asterisktest.Line, notes ...float64) {
	t.Helper()
	for _, hz := range notes {
		require.Eventually(t, func() bool {
			return audio.ToneShare(l.Heard(100*time.Millisecond), hz) > 0.9
		}, 2*patience, 5*time.Millisecond, "%v Hz not heard", hz)
	}
}

// TestSnapshotOfAnOutboundCall: what a server that lost everything finds.
func TestSnapshotOfAnOutboundCall(t *testing.T) {
	t.Parallel()
	k := newTalk(t)
	k.do(call.PlayMusic{Leg: k.cleg})
	dial, _ := k.dial('c', k.leg)
	other, target := k.dial('t', "")
	require.NoError(t, target.Answer())
	await[switchboard.LegAnswered](k.events)
	k.adapter.Stop()
	again := newEvents(t)
	k.adapter = connect(t, k.in.ARIURL, k.in.Username, k.in.Password, again)
	seen := await[switchboard.SwitchConnected](again).Seen
	require.ElementsMatch(t, []switchboard.SeenLeg{
		{Leg: k.cleg, Call: seenCall(seen, k.cleg), Customer: true, State: call.Up, Caller: call.Party{Number: "01012345678", Name: "01012345678"}, Dialled: "1000"},
		{Leg: k.leg, Call: callID, State: call.Up},
		{Leg: dial.Leg, Call: callID, Customer: true, Outbound: true, State: call.Asked, Caller: call.Party{Number: "01012345678"}, Dialled: "0206924100"},
		{Leg: other.Leg, Call: callID, State: call.Up},
	}, plain(t, seen.Legs))
	require.ElementsMatch(t, []switchboard.SeenBridge{{ID: asterisk.HoldBridge, Hold: true, Legs: []call.LegID{k.cleg}}, {ID: bridge}}, seen.Bridges)

	k.events = again
	k.join(k.leg, other.Leg) // the ringback that the other server began ends
	target.Speak(targetTone)
	hears(t, k.agent, targetTone)
	k.end(k.cleg, k.leg, dial.Leg, other.Leg)
}

func seenCall(seen switchboard.Snapshot, leg call.LegID) call.ID {
	for _, l := range seen.Legs {
		if l.Leg == leg {
			return l.Call
		}
	}
	return ""
}

// plain leaves out who is at the far end of legs that are no customer's, for nobody asks, and when legs were made, which is
// a moment ago.
func plain(t testing.TB, legs []switchboard.SeenLeg) []switchboard.SeenLeg {
	t.Helper()
	for i := range legs {
		require.WithinDuration(t, time.Now(), legs[i].At, 30*time.Second)
		legs[i].At = time.Time{}
		if !legs[i].Customer {
			legs[i].Caller, legs[i].Dialled = call.Party{}, ""
		}
	}
	return legs
}

// inOrder puts that leg in front where it is in a bridge: Asterisk lists them in no order.
func inOrder(bridges []switchboard.SeenBridge, leg call.LegID) []switchboard.SeenBridge {
	for _, b := range bridges {
		if i := slices.Index(b.Legs, leg); i > 0 {
			b.Legs[0], b.Legs[i] = b.Legs[i], b.Legs[0]
		}
	}
	return bridges
}
