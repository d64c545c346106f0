package audio

import (
	"context"
	"time"
)

// Pacer keeps the beat of a stream of frames. The beat is counted from the
// first frame, so that a late wake-up delays one frame and not all later ones.
type Pacer struct {
	interval time.Duration
	next     time.Time
	timer    *time.Timer
}

// NewPacer returns a pacer for frames of the given length, or of
// [FrameDuration] if that is not positive. The first frame is due at once.
func NewPacer(interval time.Duration) *Pacer {
	if interval <= 0 {
		interval = FrameDuration
	}
	return &Pacer{interval: interval}
}

// Wait blocks until a frame is due and returns how many are: one as a rule,
// more when the process was held up. Its error is the cause of ctx's end.
func (p *Pacer) Wait(ctx context.Context) (due int, err error) {
	now := time.Now()
	if p.next.IsZero() {
		p.next = now
	}
	if wait := p.next.Sub(now); wait > 0 {
		if err := p.sleep(ctx, wait); err != nil {
			return 0, err
		}
		now = time.Now()
	} else if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	due = 1 + int(max(0, now.Sub(p.next))/p.interval)
	p.next = p.next.Add(time.Duration(due) * p.interval)
	return due, nil
}

func (p *Pacer) sleep(ctx context.Context, d time.Duration) error {
	if p.timer == nil {
		p.timer = time.NewTimer(d)
	} else {
		p.timer.Reset(d)
	}
	select {
	case <-p.timer.C:
		return nil
	case <-ctx.Done():
		p.timer.Stop()
		return context.Cause(ctx)
	}
}
