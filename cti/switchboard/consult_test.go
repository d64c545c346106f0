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

func TestHoldAndResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		require.NoError(t, d.press("a", switchboard.Hold))
		v := d.view("a")
		require.Equal(t, agent.Holding, v.Agent.Occupation)
		require.False(t, v.Call.HeldAt.IsZero())
		pass(time.Minute)
		require.NoError(t, d.press("a", switchboard.Resume))
		v = d.view("a")
		require.Equal(t, agent.Talking, v.Agent.Occupation)
		require.Equal(t, time.Minute, v.Call.HeldFor)
		require.Equal(t, switchboard.TooLate, code(t, d.press("a", switchboard.Resume)))
	})
}

func TestConsultAnAgentAndConnectTheCustomer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		d.ready("b")
		require.NoError(t, d.consult("2042"))
		require.Equal(t, agent.Consulting, d.view("a").Agent.Occupation)
		b := d.view("b")
		require.Equal(t, agent.Offered, b.Agent.Occupation)
		require.True(t, b.Call.Consulted)
		require.Equal(t, "김서연", b.Call.From)
		require.Equal(t, "01012345678", b.Call.Caller.Number, "about whom")
		require.NoError(t, d.press("b", switchboard.Accept))
		require.Equal(t, agent.Talking, d.view("b").Agent.Occupation)
		require.True(t, d.view("a").Call.Target.Up)

		require.NoError(t, d.press("a", switchboard.ConnectCustomer))
		a := d.view("a")
		require.Equal(t, agent.Mode{Presence: agent.Work, Kind: agent.Ticket}, a.Agent.Mode)
		require.Equal(t, agent.TransferDone, a.Agent.Notice.Kind)
		b = d.view("b")
		require.Equal(t, agent.Talking, b.Agent.Occupation)
		require.False(t, b.Call.Consulted, "it is his call now")
		require.NoError(t, d.press("b", switchboard.HangUp))
		require.True(t, d.sw.gone["chan-1"])
		d.empty()
	})
}

func TestConsultThatComesToNothing(t *testing.T) {
	for name, tc := range map[string]struct {
		how   func(*desk)
		a     agent.NoticeKind
		why   call.Reason
		b     agent.Presence
		bTold agent.NoticeKind
	}{
		"declined": {
			func(d *desk) { require.NoError(d.t, d.press("b", switchboard.Decline)) },
			agent.ConsultFailed, call.Refused, agent.Default, agent.DeclinedOffer,
		},
		"not answered": {
			func(*desk) { pass(call.ConsultTime + time.Second) },
			agent.ConsultFailed, call.NoAnswer, agent.Default, agent.MissedOffer,
		},
		"cancelled": {
			func(d *desk) { require.NoError(d.t, d.press("a", switchboard.CancelConsult)) },
			agent.NoNotice, "", agent.Ready, agent.CallerGone,
		},
		"the target hung up": {
			func(d *desk) {
				require.NoError(d.t, d.press("b", switchboard.Accept))
				require.NoError(d.t, d.press("b", switchboard.HangUp))
			},
			agent.ConsultFailed, call.TargetHangup, agent.Work, agent.ConsultOver,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				d.talking()
				d.ready("b")
				require.NoError(t, d.consult("2042"))
				tc.how(d)
				a := d.view("a")
				require.Equal(t, agent.Holding, a.Agent.Occupation, "D8")
				require.Equal(t, tc.a, a.Agent.Notice.Kind)
				require.Equal(t, tc.why, a.Agent.Notice.Reason)
				b := d.view("b")
				require.Equal(t, agent.Free, b.Agent.Occupation)
				require.Equal(t, tc.b, b.Agent.Mode.Presence)
				require.Equal(t, tc.bTold, b.Agent.Notice.Kind)
				require.NoError(t, d.press("a", switchboard.Resume))
				require.Equal(t, agent.Talking, d.view("a").Agent.Occupation)
			})
		})
	}
}

func TestConsultOfAQueueGoesToItsNextReadyAgent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		require.Equal(t, switchboard.QueueEmpty, code(t, d.consult("7200")))
		d.ready("b")
		require.NoError(t, d.presence("b", agent.Mode{Presence: agent.Break}))
		require.NoError(t, d.consult("7200"))
		require.Equal(t, agent.Free, d.view("b").Agent.Occupation)
		require.NoError(t, d.presence("b", agent.Mode{Presence: agent.Ready}))
		require.Equal(t, agent.Offered, d.view("b").Agent.Occupation)
		require.NoError(t, d.press("b", switchboard.Decline))
		require.Equal(t, call.ConsultRinging, d.view("a").Call.Phase, "it waits for the next")
		require.NoError(t, d.presence("b", agent.Mode{Presence: agent.Ready}))
		require.NoError(t, d.press("b", switchboard.Accept))
		require.Equal(t, call.Consulting, d.view("a").Call.Phase)
	})
}

func TestConsultOutsideSwapThreeWayAndOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		require.NoError(t, d.consult("9 031-815-2200"))
		require.Len(t, d.sw.dialled, 1)
		require.Equal(t, "0318152200", d.sw.dialled[0].Number)
		require.Equal(t, "0206924100", d.sw.dialled[0].CallerID, "기본")
		d.board.Post(switchboard.LegAnswered{Leg: d.sw.dialled[0].Leg})
		require.Equal(t, call.Consulting, d.view("a").Call.Phase)
		require.NoError(t, d.press("a", switchboard.Swap))
		require.True(t, d.view("a").Call.Swapped)
		require.NoError(t, d.press("a", switchboard.ThreeWay))
		require.Equal(t, call.ThreeWay, d.view("a").Call.Phase)
		require.NoError(t, d.press("a", switchboard.ConnectCustomer))
		require.Equal(t, agent.TransferDone, d.view("a").Agent.Notice.Kind)
		d.sw.hangUp("chan-1")
		d.empty()
		require.Equal(t, call.TransferOut, d.facts[len(d.facts)-1].Call.Reason)
	})
}

func TestWhomOneCannotConsult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		for to, want := range map[string]switchboard.RefusalCode{
			"":              switchboard.BadNumber,
			"2041":          switchboard.OwnNumber,      // himself
			"2043":          switchboard.TargetNotReady, // not in 대기
			"7999":          switchboard.BadNumber,      // nobody
			"010-1234-5678": switchboard.TargetCustomer,
			"0206924100":    switchboard.OwnNumber,
			"+12025550123":  switchboard.ForeignNumber,
			"0601234567":    switchboard.PremiumNumber,
		} {
			require.Equal(t, want, code(t, d.consult(to)), to)
		}
		require.Equal(t, switchboard.CallerIDRefused, code(t, d.send(switchboard.Command{
			Agent: "a", Action: switchboard.Consult, To: "0318152200", CallerID: "0299999999",
		})))
		require.Equal(t, agent.Talking, d.view("a").Agent.Occupation, "a refused command changes nothing")
	})
}

func TestBlindTransferNeedsTheRight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		d.ready("b")
		require.NoError(t, d.send(switchboard.Command{Agent: "a", Action: switchboard.Transfer, To: "2042"}))
		require.Equal(t, agent.Free, d.view("a").Agent.Occupation)
		require.NoError(t, d.press("b", switchboard.Accept))
		require.Equal(t, switchboard.NotAllowed, code(t, d.send(switchboard.Command{
			Agent: "b", Action: switchboard.Transfer, To: "7100",
		})))
	})
}

func TestBlindTransferThatIsNotAnsweredWaitsInItsQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		queued := d.view("a").Call.QueuedAt
		d.ready("b")
		require.NoError(t, d.send(switchboard.Command{Agent: "a", Action: switchboard.Transfer, To: "2042"}))
		pass(reclaim + time.Second)
		d.ready("c")
		require.Equal(t, call.ID("1"), d.view("c").Call.ID)
		require.Equal(t, queued, d.view("c").Call.QueuedAt)
	})
}

func TestHostileEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		d.ready("b")
		require.NoError(t, d.consult("2042"))
		require.NoError(t, d.press("b", switchboard.Accept))
		require.NoError(t, d.press("a", switchboard.EndHostile))
		require.Equal(t, agent.HostileDone, d.view("a").Agent.Notice.Kind)
		require.Equal(t, agent.Free, d.view("b").Agent.Occupation)
		require.Equal(t, "Announce", d.sw.effects()[len(d.sw.effects())-1], "the agents are off the line first")
		require.NotContains(t, d.sw.gone, call.LegID("chan-1"))
		d.board.Post(switchboard.AnnouncementEnded{Leg: "chan-1"})
		d.empty()
		require.Equal(t, call.HostileEnd, d.facts[len(d.facts)-1].Call.Reason)
	})
}

func TestHostileEndIsCutWhenTheAnnouncementFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		require.NoError(t, d.press("a", switchboard.EndHostile))
		d.board.Post(switchboard.AnnouncementEnded{Leg: "chan-1", Failed: true})
		pass(call.FailedAnnouncement + time.Millisecond)
		d.empty()
	})
}

func TestReloadParksTheCustomerAndGivesHimBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		d.board.Post(switchboard.PhoneDown{Agent: "a", Session: "s-a"})
		require.Equal(t, call.Parked, d.view("a").Call.Phase)
		pass(time.Second)
		d.board.Post(switchboard.PhoneUp{Agent: "a", Session: "n", Address: "sip:a@127.0.0.1:5070"})
		require.Equal(t, call.Talking, d.view("a").Call.Phase)
		require.Equal(t, agent.Talking, d.view("a").Agent.Occupation)
	})
}

func TestABrokenLineIsMadeAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		d.sw.hangUp(d.legOf("1"))
		require.Equal(t, call.Talking, d.view("a").Call.Phase, "over a new line")
		require.Contains(t, d.kinds("1"), call.CallRejoined)
	})
}

func TestKeysAndMute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		require.NoError(t, d.send(switchboard.Command{Agent: "a", Action: switchboard.PressKeys, Keys: "12#"}))
		require.Contains(t, d.sw.effects(), "SendKeys")
		require.Equal(t, switchboard.InvalidCommand, code(t, d.send(switchboard.Command{
			Agent: "a", Action: switchboard.PressKeys, Keys: "1x",
		})))
		require.NoError(t, d.send(switchboard.Command{Agent: "a", Action: switchboard.Mute, On: true}))
		require.True(t, d.view("a").Call.Muted)
	})
}

func TestRosterFollowsEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		w, err := d.board.WatchRoster(t.Context())
		require.NoError(t, err)
		defer w.Close()
		r, err := w.Next(t.Context())
		require.NoError(t, err)
		require.Len(t, r.Agents, 3)
		require.Len(t, r.Queues, 2)
		d.ready("b")
		synctest.Wait()
		r, err = w.Next(t.Context())
		require.NoError(t, err)
		for _, a := range r.Agents {
			require.Equal(t, a.ID == "b", a.Available, a.Name)
		}
		for _, q := range r.Queues {
			require.Equal(t, 1, q.Ready, q.Name)
		}
	})
}
