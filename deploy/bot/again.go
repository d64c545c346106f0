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

// keepAudio connects the audio again whenever it is lost.
func (a *Agent) keepAudio(ctx context.Context) {
	for {
		select {
		case <-a.Audio.Lost():
		case <-ctx.Done():
			return
		}
		a.Audio.Close()
		if again(ctx, func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, dialTime)
			defer cancel()
			return a.Connect(ctx)
		}) != nil {
			return
		}
	}
}
