package asterisk

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"bellhop/cti/switchboard"
)

var (
	// ErrFenced says that another server owns the ARI application; only a restart of this one takes it back.
	ErrFenced = errors.New("another server took over the ARI application")

	errLost = errors.New("asterisk: the connection was lost")
	errDown = errors.New("asterisk: no connection")
)

// link lets effects through while the connection is up. One that comes while it is down waits; one that is under way when
// it is lost is given up, for its answer may never come; and once the application is another server's, all are refused.
type link struct {
	mu      sync.Mutex
	session context.Context //nolint:containedctx // the connection's life
	change  chan struct{}   // closed when the link is opened or fenced
	fenced  error
}

func newLink() *link { return &link{change: make(chan struct{})} }

// open lets effects through until session ends.
func (l *link) open(session context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.session == nil && l.fenced == nil {
		close(l.change)
	}
	l.session = session
}

// shut makes effects wait.
func (l *link) shut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.session != nil && l.fenced == nil {
		l.change = make(chan struct{})
	}
	l.session = nil
}

// fence refuses every effect from now on, also those that wait.
func (l *link) fence(why error) {
	l.shut()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fenced == nil {
		l.fenced = fmt.Errorf("%w: %w", switchboard.ErrPermanent, why)
		close(l.change)
	}
}

// enter waits until the link is open. The context it returns ends with ctx, or with the connection.
func (l *link) enter(ctx context.Context) (context.Context, context.CancelFunc, error) {
	for {
		l.mu.Lock()
		session, change, fenced := l.session, l.change, l.fenced
		l.mu.Unlock()
		if fenced != nil {
			return nil, nil, fenced
		}
		if session != nil {
			inner, cancel := context.WithCancelCause(ctx)
			stop := context.AfterFunc(session, func() { cancel(errLost) })
			return inner, func() { stop(); cancel(nil) }, nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			return nil, nil, fmt.Errorf("%w: %w", errDown, context.Cause(ctx))
		}
	}
}
