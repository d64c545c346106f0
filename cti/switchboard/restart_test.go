package switchboard_test

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// fakeJournal keeps the entries in memory.
type fakeJournal struct {
	entries [][]byte
	due     bool
}

func (j *fakeJournal) Append(data []byte, _ uint64) { j.entries = append(j.entries, data) }
func (j *fakeJournal) CheckpointDue() bool          { return j.due }
func (j *fakeJournal) Checkpoint(data []byte, _ uint64) {
	j.entries, j.due = [][]byte{data}, false
}

// restart ends the switchboard as kill -9 does, and starts another from what the journal kept. seen is what the switch
// shows to it.
func (d *desk) restart(seen switchboard.Snapshot) {
	d.t.Helper()
	synctest.Wait()
	d.board.Stop()
	state, err := switchboard.Recover(d.journal.entries, 0)
	require.NoError(d.t, err)
	require.True(d.t, state.Known())
	d.journal.due = true
	d.board, err = switchboard.New(switchboard.Options{
		Switch: d.sw, Phones: d.sw, Log: slog.New(slog.DiscardHandler), Journal: d.journal, State: state,
		OnFact: func(f call.Fact) { d.facts = append(d.facts, f) },
	})
	require.NoError(d.t, err)
	d.sw.post = d.board.Post
	d.board.Start(d.t.Context())
	d.t.Cleanup(d.board.Stop)
	d.board.Post(switchboard.SwitchConnected{Seen: seen})
	synctest.Wait()
}

// back says that an agent's page and phone are there again.
func (d *desk) back(ids ...call.AgentID) {
	d.t.Helper()
	for _, id := range ids {
		d.board.Post(switchboard.BrowserUp{Agent: id})
		d.board.Post(switchboard.PhoneUp{Agent: id, Session: "s-" + string(id), Address: "sip:" + string(id) + "@127.0.0.1:5070"})
	}
	synctest.Wait()
}

func up(leg, id string) switchboard.SeenLeg {
	return switchboard.SeenLeg{Leg: call.LegID(leg), Call: call.ID(id), Customer: leg == "chan-"+id, State: call.Up, Dialled: "1000"}
}

func TestRestartKeepsWhoTalksAndWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		d.arrive("2")
		pass(time.Second)
		d.arrive("3")
		connected, leg := d.view("a").Call.ConnectedAt, d.legOf("1")
		pass(7 * time.Second)
		d.restart(switchboard.Snapshot{Legs: []switchboard.SeenLeg{
			up("chan-1", "1"), up(string(leg), "1"), up("chan-2", "2"), up("chan-3", "3"),
		}})
		v := d.view("a")
		require.Equal(t, agent.Talking, v.Agent.Occupation)
		require.Equal(t, call.Talking, v.Call.Phase)
		require.True(t, connected.Equal(v.Call.ConnectedAt), "the timers show the true times")
		d.back("a")
		pass(time.Minute)
		require.Equal(t, call.Talking, d.view("a").Call.Phase)
		d.ready("b")
		require.Equal(t, call.ID("2"), d.view("b").Call.ID, "the waiting order is kept")
		require.NoError(t, d.press("a", switchboard.HangUp))
		require.Equal(t, []call.FactKind{
			call.CallArrived, call.CallQueued, call.CallOffered, call.CallConnected, call.CallRecovered, call.CallEnded,
		}, d.kinds("1"))
		for i, f := range d.facts {
			require.EqualValues(t, i+1, f.Seq, "no fact is missing or there twice")
		}
	})
}

func TestRestartWhoseAgentDoesNotComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		leg := d.legOf("1")
		d.restart(switchboard.Snapshot{Legs: []switchboard.SeenLeg{up("chan-1", "1"), up(string(leg), "1")}})
		d.ready("b")
		require.Nil(t, d.view("b").Call)
		pass(agent.Grace + time.Second)
		require.Equal(t, call.ID("1"), d.view("b").Call.ID, "the customer went back into the queue")
		require.True(t, d.sw.gone[leg])
	})
}

func TestRestartAfterTheCustomerHungUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		leg := d.legOf("1")
		d.restart(switchboard.Snapshot{Legs: []switchboard.SeenLeg{up(string(leg), "1")}})
		require.Equal(t, call.CustomerHangup, d.view("a").Agent.Notice.Reason)
		require.True(t, d.sw.gone[leg])
		d.empty()
	})
}

func TestRestartRenewsAnOffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.ready("a")
		d.arrive("1")
		leg := d.legOf("1")
		pass(10 * time.Second)
		ringing := up(string(leg), "1")
		ringing.State = call.Ringing
		d.restart(switchboard.Snapshot{Legs: []switchboard.SeenLeg{up("chan-1", "1"), ringing}})
		d.back("a")
		v := d.view("a")
		require.Equal(t, agent.Offered, v.Agent.Occupation)
		require.Equal(t, reclaim, v.Call.OfferEndsAt.Sub(v.Call.OfferedAt))
		require.NoError(t, d.press("a", switchboard.Accept))
		require.Equal(t, call.Talking, d.view("a").Call.Phase)
	})
}

func TestWhatWasNotDoneYetIsDoneAfterTheRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.board.Post(switchboard.SwitchLost{})
		d.arrive("1") // nothing can be done for it
		require.Empty(t, d.sw.effects())
		d.restart(switchboard.Snapshot{Legs: []switchboard.SeenLeg{{Leg: "chan-1", Call: "1", Customer: true, State: call.Ringing, Dialled: "1000"}}})
		require.Equal(t, []string{"AnswerCustomer", "PlayMusic"}, d.sw.effects())
	})
}

func TestACommandSentAgainAfterTheRestartIsDoneOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		leg := d.legOf("1")
		v := d.view("a").Call
		hold := switchboard.Command{Agent: "a", Action: switchboard.Hold, Key: "hold-1", Call: v.ID, Version: v.Version}
		require.NoError(t, d.board.Do(t.Context(), hold))
		d.restart(switchboard.Snapshot{Legs: []switchboard.SeenLeg{up("chan-1", "1"), up(string(leg), "1")}})
		require.NoError(t, d.board.Do(t.Context(), hold), "the same answer again")
		require.Equal(t, call.Holding, d.view("a").Call.Phase)
		require.Equal(t, 1, count(d.kinds("1"), call.CallHeld))
	})
}

func count(kinds []call.FactKind, k call.FactKind) int {
	n := 0
	for _, kind := range kinds {
		if kind == k {
			n++
		}
	}
	return n
}

func TestSwitchRestartedLosesTheCallsAndFreesTheAgents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		boot := time.Now()
		d.board.Post(switchboard.SwitchConnected{Seen: switchboard.Snapshot{Boot: boot}})
		d.talking()
		d.arrive("2")
		d.board.Post(switchboard.SwitchLost{})
		pass(time.Second)
		require.Equal(t, agent.Talking, d.view("a").Agent.Occupation, "a cut socket ends no call")
		d.board.Post(switchboard.SwitchConnected{Seen: switchboard.Snapshot{Boot: boot.Add(time.Hour)}})
		a := d.view("a").Agent
		require.Equal(t, agent.Mode{Presence: agent.Default}, a.Mode)
		require.Equal(t, agent.SwitchFailed, a.Notice.Kind)
		for _, id := range []call.ID{"1", "2"} {
			last := d.lastFact(id)
			require.Equal(t, call.CallEnded, last.Kind)
			require.Equal(t, call.SwitchFailure, last.Call.Reason)
		}
		d.ready("a")
		d.arrive("3")
		require.Equal(t, call.ID("3"), d.view("a").Call.ID)
	})
}

func (d *desk) lastFact(id call.ID) call.Fact {
	synctest.Wait()
	var last call.Fact
	for _, f := range d.facts {
		if f.Call.ID == id {
			last = f
		}
	}
	return last
}

func TestADifferenceIsMendedWhenItLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		leg := string(d.legOf("1"))
		whole := switchboard.Snapshot{
			Legs:    []switchboard.SeenLeg{up("chan-1", "1"), up(leg, "1")},
			Bridges: []switchboard.SeenBridge{{ID: "1-b", Legs: []call.LegID{"chan-1", call.LegID(leg)}}},
		}
		for range 3 {
			d.board.Post(switchboard.SwitchSeen{Seen: whole})
		}
		require.Zero(t, d.repaired(), "nothing lost, nothing mended")

		alone := whole
		alone.Bridges = []switchboard.SeenBridge{{ID: "1-b", Legs: []call.LegID{call.LegID(leg)}}}
		d.board.Post(switchboard.SwitchSeen{Seen: alone})
		d.board.Post(switchboard.SwitchSeen{Seen: whole})
		d.board.Post(switchboard.SwitchSeen{Seen: alone})
		require.Zero(t, d.repaired(), "it was on its way")
		d.board.Post(switchboard.SwitchSeen{Seen: alone})
		require.EqualValues(t, 1, d.repaired())
		effects := d.sw.effects()
		require.Equal(t, "JoinLegs", effects[len(effects)-1])

		gone := switchboard.Snapshot{Legs: []switchboard.SeenLeg{up(leg, "1")}}
		d.board.Post(switchboard.SwitchSeen{Seen: gone})
		d.board.Post(switchboard.SwitchSeen{Seen: gone})
		require.Equal(t, call.CustomerHangup, d.view("a").Agent.Notice.Reason)
		require.Contains(t, d.kinds("1"), call.StateRepaired)
	})
}

func (d *desk) repaired() uint64 {
	d.t.Helper()
	synctest.Wait()
	n, err := d.board.Count(d.t.Context())
	require.NoError(d.t, err)
	return n.Repaired
}

func TestDrainOffersNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.talking()
		d.ready("b")
		drained := make(chan error, 1)
		go func() { drained <- d.board.Drain(t.Context()) }()
		synctest.Wait()
		d.arrive("2")
		require.Nil(t, d.view("b").Call)
		require.Empty(t, drained)
		require.NoError(t, d.press("a", switchboard.HangUp))
		synctest.Wait()
		require.NoError(t, <-drained)
	})
}

func TestANewMediaProcessHasNoneOfTheOldLegs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		const sip = "127.0.0.1:5070"
		d.board.Post(switchboard.PhonesSeen{Address: sip, Process: "first"})
		d.talking()
		old := d.legOf("1")
		d.board.Post(switchboard.PhonesLost{Address: sip})
		require.Equal(t, call.Parked, d.view("a").Call.Phase, "he hears music")
		d.board.Post(switchboard.PhonesSeen{Address: sip, Process: "second"})
		d.back("a")
		require.True(t, d.sw.gone[old])
		require.NotEqual(t, old, d.legOf("1"), "a new line is made at once")
		require.Equal(t, call.Talking, d.view("a").Call.Phase)
	})
}
