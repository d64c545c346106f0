package main

import (
	"context"
	"fmt"
	"time"

	"bellhop/media/audio"
	"bellhop/media/handset"
)

// until polls what can only be looked at: the last 50 ms that a telephone heard.
func until(ctx context.Context, what string, holds func() bool) (time.Time, error) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return time.Time{}, fmt.Errorf("%s: %w", what, ctx.Err())
		}
	}
	return time.Now(), nil
}

// hears waits until the caller hears a tone.
func hears(ctx context.Context, caller *handset.Session, hz float64) (time.Time, error) {
	return until(ctx, fmt.Sprintf("the caller never heard %v Hz", hz), func() bool {
		return caller.ToneShare(hz, audio.DefaultBlock) > toneShare
	})
}

// hears waits until the agent hears the tone he listens for.
func (l *audioLine) hears(ctx context.Context) (time.Time, error) {
	_, err := until(ctx, "the agent never heard the tone", func() bool { return !l.heardAt().IsZero() })
	return l.heardAt(), err
}

// workOnACall measures what an agent does during a call: hold, resume, reload, consult, connect the customer.
func (b *bench) workOnACall(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	caller, err := b.talk(ctx)
	if err != nil {
		return err
	}
	steps := []func(context.Context, *handset.Session) error{b.hold, b.resume, b.reload, b.consult, b.connectCustomer}
	for _, step := range steps {
		if err := step(ctx, caller); err != nil {
			return err
		}
	}
	caller.HangUp()
	if _, err = caller.AwaitEnd(ctx); err != nil {
		return err
	}
	_, err = b.target.until(ctx, func(v phoneView) bool { return v.Occupation == "free" })
	return err
}

// talk connects a caller to the first agent.
func (b *bench) talk(ctx context.Context) (*handset.Session, error) {
	if err := b.idle(ctx, "ready"); err != nil {
		return nil, err
	}
	caller, err := b.dial(ctx)
	if err != nil {
		return nil, err
	}
	offer, err := b.agent.until(ctx, offered)
	if err != nil {
		return nil, err
	}
	b.agent.audio.listen(callerHz)
	if _, err := b.agent.onCall(ctx, "accept", offer.Call); err != nil {
		return nil, err
	}
	if _, err := b.bothHear(ctx, caller); err != nil {
		return nil, err
	}
	_, err = b.agent.until(ctx, func(v phoneView) bool { return v.Occupation == "talking" })
	return caller, err
}

func (b *bench) hold(ctx context.Context, caller *handset.Session) error {
	pressed, err := b.agent.onCall(ctx, "hold", b.agent.last.Call)
	if err != nil {
		return err
	}
	at, err := until(ctx, "the caller goes on hearing the agent", func() bool {
		return caller.ToneShare(agentHertz, audio.DefaultBlock) < 1-toneShare
	})
	b.toHold = append(b.toHold, at.Sub(pressed))
	if err == nil {
		_, err = b.agent.until(ctx, func(v phoneView) bool { return v.Occupation == "holding" })
	}
	return err
}

func (b *bench) resume(ctx context.Context, caller *handset.Session) error {
	pressed, err := b.agent.onCall(ctx, "resume", b.agent.last.Call)
	if err != nil {
		return err
	}
	at, err := hears(ctx, caller, agentHertz)
	b.toResume = append(b.toResume, at.Sub(pressed))
	if err == nil {
		_, err = b.agent.until(ctx, func(v phoneView) bool { return v.Occupation == "talking" })
	}
	return err
}

// reload closes the agent's audio as a reload does and connects it again.
func (b *bench) reload(ctx context.Context, caller *handset.Session) error {
	left := time.Now()
	b.agent.audio.close()
	if _, err := until(ctx, "the caller goes on hearing the agent", func() bool {
		return caller.ToneShare(agentHertz, audio.DefaultBlock) < 1-toneShare
	}); err != nil {
		return err
	}
	if err := b.agent.connect(ctx); err != nil {
		return err
	}
	at, err := b.bothHear(ctx, caller)
	b.toReload = append(b.toReload, at.Sub(left))
	if err == nil {
		_, err = b.agent.until(ctx, func(v phoneView) bool { return v.Call != nil && v.Call.Phase == "talking" })
	}
	return err
}

func (b *bench) consult(ctx context.Context, _ *handset.Session) error {
	if _, err := b.target.presence(ctx, "ready"); err != nil {
		return err
	}
	if _, err := b.target.until(ctx, func(v phoneView) bool { return v.Presence == "ready" }); err != nil {
		return err
	}
	_, err := b.agent.command(ctx, map[string]any{
		"action": "consult", "call": b.agent.last.Call.ID, "version": b.agent.last.Call.Version, "to": b.target.last.Agent.Extension,
	})
	if err != nil {
		return err
	}
	offer, err := b.target.until(ctx, offered)
	if err != nil {
		return err
	}
	b.agent.audio.listen(targetHertz)
	pressed, err := b.target.onCall(ctx, "accept", offer.Call)
	if err != nil {
		return err
	}
	at, err := b.agent.audio.hears(ctx)
	b.toConsult = append(b.toConsult, at.Sub(pressed))
	if err == nil {
		_, err = b.agent.until(ctx, func(v phoneView) bool { return v.Call != nil && v.Call.Phase == "consulting" })
	}
	return err
}

func (b *bench) connectCustomer(ctx context.Context, caller *handset.Session) error {
	pressed, err := b.agent.onCall(ctx, "connect_customer", b.agent.last.Call)
	if err != nil {
		return err
	}
	at, err := hears(ctx, caller, targetHertz)
	b.toConnected = append(b.toConnected, at.Sub(pressed))
	return err
}
