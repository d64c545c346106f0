package faults

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/bot"
)

// successor: a second server with the same settings is started beside the first, which is then stopped: it hands over at once.
func successor(t *testing.T, r *row) {
	h, f := openFloor(t, r, sharesOf(*calls), stackOptions{serve: map[string]string{"DRAIN": "30s"}})
	f.note()
	next := h.part("successor", h.serve.command)
	next.start()
	h.eventually(patience, "the successor waits", func() bool { return h.waitsForJournal(next) })
	require.NoError(t, h.readiness(), "the first one works")

	stopped := time.Now()
	h.serve.signal(syscall.SIGTERM)
	h.serve.awaitEnd(patience)
	h.serve = next
	for _, a := range h.agents {
		h.eventually(within(5*time.Second), a.login+" is connected with the successor", func() bool { return a.Dialled().After(stopped) })
	}
	r.control = f.talking[0].agent.inControl(within(10 * time.Second)).Sub(stopped)
	h.awaitReady()
	f.asBefore(within(5*time.Second), f.talking[0].agent)
	f.measured(r)
	require.Less(t, r.control, within(5*time.Second), "control")
	f.workOn()
	f.finish(r)
}

// drained: without a successor no call is offered any more, those that agents have end in peace, and then the server ends.
func drained(t *testing.T, r *row) {
	h, f := openFloor(t, r, shares{talking: 2, waiting: 2}, stackOptions{serve: map[string]string{"DRAIN": "30s"}})
	f.note()
	h.serve.signal(syscall.SIGTERM)
	a := f.talking[0].agent
	a.until(within(2*time.Second), "that the server is about to end", func(v bot.View) bool { return v.Draining })
	f.spare().choose("ready")
	a.press("hold")
	f.talking[0].caller.hearsMusic(2 * time.Second)
	a.press("resume")
	h.hear(a, f.talking[0].caller)
	require.Equal(t, "free", f.spare().Now().Occupation, "no call is offered")
	f.talking[0].caller.leave()
	f.talking[1].caller.leave()
	begin := time.Now()
	h.serve.awaitEnd(within(5 * time.Second))
	r.note("ended %d ms after the last call", time.Since(begin).Milliseconds())
	for _, c := range f.waiting {
		require.True(t, c.live(), "who waits goes on waiting")
		c.hearsMusic(5 * time.Second)
	}
	h.serve.start()
	r.after = f.calls() + 2
	f.inOrder(f.waiting, []*agent{f.spare()})
	f.finish(r)
}

// waitsForJournal says whether a server waits for the journal that another one has.
func (h *house) waitsForJournal(p *part) bool {
	text, err := os.ReadFile(filepath.Join(h.journal, "successor"))
	return err == nil && strings.Contains(string(text), strconv.Itoa(p.cmd.Process.Pid))
}
