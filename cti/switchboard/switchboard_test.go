package switchboard_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func code(t *testing.T, err error) switchboard.RefusalCode {
	t.Helper()
	var r *switchboard.Refusal
	require.ErrorAs(t, err, &r)
	return r.Code
}

func TestCallerWaitsThenIsOfferedTheMomentAnAgentIsReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.arrive("1")
		require.Equal(t, []string{"AnswerCustomer", "PlayMusic"}, d.sw.effects())
		pass(time.Minute)
		d.ready("a")
		v := d.view("a")
		require.Equal(t, agent.Offered, v.Agent.Occupation)
		require.Equal(t, "01012345678", v.Call.Caller.Number)
		require.Equal(t, "주문·배송", v.Call.QueueName)
		require.Equal(t, time.Minute, v.Call.OfferedAt.Sub(v.Call.QueuedAt).Round(time.Second))
		require.Equal(t, reclaim, v.Call.OfferEndsAt.Sub(v.Call.OfferedAt))
	})
}

func TestAcceptConnectsAndCustomerHangupLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		d.arrive("1")
		require.NoError(t, d.press("a", switchboard.Accept))
		v := d.view("a")
		require.Equal(t, agent.Talking, v.Agent.Occupation)
		require.Equal(t, call.Talking, v.Call.Phase)
		require.False(t, v.Call.ConnectedAt.IsZero())
		d.sw.hangUp("chan-1")
		v = d.view("a")
		require.Nil(t, v.Call)
		require.Equal(t, agent.Mode{Presence: agent.Work, Kind: agent.Ticket}, v.Agent.Mode)
		require.Equal(t, agent.AfterCall, v.Agent.Notice.Kind)
		require.Equal(t, call.CustomerHangup, v.Agent.Notice.Reason)
		require.Equal(t, []call.FactKind{
			call.CallArrived, call.CallQueued, call.CallOffered, call.CallConnected, call.CallEnded,
		}, d.kinds("1"))
		d.empty()
	})
}

func TestAgentHangsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		d.arrive("1")
		require.NoError(t, d.press("a", switchboard.Accept))
		require.NoError(t, d.press("a", switchboard.HangUp))
		require.Equal(t, call.AgentHangup, d.view("a").Agent.Notice.Reason)
		require.True(t, d.sw.gone["chan-1"])
		d.empty()
	})
}

func TestUnansweredOfferGoesToTheNextAgentWithItsPlaceKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a", "b")
		d.arrive("1")
		queued := d.view("a").Call.QueuedAt
		d.arrive("2") // rings b
		d.arrive("3") // waits
		require.NoError(t, d.press("b", switchboard.Decline))
		require.Equal(t, agent.Mode{Presence: agent.Default}, d.view("b").Agent.Mode, "D3")
		pass(reclaim - time.Second)
		require.Equal(t, agent.Offered, d.view("a").Agent.Occupation)
		pass(2 * time.Second)
		a := d.view("a").Agent
		require.Equal(t, agent.Mode{Presence: agent.Default}, a.Mode, "D4")
		require.Equal(t, 1, a.Misses)
		d.ready("c")
		c := d.view("c").Call
		require.Equal(t, call.ID("1"), c.ID, "the first in the queue goes first")
		require.Equal(t, queued, c.QueuedAt)
		require.True(t, c.Reoffered)
		d.ready("a")
		require.Equal(t, call.ID("2"), d.view("a").Call.ID)
	})
}

func TestTwoMissesInARowLeadToABreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.arrive("1")
		for range 2 {
			d.ready("a")
			pass(reclaim + time.Second)
		}
		a := d.view("a").Agent
		require.Equal(t, agent.Mode{Presence: agent.Break, Kind: agent.Unanswered}, a.Mode)
		require.Equal(t, agent.MissedTooOften, a.Notice.Kind)
	})
}

func TestLongestReadyAgentIsOfferedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("c", "a", "b")
		for _, want := range []call.AgentID{"c", "a", "b"} {
			d.arrive("for-" + string(want))
			require.Equal(t, call.ID("for-"+want), d.view(want).Call.ID)
		}
	})
}

func TestCallerHangsUpWhileRinging(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		d.arrive("1")
		d.sw.hangUp("chan-1")
		a := d.view("a").Agent
		require.Equal(t, agent.Mode{Presence: agent.Ready}, a.Mode, "he may be offered the next call")
		require.Equal(t, agent.CallerGone, a.Notice.Kind)
		d.empty()
		d.arrive("2")
		require.Equal(t, call.ID("2"), d.view("a").Call.ID)
	})
}

func TestUnknownNumberHearsAnAnnouncement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.board.Post(switchboard.CallArrived{Call: "1", Leg: "chan-1", Dialled: "4711"})
		synctest.Wait()
		require.Equal(t, []string{"Announce"}, d.sw.effects())
		d.board.Post(switchboard.AnnouncementEnded{Leg: "chan-1"})
		d.empty()
		require.Equal(t, call.Unallocated, d.facts[len(d.facts)-1].Call.Reason)
	})
}

func TestStaleForeignAndRepeatedCommandsChangeNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		d.arrive("1")
		c := d.view("a").Call
		accept := switchboard.Command{Key: "k", Agent: "a", Action: switchboard.Accept, Call: c.ID, Version: c.Version}
		foreign := accept
		foreign.Agent = "b"
		require.Equal(t, switchboard.NotYourCall, code(t, d.board.Do(t.Context(), foreign)))
		stale := accept
		stale.Key, stale.Version = "other", c.Version-1
		require.Equal(t, switchboard.TooLate, code(t, d.board.Do(t.Context(), stale)))
		require.Equal(t, agent.Offered, d.view("a").Agent.Occupation)

		require.NoError(t, d.board.Do(t.Context(), accept))
		require.NoError(t, d.board.Do(t.Context(), accept), "the same key gets the same answer")
		again := accept
		again.Key = "another"
		synctest.Wait()
		require.Equal(t, switchboard.TooLate, code(t, d.board.Do(t.Context(), again)), "a second accept")
		misused := accept
		misused.Action = switchboard.Decline
		require.Equal(t, switchboard.KeyReused, code(t, d.board.Do(t.Context(), misused)))
		require.Equal(t, agent.Talking, d.view("a").Agent.Occupation)
	})
}

func TestReadyNeedsAudioAndAPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		ready := agent.Mode{Presence: agent.Ready}
		require.Equal(t, switchboard.NotSignedIn, code(t, d.presence("a", ready)))
		d.board.Post(switchboard.PhoneUp{Agent: "a", Session: "s", Address: "sip:a@h:1"})
		require.Equal(t, switchboard.NotReachable, code(t, d.presence("a", ready)), "no page answers")
		d.board.Post(switchboard.BrowserUp{Agent: "a"})
		require.NoError(t, d.presence("a", ready))
		require.Equal(t, switchboard.UnknownMode, code(t, d.presence("a", agent.Mode{Presence: "lunch"})))
		require.Equal(t, switchboard.NoPhone, code(t, d.presence("nobody", ready)))
	})
}

func TestUnreachableAgentIsNotOfferedCallsAndLosesReadyAfterTheGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		d.board.Post(switchboard.BrowserDown{Agent: "a"})
		d.arrive("1")
		require.Equal(t, agent.Free, d.view("a").Agent.Occupation)
		pass(agent.Grace - time.Second)
		require.Equal(t, agent.Ready, d.view("a").Agent.Mode.Presence)
		pass(2 * time.Second)
		v := d.view("a").Agent
		require.Equal(t, agent.Default, v.Mode.Presence)
		require.Equal(t, agent.WasUnreachable, v.Notice.Kind)
		d.board.Post(switchboard.BrowserUp{Agent: "a"})
		require.Equal(t, agent.Free, d.view("a").Agent.Occupation, "never silently ready")
	})
}

func TestReloadWithinTheGraceChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		d.arrive("1")
		require.NoError(t, d.press("a", switchboard.Accept))
		d.board.Post(switchboard.BrowserDown{Agent: "a"})
		d.board.Post(switchboard.PhoneDown{Agent: "a", Session: "s-a"})
		pass(5 * time.Second)
		d.board.Post(switchboard.BrowserUp{Agent: "a"})
		d.board.Post(switchboard.PhoneUp{Agent: "a", Session: "new", Address: "sip:a@127.0.0.1:5070"})
		d.board.Post(switchboard.PhoneDown{Agent: "a", Session: "s-a"}) // late, of the old page
		pass(agent.Grace * 2)
		require.Equal(t, agent.Talking, d.view("a").Agent.Occupation)
	})
}

func TestCustomerHearsMusicWhileTheAgentsBrowserIsStalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		d.arrive("1")
		require.NoError(t, d.press("a", switchboard.Accept))
		d.board.Post(switchboard.PhoneStalled{Agent: "a", Session: "of an old page"})
		d.board.Post(switchboard.PhoneFlows{Agent: "a", Session: "s-a"}) // it never stalled
		pass(time.Second)
		require.Equal(t, call.Talking, d.view("a").Call.Phase)

		d.board.Post(switchboard.PhoneStalled{Agent: "a", Session: "s-a"})
		pass(time.Millisecond)
		require.Equal(t, call.Parked, d.view("a").Call.Phase)
		d.board.Post(switchboard.PhoneUp{Agent: "a", Session: "s-a", Address: "sip:a@127.0.0.1:5070"}) // media told everything anew
		pass(time.Second)
		require.Equal(t, call.Parked, d.view("a").Call.Phase)
		d.board.Post(switchboard.PhoneFlows{Agent: "a", Session: "s-a"})
		pass(time.Millisecond)
		require.Equal(t, call.Talking, d.view("a").Call.Phase, "over the leg he still has")

		d.board.Post(switchboard.PhoneStalled{Agent: "a", Session: "s-a"})
		d.board.Post(switchboard.PhoneDown{Agent: "a", Session: "s-a"})
		d.board.Post(switchboard.PhoneUp{Agent: "a", Session: "new", Address: "sip:a@127.0.0.1:5070"})
		pass(time.Millisecond)
		require.Equal(t, call.Talking, d.view("a").Call.Phase, "another page is not stalled")
	})
}

func TestPhoneThatStallsWhileItsCallIsJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		d.arrive("1")
		d.board.Post(switchboard.PhoneStalled{Agent: "a", Session: "s-a"})
		require.NoError(t, d.press("a", switchboard.Accept))
		pass(time.Millisecond)
		require.Equal(t, call.Parked, d.view("a").Call.Phase)
	})
}

func TestAgentWhoNeverComesBackGivesTheCallToAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		d.arrive("1")
		require.NoError(t, d.press("a", switchboard.Accept))
		d.ready("b")
		d.board.Post(switchboard.PhoneDown{Agent: "a", Session: "s-a"})
		pass(agent.Grace + time.Second)
		require.Equal(t, call.ID("1"), d.view("b").Call.ID)
		a := d.view("a").Agent
		require.Equal(t, agent.Default, a.Mode.Presence)
		require.Equal(t, agent.WasUnreachable, a.Notice.Kind)
		require.NotContains(t, d.sw.gone, call.LegID("chan-1"), "the customer is never dropped")
	})
}

func TestPageLossAloneDoesNotEndACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		d.arrive("1")
		require.NoError(t, d.press("a", switchboard.Accept))
		d.board.Post(switchboard.BrowserDown{Agent: "a"})
		pass(10 * agent.Grace)
		require.Equal(t, agent.Talking, d.view("a").Agent.Occupation)
	})
}

func TestFailuresSendTheCallToAnotherAgent(t *testing.T) {
	for _, effect := range []string{"RingAgent", "PickUp", "JoinLegs"} {
		t.Run(effect, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				d.sw.fail[effect] = errors.New("broken")
				d.ready("a")
				d.arrive("1")
				if effect != "RingAgent" {
					require.NoError(t, d.press("a", switchboard.Accept))
				}
				pass(2 * time.Second) // three tries
				a := d.view("a").Agent
				require.Equal(t, agent.Free, a.Occupation)
				require.Equal(t, agent.PhoneFailed, a.Notice.Kind)
				delete(d.sw.fail, effect)
				d.ready("b")
				require.NoError(t, d.press("b", switchboard.Accept))
				require.Equal(t, agent.Talking, d.view("b").Agent.Occupation)
			})
		})
	}
}

func TestAcceptBeforeThePhoneRingsIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.sw.silent = true
		d.ready("a")
		d.arrive("1")
		require.NoError(t, d.press("a", switchboard.Accept))
		require.True(t, d.view("a").Call.Answering)
		leg := d.facts[len(d.facts)-1].Call.Line.Leg
		d.board.Post(switchboard.LegRang{Leg: leg})
		require.Equal(t, agent.Talking, d.view("a").Agent.Occupation)
	})
}

func TestAcceptedOfferWithoutAudioIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.sw.silent = true
		d.ready("a")
		d.arrive("1")
		require.NoError(t, d.press("a", switchboard.Accept))
		pass(call.ConnectTime + time.Second)
		require.Equal(t, agent.PhoneFailed, d.view("a").Agent.Notice.Kind)
	})
}

func TestNobodyIsOfferedACallWhileTheSwitchIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.arrive("1")
		d.board.Post(switchboard.SwitchLost{Reason: "closed"})
		d.ready("a")
		require.False(t, d.view("a").SwitchUp)
		require.Equal(t, agent.Free, d.view("a").Agent.Occupation)
		d.board.Post(switchboard.SwitchConnected{Seen: switchboard.Snapshot{
			Legs: []switchboard.SeenLeg{{Leg: "chan-1", Call: "1", Customer: true, State: call.Up}},
		}})
		require.Equal(t, agent.Offered, d.view("a").Agent.Occupation)
	})
}

func TestReconnectFindsOutWhatHappenedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		d.arrive("1")
		require.NoError(t, d.press("a", switchboard.Accept))
		d.board.Post(switchboard.SwitchLost{Reason: "closed"})
		d.board.Post(switchboard.SwitchConnected{Seen: switchboard.Snapshot{
			Legs: []switchboard.SeenLeg{
				{Leg: "chan-9", Call: "9", Customer: true, State: call.Up, Dialled: "1000"},
				{Leg: "old-agent-leg", Call: "8", State: call.Up},
			},
			Bridges: []switchboard.SeenBridge{{ID: "8-b"}},
		}})
		require.Equal(t, agent.AfterCall, d.view("a").Agent.Notice.Kind, "call 1 ended in the gap")
		require.True(t, d.sw.gone["old-agent-leg"])
		d.ready("b")
		require.Equal(t, call.ID("9"), d.view("b").Call.ID, "a caller left over from before is served")
	})
}

func TestSignOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		d.arrive("1")
		out := switchboard.Command{Agent: "a", Action: switchboard.SignOut}
		require.Equal(t, switchboard.InCall, code(t, d.board.Do(t.Context(), out)))
		d.sw.hangUp("chan-1")
		synctest.Wait()
		require.NoError(t, d.board.Do(t.Context(), out))
		require.Equal(t, agent.SignedOut, d.view("a").Agent.Mode.Presence)
		d.board.Post(switchboard.PhoneUp{Agent: "a", Session: "s-a", Address: "sip:a@h:1"})
		require.Equal(t, agent.SignedOut, d.view("a").Agent.Mode.Presence, "a session that was closed does not sign in again")
		require.NoError(t, d.board.Do(t.Context(), switchboard.Command{Agent: "a", Action: switchboard.SignIn, Session: "n"}))
		d.board.Post(switchboard.PhoneUp{Agent: "a", Session: "n", Address: "sip:a@h:1"})
		require.Equal(t, agent.Default, d.view("a").Agent.Mode.Presence)
	})
}

func TestWatchSeesEveryLatestView(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		w, err := d.board.Watch(t.Context(), "a")
		require.NoError(t, err)
		defer w.Close()
		v, err := w.Next(t.Context())
		require.NoError(t, err)
		require.Equal(t, agent.SignedOut, v.Agent.Mode.Presence)
		d.ready("a")
		v, err = w.Next(t.Context())
		require.NoError(t, err)
		require.Equal(t, agent.Ready, v.Agent.Mode.Presence)
		_, err = d.board.Watch(t.Context(), "nobody")
		require.ErrorIs(t, err, switchboard.ErrNoAgent)
	})
}

func TestAgentsAreToldHowManyWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		w, err := d.board.Watch(t.Context(), "a")
		require.NoError(t, err)
		defer w.Close()
		_, err = w.Next(t.Context())
		require.NoError(t, err)
		d.arrive("1")
		d.arrive("2")
		v, err := w.Next(t.Context())
		require.NoError(t, err)
		require.Equal(t, 2, v.Waiting)
	})
}
