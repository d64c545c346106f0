package main

import (
	"context"
	"fmt"
	"time"

	"bellhop/deploy/bot"
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
		return caller.ToneShare(hz, audio.DefaultBlock) > bot.ToneShare
	})
}

// heard waits until the agent hears the tone he listens for.
func heard(ctx context.Context, line *bot.Line) (time.Time, error) {
	_, err := until(ctx, "the agent never heard the tone", func() bool { return !line.HeardAt().IsZero() })
	return line.HeardAt(), err
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
	_, err = b.target.Until(ctx, func(v bot.View) bool { return v.Occupation == "free" })
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
	if _, err := b.agent.Until(ctx, offered); err != nil {
		return nil, err
	}
	b.agent.Audio.Listen(callerHz)
	if _, err := b.agent.OnCall(ctx, "accept"); err != nil {
		return nil, err
	}
	if _, err := b.bothHear(ctx, caller); err != nil {
		return nil, err
	}
	_, err = b.agent.Until(ctx, func(v bot.View) bool { return v.Occupation == "talking" })
	return caller, err
}

func (b *bench) hold(ctx context.Context, caller *handset.Session) error {
	pressed, err := b.agent.OnCall(ctx, "hold")
	if err != nil {
		return err
	}
	at, err := until(ctx, "the caller goes on hearing the agent", func() bool {
		return caller.ToneShare(agentHertz, audio.DefaultBlock) < 1-bot.ToneShare
	})
	b.toHold = append(b.toHold, at.Sub(pressed))
	if err == nil {
		_, err = b.agent.Until(ctx, func(v bot.View) bool { return v.Occupation == "holding" })
	}
	return err
}

func (b *bench) resume(ctx context.Context, caller *handset.Session) error {
	pressed, err := b.agent.OnCall(ctx, "resume")
	if err != nil {
		return err
	}
	at, err := hears(ctx, caller, agentHertz)
	b.toResume = append(b.toResume, at.Sub(pressed))
	if err == nil {
		_, err = b.agent.Until(ctx, func(v bot.View) bool { return v.Occupation == "talking" })
	}
	return err
}

// reload closes the agent's audio as a reload does and connects it again.
func (b *bench) reload(ctx context.Context, caller *handset.Session) error {
	left := time.Now()
	b.agent.Audio.Close()
	if _, err := until(ctx, "the caller goes on hearing the agent", func() bool {
		return caller.ToneShare(agentHertz, audio.DefaultBlock) < 1-bot.ToneShare
	}); err != nil {
		return err
	}
	if err := b.agent.Connect(ctx); err != nil {
		return err
	}
	at, err := b.bothHear(ctx, caller)
	b.toReload = append(b.toReload, at.Sub(left))
	if err == nil {
		_, err = b.agent.Until(ctx, func(v bot.View) bool { return v.Call != nil && v.Call.Phase == "talking" })
	}
	return err
}

func (b *bench) consult(ctx context.Context, _ *handset.Session) error {
	if _, err := b.target.Presence(ctx, "ready"); err != nil {
		return err
	}
	if _, err := b.target.Until(ctx, func(v bot.View) bool { return v.Presence == "ready" }); err != nil {
		return err
	}
	_, err := b.agent.OnCall(ctx, "consult", map[string]any{"to": b.target.Last.Agent.Extension})
	if err != nil {
		return err
	}
	if _, err := b.target.Until(ctx, offered); err != nil {
		return err
	}
	b.agent.Audio.Listen(targetHertz)
	pressed, err := b.target.OnCall(ctx, "accept")
	if err != nil {
		return err
	}
	at, err := heard(ctx, b.agent.Audio)
	b.toConsult = append(b.toConsult, at.Sub(pressed))
	if err == nil {
		_, err = b.agent.Until(ctx, func(v bot.View) bool { return v.Call != nil && v.Call.Phase == "consulting" })
	}
	return err
}

func (b *bench) connectCustomer(ctx context.Context, caller *handset.Session) error {
	pressed, err := b.agent.OnCall(ctx, "connect_customer")
	if err != nil {
		return err
	}
	at, err := hears(ctx, caller, targetHertz)
	b.toConnected = append(b.toConnected, at.Sub(pressed))
	return err
}
