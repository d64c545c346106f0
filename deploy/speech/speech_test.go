package speech_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/speech"
	"bellhop/media/audio"
)

func speaker(t *testing.T, command string) *speech.Speaker {
	t.Helper()
	s, err := speech.New(command)
	require.NoError(t, err)
	return s
}

// TestSpeaks: espeak-ng says Korean and English, and a text that looks like an option is only a text.
func TestSpeaks(t *testing.T) {
	t.Parallel()
	s := speaker(t, "espeak-ng -b 1 -v {language} -s 150 -f {input} -w {output}")
	for language, text := range map[string]string{"ko": "통화를 종료합니다.", "en": "--version -w /tmp/x $(id) `id`"} {
		wav, err := s.Speak(t.Context(), language, text)
		require.NoError(t, err)
		samples, err := audio.Decode(wav, time.Minute)
		require.NoError(t, err)
		require.Greater(t, len(samples), audio.SampleRate)
		require.Greater(t, audio.Level(samples), -45.0)
	}
}

func program(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "say")
	require.NoError(t, os.WriteFile(name, []byte("#!/bin/sh\n"+text), 0o700)) //nolint:gosec // it is run
	return name
}

func TestRunsInAFolderOfItsOwnWithoutOurEnvironment(t *testing.T) {
	t.Setenv("BELLHOP_ARI_PASSWORD", "secret")
	out, err := speaker(t, program(t, "cat; pwd; env")).Speak(t.Context(), "ko", "안녕")
	require.NoError(t, err)
	require.Contains(t, string(out), "안녕")
	require.Contains(t, string(out), "bellhop-speech-")
	require.NotContains(t, string(out), "secret")
}

func TestFailures(t *testing.T) {
	t.Parallel()
	_, err := speaker(t, "no-such-program-here {input}").Speak(t.Context(), "ko", "x")
	require.ErrorIs(t, err, speech.ErrMissing)
	_, err = speaker(t, program(t, "echo oops >&2; exit 3")).Speak(t.Context(), "ko", "x")
	require.ErrorContains(t, err, "oops")
	_, err = speaker(t, program(t, "exit 0")+" {output}").Speak(t.Context(), "ko", "x")
	require.ErrorContains(t, err, "wrote nothing")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = speaker(t, program(t, "sleep 600 & wait")).Speak(ctx, "ko", "x")
	require.Error(t, err)
	_, err = speech.New("  ")
	require.Error(t, err)
}
