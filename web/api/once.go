package api

import (
	"context"
	"net/http"
	"sync"

	"bellhop/cti/switchboard"
)

// maxRemembered is how many answers are kept for requests that are sent again.
const maxRemembered = 4096

// once gives a request that is sent again, with the same key, the first one's answer. Failures that the one who asks
// did not cause are not kept: sending again is how they are mended.
type once[Q comparable, A any] struct {
	mu    sync.Mutex
	known map[string]*answer[Q, A]
	order []string // of their coming
}

type answer[Q comparable, A any] struct {
	asked Q
	done  chan struct{} // closed when the rest is there
	out   A
	err   error
}

func newOnce[Q comparable, A any]() *once[Q, A] {
	return &once[Q, A]{known: make(map[string]*answer[Q, A])}
}

// once does what is asked unless the key was used before. A key that was used for something else is refused.
func (o *once[Q, A]) once(ctx context.Context, key string, asked Q, do func() (A, error)) (A, error) {
	a, first := o.begin(key, asked)
	if !first {
		var none A
		if a.asked != asked {
			return none, NewProblem(http.StatusConflict, Code(switchboard.KeyReused))
		}
		select {
		case <-a.done:
			return a.out, a.err
		case <-ctx.Done():
			return none, ctx.Err()
		}
	}
	a.out, a.err = do()
	if _, expected := problemOf(ctx, directoryProblem(a.err)); a.err != nil && !expected {
		o.forget(key)
	}
	close(a.done)
	return a.out, a.err
}

func (o *once[Q, A]) begin(key string, asked Q) (a *answer[Q, A], first bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if a, known := o.known[key]; known {
		return a, false
	}
	a = &answer[Q, A]{asked: asked, done: make(chan struct{})}
	o.known[key] = a
	o.order = append(o.order, key)
	if len(o.order) > maxRemembered {
		delete(o.known, o.order[0])
		o.order = o.order[1:]
	}
	return a, true
}

func (o *once[Q, A]) forget(key string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.known, key)
}
