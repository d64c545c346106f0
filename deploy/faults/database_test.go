package faults

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"bellhop/deploy/bot"
)

// postgresStopped: PostgreSQL is away; calls are answered, held and ended as before; serve is killed and started again
// meanwhile, keeps the live calls and routes new ones; afterwards all records are there.
func postgresStopped(t *testing.T, r *row) {
	h, f := openFloor(t, r, nobodyWaits, stackOptions{})
	f.note()
	begin := time.Now()
	h.postgres.kill()
	f.withoutRecords()
	h.serve.kill()
	h.serve.start()
	r.control = f.talking[0].agent.inControl(within(10 * time.Second)).Sub(h.serve.startedAt())
	f.withoutRecords()
	f.measured(r)
	f.workOn()
	pass(lasting(time.Second, 60*time.Second) - time.Since(begin))
	h.postgres.start()
	h.awaitPostgres()
	f.finish(r)
}

// withoutRecords places a call while nothing can be recorded: it is answered and talked and held as any other, and the agent
// is told that records are late.
func (f *floor) withoutRecords() {
	f.t.Helper()
	a := f.spare()
	c := a.talk()
	a.press("hold")
	c.hearsMusic(5 * time.Second)
	a.press("resume")
	f.hear(a, c)
	c.leave()
	a.until(5*time.Second, "free", free)
	a.choose("default")
	a.until(within(10*time.Second), "that records are late", func(v bot.View) bool { return v.RecordsLate })
}

// measured checks that those who talked heard each other all the time.
func (f *floor) measured(r *row) {
	f.t.Helper()
	r.toAgent, r.toCustomer = f.gaps(f.talking)
	r.after = f.calls()
	require.Equal(f.t, r.before, r.after, "calls")
	require.Zero(f.t, r.toAgent.missing+r.toCustomer.missing, "frames")
}

// nobodyWaits is a floor on which the next call goes to whoever is ready.
var nobodyWaits = shares{talking: 3, held: 1, consulting: 1, ringing: 1, wrapping: 1}

// outage does something to PostgreSQL for a while, in which calls must be as always.
func outage(t *testing.T, r *row, lasts time.Duration, begin func(*house) (end func())) {
	t.Helper()
	h, f := openFloor(t, r, nobodyWaits, stackOptions{})
	f.note()
	began := time.Now()
	end := begin(h)
	f.withoutRecords()
	f.workOn()
	f.withoutRecords()
	pass(lasts - time.Since(began))
	r.after = f.calls()
	r.toAgent, r.toCustomer = f.gaps(f.talking)
	require.Zero(t, r.toAgent.missing+r.toCustomer.missing, "frames")
	end()
	f.finish(r)
}

// postgresFrozen: every process of PostgreSQL hangs; its sockets stay open.
func postgresFrozen(t *testing.T, r *row) {
	outage(t, r, lasting(10*time.Second, 60*time.Second), func(h *house) func() {
		all := h.postgresProcesses()
		for _, pid := range all {
			require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
		}
		return func() {
			for _, pid := range all {
				_ = syscall.Kill(pid, syscall.SIGCONT)
			}
		}
	})
}

// postgresProcesses are the server and all it started. Backends leave its process group.
func (s *stack) postgresProcesses() []int {
	s.t.Helper()
	pid := s.postgres.cmd.Process.Pid
	all := []int{pid}
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "task", strconv.Itoa(pid), "children"))
	require.NoError(s.t, err)
	for word := range strings.FieldsSeq(string(text)) {
		child, err := strconv.Atoi(word)
		require.NoError(s.t, err)
		all = append(all, child)
	}
	return all
}

// tableLocked: somebody holds the tables that are written to.
func tableLocked(t *testing.T, r *row) {
	outage(t, r, 20*time.Second, func(h *house) func() {
		conn := h.connect()
		tx, err := conn.Begin(t.Context())
		require.NoError(t, err)
		_, err = tx.Exec(t.Context(), `lock table tickets, call_history, call_facts in access exclusive mode`)
		require.NoError(t, err)
		return func() { require.NoError(t, tx.Rollback(context.Background())) }
	})
}

func (s *stack) connect() *pgx.Conn {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.settings["DATABASE_URL"])
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// connectionsExhausted: strangers have taken every connection that the server's own did not have yet, and its own are ended
// from outside.
func connectionsExhausted(t *testing.T, r *row) {
	outage(t, r, lasting(5*time.Second, 20*time.Second), func(h *house) func() {
		var all []*pgx.Conn
		ours := h.connect()
		take := func() {
			for {
				conn, err := pgx.Connect(t.Context(), h.settings["DATABASE_URL"])
				if err != nil {
					require.ErrorContains(t, err, "53300")
					return
				}
				all = append(all, conn)
			}
		}
		for range 3 { // what is ended is taken again by whoever is first
			take()
			_, err := ours.Exec(t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'bellhop%'`)
			require.NoError(t, err)
		}
		take()
		return func() {
			for _, conn := range all {
				_ = conn.Close(context.Background())
			}
			h.pool.Reset()
		}
	})
}
