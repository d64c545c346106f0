package asterisk

import (
	"errors"
	"sync"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// What Ready says before the first attempt to connect has ended, and after Stop.
var (
	errConnecting = errors.New("asterisk: connecting")
	errStopped    = errors.New("asterisk: stopped")
)

// inbox puts events in their order: while a snapshot is being taken events are held back, and follow it.
type inbox struct {
	mu     sync.Mutex
	post   func(switchboard.Event)
	live   bool
	held   []switchboard.Event
	status error
	window *window // of the look under way
}

func newInbox(post func(switchboard.Event)) *inbox { return &inbox{post: post, status: errConnecting} }

// put posts an event, or holds it back until release.
func (b *inbox) put(ev switchboard.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.window != nil {
		b.window.note(ev)
	}
	if b.live {
		b.post(ev)
		return
	}
	b.held = append(b.held, ev)
}

// made notes a leg that we made ourselves while a look is under way.
func (b *inbox) made(l switchboard.SeenLeg) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.window != nil {
		b.window.made[l.Leg] = l
	}
}

// watch begins a look.
func (b *inbox) watch() *window {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.window = newWindow()
	return b.window
}

// saw ends a look and posts what was seen, unless the connection it was begun on is lost.
func (b *inbox) saw(w *window, seen switchboard.Snapshot) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.live || b.window != w {
		return
	}
	b.window = nil
	b.post(switchboard.SwitchSeen{Seen: w.correct(seen)})
}

// reset drops what was held back: a connection that never came to its snapshot. The next snapshot shows what they said.
func (b *inbox) reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held = nil
}

// release posts the snapshot and after it what was held back and is news to it.
func (b *inbox) release(seen switchboard.Snapshot) {
	b.mu.Lock()
	defer b.mu.Unlock()
	arriving := make(map[call.LegID]bool)
	for _, ev := range b.held {
		if c, ok := ev.(switchboard.CallArrived); ok {
			arriving[c.Leg] = true
		}
	}
	states := make(map[call.LegID]call.LegState, len(seen.Legs))
	legs := seen.Legs[:0:0]
	for _, l := range seen.Legs {
		if arriving[l.Leg] {
			continue // it arrived while we looked; its own event tells of it
		}
		states[l.Leg] = l.State
		legs = append(legs, l)
	}
	seen.Legs = legs
	b.post(switchboard.SwitchConnected{Seen: seen})
	for _, ev := range b.held {
		if !stale(ev, states) {
			b.post(ev)
		}
	}
	b.held, b.live, b.status = nil, true, nil
}

// stale says whether the snapshot already shows what the event told, so that it must not turn the leg's state back.
func stale(ev switchboard.Event, states map[call.LegID]call.LegState) bool {
	switch ev := ev.(type) {
	case switchboard.LegRang:
		return states[ev.Leg] == call.Ringing || states[ev.Leg] == call.Up
	case switchboard.LegAnswered:
		return states[ev.Leg] == call.Up
	}
	return false
}

// lost notes that the connection is down, or could not be made, and posts it where it was up.
func (b *inbox) lost(code string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.live {
		b.post(switchboard.SwitchLost{Reason: code})
	}
	b.held, b.live, b.status, b.window = nil, false, err, nil
}

// fence posts that another server owns the application.
func (b *inbox) fence(why error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status = why
	b.post(switchboard.SwitchFenced{})
}

// close ends the inbox without a word: whoever stops the adapter knows.
func (b *inbox) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held, b.live, b.status, b.window = nil, false, errStopped, nil
}

func (b *inbox) ready() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.status
}
