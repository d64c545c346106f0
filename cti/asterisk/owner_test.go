package asterisk_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"bellhop/cti/asterisk"
	"bellhop/cti/asterisk/ariproxy"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/deploy/asterisk/asterisktest"
)

// requireFenced: an adapter that has lost its application does nothing more, and says why.
func requireFenced(t *testing.T, a *asterisk.Adapter) {
	t.Helper()
	err := a.Ready()
	require.ErrorIs(t, err, asterisk.ErrFenced)
	require.ErrorContains(t, err, "another server")
	err = a.Perform(t.Context(), callID, call.ReleaseLeg{Leg: "x"})
	require.ErrorIs(t, err, switchboard.ErrPermanent)
	require.ErrorIs(t, err, asterisk.ErrFenced)
}

func redial(t *testing.T, f *fakeARI) bool {
	t.Helper()
	select {
	case <-f.sockets:
		return true
	case <-time.After(2 * time.Second):
		return false
	}
}

// TestFencedByAnotherServer: the application was taken by another websocket, so nothing is done and dialled any more.
func TestFencedByAnotherServer(t *testing.T) {
	t.Parallel()
	f, e := newFakeARI(t), newEvents(t)
	reg := prometheus.NewRegistry()
	a := connectWith(t, asterisk.Options{URL: f.url(), Username: "u", Password: "p", Metrics: reg}, e)
	conn := f.nextSocket()
	await[switchboard.SwitchConnected](e)
	f.send(conn, arrival("a", "010"))
	await[switchboard.CallArrived](e)

	free := make(chan struct{})
	defer close(free)
	f.hang("POST /channels/a/answer", free)
	underWay := make(chan error, 1)
	go func() { underWay <- a.Perform(context.Background(), callID, call.AnswerCustomer{Leg: "a"}) }()
	require.Eventually(t, func() bool { return f.seen("POST /channels/a/answer") == 1 }, patience, 5*time.Millisecond)
	f.send(conn, `{"type":"ApplicationReplaced","application":"bellhop"}`)
	require.Equal(t, switchboard.SwitchLost{Reason: "replaced"}, await[switchboard.SwitchLost](e))
	await[switchboard.SwitchFenced](e)
	require.Error(t, <-underWay, "what was under way is given up")
	requireFenced(t, a)
	require.NoError(t, testutil.GatherAndCompare(reg, strings.NewReader(`
# HELP bellhop_ari_fenced 1 when another server took the ARI application over; until a restart.
# TYPE bellhop_ari_fenced gauge
bellhop_ari_fenced 1
`), "bellhop_ari_fenced"))
	require.False(t, redial(t, f))
	a.Stop()
	require.ErrorContains(t, a.Ready(), "stopped")
}

// TestTakenWhileAway: another server took the application over while we could not hear of it.
func TestTakenWhileAway(t *testing.T) {
	t.Parallel()
	f, e, a, conn := newFakeRig(t)
	f.mu.Lock()
	f.owner = "another pid 7 of elsewhere"
	f.mu.Unlock()
	_ = conn.CloseNow()
	await[switchboard.SwitchLost](e)
	await[switchboard.SwitchFenced](e)
	requireFenced(t, a)
	require.ErrorContains(t, a.Ready(), "another pid 7 of elsewhere")
	require.Empty(t, f.sockets, "not dialled")
}

// TestAsteriskThatKnowsNobody: one that was started anew is taken at once.
func TestAsteriskThatKnowsNobody(t *testing.T) {
	t.Parallel()
	f, e, _, conn := newFakeRig(t)
	f.mu.Lock()
	owner := f.owner
	f.owner = ""
	f.mu.Unlock()
	require.NotEmpty(t, owner)
	_ = conn.CloseNow()
	f.nextSocket()
	await[switchboard.SwitchConnected](e)
	f.mu.Lock()
	defer f.mu.Unlock()
	require.Equal(t, owner, f.owner)
}

// TestReplacedByOneself: a dial that was given up for want of an answer reaches Asterisk behind the one that followed it.
func TestReplacedByOneself(t *testing.T) {
	t.Parallel()
	f, e := newFakeARI(t), newEvents(t)
	free := make(chan struct{})
	f.hang("GET /events", free)
	a := connect(t, f.url(), "u", "p", e)
	require.Eventually(t, func() bool { return strings.Contains(a.Ready().Error(), "deadline") }, patience, 5*time.Millisecond)
	f.usual("GET /events")
	close(free)
	conn := f.nextSocket()
	await[switchboard.SwitchConnected](e)
	f.send(conn, `{"type":"ApplicationReplaced","application":"bellhop"}`)
	require.Equal(t, switchboard.SwitchLost{Reason: "replaced"}, await[switchboard.SwitchLost](e))
	conn = f.nextSocket()
	await[switchboard.SwitchConnected](e)
	require.NoError(t, a.Ready())
	f.send(conn, `{"type":"ApplicationReplaced","application":"bellhop"}`)
	await[switchboard.SwitchFenced](e)
	requireFenced(t, a)
}

// TestTwoServers on a real Asterisk: the second takes the application, the first is fenced for good and takes nothing back.
func TestTwoServers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	second := newEvents(t)
	other := connect(t, r.in.ARIURL, r.in.Username, r.in.Password, second)
	await[switchboard.SwitchConnected](second)
	require.Equal(t, switchboard.SwitchLost{Reason: "replaced"}, await[switchboard.SwitchLost](r.events))
	await[switchboard.SwitchFenced](r.events)
	requireFenced(t, r.adapter)
	asterisktest.NewPhone(t, "127.0.0.2", "010").Call("1000", r.in.SIPAddr)
	arrived := await[switchboard.CallArrived](second)
	require.NoError(t, other.Ready())
	require.NoError(t, other.Perform(t.Context(), arrived.Call, call.AnswerCustomer{Leg: arrived.Leg}))

	other.Stop()
	third := newEvents(t)
	connect(t, r.in.ARIURL, r.in.Username, r.in.Password, third)
	require.Len(t, await[switchboard.SwitchConnected](third).Seen.Legs, 1, "a server that is started again takes it")
	requireFenced(t, r.adapter)
}

// TestForeignWebsocket on a real Asterisk: whoever takes the application, also one that leaves no name, fences us.
func TestForeignWebsocket(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	target := "ws" + strings.TrimPrefix(r.in.ARIURL, "http") + "/events?app=bellhop&api_key=" + r.in.Username + ":" + r.in.Password
	conn, _, err := websocket.Dial(t.Context(), target, nil)
	require.NoError(t, err)
	defer conn.CloseNow()
	await[switchboard.SwitchFenced](r.events)
	requireFenced(t, r.adapter)
}

// TestOwnReconnectIsNoTakeover on a real Asterisk: it still holds the old websocket of a line on which nothing passes, and
// tells that one that its application was taken when we come again. Three times over.
func TestOwnReconnectIsNoTakeover(t *testing.T) {
	t.Parallel()
	in := asterisktest.StartForTest(t)
	p, e := ariproxy.New(t, in.ARIURL), newEvents(t)
	a := connect(t, p.URL(), in.Username, in.Password, e)
	boot := await[switchboard.SwitchConnected](e).Seen.Boot
	require.WithinDuration(t, time.Now(), boot, time.Minute)
	for range 3 {
		started := time.Now()
		p.HalfOpen()
		require.Equal(t, switchboard.SwitchLost{Reason: "silent"}, await[switchboard.SwitchLost](e))
		noticed := time.Since(started)
		require.Less(t, noticed, 6*time.Second)
		p.Mend()
		mended := time.Now()
		require.Equal(t, boot, await[switchboard.SwitchConnected](e).Seen.Boot)
		t.Logf("half-open noticed after %v, back %v after the line was mended", noticed, time.Since(mended))
		require.NoError(t, a.Ready())
	}
	require.NotContains(t, e.kinds(), "SwitchFenced")
}
