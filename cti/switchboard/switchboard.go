// Package switchboard is the one stateful room of call control. A single loop folds events into the state of
// every call and agent with the pure functions of cti/call, cti/agent and cti/queue, and hands the effects that
// follow to workers, in order for each call. Nothing else changes that state, so the order of the mailbox decides
// every race, and nobody needs a lock.
package switchboard

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"bellhop/cti/call"
)

// ErrStopped says that the switchboard does not run any more.
var ErrStopped = errors.New("switchboard: stopped")

// Options are what a Switchboard needs.
type Options struct {
	Switch Switch
	Phones Phones
	// OnFact is told every fact, in order, from the loop: it must only enqueue. May be nil.
	OnFact func(call.Fact)
	// Journal keeps the state; nil: a restart forgets it.
	Journal Journal
	// State is what the journal kept, from Recover; nil: there is none.
	State *State
	Log   *slog.Logger
}

func (o Options) validate() error {
	if o.Switch == nil || o.Phones == nil || o.Log == nil {
		return errors.New("switchboard: Switch, Phones and Log are required")
	}
	return nil
}

// Switchboard is the running call control. Its methods may be called from any goroutine.
type Switchboard struct {
	opts    Options
	mailbox *mailbox
	cancel  context.CancelFunc
	done    chan struct{}
	workers sync.WaitGroup

	// owned by the loop
	board     *board
	watches   map[call.AgentID]map[*Watch]struct{}
	rosters   map[*RosterWatch]struct{}
	replies   []func()      // to those who asked, once what was done for them is written down
	drained   chan struct{} // closed when no agent has a call; nil while nobody waits for that
	waitsDue  time.Time
	waitsOf   map[call.QueueID]struct{}
	effectCtx context.Context //nolint:containedctx // the life of the workers, which the loop starts
}

// New makes a switchboard; Start runs it.
func New(opts Options) (*Switchboard, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}
	b := &Switchboard{
		opts: opts, mailbox: newMailbox(), done: make(chan struct{}),
		board: newBoard(), watches: make(map[call.AgentID]map[*Watch]struct{}),
		rosters: make(map[*RosterWatch]struct{}), waitsOf: make(map[call.QueueID]struct{}),
	}
	if s := opts.State; s != nil {
		b.mailbox.put(func(*Switchboard) { b.board.restore(s) })
	}
	return b, nil
}

// Start runs the loop until Stop. It returns at once.
func (b *Switchboard) Start(ctx context.Context) {
	ctx, b.cancel = context.WithCancel(ctx)
	b.effectCtx = ctx
	go b.loop(ctx)
}

// Stop ends the loop and waits for it and for effects under way. The calls in the switch are left as they are.
func (b *Switchboard) Stop() {
	b.cancel()
	<-b.done
	b.workers.Wait()
}

// Post puts an event into the mailbox. It never blocks and never drops.
func (b *Switchboard) Post(ev Event) { b.mailbox.put(func(*Switchboard) { b.board.step(ev) }) }

// Do carries a command out, or returns a *Refusal that says why not.
func (b *Switchboard) Do(ctx context.Context, c Command) error {
	c.NewCall = call.ID(uuid.Must(uuid.NewV7()).String())
	r, err := ask(ctx, b, func(now *board) *Refusal { return now.command(c) })
	if err != nil || r == nil {
		return err // a nil *Refusal in an error is not a nil error
	}
	return r
}

// ask lets the loop answer a question between two items of its mailbox.
func ask[T any](ctx context.Context, b *Switchboard, question func(*board) T) (T, error) {
	answer := make(chan T, 1)
	b.mailbox.put(func(*Switchboard) {
		a := question(b.board)
		b.replies = append(b.replies, func() { answer <- a })
	})
	var none T
	select {
	case a := <-answer:
		return a, nil
	case <-b.done:
		return none, ErrStopped
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// Drain stops offering calls and returns when no agent has one any more, or ctx ends. Those who wait go on waiting.
func (b *Switchboard) Drain(ctx context.Context) error {
	drained := make(chan struct{})
	b.mailbox.put(func(*Switchboard) {
		b.board.draining = true
		b.board.touchAll()
		b.drained = drained
	})
	select {
	case <-drained:
		return nil
	case <-b.done:
		return ErrStopped
	case <-ctx.Done():
		return ctx.Err()
	}
}

// View is the agent's view now; false when there is no such agent.
func (b *Switchboard) View(ctx context.Context, id call.AgentID) (AgentView, bool) {
	type reply struct {
		view AgentView
		ok   bool
	}
	r, err := ask(ctx, b, func(now *board) reply {
		v, ok := now.view(id)
		return reply{v, ok}
	})
	return r.view, err == nil && r.ok
}

// Count is how many calls are in each phase, agents in each state, and calls waiting in each queue.
func (b *Switchboard) Count(ctx context.Context) (Counts, error) {
	return ask(ctx, b, (*board).count)
}
