package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/admin"
	"bellhop/cti/admin/blob"
	"bellhop/cti/admin/flow"
	"bellhop/cti/admin/sound"
	"bellhop/deploy/asterisk"
	"bellhop/deploy/config"
	"bellhop/deploy/speech"
	"bellhop/media/audio"
)

// newSounds is what callers hear that admins make. reload asks for Asterisk to read its hold music anew.
func newSounds(settings config.Serve, pool *pgxpool.Pool, reload func()) (*sound.Store, error) {
	files, err := blob.Open(settings.FilesDir())
	if err != nil {
		return nil, err
	}
	folder, err := asterisk.NewFolder(settings.SoundsDir, reload)
	if err != nil {
		return nil, fmt.Errorf("BELLHOP_SOUNDS_DIR: %w", err)
	}
	speaker, err := speech.New(settings.TTSCommand)
	if err != nil {
		return nil, fmt.Errorf("BELLHOP_TTS_COMMAND: %w", err)
	}
	return sound.NewStore(sound.Options{
		Pool: pool, Files: files, Folder: folder, Convert: convert,
		Speak: func(ctx context.Context, language, text string) ([]byte, error) {
			wav, err := speaker.Speak(ctx, language, text)
			if errors.Is(err, speech.ErrMissing) {
				err = sound.ErrNoSpeech
			}
			return wav, err
		},
	}), nil
}

// shapeSteps is how finely a sound is drawn.
const shapeSteps = 200

var refusals = map[error]string{
	audio.ErrUnreadable: "unreadable", audio.ErrUnsupported: "unsupported", audio.ErrTruncated: "truncated",
	audio.ErrTooLong: "too_long_sound", audio.ErrNoSound: "silent",
}

// convert makes a stranger's file what telephones carry: 8 kHz, mono, as loud as everything else.
func convert(file []byte) (made sound.Converted, err error) {
	samples, err := audio.Decode(file, sound.MaxLength)
	for refusal, code := range refusals {
		if errors.Is(err, refusal) {
			return made, sound.Refused{Code: code}
		}
	}
	if err != nil {
		return made, err
	}
	if !audio.Even(samples) {
		return made, sound.Refused{Code: "silent"}
	}
	var wav bytes.Buffer
	if err := audio.WriteWAV(&wav, samples); err != nil {
		return made, err
	}
	length := max(time.Millisecond, time.Duration(len(samples))*time.Second/audio.SampleRate)
	return sound.Converted{WAV: wav.Bytes(), Length: length, Shape: audio.Shape(samples, shapeSteps)}, nil
}

// keepMusic has Asterisk read its hold music anew after each change, until ctx ends.
func (s *server) keepMusic(ctx context.Context) {
	for {
		select {
		case <-s.music:
		case <-ctx.Done():
			return
		}
		if err := s.switching.ReloadMusic(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "a change of hold music has not reached Asterisk yet", "error", err)
			time.AfterFunc(lookAgain, s.music.tell)
		}
	}
}

// restoreSounds gives Asterisk every sound that is kept, as soon as the database is there.
func restoreSounds(ctx context.Context, sounds *sound.Store, log *slog.Logger) {
	for ctx.Err() == nil {
		err := sounds.Restore(ctx)
		if err == nil {
			return
		}
		log.WarnContext(ctx, "sounds are not restored yet", "error", err)
		select {
		case <-time.After(lookAgain):
		case <-ctx.Done():
		}
	}
}

// flowSounds are what flows of a service can say: what comes with Bellhop, and what admins made.
func flowSounds(sounds *sound.Store) flow.Sounds {
	return func(ctx context.Context, q admin.Querier, a admin.Actor, service string) ([]flow.Sound, error) {
		all, err := flow.Shipped(ctx, q, a, service)
		if err != nil {
			return nil, err
		}
		own, err := sounds.For(ctx, q, a, service)
		for _, s := range own {
			all = append(all, flow.Sound{Name: s.ID, Label: s.Name, Length: s.Length})
		}
		return all, err
	}
}
