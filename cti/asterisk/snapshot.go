package asterisk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"

	"github.com/CyCoreSystems/ari/v5"
	"golang.org/x/sync/errgroup"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// prepare makes Asterisk ready for us: only the events we use, and the bridge of the hold music. It asks, too, since when
// Asterisk runs: one that was started anew has lost every call.
func (a *Adapter) prepare(ctx context.Context) error {
	allowed := make([]map[string]string, len(wanted))
	for i, name := range wanted {
		allowed[i] = map[string]string{"type": name}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return a.rest.do(ctx, request{
			op: "event_filter", method: http.MethodPut, path: "/applications/" + url.PathEscape(a.opts.App) + "/eventFilter",
			body: map[string]any{"allowed": allowed},
		}, nil)
	})
	group.Go(func() error { return a.makeHold(ctx, "") })
	group.Go(func() error {
		var info struct {
			Status struct {
				Startup string `json:"startup_time"`
			} `json:"status"`
		}
		err := a.rest.do(ctx, request{
			op: "info", method: http.MethodGet, path: "/asterisk/info", query: url.Values{"only": {"status"}},
		}, &info)
		a.boot = timeOf(info.Status.Startup)
		return err
	})
	return group.Wait()
}

// callBridge is the form of the ids of bridges that belong to calls: the call's id and a suffix.
var callBridge = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-`)

// look takes a snapshot of what is ours in Asterisk. A customer's line that has no call id yet, because a server died
// before it could write one, gets one. First says that nothing is known of what is being played.
func (a *Adapter) look(ctx context.Context, first bool) (switchboard.Snapshot, error) {
	known := a.known()
	var channels []channel
	var bridges []ari.BridgeData
	group, both := errgroup.WithContext(ctx)
	group.Go(func() error {
		return a.rest.do(both, request{op: "list_channels", method: http.MethodGet, path: "/channels"}, &channels)
	})
	group.Go(func() error {
		return a.rest.do(both, request{op: "list_bridges", method: http.MethodGet, path: "/bridges"}, &bridges)
	})
	if err := group.Wait(); err != nil {
		return switchboard.Snapshot{}, err
	}
	seen := switchboard.Snapshot{Boot: a.boot}
	for _, c := range channels {
		if leg, ours := a.seenLeg(c, first); ours {
			seen.Legs = append(seen.Legs, leg)
		}
	}
	for _, b := range bridges {
		if !isHold(b.ID) && !callBridge.MatchString(b.ID) {
			continue
		}
		in := switchboard.SeenBridge{ID: b.ID, Hold: isHold(b.ID)}
		for _, id := range b.ChannelIDs {
			in.Legs = append(in.Legs, call.LegID(id))
		}
		seen.Bridges = append(seen.Bridges, in)
	}
	a.keepOnly(known, channels)
	if first {
		a.seenMusic(seen)
	}
	if err := a.lookForSounds(ctx, seen, first); err != nil {
		return switchboard.Snapshot{}, err
	}
	return seen, nil
}

// seenLeg translates a channel; ours says whether it is of our calls. An agent's leg is up when it can be put into a bridge.
func (a *Adapter) seenLeg(c channel, first bool) (l switchboard.SeenLeg, ours bool) {
	l = switchboard.SeenLeg{
		Leg: call.LegID(c.ID), Call: call.ID(c.Vars[varCall]), State: c.legState(), Caller: c.party(), Dialled: c.dialled(), At: c.at(),
	}
	if c.ID == "" {
		return l, false
	}
	switch c.role() {
	case roleAgent:
		if l.State == call.Up && !c.inApplication(a.opts.App) {
			l.State = call.Ringing
		}
		fallthrough
	case roleTarget:
		if first {
			a.mayRing(l.Leg)
		}
		return l, true
	case roleOutbound:
		l.Customer, l.Outbound = true, true
		l.Caller, l.Dialled = call.CleanParty(c.Vars[varNumber], ""), c.Vars[varShown]
		return l, true
	}
	l.Customer = true
	if !c.inApplication(a.opts.App) { // still, or again, in the dialplan: its StasisStart comes, or its end
		return l, l.Call != "" && a.knows(l.Leg)
	}
	if l.Call == "" {
		l.Call, _ = a.announce(l.Leg, first)
		a.mark(c, l.Call)
		return l, true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, known := a.calls[l.Leg]; !known {
		a.calls[l.Leg] = customer{l.Call, true}
	}
	return l, true
}

func (a *Adapter) knows(leg call.LegID) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, known := a.calls[leg]
	return known
}

// known is every leg of which we remember something and that should exist.
func (a *Adapter) known() map[call.LegID]bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	known := make(map[call.LegID]bool, len(a.calls)+len(a.ringing))
	for leg := range a.calls {
		known[leg] = true
	}
	for leg := range a.ringing {
		known[leg] = true
	}
	for leg := range a.announced {
		known[leg] = true
	}
	for leg := range a.music {
		known[leg] = true
	}
	for leg, d := range a.dialled {
		if !d.busy {
			known[leg] = true
		}
	}
	return known
}

// keepOnly forgets those of the known legs that are gone: they ended unheard.
func (a *Adapter) keepOnly(known map[call.LegID]bool, channels []channel) {
	for _, c := range channels {
		delete(known, call.LegID(c.ID))
		if c.State == "Up" {
			a.dialAnswered(call.LegID(c.ID))
		}
	}
	for leg := range known {
		a.forget(leg)
	}
}

// sync brings Asterisk and the switchboard together on a new connection.
func (a *Adapter) sync(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*requestTime)
	defer cancel()
	if err := a.prepare(ctx); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	seen, err := a.look(ctx, true)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	a.inbox.release(seen)
	return nil
}
