package journal

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// holding starts a process that has the journal.
func holding(t *testing.T, dir string) (*exec.Cmd, io.Closer) {
	t.Helper()
	cmd := process(t, "hold", dir)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "held\n", line)
	return cmd, in
}

type turn struct {
	lock *Lock
	err  error
}

func awaiting(ctx context.Context, dir string) chan turn {
	c := make(chan turn, 1)
	go func() {
		l, err := Await(ctx, dir)
		c <- turn{l, err}
	}()
	return c
}

func TestOneProcessHasIt(t *testing.T) {
	dir := t.TempDir()
	cmd, in := holding(t, dir)
	_, _, err := Open(Options{Dir: dir})
	require.ErrorIs(t, err, ErrHeld)
	require.ErrorContains(t, err, fmt.Sprintf("process %d", cmd.Process.Pid))
	require.NoError(t, in.Close())
	require.NoError(t, cmd.Wait())
	_, r := reopened(t, dir)
	require.Equal(t, []Entry{change(1)}, r.Entries)
}

func TestASuccessorTakesOver(t *testing.T) {
	for _, end := range []string{"closes", "is killed"} {
		t.Run("the first "+end, func(t *testing.T) {
			dir := t.TempDir()
			cmd, in := holding(t, dir)
			second := awaiting(t.Context(), dir)
			place, err := openLock(dir, successorName)
			require.NoError(t, err)
			defer func() { _ = place.Close() }()
			eventually(t, func() bool { return registered(place) }, "the second waits")
			if end == "closes" {
				require.NoError(t, in.Close())
			} else {
				require.NoError(t, cmd.Process.Kill())
			}
			got := <-second
			require.NoError(t, got.err)
			_ = cmd.Wait()
			require.False(t, registered(place), "the next may wait")
			j, r := opens(t, Options{Dir: dir, Lock: got.lock})
			require.Equal(t, []Entry{change(1)}, r.Entries)
			_, _, err = Open(Options{Dir: dir})
			require.ErrorIs(t, err, ErrHeld)
			require.NoError(t, j.Close())
		})
	}
}

func TestTheRunningServerIsToldOfItsSuccessor(t *testing.T) {
	dir := t.TempDir()
	j, _ := opens(t, Options{Dir: dir})
	require.False(t, j.SuccessorWaiting())
	ctx, giveUp := context.WithCancel(t.Context())
	second := awaiting(ctx, dir)
	for !j.SuccessorWaiting() {
		<-j.Successor()
	}
	_, err := Await(t.Context(), dir)
	require.ErrorIs(t, err, ErrSuccessor, "one may wait")
	require.True(t, j.SuccessorWaiting())

	giveUp()
	require.ErrorIs(t, (<-second).err, context.Canceled)
	require.False(t, j.SuccessorWaiting())
	third := awaiting(t.Context(), dir)
	for !j.SuccessorWaiting() {
		<-j.Successor()
	}
	require.NoError(t, j.Close())
	got := <-third
	require.NoError(t, got.err)
	require.NoError(t, got.lock.Release())
}

func TestNobodyHasItYet(t *testing.T) {
	l, err := Await(t.Context(), t.TempDir())
	require.NoError(t, err)
	require.NoError(t, l.Release())
}
