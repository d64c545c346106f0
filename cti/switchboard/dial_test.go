package switchboard_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

func (d *desk) dial(id call.AgentID, to, callerID string) error {
	return d.send(switchboard.Command{Agent: id, Action: switchboard.Dial, To: to, CallerID: callerID})
}

func TestDialOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		require.NoError(t, d.dial("a", "010-9040-3372", "15004021"))
		v := d.view("a")
		require.Equal(t, agent.Dialling, v.Agent.Occupation)
		require.Equal(t, "01090403372", v.Call.Caller.Number)
		require.Len(t, d.sw.dialled, 1)
		require.Equal(t, "15004021", d.sw.dialled[0].CallerID)
		d.board.Post(switchboard.LegAnswered{Leg: d.sw.dialled[0].Leg})
		v = d.view("a")
		require.Equal(t, agent.Talking, v.Agent.Occupation)
		require.Equal(t, call.Outbound, v.Call.Direction)
		require.NoError(t, d.press("a", switchboard.HangUp))
		require.Equal(t, agent.AfterCall, d.view("a").Agent.Notice.Kind)
		d.empty()
	})
}

func TestDialThatReachesNobody(t *testing.T) {
	for cause, want := range map[int]call.Reason{17: call.Busy, 19: call.NoAnswer, 21: call.Refused, 1: call.Unallocated, 38: call.NetworkError} {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t)
			d.ready("a")
			require.NoError(t, d.dial("a", "01090403372", ""))
			d.sw.gone[d.sw.dialled[0].Leg] = true
			d.board.Post(switchboard.LegEnded{Leg: d.sw.dialled[0].Leg, Cause: cause})
			a := d.view("a").Agent
			require.Equal(t, agent.Mode{Presence: agent.Ready}, a.Mode, "as before")
			require.Equal(t, agent.DialFailed, a.Notice.Kind)
			require.Equal(t, want, a.Notice.Reason)
			d.empty()
		})
	}
}

func TestDialIsCancelledOrGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		require.NoError(t, d.dial("a", "01090403372", ""))
		require.NoError(t, d.press("a", switchboard.HangUp))
		require.Equal(t, agent.NoNotice, d.view("a").Agent.Notice.Kind)
		d.empty()
		require.NoError(t, d.dial("a", "01090403372", ""))
		pass(call.DialTime + time.Second)
		require.Equal(t, call.NoAnswer, d.view("a").Agent.Notice.Reason)
		d.empty()
	})
}

func TestWhatOneCannotDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		require.Equal(t, switchboard.NotSignedIn, code(t, d.dial("a", "01090403372", "")))
		d.ready("a")
		for to, want := range map[string]switchboard.RefusalCode{
			"":             switchboard.BadNumber,
			"letters":      switchboard.BadNumber,
			"2041":         switchboard.OwnNumber,
			"7100":         switchboard.BadNumber, // a queue is not called
			"1000":         switchboard.OwnNumber,
			"15004021":     switchboard.CallerIDRefused,
			"+12025550123": switchboard.ForeignNumber,
		} {
			callerID := ""
			if want == switchboard.CallerIDRefused {
				callerID = "0311234567"
			}
			require.Equal(t, want, code(t, d.dial("a", to, callerID)), to)
		}
		require.Equal(t, switchboard.NotYourService, code(t, d.send(switchboard.Command{
			Agent: "a", Action: switchboard.Dial, To: "01090403372", Service: "other",
		})))
		require.Empty(t, d.sw.dialled)
		require.NoError(t, d.dial("a", "119", ""), "an emergency number is never blocked")
		require.Equal(t, "119", d.sw.dialled[0].Number)
		require.Equal(t, switchboard.InCall, code(t, d.dial("a", "01090403372", "")))
	})
}

func TestCallAColleague(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a", "b")
		require.NoError(t, d.dial("a", "2042", ""))
		b := d.view("b")
		require.Equal(t, agent.Offered, b.Agent.Occupation)
		require.Equal(t, call.Internal, b.Call.Direction)
		require.NoError(t, d.press("b", switchboard.Accept))
		require.Equal(t, agent.Talking, d.view("a").Agent.Occupation)
		require.Equal(t, agent.Talking, d.view("b").Agent.Occupation)
		require.NoError(t, d.press("b", switchboard.HangUp))
		require.Equal(t, agent.Free, d.view("a").Agent.Occupation)
		require.Equal(t, agent.Free, d.view("b").Agent.Occupation)
		d.empty()
	})
}
