package asterisk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/CyCoreSystems/ari/v5"
	"github.com/google/uuid"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// strandedAfter is how long a leg may exist after it left our application.
const strandedAfter = time.Second

// wanted are the event types we use; Asterisk is told to send no others.
var wanted = []string{
	ari.Events.StasisStart, ari.Events.StasisEnd, ari.Events.ChannelStateChange, ari.Events.ChannelDestroyed,
	ari.Events.Dial, ari.Events.PlaybackFinished, ari.Events.ChannelDtmfReceived, ari.Events.ApplicationReplaced,
	ari.Events.EndpointStateChange,
}

// receive takes one frame of the websocket. It only decodes and posts, for Asterisk drops a reader that is slow. The
// only error is errReplaced: what cannot be understood is counted and ignored.
func (a *Adapter) receive(frame []byte) error {
	ev, err := decode(frame)
	if err != nil {
		a.metrics.ignored("malformed")
		a.log.Debug("ARI frame ignored", "error", err, "bytes", len(frame))
		return nil
	}
	a.metrics.event(ev.Type)
	switch ev.Type {
	case ari.Events.ApplicationReplaced:
		return errReplaced
	case ari.Events.PlaybackFinished:
		a.playbackFinished(ev.Playback)
	case ari.Events.EndpointStateChange:
		if a.opts.Endpoint != nil && ev.Endpoint.Technology == "PJSIP" {
			a.opts.Endpoint(ev.Endpoint.Resource, ev.Endpoint.State)
		}
	case ari.Events.Dial:
		a.dialProgressed(call.LegID(ev.Peer.ID), ev.Status)
	case ari.Events.StasisStart, ari.Events.StasisEnd, ari.Events.ChannelStateChange, ari.Events.ChannelDestroyed,
		ari.Events.ChannelDtmfReceived:
		if ev.Channel.ID == "" {
			a.metrics.ignored("incomplete")
			return nil
		}
		a.channelEvent(ev)
	default:
		a.metrics.ignored("unused")
	}
	return nil
}

func (a *Adapter) channelEvent(ev event) {
	leg := call.LegID(ev.Channel.ID)
	switch ev.Type {
	case ari.Events.StasisStart:
		a.entered(leg, ev)
	case ari.Events.ChannelDtmfReceived:
		a.inbox.put(switchboard.KeyPressed{Leg: leg, Key: ev.Digit})
	case ari.Events.ChannelStateChange:
		a.stateChanged(leg, ev.Channel)
	case ari.Events.StasisEnd:
		a.left(leg)
	case ari.Events.ChannelDestroyed:
		a.forget(leg)
		a.inbox.put(switchboard.LegEnded{Leg: leg, Cause: ev.Cause})
	}
}

// entered: a customer's call arrived, an agent's leg was answered, or a leg that is to be dialled was made. An agent's leg
// counts as answered only now and not when its state becomes Up, because only now it can be put into a bridge.
func (a *Adapter) entered(leg call.LegID, ev event) {
	switch ev.Channel.role() {
	case roleAgent:
		a.inbox.put(switchboard.LegAnswered{Leg: leg})
		return
	case roleOutbound, roleTarget:
		a.legEntered(leg)
		return
	}
	id, told := a.announce(leg, true)
	if told {
		a.metrics.ignored("duplicate")
		return
	}
	a.inbox.put(switchboard.CallArrived{
		Call: id, Leg: leg, Caller: ev.Channel.party(), Dialled: ev.Channel.dialled(), At: ev.Channel.at(),
	})
	if ev.Channel.legState() == call.Up { // the dialplan answered while no server was there
		a.inbox.put(switchboard.LegAnswered{Leg: leg})
	}
	a.mark(ev.Channel, id)
}

// announce gives a customer's leg its call id, once. Telling says that the switchboard is told of its arrival now; told,
// that it was before.
func (a *Adapter) announce(leg call.LegID, telling bool) (id call.ID, told bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c, known := a.calls[leg]
	if !known {
		c.call = call.ID(uuid.Must(uuid.NewV7()).String())
	}
	a.calls[leg] = customer{c.call, c.told || telling}
	return c.call, c.told
}

// mark writes the call's id onto the channel, for a server that will have lost everything else. The role is written where
// the dialplan has not done so.
func (a *Adapter) mark(c channel, id call.ID) {
	leg, done := call.LegID(c.ID), make(chan struct{})
	a.mu.Lock()
	under := a.marking[leg] != nil
	if !under {
		a.marking[leg] = done
	}
	a.mu.Unlock()
	if under {
		return
	}
	unmark := func() {
		a.mu.Lock()
		delete(a.marking, leg)
		a.mu.Unlock()
		close(done)
	}
	a.background(func(ctx context.Context) {
		if a.isOver(leg) {
			return
		}
		a.setVariable(ctx, leg, varCall, string(id))
		if c.role() != roleCustomer {
			a.setVariable(ctx, leg, varRole, roleCustomer)
		}
	}, unmark)
}

func (a *Adapter) setVariable(ctx context.Context, leg call.LegID, name, value string) {
	err := a.rest.do(ctx, request{
		op: "set_variable", method: http.MethodPost, path: channelPath(leg) + "/variable",
		query: url.Values{"variable": {name}, "value": {value}},
	}, nil)
	if status(err) == http.StatusBadRequest || errors.Is(err, switchboard.ErrGone) {
		return // the caller hung up in this moment
	}
	if ctx.Err() != nil {
		return // the connection was lost, or Asterisk is slow: the next look tries again
	}
	if err != nil {
		a.log.Warn("channel not marked", "leg", leg, "variable", name, "error", err)
	}
}

// awaitMark waits until a mark under way is done, or ctx ends.
func (a *Adapter) awaitMark(ctx context.Context, leg call.LegID) {
	a.mu.Lock()
	done := a.marking[leg]
	a.mu.Unlock()
	if done == nil {
		return
	}
	select {
	case <-done:
	case <-ctx.Done():
	case <-a.ctx.Done():
	}
}

func (a *Adapter) stateChanged(leg call.LegID, c channel) {
	switch {
	case c.State == "Ringing":
		a.inbox.put(switchboard.LegRang{Leg: leg})
	case c.State == "Up" && c.role() != roleAgent:
		a.dialAnswered(leg)
		a.inbox.put(switchboard.LegAnswered{Leg: leg})
	}
}

// left: a leg is not ours to command any more. If it does not end by itself, it would be stranded.
func (a *Adapter) left(leg call.LegID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.leaving[leg] != nil || a.ctx.Err() != nil {
		return
	}
	a.leaving[leg] = time.AfterFunc(strandedAfter, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.leaving[leg] == nil {
			return
		}
		delete(a.leaving, leg)
		a.background(func(ctx context.Context) {
			err := a.releaseLeg(ctx, call.ReleaseLeg{Leg: leg, Cause: call.CauseNormalClearing})
			if err == nil {
				a.log.Warn("stranded leg hung up", "leg", leg)
			} else if !errors.Is(err, switchboard.ErrGone) {
				a.log.Warn("stranded leg not hung up", "leg", leg, "error", err)
			}
		}, nil)
	})
}

// forget drops what we remember of a leg that is gone.
func (a *Adapter) forget(leg call.LegID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended.add(leg)
	delete(a.calls, leg)
	delete(a.ringing, leg)
	delete(a.dialled, leg)
	delete(a.announced, leg)
	delete(a.music, leg)
	if timer := a.leaving[leg]; timer != nil {
		timer.Stop()
		delete(a.leaving, leg)
	}
}

// isOver says whether a leg has ended.
func (a *Adapter) isOver(leg call.LegID) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.ended.has(leg)
}
