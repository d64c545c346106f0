package asterisk

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// lookEvery is how often Asterisk is looked at while the connection is up, unless Options says otherwise.
const lookEvery = 4 * time.Second

// keepLooking looks at Asterisk now and then, so that an event that was lost is repaired. A look that takes longer than the
// time between two lets the ones in between fall out. The error is that another server owns the application.
func (a *Adapter) keepLooking(ctx context.Context) error {
	ticker := time.NewTicker(a.opts.LookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		started := time.Now()
		w := a.inbox.watch()
		seen, err := a.lookAgain(ctx)
		if errors.Is(err, ErrFenced) {
			return err
		}
		if err != nil && ctx.Err() == nil {
			a.metrics.looks.WithLabelValues("failed").Observe(time.Since(started).Seconds())
			a.log.Warn("Asterisk was not seen", "error", err)
		}
		if err != nil {
			continue
		}
		a.inbox.saw(w, seen)
		a.metrics.looks.WithLabelValues("seen").Observe(time.Since(started).Seconds())
	}
}

// lookAgain takes a snapshot, and asks whether the application is still ours: the event that says so can be lost too.
func (a *Adapter) lookAgain(ctx context.Context) (seen switchboard.Snapshot, err error) {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		_, err := a.stillOurs(ctx)
		return err
	})
	group.Go(func() error {
		var err error
		seen, err = a.look(ctx, false)
		return err
	})
	return seen, group.Wait()
}

// window is what happened between the beginning of a look and its end. What a look shows may be older than that.
type window struct {
	made    map[call.LegID]switchboard.SeenLeg // legs that came
	states  map[call.LegID]call.LegState       // how far legs got
	gone    map[call.LegID]bool
	quieted map[call.LegID]bool // announcements that ended
}

func newWindow() *window {
	return &window{
		made: make(map[call.LegID]switchboard.SeenLeg), states: make(map[call.LegID]call.LegState),
		gone: make(map[call.LegID]bool), quieted: make(map[call.LegID]bool),
	}
}

func (w *window) note(ev switchboard.Event) {
	switch e := ev.(type) {
	case switchboard.CallArrived:
		w.made[e.Leg] = switchboard.SeenLeg{
			Leg: e.Leg, Call: e.Call, Customer: true, State: call.Ringing, Caller: e.Caller, Dialled: e.Dialled, At: e.At,
		}
	case switchboard.LegRang:
		w.reached(e.Leg, call.Ringing)
	case switchboard.LegAnswered:
		w.reached(e.Leg, call.Up)
	case switchboard.LegEnded:
		w.gone[e.Leg] = true
	case switchboard.AnnouncementEnded:
		w.quieted[e.Leg] = true
	}
}

func (w *window) reached(leg call.LegID, state call.LegState) {
	if further(state, w.states[leg]) {
		w.states[leg] = state
	}
}

// correct makes of a look, which shows Asterisk as it was at some moment in the window, what is so at its end.
func (w *window) correct(seen switchboard.Snapshot) switchboard.Snapshot {
	listed := make(map[call.LegID]bool, len(seen.Legs))
	legs := make([]switchboard.SeenLeg, 0, len(seen.Legs)+len(w.made))
	for _, l := range seen.Legs {
		listed[l.Leg] = true
		legs = append(legs, l)
	}
	for leg, l := range w.made {
		if !listed[leg] {
			legs = append(legs, l)
		}
	}
	seen.Legs = legs[:0]
	for _, l := range legs {
		if w.gone[l.Leg] {
			continue
		}
		if state, moved := w.states[l.Leg]; moved && further(state, l.State) {
			l.State = state
		}
		l.Playing = l.Playing && !w.quieted[l.Leg]
		seen.Legs = append(seen.Legs, l)
	}
	return seen
}

// further says whether a leg in state a is further on its way than one in state b.
func further(a, b call.LegState) bool { return rank(a) > rank(b) }

func rank(s call.LegState) int {
	switch s {
	case call.Ringing:
		return 1
	case call.Up:
		return 2
	default:
		return 0
	}
}
