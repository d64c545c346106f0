package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/CyCoreSystems/ari/v5"
	"golang.org/x/sync/errgroup"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// announcement is the last one that a leg was played.
type announcement struct {
	number int
	ended  bool
}

// mostAnnounced is how many announcements a leg may have been played when a server starts that knows nothing of it.
const mostAnnounced = 32

// playbackID names the playback of an announcement, so that it can be asked for after a restart too.
func playbackID(leg call.LegID, number int) string { return fmt.Sprintf("%s-say-%d", leg, number) }

// numberOf is the number in a playback's id, 0 when it is no announcement of that leg.
func numberOf(id string, leg call.LegID) int {
	n, err := strconv.Atoi(strings.TrimPrefix(id, string(leg)+"-say-"))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

var soundName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// announceTo plays a sound. Asterisk sends it as early media where the call is not answered. It plays to a leg in no
// bridge only. Asterisk would play a sound again that has the same id, so what plays or has played is left alone.
func (a *Adapter) announceTo(ctx context.Context, id call.ID, e call.Announce) error {
	if !soundName.MatchString(string(e.Sound)) {
		return fmt.Errorf("asterisk: sound %q: %w", e.Sound, switchboard.ErrPermanent)
	}
	if a.wasAnnounced(e) {
		return nil
	}
	playing, err := a.plays(ctx, e.Leg, e.Number)
	if err != nil {
		return err
	}
	if playing {
		a.noteAnnouncement(e.Leg, announcement{number: e.Number})
		return nil
	}
	if err := a.takeOut(ctx, id, e.Leg); err != nil {
		return err
	}
	a.awaitMark(ctx, e.Leg) // while it plays, Asterisk sets no variables on the channel
	a.noteAnnouncement(e.Leg, announcement{number: e.Number})
	err = a.rest.do(ctx, request{
		op: "play", method: http.MethodPost,
		path:  channelPath(e.Leg) + "/play/" + url.PathEscape(playbackID(e.Leg, e.Number)),
		query: url.Values{"media": {"sound:bellhop/" + string(e.Sound)}},
	}, nil)
	if status(err) != 0 {
		a.noteAnnouncement(e.Leg, announcement{})
	}
	return err
}

// silence ends an announcement; its end is reported as of any other.
func (a *Adapter) silence(ctx context.Context, e call.Silence) error {
	err := a.rest.do(ctx, request{
		op: "stop_playback", method: http.MethodDelete, path: "/playbacks/" + url.PathEscape(playbackID(e.Leg, e.Number)),
	}, nil)
	if errors.Is(err, switchboard.ErrGone) {
		return nil
	}
	return err
}

// plays asks Asterisk whether an announcement is still being played.
func (a *Adapter) plays(ctx context.Context, leg call.LegID, number int) (bool, error) {
	var p ari.PlaybackData
	err := a.rest.do(ctx, request{
		op: "get_playback", method: http.MethodGet, path: "/playbacks/" + url.PathEscape(playbackID(leg, number)),
	}, &p)
	if errors.Is(err, switchboard.ErrGone) {
		return false, nil
	}
	return err == nil, err
}

func (a *Adapter) wasAnnounced(e call.Announce) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	was := a.announced[e.Leg]
	return was.number == e.Number && was.ended
}

// noteAnnouncement remembers what a leg is played; the empty one forgets.
func (a *Adapter) noteAnnouncement(leg call.LegID, n announcement) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if n.number == 0 {
		delete(a.announced, leg)
		return
	}
	if was := a.announced[leg]; was.number != n.number || !was.ended {
		a.announced[leg] = n
	}
}

// lookForSounds asks what is still being played, of the legs that may hear an announcement: those in no bridge.
func (a *Adapter) lookForSounds(ctx context.Context, seen switchboard.Snapshot, first bool) error {
	bridged := make(map[call.LegID]bool)
	for _, b := range seen.Bridges {
		for _, leg := range b.Legs {
			bridged[leg] = true
		}
	}
	legs := seen.Legs
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	var mu sync.Mutex
	for i := range legs {
		for _, number := range a.maybeHears(legs[i].Leg, first && legs[i].Customer && !bridged[legs[i].Leg]) {
			group.Go(func() error {
				playing, err := a.plays(ctx, legs[i].Leg, number)
				if playing {
					mu.Lock()
					legs[i].Playing = true
					mu.Unlock()
					a.noteAnnouncement(legs[i].Leg, announcement{number: number})
				}
				return err
			})
		}
	}
	return group.Wait()
}

// maybeHears are the announcements that may be playing to a leg, as far as we know; guess says that we know nothing.
func (a *Adapter) maybeHears(leg call.LegID, guess bool) []int {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch was, known := a.announced[leg]; {
	case known && was.ended:
		return nil
	case known:
		return []int{was.number}
	case guess:
		all := make([]int, mostAnnounced)
		for i := range all {
			all[i] = i + 1
		}
		return all
	}
	return nil
}

func (a *Adapter) playbackFinished(p ari.PlaybackData) {
	target, ok := strings.CutPrefix(p.TargetURI, "channel:")
	if !ok || target == "" {
		a.metrics.ignored("incomplete")
		return
	}
	leg := call.LegID(target)
	if p.ID == ringbackID(leg) {
		return
	}
	a.mu.Lock()
	number := numberOf(p.ID, leg)
	if was := a.announced[leg]; number != 0 && number == was.number {
		a.announced[leg] = announcement{number: number, ended: true}
	}
	a.mu.Unlock()
	a.inbox.put(switchboard.AnnouncementEnded{Leg: leg, Number: number, Failed: p.State == "failed"})
}
