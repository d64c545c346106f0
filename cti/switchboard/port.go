package switchboard

import (
	"context"
	"errors"

	"bellhop/cti/call"
)

// Switch carries out effects in the telephone switch. Perform returns when the effect is done; the switchboard
// calls it from many goroutines, for one call in order. A leg or bridge that is gone already is ErrGone, one that
// exists already is no error.
type Switch interface {
	Perform(ctx context.Context, id call.ID, e call.Effect) error
}

// Phones are the agents' phones: the media processes.
type Phones interface {
	// PickUp answers a ringing leg.
	PickUp(ctx context.Context, agent call.AgentID, leg call.LegID) error
	// Close ends an agent's media session, because he signed out.
	Close(ctx context.Context, agent call.AgentID) error
}

// ErrGone says that the leg or bridge an effect is about does not exist any more. The effect counts as done.
var ErrGone = errors.New("gone")

// ErrPermanent marks a failure that no retry can mend.
var ErrPermanent = errors.New("permanent")
