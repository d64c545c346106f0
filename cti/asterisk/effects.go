package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v5"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

const (
	// ringSeconds is when Asterisk gives up an agent's leg by itself. The switchboard ends it far earlier; this is for
	// legs whose server died.
	ringSeconds = 180
	// settleTime is how long a leg that was just answered may take until it can be put into a bridge.
	settleTime = time.Second
	settleStep = 5 * time.Millisecond
)

// Perform carries out an effect in Asterisk and returns when it is done. A leg or bridge that is gone is
// switchboard.ErrGone; what no retry can mend is switchboard.ErrPermanent. While there is no connection it waits for one,
// and what is under way when the connection is lost fails.
func (a *Adapter) Perform(ctx context.Context, id call.ID, e call.Effect) error {
	ctx, leave, err := a.link.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return a.perform(ctx, id, e)
}

func (a *Adapter) perform(ctx context.Context, id call.ID, e call.Effect) error {
	switch e := e.(type) {
	case call.AnswerCustomer:
		return a.rest.do(ctx, request{op: "answer", method: http.MethodPost, path: channelPath(e.Leg) + "/answer"}, nil)
	case call.PlayMusic:
		return a.playMusic(ctx, e)
	case call.Announce:
		return a.announceTo(ctx, id, e)
	case call.Silence:
		return a.silence(ctx, e)
	case call.RingAgent:
		return a.ringAgent(ctx, id, e)
	case call.DialOut:
		return a.dialOut(ctx, id, e)
	case call.RingBack:
		if e.On {
			return a.ringBack(ctx, id, e.Leg)
		}
		return a.endRingback(ctx, e.Leg)
	case call.SendKeys:
		return a.sendKeys(ctx, e)
	case call.JoinLegs:
		return a.joinLegs(ctx, e)
	case call.ReleaseLeg:
		return a.releaseLeg(ctx, e)
	case call.DropBridge:
		return a.rest.do(ctx, request{op: "drop_bridge", method: http.MethodDelete, path: bridgePath(e.Bridge)}, nil)
	}
	return fmt.Errorf("asterisk: effect %T is not for the telephone switch: %w", e, switchboard.ErrPermanent)
}

// sipURI is what an agent's address may look like: it becomes a part of Asterisk's dial string.
var sipURI = regexp.MustCompile(`^sip:[A-Za-z0-9._~+-]{1,64}@(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$`)

// deskPhone is a telephone that registers at Asterisk.
var deskPhone = regexp.MustCompile(`^PJSIP/[0-9a-z-]{4,40}$`)

// phoneOf is what Asterisk dials to reach an agent's phone: the one that media announced, or his own on the desk.
func phoneOf(address string) (endpoint string, ok bool) {
	if deskPhone.MatchString(address) {
		return address, true
	}
	return "PJSIP/agent/" + address, sipURI.MatchString(address)
}

// ringAgent makes Asterisk call the agent's phone. One that rang and is gone is not rung again.
func (a *Adapter) ringAgent(ctx context.Context, id call.ID, e call.RingAgent) error {
	endpoint, ok := phoneOf(e.Address)
	if !ok {
		return fmt.Errorf("asterisk: address %.80q is no telephone: %w", e.Address, switchboard.ErrPermanent)
	}
	if a.isOver(e.Leg) {
		return fmt.Errorf("asterisk: the agent's leg: %w", switchboard.ErrGone)
	}
	err := a.rest.do(ctx, request{op: "originate", method: http.MethodPost, path: "/channels", body: map[string]any{
		"endpoint":  endpoint,
		"app":       a.opts.App,
		"appArgs":   roleAgent,
		"channelId": string(e.Leg),
		"callerId":  callerName(e.Caller),
		"timeout":   ringSeconds,
		"formats":   "ulaw,alaw",
		"variables": map[string]string{
			varCall:                           string(id),
			varRole:                           roleAgent,
			"PJSIP_HEADER(add,X-Bellhop-Leg)": string(e.Leg),
		},
	}}, nil)
	if err == nil {
		a.inbox.made(switchboard.SeenLeg{Leg: e.Leg, Call: id, State: call.Asked})
	}
	switch status(err) {
	case http.StatusConflict: // it exists: we asked before
		return nil
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusInternalServerError:
		return fmt.Errorf("%w: %w", switchboard.ErrPermanent, err)
	}
	return err
}

// callerName is the caller in the form that Asterisk splits into name and number.
func callerName(p call.Party) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune("\"\\<>", r) {
			return -1
		}
		return r
	}, p.Name)
	number := p.Number
	if number == "" {
		number = "anonymous"
	}
	return fmt.Sprintf("%q <%s>", name, number)
}

// joinLegs puts the legs into the call's bridge and returns when all are in it.
func (a *Adapter) joinLegs(ctx context.Context, e call.JoinLegs) error {
	legs := slices.DeleteFunc(e.Legs[:], func(leg call.LegID) bool { return leg == "" })
	missing := legs
	err := a.makeBridge(ctx, e.Bridge, "mixing")
	if errors.Is(err, errBridgeExists) {
		missing, err = a.missingFrom(ctx, e.Bridge, legs...)
	}
	if err != nil || len(missing) == 0 {
		return err
	}
	if err := a.endRingback(ctx, missing...); err != nil {
		return err
	}
	if err := a.addToBridge(ctx, e.Bridge, "", missing); err != nil {
		return err
	}
	return settle(ctx, func() error {
		missing, err := a.missingFrom(ctx, e.Bridge, legs...)
		if err == nil && len(missing) > 0 {
			return errUnsettled
		}
		return err
	})
}

// missingFrom returns those of the legs that are not in the bridge.
func (a *Adapter) missingFrom(ctx context.Context, bridge string, legs ...call.LegID) ([]call.LegID, error) {
	in, err := a.channelsIn(ctx, bridge)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(legs), func(leg call.LegID) bool { return slices.Contains(in, string(leg)) }), nil
}

// channelsIn returns the ids of the channels in the bridge.
func (a *Adapter) channelsIn(ctx context.Context, bridge string) ([]string, error) {
	var b ari.BridgeData
	err := a.rest.do(ctx, request{op: "get_bridge", method: http.MethodGet, path: bridgePath(bridge)}, &b)
	return b.ChannelIDs, err
}

var (
	// errUnsettled: Asterisk is still moving the leg.
	errUnsettled    = errors.New("asterisk: a leg is not in the bridge")
	errNoBridge     = errors.New("asterisk: the bridge does not exist")
	errBridgeExists = errors.New("asterisk: the bridge exists")
)

// settle repeats step while it fails with errUnsettled, for at most settleTime.
func settle(ctx context.Context, step func() error) error {
	deadline := time.NewTimer(settleTime)
	defer deadline.Stop()
	for {
		err := step()
		if !errors.Is(err, errUnsettled) {
			return err
		}
		select {
		case <-time.After(settleStep):
		case <-deadline.C:
			return err
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// makeBridge makes a bridge; errBridgeExists says that there was one with this id.
func (a *Adapter) makeBridge(ctx context.Context, id, kind string) error {
	err := a.rest.do(ctx, request{
		op: "make_bridge", method: http.MethodPost, path: bridgePath(id), query: url.Values{"type": {kind}, "name": {id}},
	}, nil)
	if status(err) == http.StatusConflict {
		return errBridgeExists
	}
	return err
}

// addToBridge moves legs into a bridge, out of any other. A leg that Asterisk does not know is ErrGone.
func (a *Adapter) addToBridge(ctx context.Context, bridge, role string, legs []call.LegID) error {
	ids := make([]string, len(legs))
	for i, leg := range legs {
		ids[i] = string(leg)
	}
	query := url.Values{"channel": {strings.Join(ids, ",")}}
	if role != "" {
		query.Set("role", role)
	}
	return settle(ctx, func() error {
		err := a.rest.do(ctx, request{
			op: "add_to_bridge", method: http.MethodPost, path: bridgePath(bridge) + "/addChannel", query: query,
		}, nil)
		switch status(err) {
		case http.StatusNotFound:
			return fmt.Errorf("%w: %v", errNoBridge, err) //nolint:errorlint // the leg is not gone
		case http.StatusBadRequest:
			return fmt.Errorf("%w: %w", switchboard.ErrGone, err)
		case http.StatusUnprocessableEntity: // answered a moment ago and not in our application yet
			return fmt.Errorf("%w: %w", errUnsettled, err)
		}
		return err
	})
}

func (a *Adapter) releaseLeg(ctx context.Context, e call.ReleaseLeg) error {
	cause := e.Cause
	if cause < 1 || cause > 127 {
		cause = call.CauseNormalClearing
	}
	return a.rest.do(ctx, request{
		op: "hang_up", method: http.MethodDelete, path: channelPath(e.Leg),
		query: url.Values{"reason_code": {fmt.Sprint(cause)}},
	}, nil)
}
