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
	effectTime = 6 * time.Second
	tries      = 3
)

// retryAfter is how long a failed effect waits before it is tried again.
var retryAfter = [tries - 1]time.Duration{100 * time.Millisecond, 500 * time.Millisecond}

// lanes are the effects of each call that wait for the one under way: effects of one call are done in order, those
// of different calls side by side.
type lanes map[call.ID][]call.Effect

// enqueue hands an effect to its call's lane.
func (b *Switchboard) enqueue(e callEffect) {
	waiting, busy := b.lanes[e.id]
	if busy {
		b.lanes[e.id] = append(waiting, e.effect)
		return
	}
	b.lanes[e.id] = nil
	b.perform(e)
}

func (b *Switchboard) perform(e callEffect) {
	b.workers.Go(func() {
		err := b.try(e)
		b.mailbox.put(func(*Switchboard) { b.performed(e, err) })
	})
}

// performed folds the result of an effect and starts the next one of its call.
func (b *Switchboard) performed(e callEffect, err error) {
	switch {
	case err == nil || errors.Is(err, ErrGone):
		if join, ok := e.effect.(call.JoinLegs); ok {
			b.joinEnded(e, join, err)
		}
	default:
		b.opts.Log.Error("effect failed", "call_id", e.id, "effect", effectName(e.effect), "error", err)
		b.board.toCall(e.id, call.EffectFailed{Effect: e.effect, Code: "failed"})
	}
	waiting := b.lanes[e.id]
	if len(waiting) == 0 {
		delete(b.lanes, e.id)
		return
	}
	b.lanes[e.id] = waiting[1:]
	b.perform(callEffect{e.id, waiting[0]})
}

// joinEnded: legs of which one is gone were not joined; the end of that leg is reported on its own.
func (b *Switchboard) joinEnded(e callEffect, join call.JoinLegs, err error) {
	if err == nil {
		b.board.toCall(e.id, call.LegsJoined{Join: join})
		return
	}
	b.board.toCall(e.id, call.EffectFailed{Effect: e.effect, Code: "gone"})
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

// effectName is the effect's type without its package, for the log.
func effectName(e call.Effect) string { return strings.TrimPrefix(fmt.Sprintf("%T", e), "call.") }
