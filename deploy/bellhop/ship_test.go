package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/tickets"
)

// fakeKeeper keeps facts in memory and can be made to fail.
type fakeKeeper struct {
	mu     sync.Mutex
	fails  error
	stuck  int    // attempts with more records hang until their context ends; 0: none do
	bad    uint64 // the fact that is refused
	tries  int
	kept   []uint64
	opened map[call.ID]bool
}

func (k *fakeKeeper) keep(ctx context.Context, records []*record) ([]tickets.Kept, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tries++
	if k.stuck > 0 && len(records) > k.stuck {
		k.mu.Unlock()
		<-ctx.Done()
		k.mu.Lock()
		return nil, ctx.Err()
	}
	if k.fails != nil {
		return nil, k.fails
	}
	if slices.ContainsFunc(records, func(r *record) bool { return r.fact.Seq == k.bad }) {
		return nil, fmt.Errorf("bad: %w", errRefused)
	}
	all := make([]tickets.Kept, len(records))
	for i, r := range records {
		k.kept = append(k.kept, r.fact.Seq)
		if r.ticket != nil && r.ticket.Owner() != "" {
			all[i] = tickets.Kept{Number: 1, Agent: r.ticket.Owner(), New: !k.opened[r.fact.Call.ID]}
			k.opened[r.fact.Call.ID] = true
		}
	}
	return all, nil
}

func (k *fakeKeeper) keepApart(context.Context, *record) (tickets.Kept, []refusal, error) {
	return tickets.Kept{}, []refusal{{partTickets, errors.New("bad"), true}}, nil
}

func (k *fakeKeeper) set(change func(*fakeKeeper)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	change(k)
}

// fakeJournal remembers what was acknowledged.
type fakeJournal struct {
	mu    sync.Mutex
	acked []uint64
}

func (j *fakeJournal) Ack(seq uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.acked = append(j.acked, seq)
}

func (j *fakeJournal) last() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]uint64{0}, j.acked...)[len(j.acked)]
}

// shipping is a shipper with what it deals with.
type shipping struct {
	*shipper
	keeper   *fakeKeeper
	journal  *fakeJournal
	told     []tickets.TicketOpened
	registry *prometheus.Registry
}

func newShipping(t *testing.T, replay ...call.Fact) *shipping {
	t.Helper()
	s := &shipping{keeper: &fakeKeeper{opened: map[call.ID]bool{}}, journal: &fakeJournal{}, registry: prometheus.NewRegistry()}
	var err error
	s.shipper, err = newShipper(shipOptions{
		Keeper: s.keeper, Epoch: "epoch", Ack: s.journal, Replay: replay, Log: slog.New(slog.DiscardHandler), Metrics: s.registry,
		Calls: newCallMetrics(s.registry), Opened: func(o tickets.TicketOpened) { s.told = append(s.told, o) },
	})
	require.NoError(t, err)
	return s
}

func (s *shipping) figure(t *testing.T, name string) float64 {
	t.Helper()
	families, err := s.registry.Gather()
	require.NoError(t, err)
	for _, f := range families {
		if m := f.GetMetric(); f.GetName() == name {
			return m[0].GetGauge().GetValue() + m[0].GetCounter().GetValue()
		}
	}
	return 0
}

func about(seq uint64, id call.ID, kind call.FactKind) call.Fact {
	f := call.Fact{Seq: seq, Kind: kind, At: time.Unix(int64(seq), 0), Agent: "a", Call: call.Call{
		ID: id, Direction: call.Inbound, Phase: call.Talking, Queue: call.Queue{Service: "s"},
	}}
	if kind == call.CallEnded {
		f.Call.Phase = call.Ended
	}
	return f
}

func TestShipperWaitsForTheDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShipping(t)
		s.keeper.fails = errors.New("connection refused")
		ctx, cancel := context.WithCancel(t.Context())
		s.start(ctx)
		cancel() // only stop ends it
		var want []uint64
		for seq := uint64(1); seq <= 1000; seq++ {
			want = append(want, seq)
			s.put(about(seq, "c", call.CallHeld))
		}
		late, changed := s.Late()
		require.False(t, late)
		<-changed
		late, changed = s.Late()
		require.True(t, late)
		<-time.After(30 * time.Second)
		synctest.Wait()
		require.Greater(t, s.keeper.tries, 15, "it goes on trying")
		require.Less(t, s.keeper.tries, 60, "and does not hurry")
		require.InDelta(t, 1000, s.figure(t, "bellhop_facts_unsaved"), 0)
		require.InDelta(t, 35, s.figure(t, "bellhop_facts_oldest_unsaved_seconds"), 0.1)
		require.Zero(t, s.journal.last())

		s.keeper.set(func(k *fakeKeeper) { k.fails = nil })
		<-changed
		late, _ = s.Late()
		require.False(t, late)
		s.put(about(1001, "c", call.CallEnded))
		s.stop()
		require.Equal(t, append(want, 1001), s.keeper.kept)
		require.EqualValues(t, 1001, s.journal.last())
		require.Zero(t, s.figure(t, "bellhop_facts_unsaved")+s.figure(t, "bellhop_facts_oldest_unsaved_seconds"))
		require.InDelta(t, 1001, s.figure(t, "bellhop_facts_saved_total"), 0)
		problems, err := testutil.GatherAndLint(s.registry)
		require.NoError(t, err)
		require.Empty(t, problems)
	})
}

func TestShipperIsNotLateWhileItKeepsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShipping(t)
		s.start(t.Context())
		_, changed := s.Late()
		for seq := range uint64(20) {
			s.put(about(seq+1, "c", call.CallHeld))
			<-time.After(time.Second)
		}
		select {
		case <-changed:
			t.Fatal("late")
		default:
		}
		s.stop()
	})
}

func TestShipperStopsInTimeAndLeavesTheRestToTheJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShipping(t)
		s.keeper.fails = errors.New("down")
		s.start(t.Context())
		s.put(about(1, "c", call.CallEnded))
		began := time.Now()
		s.stop()
		require.Equal(t, 5*time.Second, time.Since(began))
		require.Empty(t, s.journal.acked)
	})
}

func TestShipperGoesOnAfterWhatIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShipping(t)
		s.keeper.bad = 200
		var want []uint64
		for seq := uint64(1); seq <= 1000; seq++ {
			if seq != s.keeper.bad {
				want = append(want, seq)
			}
			s.put(about(seq, call.ID(fmt.Sprint(seq)), call.CallEnded))
		}
		s.start(t.Context())
		s.stop()
		require.Equal(t, want, s.keeper.kept)
		require.EqualValues(t, 1000, s.journal.last(), "it holds nothing back")
		require.InDelta(t, 1, s.figure(t, "bellhop_facts_rejected_total"), 0)
		require.Less(t, s.keeper.tries, 40)
	})
}

func TestShipperGivesASlowDatabaseLess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShipping(t)
		s.keeper.stuck = 20
		for seq := uint64(1); seq <= 100; seq++ {
			s.put(about(seq, "c", call.CallHeld))
		}
		s.start(t.Context())
		<-time.After(3 * time.Minute)
		s.stop()
		require.Len(t, s.keeper.kept, 100)
	})
}

// TestWhatIsReplayed: a fact that an earlier run told already is saved again and not counted again, and moves nobody's
// screen, unless it is what opens the ticket.
func TestWhatIsReplayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShipping(t, about(5, "old", call.CallConnected), about(6, "new", call.CallConnected))
		s.keeper.opened["old"] = true
		s.start(t.Context())
		synctest.Wait()
		require.Equal(t, []tickets.TicketOpened{{Number: 1, Call: "new", Agent: "a", Service: "s", New: true}}, s.told)
		s.put(about(7, "new", call.CallConnected))
		synctest.Wait()
		require.Len(t, s.told, 2)
		require.Zero(t, s.journal.last()-4, "all of both calls is told again")
		s.put(about(8, "old", call.CallEnded))
		synctest.Wait()
		require.EqualValues(t, 5, s.journal.last(), "all of the second")
		s.put(about(9, "new", call.CallEnded))
		s.stop()
		require.EqualValues(t, 9, s.journal.last())
		require.Equal(t, []uint64{5, 6, 7, 8, 9}, s.keeper.kept)
		require.InDelta(t, 3, s.figure(t, "bellhop_facts_saved_total"), 0)
		require.InDelta(t, 1, s.figure(t, "bellhop_tickets_opened_total"), 0)
	})
}

func TestHorizon(t *testing.T) {
	var h horizon
	at := time.Unix(0, 0)
	tell := func(seq uint64, id call.ID, kind call.FactKind) uint64 {
		f := about(seq, id, kind)
		f.At = at
		h.saved(f)
		return h.seq()
	}
	require.EqualValues(t, 0, h.seq())
	require.EqualValues(t, 2, tell(3, "a", call.CallArrived))
	require.EqualValues(t, 2, tell(4, "b", call.CallArrived))
	require.EqualValues(t, 2, tell(5, "b", call.CallEnded))
	require.EqualValues(t, 2, tell(6, "c", call.CallArrived))
	require.EqualValues(t, 5, tell(7, "a", call.CallEnded))
	repaired := about(8, "a", call.StateRepaired)
	repaired.Call.Phase = call.Ended
	h.saved(repaired)
	require.EqualValues(t, 5, h.seq(), "what is told of a call that is over does not begin it again")
	require.EqualValues(t, 5, tell(9, "", call.StateRepaired))

	at = at.Add(longestCall + time.Second)
	require.EqualValues(t, 5, tell(10, "d", call.CallArrived))
	require.Equal(t, []call.ID{"c"}, h.overdue(), "its end was never told")
	require.Empty(t, h.overdue())
	require.EqualValues(t, 9, h.seq())
	require.EqualValues(t, 9, tell(11, "c", call.CallHeld))
	require.EqualValues(t, 12, tell(12, "d", call.CallEnded))
	require.EqualValues(t, 13, tell(13, "c", call.CallEnded))
	require.Empty(t, h.begun)
	require.Empty(t, h.alive)
}
