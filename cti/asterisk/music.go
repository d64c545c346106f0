package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

const (
	// usualMusic is the class of hold music of callers whose queue has none of its own.
	usualMusic = "default"
	// anyMusic stands for the class of a leg that was there before this server.
	anyMusic = "?"
)

// holdBridge is the bridge in which music of a class is heard.
func holdBridge(class string) string {
	if class == "" {
		return HoldBridge
	}
	return HoldBridge + "-" + class
}

func isHold(bridge string) bool {
	return bridge == HoldBridge || strings.HasPrefix(bridge, HoldBridge+"-")
}

// playMusic moves the leg into the holding bridge of its music. Music plays there to each for himself, from the moment he
// joins until he leaves, but only to those who join in the role holding_participant, and of the class that stands at his
// channel. Music on the bridge itself would stop whenever the bridge is empty. Who joins twice hears nothing, so who is in it
// already is left there.
func (a *Adapter) playMusic(ctx context.Context, e call.PlayMusic) error {
	if e.Class != "" && !soundName.MatchString(e.Class) {
		return fmt.Errorf("asterisk: music %.80q: %w", e.Class, switchboard.ErrPermanent)
	}
	bridge := holdBridge(e.Class)
	missing, err := a.missingFrom(ctx, bridge, e.Leg)
	if errors.Is(err, switchboard.ErrGone) { // it is the first one there, or somebody removed the bridge
		missing, err = []call.LegID{e.Leg}, a.makeHold(ctx, e.Class)
	}
	if err != nil || len(missing) == 0 {
		return err
	}
	if err := a.endRingback(ctx, missing...); err != nil {
		return err
	}
	if err := a.chooseMusic(ctx, e); err != nil {
		return err
	}
	return a.addToBridge(ctx, bridge, "holding_participant", missing)
}

// makeHold makes the bridge of a class of hold music unless it exists.
func (a *Adapter) makeHold(ctx context.Context, class string) error {
	if err := a.makeBridge(ctx, holdBridge(class), "holding"); !errors.Is(err, errBridgeExists) {
		return err
	}
	return nil
}

// chooseMusic writes the class at the leg's channel unless it stands there. Music that plays already would go on, also in
// another bridge: the leg leaves it first.
func (a *Adapter) chooseMusic(ctx context.Context, e call.PlayMusic) error {
	if a.musicOf(e.Leg) == e.Class {
		return nil
	}
	class := e.Class
	if class == "" {
		class = usualMusic
	}
	if err := a.rest.do(ctx, request{
		op: "choose_music", method: http.MethodPost, path: channelPath(e.Leg) + "/variable",
		query: url.Values{"variable": {"CHANNEL(musicclass)"}, "value": {class}},
	}, nil); err != nil {
		return err
	}
	if err := a.takeOutOf(ctx, e.Leg, a.holdsOf(e.Leg)); err != nil {
		return err
	}
	a.noteMusic(e.Leg, e.Class)
	return nil
}

// holdsOf are the bridges in one of which a leg hears music, if it does.
func (a *Adapter) holdsOf(leg call.LegID) []string {
	if class := a.musicOf(leg); class != "" && class != anyMusic {
		return []string{HoldBridge, holdBridge(class)}
	}
	return []string{HoldBridge}
}

// musicOf is the class of a leg's music, anyMusic when that is not known.
func (a *Adapter) musicOf(leg call.LegID) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.music[leg]
}

func (a *Adapter) noteMusic(leg call.LegID, class string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if class == "" {
		delete(a.music, leg)
		return
	}
	a.music[leg] = class
}

// seenMusic remembers, at the first look, whose music may be another than the usual one.
func (a *Adapter) seenMusic(seen switchboard.Snapshot) {
	for _, l := range seen.Legs {
		a.noteMusic(l.Leg, anyMusic)
	}
	for _, b := range seen.Bridges {
		if class, ok := strings.CutPrefix(b.ID, HoldBridge+"-"); b.Hold && ok {
			for _, leg := range b.Legs {
				a.noteMusic(leg, class)
			}
		}
	}
}

// ReloadMusic has Asterisk read its classes of hold music anew. Whoever hears music goes on hearing it.
func (a *Adapter) ReloadMusic(ctx context.Context) error {
	ctx, leave, err := a.link.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return a.rest.do(ctx, request{op: "reload_music", method: http.MethodPut, path: "/asterisk/modules/res_musiconhold.so"}, nil)
}
