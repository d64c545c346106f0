package web

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/web/api"
	"bellhop/web/live"
)

// The keys an agent may press: faster than fingers, and a long number at once, but never so many that the switch plays
// them for minutes.
const (
	keysPerSecond = 10
	keysAtOnce    = 64
)

// keypad limits the keys that each agent presses, by whatever way they come.
type keypad struct {
	mu     sync.Mutex
	limits map[call.AgentID]*rate.Limiter
}

func newKeypad() *keypad { return &keypad{limits: make(map[call.AgentID]*rate.Limiter)} }

// refuses says what is wrong with a command now.
func (k *keypad) refuses(c switchboard.Command) error {
	if c.Action != switchboard.PressKeys {
		return nil
	}
	k.mu.Lock()
	limit, known := k.limits[c.Agent]
	if !known {
		limit = rate.NewLimiter(keysPerSecond, keysAtOnce)
		k.limits[c.Agent] = limit
	}
	k.mu.Unlock()
	if !limit.AllowN(time.Now(), len(c.Keys)) {
		return &switchboard.Refusal{Code: switchboard.RefusalCode(api.TooFast)}
	}
	return nil
}

// restSwitchboard is a switchboard behind the keypad, for REST.
type restSwitchboard struct {
	api.Switchboard
	keypad *keypad
}

// Do carries a command out unless the keypad refuses it.
func (s restSwitchboard) Do(ctx context.Context, c switchboard.Command) error {
	if err := s.keypad.refuses(c); err != nil {
		return err
	}
	return s.Switchboard.Do(ctx, c)
}

// liveSwitchboard is a switchboard behind the keypad, for the live connection.
type liveSwitchboard struct {
	live.Switchboard
	keypad *keypad
}

// Do carries a command out unless the keypad refuses it.
func (s liveSwitchboard) Do(ctx context.Context, c switchboard.Command) error {
	if err := s.keypad.refuses(c); err != nil {
		return err
	}
	return s.Switchboard.Do(ctx, c)
}
