package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/directory"
	"bellhop/deploy/schema"
	"bellhop/deploy/schema/schematest"
	"bellhop/tickets"
)

const epoch = "3f0c6e4e-0d0e-4f65-9a06-0d9d2f1c9f00"

// newTraffic seeds the demo organisation, and makes traffic of its agents.
func newTraffic(t testing.TB, pool *pgxpool.Pool, seed uint64) *traffic {
	t.Helper()
	seedPeople(t, pool)
	d, err := directory.NewStore(pool).Load(t.Context())
	require.NoError(t, err)
	queue := d.Switchboard().Queues[0]
	tr := &traffic{
		t: t, random: rand.New(rand.NewPCG(seed, 1)), now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC),
		queue: call.Queue{ID: queue.ID, Name: queue.Name, Service: queue.Service, ServiceName: queue.ServiceName, Reclaim: queue.Reclaim},
	}
	for _, a := range d.Agents {
		tr.agents = append(tr.agents, call.AgentID(a.ID))
	}
	return tr
}

func seedPeople(t testing.TB, pool *pgxpool.Pool) {
	t.Helper()
	passwords := map[string]string{}
	for _, u := range directory.DemoUsers() {
		passwords[u.Login] = "x"
	}
	_, err := directory.NewStore(pool).SeedDemo(t.Context(), directory.DemoOptions{
		Passwords: passwords,
		Hash:      func(context.Context, string) (string, error) { return "$argon2id$x", nil },
	})
	require.NoError(t, err)
}

// contents are the rows of every table that facts go into, without the numbers that the database gives.
func contents(t testing.TB, pool *pgxpool.Pool) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for name, query := range map[string]string{
		"tickets": `select (to_jsonb(t) - 'number')::text from tickets t order by call_id, service_id`,
		"events": `select (to_jsonb(e) - 'id')::text || row_number() over (partition by call_id order by at, id)
			from ticket_events e order by call_id, at, id`,
		"history":  `select (to_jsonb(h) - 'id')::text from call_history h order by call_id, agent_id, leg_id`,
		"facts":    `select to_jsonb(f)::text from call_facts f order by seq`,
		"rejected": `select to_jsonb(r)::text from facts_rejected r order by seq`,
	} {
		found, err := pool.Query(t.Context(), query)
		require.NoError(t, err)
		all[name], err = pgx.CollectRows(found, pgx.RowTo[string])
		require.NoError(t, err)
	}
	return all
}

func startShipper(t testing.TB, keeper *shipStore, journal acker, drain time.Duration, replay []call.Fact) *shipper {
	t.Helper()
	registry := prometheus.NewRegistry()
	s, err := newShipper(shipOptions{
		Keeper: keeper, Epoch: epoch, Ack: journal, Replay: replay, Opened: func(tickets.TicketOpened) {}, DrainWithin: drain,
		Calls: newCallMetrics(registry), Log: slog.New(slog.DiscardHandler), Metrics: registry,
	})
	require.NoError(t, err)
	s.start(t.Context())
	return s
}

func newKeeper(t testing.TB, pool *pgxpool.Pool) *shipStore {
	t.Helper()
	keeper, err := newShipStore(t.Context(), pool, epoch)
	require.NoError(t, err)
	t.Cleanup(keeper.close)
	return keeper
}

// frail breaks every connection to the database after so many bytes to or from it, wherever that is in a transaction.
type frail struct {
	mu     sync.Mutex
	left   int
	broken chan struct{} // closed when nothing is left
}

var errBroken = errors.New("the connection broke")

func newFrail(bytes int) *frail { return &frail{left: bytes, broken: make(chan struct{})} }

// spend takes n bytes, and gives how many of them still go through.
func (f *frail) spend(n int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left <= 0 {
		return 0
	}
	f.left -= n
	if f.left <= 0 {
		close(f.broken)
		return n + f.left
	}
	return n
}

// through is a pool whose connections are frail.
func (f *frail) through(t testing.TB, pool *pgxpool.Pool) *pgxpool.Pool {
	t.Helper()
	config := pool.Config()
	dial := config.ConnConfig.DialFunc
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &frailConn{conn, f}, nil
	}
	weak, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(weak.Close)
	return weak
}

type frailConn struct {
	net.Conn
	*frail
}

func (c *frailConn) Write(b []byte) (int, error) {
	n := c.spend(len(b))
	if written, err := c.Conn.Write(b[:n]); err != nil || n == len(b) {
		return written, err
	}
	return n, errors.Join(errBroken, c.Close())
}

func (c *frailConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if through := c.spend(n); through < n {
		return 0, errors.Join(errBroken, c.Close())
	}
	return n, err
}

// TestKeptAllOrNoneWhereverTheConnectionBreaks breaks the connection at many points of the conversation in which a batch is
// saved, after the last statement too.
func TestKeptAllOrNoneWhereverTheConnectionBreaks(t *testing.T) {
	pool := schematest.Pool(t)
	tr := newTraffic(t, pool, 1)
	for len(tr.facts) < 60 {
		tr.next()
	}
	records := recordsOf(t, tr.facts)
	const plenty = 1 << 30
	whole := newFrail(plenty)
	keeper := newKeeper(t, whole.through(t, pool))
	_, err := keeper.keep(t.Context(), records)
	require.NoError(t, err)
	keeper.close()
	want, conversation := contents(t, pool), plenty-whole.left
	points := []int{conversation - 400, conversation - 200, conversation - 50} // what the server answers at the end is short
	for i := range 15 {
		points = append(points, 1+i*conversation/15)
	}
	committed := 0
	for _, point := range points {
		_, err := pool.Exec(t.Context(), `truncate tickets, ticket_events, call_history, call_facts, facts_rejected cascade`)
		require.NoError(t, err)
		keeper := newKeeper(t, newFrail(point).through(t, pool))
		_, err = keeper.keep(t.Context(), records)
		require.Error(t, err)
		require.NotErrorIs(t, err, errRefused)
		keeper.close()
		if got := contents(t, pool); len(got["facts"]) > 0 {
			committed++
			require.Equal(t, want, got)
		} else {
			for table, rows := range got {
				require.Empty(t, rows, table)
			}
		}
	}
	require.Positive(t, committed, "once it was saved and nobody was told")
}

func recordsOf(t testing.TB, facts []call.Fact) []*record {
	t.Helper()
	registry := prometheus.NewRegistry()
	s, err := newShipper(shipOptions{Epoch: epoch, Replay: facts, Log: slog.New(slog.DiscardHandler), Calls: newCallMetrics(registry), Metrics: registry})
	require.NoError(t, err)
	for _, r := range s.queue {
		s.tell(r)
	}
	return s.queue
}

// TestOnceWhateverDies: serve is killed again and again, at any moment of its work with the database, and each run begins
// with what the journal has from the last acknowledged fact, or from one before, because acknowledging is lazy. In the end
// everything is there, once, as if nothing had happened.
func TestOnceWhateverDies(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			calm := schematest.Pool(t)
			tr := newTraffic(t, calm, seed)
			for len(tr.facts) < 1500 {
				tr.next()
			}
			s := startShipper(t, newKeeper(t, calm), &fakeJournal{}, time.Minute, nil)
			for _, f := range tr.facts {
				s.put(f)
			}
			s.stop()
			want := contents(t, calm)
			require.Len(t, want["facts"], len(tr.facts))

			stormy := schematest.Pool(t)
			newTraffic(t, stormy, seed)
			lives := tr.ship(stormy)
			require.Greater(t, lives, 10)
			got := contents(t, stormy)
			for table, rows := range want {
				require.Equal(t, rows, got[table], table)
			}
		})
	}
}

// ship ships the traffic in many lives of a shipper, each of which ends badly, but for the last, and says how many there
// were.
func (tr *traffic) ship(pool *pgxpool.Pool) (lives int) {
	told, acked := 0, 0 // by the switchboard and to the journal, over all lives
	for ; told < len(tr.facts); lives++ {
		from := acked - min(acked, tr.random.IntN(200)*tr.random.IntN(2))
		weak, journal := newFrail(20_000+tr.random.IntN(400_000)), &fakeJournal{}
		keeper := newKeeper(tr.t, weak.through(tr.t, pool))
		s := startShipper(tr.t, keeper, journal, time.Nanosecond, tr.facts[from:told])
		for range tr.random.IntN(250) {
			if told < len(tr.facts) {
				s.put(tr.facts[told])
				told++
			}
		}
		if tr.random.IntN(4) > 0 { // else it is killed at once
			select {
			case <-weak.broken:
			case <-time.After(time.Second):
			}
		}
		s.stop()
		keeper.close()
		acked = max(acked, int(journal.last()))
	}
	s := startShipper(tr.t, newKeeper(tr.t, pool), &fakeJournal{}, time.Minute, tr.facts[acked:])
	s.stop()
	return lives
}

// TestShipperOutlivesTheDatabase stops PostgreSQL under the shipper, and locks a table that it needs.
func TestShipperOutlivesTheDatabase(t *testing.T) {
	cluster := schematest.StartCluster(t)
	require.NoError(t, schema.Migrate(t.Context(), cluster.URL()))
	pool, err := pgxpool.New(t.Context(), cluster.URL())
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	tr := newTraffic(t, pool, 7)
	for len(tr.facts) < 300 {
		tr.next()
	}
	journal := &fakeJournal{}
	s := startShipper(t, newKeeper(t, pool), journal, time.Minute, nil)
	for i, f := range tr.facts {
		switch i {
		case 50:
			lock, err := pool.Begin(t.Context())
			require.NoError(t, err)
			_, err = lock.Exec(t.Context(), `lock table ticket_events`)
			require.NoError(t, err)
			defer lock.Rollback(context.WithoutCancel(t.Context())) //nolint:errcheck // the server is stopped before
		case 100:
			_, changed := s.Late()
			<-changed
			cluster.Stop(t)
		case 200:
			cluster.Start(t)
		}
		s.put(f)
	}
	s.stop()
	got := contents(t, pool)
	require.Len(t, got["facts"], len(tr.facts))
	require.NotEmpty(t, got["tickets"])
	require.NotZero(t, journal.last())
	late, _ := s.Late()
	require.False(t, late)
}

// TestWhatIsRefusedIsSetAside: a fact of an agent whom nobody knows is kept where it can be, and does not hold up others.
func TestWhatIsRefusedIsSetAside(t *testing.T) {
	pool := schematest.Pool(t)
	tr := newTraffic(t, pool, 3)
	for len(tr.facts) < 200 {
		tr.next()
	}
	stranger := call.AgentID(uuid.NewString())
	bad := &tr.facts[100]
	for bad.Kind != call.CallOffered {
		bad = &tr.facts[bad.Seq]
	}
	bad.Agent = stranger
	tr.facts[150].Call.ID = "\x00 no id"
	for range 2 {
		s := startShipper(t, newKeeper(t, pool), &fakeJournal{}, time.Minute, tr.facts)
		s.stop()
	}
	got := contents(t, pool)
	require.Len(t, got["facts"], len(tr.facts)-1)
	require.NotEmpty(t, got["rejected"])
	var parts []string
	require.NoError(t, pool.QueryRow(t.Context(), `select array_agg(part order by part) from facts_rejected where seq = $1`, bad.Seq).Scan(&parts))
	require.Equal(t, []string{partTickets}, parts)
	require.NoError(t, pool.QueryRow(t.Context(), `select array_agg(part order by part) from facts_rejected where seq = 151`).Scan(&parts))
	require.Equal(t, []string{partFacts, partTickets}, parts)
}

// BenchmarkShip is facts about calls on their way into PostgreSQL: tickets, histories and call_facts. It reports facts/s, and
// what a fact costs PostgreSQL's process and this one, which says more on a machine that has other work too.
func BenchmarkShip(b *testing.B) {
	pool := schematest.Pool(b)
	tr := newTraffic(b, pool, 5)
	for len(tr.facts) < b.N {
		tr.next()
	}
	keeper := newKeeper(b, pool)
	var backend int
	require.NoError(b, keeper.pool.QueryRow(b.Context(), `select pg_backend_pid()`).Scan(&backend))
	s := startShipper(b, keeper, &fakeJournal{}, time.Hour, nil)
	postgres, own := cpuTime(b, strconv.Itoa(backend)), cpuTime(b, "self")
	b.ResetTimer()
	for _, f := range tr.facts[:b.N] {
		s.put(f)
	}
	s.stop()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "facts/s")
	b.ReportMetric(float64((cpuTime(b, strconv.Itoa(backend))-postgres).Microseconds())/float64(b.N), "µs-postgres/fact")
	b.ReportMetric(float64((cpuTime(b, "self")-own).Microseconds())/float64(b.N), "µs-own/fact")
}

// cpuTime is what a process has used of processors so far, to a hundredth of a second (proc_pid_stat(5), fields 14 and 15).
func cpuTime(b *testing.B, pid string) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	require.NoError(b, err)
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+2:]))
	var ticks int
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		require.NoError(b, err)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
