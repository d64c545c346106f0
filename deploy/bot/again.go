package bot

import (
	"context"
	"math/rand/v2"
	"time"
)

// A lost connection is dialled again at once, and then with pauses that double, as the browser's program does.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = time.Second
	dialTime   = 5 * time.Second
)

// again tries until it works. Its error is that ctx has ended.
func again(ctx context.Context, try func(context.Context) error) error {
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		if err := try(ctx); err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		select {
		case <-time.After(pause/2 + rand.N(pause)): //nolint:gosec // jitter
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// keepAudio connects the audio again whenever it is lost, until another page of the same agent has taken it.
func (a *Agent) keepAudio(ctx context.Context) {
	for {
		select {
		case <-a.Audio.Lost():
		case <-ctx.Done():
			return
		}
		a.Audio.Close()
		if a.Audio.Replaced() || again(ctx, func(ctx context.Context) error {
			if err := a.here(ctx); err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, dialTime)
			defer cancel()
			return a.Connect(ctx)
		}) != nil {
			return
		}
	}
}

// Leave has the page vanish without a word; nothing of it comes back before Return.
func (a *Agent) Leave() {
	a.mu.Lock()
	a.gone = make(chan struct{})
	live := a.live
	a.mu.Unlock()
	_ = live.CloseNow()
	a.Audio.Close()
}

// Return opens the page again.
func (a *Agent) Return() {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(a.gone)
	a.gone = nil
}

// here waits while the page is gone.
func (a *Agent) here(ctx context.Context) error {
	a.mu.Lock()
	gone := a.gone
	a.mu.Unlock()
	if gone == nil {
		return ctx.Err()
	}
	select {
	case <-gone:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
