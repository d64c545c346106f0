package live

import (
	"context"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// Switchboard is call control as an agent's page uses it. Of makes one of the real switchboard.
type Switchboard interface {
	// Do carries a command out; a refusal is a *switchboard.Refusal.
	Do(ctx context.Context, c switchboard.Command) error
	// Post reports an event. It never blocks.
	Post(e switchboard.Event)
	// Follow begins to follow an agent's view. It answers switchboard.ErrNoAgent when he has no phone.
	Follow(ctx context.Context, id call.AgentID) (Follower, error)
}

// Follower gives an agent's views as they change.
type Follower interface {
	// Next waits for a view newer than the last one it returned; the first time it returns at once.
	Next(ctx context.Context) (switchboard.AgentView, error)
	Close()
}

// watched is a switchboard whose Watch returns its own type of Follower.
type watched[F Follower] interface {
	Do(ctx context.Context, c switchboard.Command) error
	Post(e switchboard.Event)
	Watch(ctx context.Context, id call.AgentID) (F, error)
}

// Of lets the pages use a switchboard.
func Of[F Follower](b watched[F]) Switchboard { return adapted[F]{b} }

type adapted[F Follower] struct{ watched[F] }

// Follow is Watch; a nil watch must not become a Follower that is not nil.
func (a adapted[F]) Follow(ctx context.Context, id call.AgentID) (Follower, error) {
	w, err := a.Watch(ctx, id)
	if err != nil {
		return nil, err
	}
	return w, nil
}
