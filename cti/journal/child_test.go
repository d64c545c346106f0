package journal

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// child is what this test's program does when a test has started it as a process of its own.
func child(job string) int {
	dir := os.Getenv("JOURNAL_TEST_DIR")
	var err error
	switch job {
	case "append":
		err = appendForEver(dir)
	case "hold":
		err = hold(dir)
	case "full":
		err = fillDisk(dir)
	default:
		err = fmt.Errorf("no such job: %s", job)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// process starts this test's program as a child.
func process(t *testing.T, job, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "JOURNAL_TEST_CHILD="+job, "JOURNAL_TEST_DIR="+dir)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

// appendForEver says the number of every change after Append has returned.
func appendForEver(dir string) error {
	j, r, err := Open(Options{Dir: dir, SegmentBytes: 64 << 10, Patience: time.Minute})
	if err != nil {
		return err
	}
	for n := r.Next; ; n++ {
		if j.CheckpointDue() {
			j.Checkpoint(Entry{Checkpoint, n - 1, fmt.Appendf(nil, "state %d", n-1)})
		}
		j.Append(Entry{Change, n, sized(n)})
		if _, err := fmt.Println(n); err != nil { //nolint:forbidigo // the test reads it
			return err
		}
	}
}

// sized gives a change of some length that can be checked.
func sized(n uint64) []byte {
	return append(fmt.Appendf(nil, "change %d ", n), strings.Repeat("가", int(n*7919%3000))...)
}

// TestKillLosesNothing kills a process that appends, again and again: everything that Append returned for is there.
func TestKillLosesNothing(t *testing.T) {
	dir := t.TempDir()
	said := uint64(0)
	random := rand.New(rand.NewPCG(4, 1))
	for range 15 {
		cmd := process(t, "append", dir)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for until := 1 + random.IntN(300); until > 0 && lines.Scan(); until-- {
			said = number(t, lines.Text())
		}
		require.NoError(t, cmd.Process.Kill())
		for lines.Scan() {
			said = number(t, lines.Text()) // said before it died
		}
		require.Error(t, cmd.Wait())
		said = checkKilled(t, dir, said)
	}
	require.Greater(t, len(segments(t, dir)), 3, "it was killed around checkpoints too")
}

func number(t *testing.T, text string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err)
	return n
}

func checkKilled(t *testing.T, dir string, said uint64) (last uint64) {
	t.Helper()
	r, err := Read(dir)
	require.NoError(t, err)
	for _, e := range r.Entries {
		if e.Kind == Checkpoint {
			require.Equal(t, last, e.Seq)
			continue
		}
		require.Equal(t, last+1, e.Seq, "no change is missing or doubled")
		require.Equal(t, sized(e.Seq), e.Data)
		last = e.Seq
	}
	require.GreaterOrEqual(t, last, said, "Append had returned")
	require.Equal(t, last+1, r.Next)
	return last
}

// hold keeps a journal until its input ends.
func hold(dir string) error {
	j, _, err := Open(Options{Dir: dir, Patience: time.Minute})
	if err != nil {
		return err
	}
	j.Append(change(1))
	fmt.Println("held") //nolint:forbidigo // the test reads it
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	return j.Close()
}
