// Command make speaks the announcements of a caller's place and wait with espeak-ng, evens them and writes them as 8 kHz
// µ-law next to its folder: go run ./deploy/asterisk/sound/make deploy/asterisk/sound
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"

	"bellhop/media/audio"
)

var (
	places  = []string{"첫", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"}
	minutes = []string{"일", "이", "삼", "사", "오", "육", "칠", "팔", "구", "십"}
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		slog.Error("not made", "error", err)
		defer os.Exit(1) //nolint:forbidigo // nothing else is deferred
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return errors.New("say into which folder")
	}
	for name, text := range sentences() {
		if err := speak(ctx, filepath.Join(args[0], name+".ulaw"), name, text); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// sentences are what is said, by the sound's name.
func sentences() map[string]string {
	all := map[string]string{
		"queue-place-more":    "현재 대기 순서는 열 번째 이후입니다.",
		"queue-wait-more":     "예상 대기 시간은 십 분 이상입니다.",
		"en-queue-place-more": "There are more than nine callers before you.",
		"en-queue-wait-more":  "The expected waiting time is more than ten minutes.",
	}
	for i := range 10 {
		n := i + 1
		all[fmt.Sprintf("queue-place-%d", n)] = "현재 대기 순서는 " + places[i] + " 번째입니다."
		all[fmt.Sprintf("queue-wait-%d", n)] = "예상 대기 시간은 약 " + minutes[i] + " 분입니다."
		all[fmt.Sprintf("en-queue-place-%d", n)] = fmt.Sprintf("You are number %d in the queue.", n)
		all[fmt.Sprintf("en-queue-wait-%d", n)] = fmt.Sprintf("The expected waiting time is about %d minutes.", n)
	}
	all["en-queue-wait-1"] = "The expected waiting time is about one minute."
	return all
}

func speak(ctx context.Context, path, name, text string) error {
	voice := "ko"
	if name[:3] == "en-" {
		voice = "en-us"
	}
	cmd := exec.CommandContext(ctx, "espeak-ng", "-b", "1", "-v", voice, "-s", "150", "--stdin", "--stdout")
	cmd.Stdin = bytes.NewBufferString(text)
	out, err := cmd.Output()
	if err != nil {
		return err
	}
	samples, err := audio.ReadWAV(bytes.NewReader(out))
	if err != nil {
		return err
	}
	audio.Even(samples)
	samples = append(trim(samples), make([]int16, audio.SampleRate/4)...)
	return os.WriteFile(path, audio.EncodeULaw(nil, samples), 0o600)
}

// trim takes the silence at the ends away.
func trim(samples []int16) []int16 {
	quiet := func(s int16) bool { return s > -60 && s < 60 }
	for len(samples) > 0 && quiet(samples[0]) {
		samples = samples[1:]
	}
	for len(samples) > 0 && quiet(samples[len(samples)-1]) {
		samples = samples[:len(samples)-1]
	}
	return samples
}
