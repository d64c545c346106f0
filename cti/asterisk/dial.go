package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// carrierEndpoint is the name under which Asterisk knows the carrier.
const carrierEndpoint = "carrier"

// dialled is a leg that we dialled, until it answers or is gone.
type dialled struct {
	bridge string
	with   call.LegID // who hears it ring; empty: nobody
	early  bool       // its early media is heard
	busy   bool       // it is being dialled

	entered chan struct{} // closed when the leg is in our application
	once    sync.Once
}

// outsideNumber is what may be dialled and shown: it becomes a part of Asterisk's dial string and of SIP headers.
var outsideNumber = regexp.MustCompile(`^\+?[0-9]{2,20}$`)

// dialOut calls an outside number. With hears ringback, and is put into the call's bridge together with the leg when early
// media comes. Not sooner: somebody who is just leaving that bridge would have his number shown to the far end.
func (a *Adapter) dialOut(ctx context.Context, id call.ID, e call.DialOut) error {
	if !outsideNumber.MatchString(e.Number) || !outsideNumber.MatchString(e.CallerID) {
		return fmt.Errorf("asterisk: dial %.40q as %.40q: %w", e.Number, e.CallerID, switchboard.ErrPermanent)
	}
	a.mu.Lock()
	if a.ended.has(e.Leg) {
		a.mu.Unlock()
		return fmt.Errorf("asterisk: the dialled leg: %w", switchboard.ErrGone)
	}
	if a.dialled[e.Leg] == nil {
		a.dialled[e.Leg] = &dialled{bridge: e.Bridge, with: e.With, entered: make(chan struct{})}
	}
	d := a.dialled[e.Leg]
	d.busy = true
	a.mu.Unlock()
	err := a.createAndDial(ctx, id, e, d.entered)
	a.mu.Lock()
	d.busy = false
	a.mu.Unlock()
	if err != nil {
		a.dialAnswered(e.Leg)
	}
	return err
}

func (a *Adapter) createAndDial(ctx context.Context, id call.ID, e call.DialOut, entered <-chan struct{}) error {
	err := a.createLeg(ctx, id, e)
	if err != nil {
		return err
	}
	if e.With != "" {
		if err := a.ringBack(ctx, id, e.With); err != nil && !errors.Is(err, switchboard.ErrGone) {
			a.log.Warn("ringback not heard", "leg", e.With, "error", err)
		}
	}
	if err := awaitEntry(ctx, entered); err != nil {
		return err
	}
	err = a.rest.do(ctx, request{
		op: "dial", method: http.MethodPost, path: channelPath(e.Leg) + "/dial", query: url.Values{"timeout": {strconv.Itoa(ringSeconds)}},
	}, nil)
	if status(err) == http.StatusConflict { // it was dialled before
		return nil
	}
	return err
}

// awaitEntry waits until Asterisk has told that the leg is in our application, as far as it is able to tell: a leg that is
// dialled sooner may never be, without a word.
func awaitEntry(ctx context.Context, entered <-chan struct{}) error {
	timer := time.NewTimer(settleTime)
	defer timer.Stop()
	select {
	case <-entered:
	case <-timer.C: // the socket is down, or the leg is older than it
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// legEntered notes that a leg that is to be dialled is in our application.
func (a *Adapter) legEntered(leg call.LegID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if d := a.dialled[leg]; d != nil {
		d.once.Do(func() { close(d.entered) })
	}
}

// createLeg makes the channel without calling anybody yet. What the far end is shown is the connected line of a channel
// that calls out; with it given, nobody who joins the bridge before the answer changes it.
func (a *Adapter) createLeg(ctx context.Context, id call.ID, e call.DialOut) error {
	role := roleTarget
	if strings.HasPrefix(strings.TrimPrefix(string(e.Leg), string(id)), "-c") {
		role = roleOutbound
	}
	var err error
	for _, endpoint := range a.trunks(ctx, e) {
		if err = a.createOver(ctx, id, e, role, endpoint); err == nil || status(err) == 0 || status(err) == http.StatusConflict {
			break
		}
	}
	if err == nil {
		a.inbox.made(switchboard.SeenLeg{
			Leg: e.Leg, Call: id, State: call.Asked, Customer: role == roleOutbound, Outbound: role == roleOutbound,
			Caller: call.CleanParty(e.Number, ""), Dialled: e.CallerID,
		})
	}
	switch status(err) {
	case http.StatusConflict: // it exists: we asked before
		return nil
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusInternalServerError:
		return fmt.Errorf("%w: %w", switchboard.ErrPermanent, err)
	}
	return err
}

// trunks are the endpoints that are tried, one after the other.
func (a *Adapter) trunks(ctx context.Context, e call.DialOut) []string {
	if a.opts.Trunks != nil {
		if all := a.opts.Trunks(ctx, e.Number, e.CallerID); len(all) > 0 {
			return all
		}
	}
	return []string{carrierEndpoint}
}

// trunkName is how many characters of a trunk's endpoint name the trunk, whatever its settings.
const trunkName = 13

func (a *Adapter) createOver(ctx context.Context, id call.ID, e call.DialOut, role, endpoint string) error {
	variables := map[string]string{
		varCall: string(id), varRole: role, varNumber: e.Number, varShown: e.CallerID,
		"CONNECTEDLINE(num,i)": e.CallerID, "CONNECTEDLINE(num-pres,i)": "allowed",
	}
	if endpoint != carrierEndpoint { // its lines are counted in both directions
		variables["GROUP(trunk)"] = endpoint[:min(len(endpoint), trunkName)]
	}
	return a.rest.do(ctx, request{
		op: "create", method: http.MethodPost, path: "/channels/create",
		query: url.Values{
			"endpoint": {"PJSIP/" + e.Number + "@" + endpoint}, "app": {a.opts.App}, "appArgs": {role},
			"channelId": {string(e.Leg)}, "formats": {"ulaw,alaw"},
		},
		body: map[string]any{"variables": variables},
	}, nil)
}

// dialProgressed: the network says how a leg that we dialled gets on. PROGRESS means that there is early media.
func (a *Adapter) dialProgressed(leg call.LegID, status string) {
	if status != "PROGRESS" {
		return
	}
	a.mu.Lock()
	d := a.dialled[leg]
	first := d != nil && !d.early && d.with != ""
	if first {
		d.early = true
	}
	a.mu.Unlock()
	if !first {
		return
	}
	a.background(func(ctx context.Context) {
		if err := a.letHear(ctx, leg, d.bridge, d.with); err != nil && !errors.Is(err, switchboard.ErrGone) {
			a.log.Warn("early media not heard", "leg", leg, "error", err)
		}
	}, nil)
}

// letHear puts the leg and with into the bridge, unless the leg answered or ended meanwhile.
func (a *Adapter) letHear(ctx context.Context, leg call.LegID, bridge string, with call.LegID) error {
	if err := a.endRingback(ctx, with); err != nil {
		return err
	}
	a.mu.Lock()
	waiting := a.dialled[leg] != nil
	a.mu.Unlock()
	if !waiting {
		return nil
	}
	if err := a.makeBridge(ctx, bridge, "mixing"); err != nil && !errors.Is(err, errBridgeExists) {
		return err
	}
	err := a.addToBridge(ctx, bridge, "", []call.LegID{leg, with})
	if errors.Is(err, switchboard.ErrGone) {
		return errors.Join(err, a.dropIfEmpty(ctx, bridge))
	}
	return err
}

// dropIfEmpty removes a bridge that was made in the moment in which its call ended.
func (a *Adapter) dropIfEmpty(ctx context.Context, bridge string) error {
	in, err := a.channelsIn(ctx, bridge)
	if err != nil || len(in) > 0 {
		return err
	}
	return a.rest.do(ctx, request{op: "drop_bridge", method: http.MethodDelete, path: bridgePath(bridge)}, nil)
}

// dialAnswered forgets a leg that we dialled: whoever hears it from now on is the switchboard's decision.
func (a *Adapter) dialAnswered(leg call.LegID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.dialled, leg)
}

// ringbackID names the playback of a leg's ringback.
func ringbackID(leg call.LegID) string { return string(leg) + "-ringback" }

// ringBack lets a leg hear that somebody is being called. It plays to a leg in no bridge only.
func (a *Adapter) ringBack(ctx context.Context, id call.ID, leg call.LegID) error {
	if err := a.endRingback(ctx, leg); err != nil {
		return err
	}
	if err := a.takeOut(ctx, id, leg); err != nil {
		return err
	}
	a.mayRing(leg)
	return a.rest.do(ctx, request{
		op: "ringback", method: http.MethodPost, path: channelPath(leg) + "/play/" + url.PathEscape(ringbackID(leg)),
		query: url.Values{"media": {"tone:ring;tonezone=kr"}},
	}, nil)
}

// mayRing notes that a leg hears ringback, or may do so.
func (a *Adapter) mayRing(leg call.LegID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ringing[leg] = true
}

// endRingback ends the ringback of those of the legs that may hear it. While it plays, Asterisk puts a leg into no bridge.
func (a *Adapter) endRingback(ctx context.Context, legs ...call.LegID) error {
	a.mu.Lock()
	legs = slices.DeleteFunc(slices.Clone(legs), func(leg call.LegID) bool { return !a.ringing[leg] })
	a.mu.Unlock()
	for _, leg := range legs {
		err := a.rest.do(ctx, request{
			op: "end_ringback", method: http.MethodDelete, path: "/playbacks/" + url.PathEscape(ringbackID(leg)),
		}, nil)
		if err != nil && !errors.Is(err, switchboard.ErrGone) {
			return err
		}
		a.mu.Lock()
		delete(a.ringing, leg)
		a.mu.Unlock()
	}
	return nil
}

// takeOut takes a leg out of the call's bridge and out of the hold music, whichever it is in.
func (a *Adapter) takeOut(ctx context.Context, id call.ID, leg call.LegID) error {
	return a.takeOutOf(ctx, leg, append(a.holdsOf(leg), call.Call{ID: id}.Bridge()))
}

// takeOutOf takes a leg out of whichever of the bridges it is in.
func (a *Adapter) takeOutOf(ctx context.Context, leg call.LegID, bridges []string) error {
	for _, bridge := range bridges {
		missing, err := a.missingFrom(ctx, bridge, leg)
		if errors.Is(err, switchboard.ErrGone) || len(missing) > 0 {
			continue
		}
		if err != nil {
			return err
		}
		err = a.rest.do(ctx, request{
			op: "take_out", method: http.MethodPost, path: bridgePath(bridge) + "/removeChannel", query: url.Values{"channel": {string(leg)}},
		}, nil)
		switch status(err) {
		case http.StatusBadRequest:
			return fmt.Errorf("%w: %w", switchboard.ErrGone, err)
		case http.StatusNotFound, http.StatusUnprocessableEntity: // it left by itself
			return nil
		}
		return err
	}
	return nil
}

// keys are what a telephone's keypad sends.
var keys = regexp.MustCompile(`^[0-9*#A-D]{1,64}$`)

// sendKeys presses keys towards the leg's far end. They are not sent again when it is not known whether they were: a digit
// that is missing is noticed, one that comes twice opens another account.
func (a *Adapter) sendKeys(ctx context.Context, e call.SendKeys) error {
	if !keys.MatchString(e.Keys) {
		return fmt.Errorf("asterisk: keys %.80q: %w", e.Keys, switchboard.ErrPermanent)
	}
	err := a.rest.do(ctx, request{
		op: "keys", method: http.MethodPost, path: channelPath(e.Leg) + "/dtmf", query: url.Values{"dtmf": {e.Keys}},
	}, nil)
	if err != nil && status(err) == 0 {
		return fmt.Errorf("%w: %w", switchboard.ErrPermanent, err)
	}
	return err
}
