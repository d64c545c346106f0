package asterisk

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"

	"github.com/CyCoreSystems/ari/v5"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// prepare makes Asterisk ready for us: only the events we use, and the bridge of the hold music.
func (a *Adapter) prepare(ctx context.Context) error {
	allowed := make([]map[string]string, len(wanted))
	for i, name := range wanted {
		allowed[i] = map[string]string{"type": name}
	}
	err := a.rest.do(ctx, request{
		op: "event_filter", method: http.MethodPut, path: "/applications/" + url.PathEscape(a.opts.App) + "/eventFilter",
		body: map[string]any{"allowed": allowed},
	}, nil)
	if err != nil {
		return err
	}
	return a.makeHold(ctx)
}

// callBridge is the form of the ids of bridges that belong to calls: the call's id and a suffix.
var callBridge = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-`)

// look takes a snapshot of what is ours in Asterisk. A customer's line that has no call id yet, because a server died
// before it could write one, gets one.
func (a *Adapter) look(ctx context.Context) (switchboard.Snapshot, error) {
	before := a.announced()
	var channels []channel
	var bridges []ari.BridgeData
	if err := a.rest.do(ctx, request{op: "list_channels", method: http.MethodGet, path: "/channels"}, &channels); err != nil {
		return switchboard.Snapshot{}, err
	}
	if err := a.rest.do(ctx, request{op: "list_bridges", method: http.MethodGet, path: "/bridges"}, &bridges); err != nil {
		return switchboard.Snapshot{}, err
	}
	var seen switchboard.Snapshot
	for _, c := range channels {
		delete(before, call.LegID(c.ID))
		if leg, ours := a.seenLeg(c); ours {
			seen.Legs = append(seen.Legs, leg)
		}
	}
	for _, b := range bridges {
		if callBridge.MatchString(b.ID) {
			seen.Bridges = append(seen.Bridges, switchboard.SeenBridge{ID: b.ID})
		}
	}
	a.keepOnly(channels)
	for leg := range before { // it ended while we could not hear
		a.forget(leg)
	}
	return seen, nil
}

func (a *Adapter) seenLeg(c channel) (switchboard.SeenLeg, bool) {
	l := switchboard.SeenLeg{
		Leg: call.LegID(c.ID), Call: call.ID(c.Vars[varCall]), State: c.legState(), Caller: c.party(), Dialled: c.dialled(),
	}
	if c.ID == "" {
		return l, false
	}
	switch c.role() {
	case roleAgent, roleTarget:
		a.mayRing(l.Leg)
		return l, true
	case roleOutbound:
		l.Customer, l.Outbound = true, true
		l.Caller, l.Dialled = call.CleanParty(c.Vars[varNumber], ""), c.Vars[varShown]
		return l, true
	}
	if !c.inApplication(a.opts.App) {
		return l, false // still, or again, in the dialplan: its StasisStart comes
	}
	l.Customer = true
	if l.Call == "" {
		l.Call, _ = a.announce(l.Leg)
		a.mark(c, l.Call)
		return l, true
	}
	a.mu.Lock()
	a.calls[l.Leg] = l.Call
	a.mu.Unlock()
	return l, true
}

// keepOnly forgets what we remember of legs that are gone.
func (a *Adapter) keepOnly(channels []channel) {
	exists := make(map[call.LegID]bool, len(channels))
	for _, c := range channels {
		exists[call.LegID(c.ID)] = true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	maps.DeleteFunc(a.ringing, func(leg call.LegID, _ bool) bool { return !exists[leg] })
	maps.DeleteFunc(a.dialled, func(leg call.LegID, _ *dialled) bool { return !exists[leg] })
}

// announced is every customer's leg that we believe to exist.
func (a *Adapter) announced() map[call.LegID]call.ID {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.calls)
}

// sync brings Asterisk and the switchboard together on a new connection.
func (a *Adapter) sync(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*requestTime)
	defer cancel()
	if err := a.prepare(ctx); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	seen, err := a.look(ctx)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	a.inbox.release(seen)
	return nil
}
