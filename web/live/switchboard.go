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
	// FollowRoster begins to follow who can be reached inside.
	FollowRoster(ctx context.Context) (RosterFollower, error)
}

// Follower gives an agent's views as they change.
type Follower interface {
	// Next waits for a view newer than the last one it returned; the first time it returns at once.
	Next(ctx context.Context) (switchboard.AgentView, error)
	Close()
}

// RosterFollower gives rosters as they change, like a Follower.
type RosterFollower interface {
	Next(ctx context.Context) (switchboard.Roster, error)
	Close()
}

// watched is a switchboard whose watches have types of their own.
type watched[F Follower, R RosterFollower] interface {
	Do(ctx context.Context, c switchboard.Command) error
	Post(e switchboard.Event)
	Watch(ctx context.Context, id call.AgentID) (F, error)
	WatchRoster(ctx context.Context) (R, error)
}

// Of lets the pages use a switchboard.
func Of[F Follower, R RosterFollower](b watched[F, R]) Switchboard { return adapted[F, R]{b} }

type adapted[F Follower, R RosterFollower] struct{ watched[F, R] }

// Follow is Watch; a nil watch must not become a Follower that is not nil.
func (a adapted[F, R]) Follow(ctx context.Context, id call.AgentID) (Follower, error) {
	w, err := a.Watch(ctx, id)
	if err != nil {
		return nil, err
	}
	return w, nil
}

// FollowRoster is WatchRoster, as Follow is Watch.
func (a adapted[F, R]) FollowRoster(ctx context.Context) (RosterFollower, error) {
	w, err := a.WatchRoster(ctx)
	if err != nil {
		return nil, err
	}
	return w, nil
}
