package main

import (
	"context"
	"sync"
	"time"

	"bellhop/cti/admin/blob"
	"bellhop/cti/admin/callerid"
	"bellhop/cti/admin/inbound"
	"bellhop/cti/admin/queue"
	"bellhop/cti/switchboard"
	"bellhop/web/api"
)

// addNumbers gives the administration queues, outbound and inbound numbers.
func (s *server) addNumbers(a *api.Admin) error {
	files, err := blob.Open(s.settings.FilesDir())
	if err != nil {
		return err
	}
	a.Queues = queue.NewStore(s.pools.admin, waitingAt(s.board))
	a.CallerIDs = callerid.NewStore(s.pools.admin, files, time.Now)
	a.Numbers = inbound.NewStore(s.pools.admin)
	return nil
}

// waitingAt says how many calls wait in a queue of the switchboard.
func waitingAt(board *switchboard.Switchboard) queue.Waiting {
	return func(ctx context.Context, id string) (int, error) {
		watch, err := board.WatchRoster(ctx)
		if err != nil {
			return 0, err
		}
		defer watch.Close()
		now, err := watch.Next(ctx)
		for _, q := range now.Queues {
			if string(q.ID) == id {
				return q.Waiting, err
			}
		}
		return 0, err
	}
}

// alarm rings once at a moment of the calendar. Its zero value is silent.
type alarm struct {
	mu    sync.Mutex
	timer *time.Timer
}

// lookAtClock is how long an alarm trusts that the clock on the wall was not set.
const lookAtClock = time.Hour

// set makes it ring at a moment, instead of any before; at the zero time never. It may ring before: who is told looks what
// time it is, and sets it anew.
func (a *alarm) set(at time.Time, ring func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer != nil {
		a.timer.Stop()
		a.timer = nil
	}
	if !at.IsZero() {
		a.timer = time.AfterFunc(min(max(time.Until(at), 0), lookAtClock), ring)
	}
}
