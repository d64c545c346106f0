// Package speech has a program say texts: espeak-ng, as Debian ships it, unless another is set. It runs without a shell, in a
// folder of its own that is removed after it, without our environment, for a limited time and a limited size.
package speech

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ErrMissing: the program is not installed.
var ErrMissing = errors.New("the speech synthesiser is not installed")

// The limits of one text.
const (
	maxTime   = time.Minute
	maxOutput = 64 << 20
)

// Speaker runs a command. In its words, {language} stands for a language (ko), {input} for a file with the text, {output} for
// the WAV file it has to write. Without {input} the text comes on its standard input, without {output} it writes to its standard output.
type Speaker struct{ words []string }

// New makes a speaker of a command.
func New(command string) (*Speaker, error) {
	words := strings.Fields(command)
	if len(words) == 0 {
		return nil, errors.New("a command is needed")
	}
	return &Speaker{words: words}, nil
}

// Check says whether the program is there.
func (s *Speaker) Check() error {
	if _, err := exec.LookPath(s.words[0]); err != nil {
		return fmt.Errorf("%w: %s", ErrMissing, s.words[0])
	}
	return nil
}

// Speak gives the WAV file of a text.
func (s *Speaker) Speak(ctx context.Context, language, text string) ([]byte, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	folder, err := os.MkdirTemp("", "bellhop-speech-")
	if err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(folder) //nolint:errcheck // what is left is of this run only
	input, output := filepath.Join(folder, "text"), filepath.Join(folder, "sound.wav")
	if err := os.WriteFile(input, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("write the text: %w", err)
	}
	args := make([]string, len(s.words))
	for i, word := range s.words {
		args[i] = strings.NewReplacer("{language}", language, "{input}", input, "{output}", output).Replace(word)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // the command is a setting
	cmd.Dir, cmd.Env = folder, []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "HOME=" + folder, "TMPDIR=" + folder}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	if !strings.Contains(strings.Join(s.words, " "), "{input}") {
		cmd.Stdin = strings.NewReader(text)
	}
	out, said := &capped{most: maxOutput}, &capped{most: 1000}
	cmd.Stdout, cmd.Stderr = out, said
	if err := run(cmd); err != nil {
		return nil, fmt.Errorf("%s: %w: %.500q", s.words[0], err, said.String())
	}
	if strings.Contains(strings.Join(s.words, " "), "{output}") {
		wav, err := os.ReadFile(output) //nolint:gosec // in our own folder
		if err != nil {
			return nil, fmt.Errorf("%s wrote nothing: %w", s.words[0], err)
		}
		return wav, nil
	}
	return out.Bytes(), nil
}

// run runs a command that may write no larger file than a sound is.
func run(cmd *exec.Cmd) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	limit := unix.Rlimit{Cur: maxOutput, Max: maxOutput}
	if err := unix.Prlimit(cmd.Process.Pid, unix.RLIMIT_FSIZE, &limit, nil); err != nil && !errors.Is(err, unix.ESRCH) {
		return errors.Join(err, cmd.Cancel(), cmd.Wait())
	}
	return cmd.Wait()
}

// capped keeps the first bytes of what is written.
type capped struct {
	bytes.Buffer
	most int
}

func (c *capped) Write(p []byte) (int, error) {
	if room := c.most - c.Len(); room > 0 {
		c.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
