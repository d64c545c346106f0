package tickets_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"bellhop/tickets"
)

// shelf is a store in memory that can be made to fail.
type shelf struct {
	mu     sync.Mutex
	fails  error // what every attempt fails with
	stuck  bool  // attempts hang until their context ends
	tries  int
	events []string
	opened map[string]int64
}

func (s *shelf) attempt(ctx context.Context) error {
	s.mu.Lock()
	s.tries++
	stuck, fails := s.stuck, s.fails
	s.mu.Unlock()
	if stuck {
		<-ctx.Done()
		return ctx.Err()
	}
	return fails
}

func (s *shelf) OpenForCall(ctx context.Context, c tickets.CallConnected) (tickets.Ticket, bool, error) {
	if err := s.attempt(ctx); err != nil {
		return tickets.Ticket{}, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, c.Event.Key)
	number, found := s.opened[c.Call]
	if !found {
		number = int64(len(s.opened) + 1)
		s.opened[c.Call] = number
	}
	return tickets.Ticket{Number: number, Call: c.Call}, !found, nil
}

func (s *shelf) RecordCallEvent(ctx context.Context, _ string, e tickets.Event) error {
	if err := s.attempt(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e.Key)
	return nil
}

func (s *shelf) FlagHostile(ctx context.Context, call, service string, e tickets.Event) error {
	e.Key += " hostile " + call + " " + service
	return s.RecordCallEvent(ctx, call, e)
}

func (s *shelf) set(fails error, stuck bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails, s.stuck = fails, stuck
}

func (s *shelf) recorded() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.events...)
}

func newShelf() *shelf { return &shelf{opened: map[string]int64{}} }

func fact(key string, kind tickets.FactKind) tickets.Fact {
	return tickets.Fact{Key: key, Kind: kind, At: time.Unix(1, 0), Call: "call", Service: "service", Agent: "agent"}
}

func TestDeskKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newShelf()
		desk, err := tickets.NewDesk(tickets.DeskOptions{Store: store})
		require.NoError(t, err)
		var want []string
		for i := range 1000 {
			if i == 500 {
				require.NoError(t, desk.Start(t.Context()))
			}
			want = append(want, fmt.Sprint(i))
			desk.Post(fact(want[i], tickets.Queued))
		}
		require.NoError(t, desk.Stop())
		require.Equal(t, want, store.recorded())
		require.NoError(t, desk.Stop(), "again")
		require.Error(t, desk.Start(t.Context()), "a stopped desk stays stopped")
	})
}

func TestDeskWaitsForItsStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newShelf()
		store.set(errors.New("connection refused"), false)
		var told []tickets.TicketOpened
		metrics := prometheus.NewRegistry()
		desk, err := tickets.NewDesk(tickets.DeskOptions{
			Store: store, Metrics: metrics, Opened: func(o tickets.TicketOpened) { told = append(told, o) },
		})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		require.NoError(t, desk.Start(ctx))
		cancel() // only Stop ends it
		desk.Post(fact("1", tickets.Offered))
		desk.Post(fact("2", tickets.Connected))
		desk.Post(fact("3", tickets.Connected))

		<-time.After(30 * time.Second)
		synctest.Wait()
		require.Empty(t, store.recorded())
		require.Greater(t, store.tries, 15, "it goes on trying")
		require.Less(t, store.tries, 60, "and does not hurry")

		store.set(nil, false)
		<-time.After(4 * time.Second)
		synctest.Wait()
		require.Equal(t, []string{"1", "2", "3"}, store.recorded())
		require.Equal(t, []tickets.TicketOpened{
			{Number: 1, Call: "call", Agent: "agent", Service: "service", New: true},
			{Number: 1, Call: "call", Agent: "agent", Service: "service", New: false},
		}, told)
		require.NoError(t, desk.Stop())
		problems, err := testutil.GatherAndLint(metrics)
		require.NoError(t, err)
		require.Empty(t, problems)
	})
}

func TestDeskGoesOnAfterWhatCannotBeSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newShelf()
		desk, err := tickets.NewDesk(tickets.DeskOptions{Store: store})
		require.NoError(t, err)
		require.NoError(t, desk.Start(t.Context()))

		store.set(fmt.Errorf("no such agent: %w", tickets.ErrRejected), false)
		desk.Post(fact("refused", tickets.Offered))
		synctest.Wait()
		store.set(nil, false)
		desk.Post(fact("", tickets.Offered))
		desk.Post(tickets.Fact{})
		desk.Post(fact("strange", "no_such_kind"))
		desk.Post(fact("good", tickets.Offered))
		require.NoError(t, desk.Stop())
		require.Equal(t, []string{"good"}, store.recorded())
		require.Equal(t, 2, store.tries)
	})
}

func TestDeskSaysWhatItCouldNotSave(t *testing.T) {
	for name, prepare := range map[string]func(*shelf){
		"failing": func(s *shelf) { s.set(errors.New("down"), false) },
		"stuck":   func(s *shelf) { s.set(nil, true) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newShelf()
				prepare(store)
				desk, err := tickets.NewDesk(tickets.DeskOptions{Store: store, DrainWithin: 3 * time.Second})
				require.NoError(t, err)
				require.NoError(t, desk.Start(t.Context()))
				lost := []tickets.Fact{fact("1", tickets.Offered), fact("2", tickets.Connected)}
				for _, f := range lost {
					desk.Post(f)
				}
				began := time.Now()
				err = desk.Stop()
				require.Equal(t, 3*time.Second, time.Since(began))
				var unsaved *tickets.UnsavedError
				require.ErrorAs(t, err, &unsaved)
				require.Equal(t, lost, unsaved.Facts)
			})
		})
	}
}

func TestDeskDrainsWhenTheStoreComesBackInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newShelf()
		store.set(errors.New("down"), false)
		desk, err := tickets.NewDesk(tickets.DeskOptions{Store: store})
		require.NoError(t, err)
		require.NoError(t, desk.Start(t.Context()))
		desk.Post(fact("1", tickets.Offered))
		time.AfterFunc(time.Second, func() { store.set(nil, false) })
		require.NoError(t, desk.Stop())
		require.Equal(t, []string{"1"}, store.recorded())
	})
}

func TestDeskThatNeverStarted(t *testing.T) {
	desk, err := tickets.NewDesk(tickets.DeskOptions{Store: newShelf()})
	require.NoError(t, err)
	desk.Post(fact("1", tickets.Offered))
	var unsaved *tickets.UnsavedError
	require.ErrorAs(t, desk.Stop(), &unsaved)
	desk.Post(fact("2", tickets.Offered)) // late: told to the log, and still not lost from sight
	require.ErrorAs(t, desk.Stop(), &unsaved)
	require.Len(t, unsaved.Facts, 2)
	require.Error(t, desk.Start(t.Context()))
}

func TestDeskOptions(t *testing.T) {
	_, err := tickets.NewDesk(tickets.DeskOptions{})
	require.Error(t, err)
	_, err = tickets.NewDesk(tickets.DeskOptions{Store: newShelf(), DrainWithin: -1})
	require.Error(t, err)
	registry := prometheus.NewRegistry()
	_, err = tickets.NewDesk(tickets.DeskOptions{Store: newShelf(), Metrics: registry})
	require.NoError(t, err)
	_, err = tickets.NewDesk(tickets.DeskOptions{Store: newShelf(), Metrics: registry})
	require.Error(t, err, "two desks in one registry")
}

func TestDeskHandsOverAndFlags(t *testing.T) {
	store := newShelf()
	told := make(chan tickets.TicketOpened, 10)
	desk, err := tickets.NewDesk(tickets.DeskOptions{Store: store, Opened: func(o tickets.TicketOpened) { told <- o }})
	require.NoError(t, err)
	require.NoError(t, desk.Start(t.Context()))
	outside, inside := fact("3", tickets.HandedOver), fact("4", tickets.HandedOver)
	inside.Target = "colleague"
	for _, f := range []tickets.Fact{
		fact("1", tickets.Connected), fact("2", tickets.ConsultConnected), outside, inside, fact("5", tickets.HostileEnd),
	} {
		desk.Post(f)
	}
	require.NoError(t, desk.Stop())
	require.Equal(t, []string{"1", "2", "3", "4", "5 hostile call service"}, store.recorded())
	require.Len(t, told, 2, "nobody's screen moves for an outside target")
	<-told
	require.Equal(t, tickets.TicketOpened{Number: 1, Call: "call", Agent: "colleague", Service: "service"}, <-told)
}
