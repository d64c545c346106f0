package asterisk_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"bellhop/cti/asterisk"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	deploy "bellhop/deploy/asterisk"
	"bellhop/deploy/asterisk/asterisktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// events collects what the adapter posts.
type events struct {
	t    testing.TB
	mu   sync.Mutex
	all  []switchboard.Event
	news chan struct{}
	read int
}

func newEvents(t testing.TB) *events { return &events{t: t, news: make(chan struct{}, 1)} }

func (e *events) post(ev switchboard.Event) {
	e.mu.Lock()
	e.all = append(e.all, ev)
	e.mu.Unlock()
	select {
	case e.news <- struct{}{}:
	default:
	}
}

func (e *events) next() (switchboard.Event, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.read == len(e.all) {
		return nil, false
	}
	e.read++
	return e.all[e.read-1], true
}

// kinds are the types of all events so far.
func (e *events) kinds() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	kinds := make([]string, len(e.all))
	for i, ev := range e.all {
		kinds[i] = strings.TrimPrefix(fmt.Sprintf("%T", ev), "switchboard.")
	}
	return kinds
}

func (e *events) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.all)
}

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// await returns the next event of type T, skipping others.
func await[T switchboard.Event](e *events) T {
	e.t.Helper()
	return awaitThat(e, func(T) bool { return true })
}

func awaitThat[T switchboard.Event](e *events, ok func(T) bool) T {
	e.t.Helper()
	deadline := time.After(patience)
	var skipped []string
	for {
		for ev, more := e.next(); more; ev, more = e.next() {
			if want, is := ev.(T); is && ok(want) {
				return want
			}
			skipped = append(skipped, fmt.Sprintf("%T%+v", ev, ev))
		}
		select {
		case <-e.news:
		case <-deadline:
			var zero T
			e.t.Fatalf("no %T; came instead: %v", zero, skipped)
		}
	}
}

// rig is an adapter connected to a real Asterisk.
type rig struct {
	*events
	t       testing.TB
	in      *asterisktest.Instance
	adapter *asterisk.Adapter
}

func newRig(t testing.TB, change ...func(*deploy.Config)) *rig {
	t.Helper()
	r := &rig{t: t, events: newEvents(t), in: asterisktest.StartForTest(t, change...)}
	r.adapter = connect(t, r.in.ARIURL, r.in.Username, r.in.Password, r.events)
	seen := await[switchboard.SwitchConnected](r.events).Seen
	require.Empty(t, seen.Legs)
	require.Equal(t, []switchboard.SeenBridge{{ID: asterisk.HoldBridge, Hold: true}}, seen.Bridges)
	require.NoError(t, r.adapter.Ready())
	return r
}

func connect(t testing.TB, url, user, password string, e *events) *asterisk.Adapter {
	t.Helper()
	return connectWith(t, asterisk.Options{URL: url, Username: user, Password: password}, e)
}

func connectWith(t testing.TB, o asterisk.Options, e *events) *asterisk.Adapter {
	t.Helper()
	o.Post, o.Log = e.post, slog.New(slog.NewTextHandler(t.Output(), nil))
	a, err := asterisk.New(o)
	require.NoError(t, err)
	require.NoError(t, a.Start(t.Context()))
	t.Cleanup(a.Stop)
	return a
}

func (r *rig) do(e call.Effect) {
	r.t.Helper()
	require.NoError(r.t, r.try(e), "%T", e)
}

func (r *rig) try(e call.Effect) error {
	ctx, cancel := context.WithTimeout(context.Background(), 6*time.Second)
	defer cancel()
	return r.adapter.Perform(ctx, call.ID("0198c0de-0000-7000-8000-000000000001"), e)
}

func newLeg() call.LegID { return call.LegID(uuid.NewString()) }

// agentURI is the address at which a phone is rung.
func agentURI(p *asterisktest.Phone) string { return "sip:2041@" + p.Addr }

func receiveLine(t testing.TB, p *asterisktest.Phone) *asterisktest.Line {
	t.Helper()
	select {
	case l := <-p.Incoming:
		return l
	case <-time.After(patience):
		t.Fatal("the agent's phone did not ring")
		return nil
	}
}

func waitFor(t testing.TB, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatal("waited in vain: " + what)
	}
}
