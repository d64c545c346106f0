package media_test

import (
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"bellhop/media"
	"bellhop/media/control"
	"bellhop/media/token"
)

func TestMain(m *testing.M) {
	if os.Getenv(processEnv) != "" {
		runProcess()
		return
	}
	goleak.VerifyTestMain(m)
}

const (
	origin  = "http://127.0.0.1:8080"
	patient = 10 * time.Second
)

var secret = []byte(strings.Repeat("k", 32))

// rig is a media server with a serve connected to it and an Asterisk beside it.
type rig struct {
	t        *testing.T
	server   *media.Server
	registry *prometheus.Registry
	serve    *control.Client
	heard    chan string
	stalled  chan string
	asterisk *asterisk
}

func newRig(t *testing.T) *rig {
	t.Helper()
	return newRigWith(t, "127.0.0.1")
}

// newRigWith is a rig whose Asterisk has this address.
func newRigWith(t *testing.T, asterisk string) *rig {
	t.Helper()
	r := &rig{t: t, registry: prometheus.NewRegistry(), heard: make(chan string, 256), stalled: make(chan string, 256)}
	r.asterisk = newAsterisk(t, asterisk)
	var err error
	r.server, err = media.New(media.Options{
		Addr: "127.0.0.1:0", ControlAddr: "127.0.0.1:0", SIPAddr: "127.0.0.1:0", RTCAddr: "127.0.0.1:0",
		RTPPorts: media.PortRange{From: 26000, To: 27999}, AsteriskIP: netip.MustParseAddr(asterisk),
		Secret: secret, Origins: []string{origin}, Log: testLog(), Metrics: r.registry,
	})
	require.NoError(t, err)
	require.NoError(t, r.server.Start(t.Context()))
	t.Cleanup(r.server.Stop)

	r.serve = control.NewClient(control.ClientOptions{
		URL: r.server.ControlURL(), Secret: secret, Log: testLog(),
		OnUp:   func(agent, session, address string) { r.heard <- fmt.Sprintf("up %s %s %s", agent, session, address) },
		OnDown: func(agent, session, reason string) { r.heard <- fmt.Sprintf("down %s %s %s", agent, session, reason) },
		OnStalled: func(agent, session string, stalled bool) {
			r.stalled <- fmt.Sprintf("%v %s %s", stalled, agent, session)
		},
		OnLost: func(string) { r.heard <- "lost" },
	})
	r.serve.Start(t.Context())
	t.Cleanup(r.serve.Stop)
	require.Eventually(t, func() bool { return r.serve.Ready() == nil }, patient, time.Millisecond)
	return r
}

func testLog() *slog.Logger {
	if os.Getenv("BELLHOP_TEST_LOG") == "" {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// hears waits for what serve is told next.
func (r *rig) hears(want string) {
	r.t.Helper()
	require.Equal(r.t, want, next(r.t, r.heard))
}

// hearsGone is told that the agent's page is gone. Of a page that closes everything at once, the websocket or the peer
// connection may be missed first.
func (r *rig) hearsGone(agent, session string) {
	r.t.Helper()
	down := "down " + agent + " " + session + " "
	require.Contains(r.t, []string{down + "left", down + "connection_lost"}, next(r.t, r.heard))
}

// signIn opens a page for the agent and waits until its phone is up.
func (r *rig) signIn(agent string) *page {
	r.t.Helper()
	p := r.open(agent, pcmu)
	p.connected()
	r.hears(fmt.Sprintf("up %s %s sip:%s@%s", agent, p.session, agent, r.server.SIPAddr()))
	return p
}

// talkingThrough has the agent in an answered call, with a lane between his page and media.
func (r *rig) talkingThrough(agent, id string) (*page, *leg, *lane) {
	r.t.Helper()
	p := newPage(r.t, r.server.PhoneURL(), pcmu)
	p.lane = newLane(r.t, r.server.RTCAddr(), "127.0.0.1")
	p.hello(agent)
	p.connected()
	r.hears(fmt.Sprintf("up %s %s sip:%s@%s", agent, p.session, agent, r.server.SIPAddr()))
	return p, r.connect(p, agent, id), p.lane
}

// connect has the agent's page answer a call.
func (r *rig) connect(p *page, agent, id string) *leg {
	r.t.Helper()
	l := r.call(agent, id)
	require.Equal(r.t, "leg ringing "+id, p.told())
	require.NoError(r.t, r.serve.PickUp(r.t.Context(), agent, id))
	require.Equal(r.t, "leg up "+id, p.told())
	l.answered()
	return l
}

// open opens a page and says hello.
func (r *rig) open(agent string, codec string) *page {
	r.t.Helper()
	p := newPage(r.t, r.server.PhoneURL(), codec)
	p.hello(agent)
	return p
}

// talking has the agent in an answered call.
func (r *rig) talking(agent, id string) (*page, *leg) {
	r.t.Helper()
	p := r.signIn(agent)
	return p, r.connect(p, agent, id)
}

// call rings the agent and waits for the 180.
func (r *rig) call(agent, id string) *leg {
	r.t.Helper()
	l := r.asterisk.invite(r.server.SIPAddr(), agent, id)
	require.Equal(r.t, 180, next(r.t, l.statuses))
	return l
}

// metric is the sum of a metric family's samples with these label values.
func (r *rig) metric(name string, labels ...string) float64 {
	r.t.Helper()
	families, err := r.registry.Gather()
	require.NoError(r.t, err)
	sum := 0.0
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			matches := 0
			for _, l := range m.GetLabel() {
				for _, want := range labels {
					if l.GetValue() == want {
						matches++
					}
				}
			}
			if matches == len(labels) {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return sum
}

func issue(t *testing.T, agent, session string) string {
	t.Helper()
	signed, err := token.Issue(secret, agent, session, time.Minute)
	require.NoError(t, err)
	return signed
}

func newSession() string { return uuid.Must(uuid.NewV7()).String() }

// next waits for a value.
func next[T any](t *testing.T, ch <-chan T) T {
	t.Helper()
	select {
	case v, ok := <-ch:
		require.True(t, ok, "closed")
		return v
	case <-time.After(patient):
		require.FailNow(t, "nothing came")
	}
	var none T
	return none
}
