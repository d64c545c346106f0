package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/CyCoreSystems/ari/v5"
	"golang.org/x/sync/errgroup"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// announcement is the last one that a leg was played.
type announcement struct {
	sound call.Sound
	ended bool
}

// announcements are the sounds that may be playing to a leg when a server starts.
var announcements = []call.Sound{call.SoundUnallocated, call.SoundHostileEnd}

// playbackID names the playback of an announcement, so that it can be asked for after a restart too.
func playbackID(leg call.LegID, sound call.Sound) string { return string(leg) + "-" + string(sound) }

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
	playing, err := a.plays(ctx, e.Leg, e.Sound)
	if err != nil {
		return err
	}
	if playing {
		a.noteAnnouncement(e.Leg, announcement{sound: e.Sound})
		return nil
	}
	if err := a.takeOut(ctx, id, e.Leg); err != nil {
		return err
	}
	a.awaitMark(ctx, e.Leg) // while it plays, Asterisk sets no variables on the channel
	a.noteAnnouncement(e.Leg, announcement{sound: e.Sound})
	err = a.rest.do(ctx, request{
		op: "play", method: http.MethodPost,
		path:  channelPath(e.Leg) + "/play/" + url.PathEscape(playbackID(e.Leg, e.Sound)),
		query: url.Values{"media": {"sound:bellhop/" + string(e.Sound)}},
	}, nil)
	if status(err) != 0 {
		a.noteAnnouncement(e.Leg, announcement{})
	}
	return err
}

// plays asks Asterisk whether an announcement is still being played.
func (a *Adapter) plays(ctx context.Context, leg call.LegID, sound call.Sound) (bool, error) {
	var p ari.PlaybackData
	err := a.rest.do(ctx, request{
		op: "get_playback", method: http.MethodGet, path: "/playbacks/" + url.PathEscape(playbackID(leg, sound)),
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
	return was.sound == e.Sound && was.ended
}

// noteAnnouncement remembers what a leg is played; the empty one forgets.
func (a *Adapter) noteAnnouncement(leg call.LegID, n announcement) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if n.sound == "" {
		delete(a.announced, leg)
		return
	}
	if was := a.announced[leg]; was.sound != n.sound || !was.ended {
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
		for _, sound := range a.maybeHears(legs[i].Leg, first && legs[i].Customer && !bridged[legs[i].Leg]) {
			group.Go(func() error {
				playing, err := a.plays(ctx, legs[i].Leg, sound)
				if playing {
					mu.Lock()
					legs[i].Playing = true
					mu.Unlock()
					a.noteAnnouncement(legs[i].Leg, announcement{sound: sound})
				}
				return err
			})
		}
	}
	return group.Wait()
}

// maybeHears are the announcements that may be playing to a leg, as far as we know; guess says that we know nothing.
func (a *Adapter) maybeHears(leg call.LegID, guess bool) []call.Sound {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch was, known := a.announced[leg]; {
	case known && was.ended:
		return nil
	case known:
		return []call.Sound{was.sound}
	case guess:
		return announcements
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
	if was := a.announced[leg]; was.sound != "" && p.ID == playbackID(leg, was.sound) {
		a.announced[leg] = announcement{sound: was.sound, ended: true}
	}
	a.mu.Unlock()
	a.inbox.put(switchboard.AnnouncementEnded{Leg: leg, Failed: p.State == "failed"})
}
