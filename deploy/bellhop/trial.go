package main

import (
	"bytes"
	"context"
	"time"

	"bellhop/cti/admin"
	"bellhop/cti/number"
	"bellhop/media/audio"
	"bellhop/web/api"
)

const (
	trialTone  = 1004 // Hz, Milliwatt's
	trialHeard = -50  // dBFS
	trialEcho  = 0.6  // of the energy is the tone's
)

// Try implements api.Lines.
func (l *lines) Try(ctx context.Context, id, typed string) (api.TrialCall, error) {
	n, err := number.Parse(typed)
	if err != nil {
		return api.TrialCall{}, admin.Invalid{Field: "number", Code: "format"}
	}
	l.mu.Lock()
	routes := l.routes
	l.mu.Unlock()
	for _, r := range routes {
		if r.ID != id {
			continue
		}
		started := time.Now()
		sound, err := l.client.Try(ctx, r.Endpoint, n.Digits)
		if err != nil {
			return api.TrialCall{}, err
		}
		result := judge(sound)
		result.Seconds = time.Since(started).Seconds()
		return result, nil
	}
	return api.TrialCall{}, admin.Invalid{Field: "number", Code: "trunk_off"}
}

// judge says what is in a recording.
func judge(sound []byte) api.TrialCall {
	result := api.TrialCall{Level: -100}
	if sound == nil {
		return result
	}
	result.Answered = true
	samples, err := audio.ReadWAV(bytes.NewReader(sound))
	const second = audio.SampleRate
	if err != nil || len(samples) < second {
		return result
	}
	best := samples[:second]
	for at := 0; at+second <= len(samples); at += second / 4 {
		if part := samples[at : at+second]; audio.Level(part) > audio.Level(best) {
			best = part
		}
		if part := samples[at : at+second]; audio.Level(part) > trialHeard && audio.ToneShare(part, trialTone) > trialEcho {
			result.Echo = true
		}
	}
	result.Level = max(audio.Level(best), -100)
	result.Heard = result.Level > trialHeard
	return result
}
