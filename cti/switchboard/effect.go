package switchboard

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"bellhop/cti/call"
)

const (
	effectTime = 25 * time.Second // a join is four requests, and a slow switch takes seconds for each
	tries      = 3
)

// retryAfter is how long a failed effect waits before it is tried again.
var retryAfter = [tries - 1]time.Duration{100 * time.Millisecond, 500 * time.Millisecond}

// perform carries an effect out, away from the loop, and posts how it went.
func (b *Switchboard) perform(e callEffect) {
	b.workers.Go(func() {
		ended := effectEnded{call: e.id, effect: e.effect, outcome: done}
		switch err := b.try(e); {
		case err == nil:
		case b.effectCtx.Err() != nil:
			return // we stop; it is done again after the restart
		case errors.Is(err, ErrGone):
			ended.outcome = gone
		default:
			ended.outcome = failed
			b.opts.Log.Error("effect failed", "call_id", e.id, "effect", effectName(e.effect), "error", err)
		}
		b.Post(ended)
	})
}

func (b *Switchboard) try(e callEffect) error {
	var err error
	for i := range tries {
		if i > 0 && !b.pause(retryAfter[i-1]) {
			return err
		}
		if err = b.attempt(e); err == nil || errors.Is(err, ErrGone) || errors.Is(err, ErrPermanent) {
			return err
		}
	}
	return err
}

func (b *Switchboard) attempt(e callEffect) error {
	ctx, cancel := context.WithTimeout(b.effectCtx, effectTime)
	defer cancel()
	if pick, ok := e.effect.(call.PickUp); ok {
		return b.opts.Phones.PickUp(ctx, pick.Agent, pick.Leg)
	}
	return b.opts.Switch.Perform(ctx, e.id, e.effect)
}

func (b *Switchboard) pause(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-b.effectCtx.Done():
		return false
	}
}

// closePhone ends an agent's media session. A failure is only logged: the session is refused when it shows up again.
func (b *Switchboard) closePhone(id call.AgentID) {
	b.workers.Go(func() {
		ctx, cancel := context.WithTimeout(b.effectCtx, effectTime)
		defer cancel()
		if err := b.opts.Phones.Close(ctx, id); err != nil {
			b.opts.Log.Warn("media session not closed", "agent_id", id, "error", err)
		}
	})
}

// effectName is the effect's type without its package, for the log and the journal.
func effectName(e call.Effect) string { return strings.TrimPrefix(fmt.Sprintf("%T", e), "call.") }
