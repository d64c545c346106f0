package trunk_test

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bellhop/cti/admin"
	"bellhop/cti/admin/secret"
	"bellhop/cti/admin/trunk"
	"bellhop/cti/asterisk/pjsip"
	"bellhop/deploy/asterisk"
	"bellhop/deploy/asterisk/asterisktest"
	"bellhop/deploy/schema/schematest"
	"bellhop/media/audio"
)

const organisation = "01995f3e-0000-7000-8000-0000000000aa"

var boss = admin.Actor{Name: "정은호", Role: admin.RoleAdmin, Organisation: organisation}

// house is a database and an Asterisk that a keeper keeps like it. Only 127.0.0.2 may call without a trunk.
type house struct {
	t      *testing.T
	pool   *pgxpool.Pool
	store  *trunk.Store
	ast    *asterisktest.Instance
	keeper *pjsip.Keeper
	stop   func()
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, pool: schematest.Pool(t)}
	_, err := h.pool.Exec(t.Context(), `insert into organisations (id, name) values ($1, '한빛몰')`, organisation)
	require.NoError(t, err)
	key, err := secret.New(make([]byte, 32))
	require.NoError(t, err)
	h.store = trunk.NewStore(h.pool, key)
	h.ast = asterisktest.StartForTest(t, func(c *asterisk.Config) { c.Callers = "127.0.0.2/32" })
	h.serve()
	t.Cleanup(func() { h.stop() })
	return h
}

// serve starts what serve does to Asterisk; what was before it may have died anywhere.
func (h *house) serve() {
	client := pjsip.NewClient(h.ast.ARIURL, h.ast.Username, h.ast.Password)
	h.keeper = pjsip.NewKeeper(pjsip.KeeperOptions{
		Client: client, Log: slog.New(slog.DiscardHandler),
		Want: func(ctx context.Context) ([]pjsip.Object, error) {
			objects, _, err := h.store.Wanted(ctx)
			return objects, err
		},
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.keeper.Run(ctx)
	}()
	h.stop = func() { cancel(); <-done }
	h.keeper.Poke()
}

func (h *house) add(name, addr string, change ...func(*trunk.Trunk)) trunk.Trunk {
	h.t.Helper()
	host, port, err := net.SplitHostPort(addr)
	require.NoError(h.t, err)
	in := trunk.Trunk{Name: name, Enabled: true, Address: host, Transport: "udp", Codecs: []string{"ulaw", "alaw"}, Lines: 2}
	in.Port, err = strconv.Atoi(port)
	require.NoError(h.t, err)
	for _, each := range change {
		each(&in)
	}
	made, err := h.store.Create(h.t.Context(), boss, in)
	require.NoError(h.t, err)
	return made
}

// agree waits until Asterisk has exactly what the database says.
func (h *house) agree() {
	h.t.Helper()
	h.keeper.Poke()
	require.Eventually(h.t, func() bool {
		missing, extra, err := h.differences()
		return err == nil && missing+extra == 0
	}, 15*time.Second, 20*time.Millisecond, "Asterisk is not as the database")
}

func (h *house) differences() (missing, extra int, err error) {
	want, _, err := h.store.Wanted(h.t.Context())
	require.NoError(h.t, err)
	return pjsip.NewClient(h.ast.ARIURL, h.ast.Username, h.ast.Password).Differences(h.t.Context(), want)
}

func (h *house) endpoint(id string) string {
	_, routes, err := h.store.Wanted(h.t.Context())
	require.NoError(h.t, err)
	for _, r := range routes {
		if r.ID == id {
			return r.Endpoint
		}
	}
	return ""
}

func hears(l *asterisktest.Line) func() bool {
	return func() bool { return audio.Level(l.Heard(time.Second)) > -45 }
}

// TestTrunkChangesLeaveCallsAlone: a call that runs over a trunk hears on, without a gap, while its own and others are made,
// changed and removed; new calls are taken as the trunks are now.
func TestTrunkChangesLeaveCallsAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	carrier := asterisktest.NewPhone(t, "127.0.0.9", "0212345678")
	refused := carrier.Call("1000", h.ast.SIPAddr)
	<-refused.Ended
	status, _ := refused.Status()
	require.GreaterOrEqual(t, status, 400, "no trunk, no call")

	first := h.add("첫째 통신사", carrier.Addr)
	h.agree()
	line := carrier.Call("1000", h.ast.SIPAddr)
	<-line.Answered
	require.Eventually(t, hears(line), 5*time.Second, 20*time.Millisecond)
	line.LongestSilence()

	second := h.add("둘째", "127.0.0.10:5060", func(in *trunk.Trunk) { in.Username, in.Password = "me", "s3cret" })
	h.agree()
	second.Lines = 5
	second, err := h.store.Update(t.Context(), boss, second)
	require.NoError(t, err)
	h.agree()
	first.Codecs = []string{"ulaw"}
	first, err = h.store.Update(t.Context(), boss, first)
	require.NoError(t, err)
	h.agree()
	other := carrier.Call("1000", h.ast.SIPAddr)
	<-other.Answered
	third := carrier.Call("1000", h.ast.SIPAddr)
	<-third.Ended
	status, _ = third.Status()
	require.Equal(t, 503, status, "two lines, and both are in use, one of them from before the change")
	require.NoError(t, h.store.Delete(t.Context(), boss, second.ID))
	require.NoError(t, h.store.Delete(t.Context(), boss, first.ID))
	h.agree()
	gone := carrier.Call("1000", h.ast.SIPAddr)
	<-gone.Ended
	require.Less(t, line.LongestSilence(), 400*time.Millisecond, "the call heard on")
	require.True(t, hears(line)())
	line.Hangup()
	other.Hangup()
}

// TestKilledAtAnyMoment: whoever dies in the middle of a change, serve or Asterisk, both agree afterwards.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var made []trunk.Trunk
	for round := range 6 {
		made = append(made, h.add("통신사 "+strconv.Itoa(round), "127.0.1."+strconv.Itoa(round+1)+":5060"))
		if round%2 == 1 {
			changed := made[round-1]
			changed.Lines = 10 + round
			changed, err := h.store.Update(t.Context(), boss, changed)
			require.NoError(t, err)
			made[round-1] = changed
		}
		if round == 4 {
			require.NoError(t, h.store.Delete(t.Context(), boss, made[2].ID))
		}
		h.keeper.Poke()
		h.keeperBusyFor(rand.N(30 * time.Millisecond))
		if round%3 == 2 {
			h.ast.Kill()
			h.ast.Start()
		} else {
			h.stop() // its requests are cut off wherever they are
			h.serve()
		}
		h.agree()
	}
	require.Eventually(t, func() bool { // Asterisk writes once a second
		text, err := os.ReadFile(filepath.Join(h.ast.Dir, "db/astdb.sqlite3"))
		return err == nil && bytes.Contains(text, []byte("/endpoint/"+h.endpoint(made[5].ID)))
	}, 5*time.Second, 50*time.Millisecond)
	h.stop()
	h.ast.Kill()
	h.ast.Start()
	missing, extra, err := h.differences()
	require.NoError(t, err)
	require.Zero(t, missing+extra, "Asterisk has its trunks though serve is away")
	h.serve()
	h.agree()
}

// keeperBusyFor waits until the keeper changed something, or for that long.
func (h *house) keeperBusyFor(d time.Duration) {
	_, changed := h.keeper.Status()
	select {
	case <-changed:
	case <-time.After(d):
	}
}

// TestTrunkStateIsShown: a carrier that answers OPTIONS is there, one that does not is not.
func TestTrunkStateIsShown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	up, down := h.add("있는 통신사", h.ast.SIPAddr), h.add("없는 통신사", "127.0.0.77:9")
	h.agree()
	h.keeper.Poke()
	require.Eventually(t, func() bool {
		h.keeper.Poke()
		now, _ := h.keeper.Status()
		return now.Endpoints[h.endpoint(up.ID)] == pjsip.Online
	}, 10*time.Second, 50*time.Millisecond)
	now, _ := h.keeper.Status()
	require.NotEqual(t, pjsip.Online, now.Endpoints[h.endpoint(down.ID)])
}
