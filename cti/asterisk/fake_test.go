package asterisk_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"bellhop/cti/asterisk"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

func newFakeRig(t *testing.T) (*fakeARI, *events, *asterisk.Adapter, *websocket.Conn) {
	t.Helper()
	f, e := newFakeARI(t), newEvents(t)
	a := connect(t, f.url(), "u", "p", e)
	conn := f.nextSocket()
	await[switchboard.SwitchConnected](e)
	return f, e, a, conn
}

func TestFramesThatCannotBeUnderstood(t *testing.T) {
	t.Parallel()
	f, e, a, conn := newFakeRig(t)
	f.send(conn,
		`{"type":"ChannelTransfer","state":"channel_progress"}`, // unknown to ari/v5, which dies of it
		`{"type":"FromTheFuture","channel":[1,2,3]}`,
		`not JSON`, ``, `null`, `[]`, `"StasisStart"`, `42`, `{}`, `{"type":""}`, `{"type":7}`, `{"type":"StasisStart"`,
		"\xff\xfe\x00",
		strings.Repeat(`[`, 200_000),
		`{"type":"StasisStart","args":`+strings.Repeat(`[`, 200_000)+strings.Repeat(`]`, 200_000)+`}`,
		`{"type":"StasisStart"}`, `{"type":"StasisStart","channel":null}`, `{"type":"StasisStart","channel":{}}`,
		`{"type":"StasisStart","channel":"x"}`, `{"type":"ChannelDestroyed"}`, `{"type":"StasisEnd","channel":{"id":7}}`,
		`{"type":"ChannelStateChange"}`, `{"type":"PlaybackFinished"}`,
		`{"type":"PlaybackFinished","playback":{"target_uri":"bridge:x"}}`, `{"type":"PlaybackFinished","playback":{"target_uri":"channel:"}}`,
	)
	require.NoError(t, conn.Write(context.Background(), websocket.MessageBinary, []byte{0, 1, 2}))
	f.send(conn, arrival("good", "010"))
	arrived := await[switchboard.CallArrived](e)
	require.Equal(t, call.LegID("good"), arrived.Leg)
	require.Equal(t, 2, e.count(), "the connection and the good event, nothing else")
	require.NoError(t, a.Ready())
}

func TestEventsWithOddFields(t *testing.T) {
	t.Parallel()
	f, e, _, conn := newFakeRig(t)
	f.send(conn,
		`{"type":"StasisStart","channel":{"id":"minimal"}}`,
		`{"type":"StasisStart","timestamp":"yesterday","args":[1,null],"channel":{"id":"odd","state":7,"caller":{"number":12,"name":null},"channelvars":[]}}`,
		`{"type":"StasisStart","channel":{"id":"surrogate","caller":{"number":"010","name":"a\ud800b\u0000\r\nVia: x"}}}`,
		`{"type":"ChannelDestroyed","cause":"sixteen","channel":{"id":"odd"}}`,
		`{"type":"StasisStart","channel":{"id":"huge","caller":{"name":"`+strings.Repeat("a", 100_000)+`"},"channelvars":{"X":"`+strings.Repeat("v", 500_000)+`"}}}`,
	)
	require.Equal(t, call.LegID("minimal"), await[switchboard.CallArrived](e).Leg)
	require.Equal(t, call.LegID("odd"), await[switchboard.CallArrived](e).Leg)
	require.Equal(t, call.Party{Number: "010", Name: "a\uFFFDb Via: x"}, await[switchboard.CallArrived](e).Caller)
	require.Equal(t, switchboard.LegEnded{Leg: "odd"}, await[switchboard.LegEnded](e))
	require.Len(t, await[switchboard.CallArrived](e).Caller.Name, call.MaxName)
}

func TestDuplicatedArrival(t *testing.T) {
	t.Parallel()
	f, e, _, conn := newFakeRig(t)
	f.send(conn, arrival("a", "010"), arrival("a", "010"), destroyed("a", 16), arrival("b", "011"))
	require.Equal(t, call.LegID("a"), await[switchboard.CallArrived](e).Leg)
	require.Equal(t, call.LegID("b"), await[switchboard.CallArrived](e).Leg)
}

func TestBurstInOrderWithoutADrop(t *testing.T) {
	t.Parallel()
	const n = 10_000
	_, e, _, conn := newFakeRig(t)
	go func() {
		for i := range n {
			_ = conn.Write(context.Background(), websocket.MessageText, []byte(destroyed(fmt.Sprintf("leg-%d", i), 16)))
		}
	}()
	for i := range n {
		require.Equal(t, call.LegID(fmt.Sprintf("leg-%d", i)), await[switchboard.LegEnded](e).Leg)
	}
	require.Equal(t, n+1, e.count())
}

func TestEventsDuringTheSnapshotFollowIt(t *testing.T) {
	t.Parallel()
	f, e := newFakeARI(t), newEvents(t)
	const id = "0198c0de-0000-7000-8000-00000000000a"
	inApp := map[string]any{"app_name": "Stasis", "app_data": "bellhop,in,1000", "exten": "1000"}
	f.channels = []map[string]any{
		{"id": "old", "state": "Up", "dialplan": inApp, "caller": map[string]any{"number": "010"}, "channelvars": map[string]any{"BELLHOP_CALL": id, "BELLHOP_ROLE": "customer"}},
		{"id": "agent", "state": "Up", "dialplan": map[string]any{"app_name": "Stasis", "app_data": "bellhop,agent"}, "channelvars": map[string]any{"BELLHOP_CALL": id, "BELLHOP_ROLE": "agent"}},
		{"id": "new", "state": "Ring", "dialplan": inApp, "channelvars": map[string]any{"BELLHOP_ROLE": "customer"}},
		{"id": "unmarked", "state": "Ring", "dialplan": inApp, "channelvars": map[string]any{"BELLHOP_ROLE": "customer"}},
		{"id": "in the dialplan", "state": "Up", "dialplan": map[string]any{"app_name": "MusicOnHold"}, "channelvars": map[string]any{"BELLHOP_ROLE": "customer"}},
		{"id": "somebody else's", "state": "Up", "dialplan": map[string]any{"app_name": "Stasis", "app_data": "other"}},
	}
	f.bridges = []map[string]any{{"id": asterisk.HoldBridge}, {"id": id + "-b"}, {"id": "somebody else's"}}
	look, sent := make(chan struct{}), make(chan struct{})
	f.answer("PUT /applications/bellhop/eventFilter", func(w http.ResponseWriter, _ *http.Request) {
		close(look)
		<-sent
		w.WriteHeader(http.StatusNoContent)
	})
	connect(t, f.url(), "u", "p", e)
	conn := f.nextSocket()
	<-look
	f.send(conn, arrival("new", "011"), `{"type":"ChannelStateChange","channel":{"id":"agent","state":"Ringing"}}`, destroyed("gone", 17))
	require.NoError(t, conn.Ping(context.Background()), "the reader has them all")
	require.Zero(t, e.count(), "nothing before the snapshot")
	close(sent)

	seen := await[switchboard.SwitchConnected](e).Seen
	require.Equal(t, []switchboard.SeenBridge{{ID: asterisk.HoldBridge, Hold: true}, {ID: id + "-b"}}, seen.Bridges)
	require.Equal(t, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), seen.Boot.UTC())
	require.Len(t, seen.Legs, 3)
	require.Equal(t, switchboard.SeenLeg{Leg: "old", Call: id, Customer: true, State: call.Up, Caller: call.Party{Number: "010"}, Dialled: "1000"}, seen.Legs[0])
	require.Equal(t, switchboard.SeenLeg{Leg: "agent", Call: id, State: call.Up}, seen.Legs[1])
	require.Equal(t, call.LegID("unmarked"), seen.Legs[2].Leg)
	require.NotEmpty(t, seen.Legs[2].Call, "a customer whom a dead server could not mark gets a call id")
	require.Equal(t, call.LegID("new"), await[switchboard.CallArrived](e).Leg)
	require.Equal(t, switchboard.LegEnded{Leg: "gone", Cause: 17}, await[switchboard.LegEnded](e))
	require.Equal(t, 3, e.count(), "the agent's ringing was older than the snapshot")
	require.Eventually(t, func() bool { return f.seen("POST /channels/unmarked/variable?") == 1 }, patience, 10*time.Millisecond)
}

func TestReconnectKeepsCallIDs(t *testing.T) {
	t.Parallel()
	f, e, a, conn := newFakeRig(t)
	f.refuse("POST /channels/a/variable", 500) // the mark never arrives
	f.send(conn, arrival("a", "010"))
	id := await[switchboard.CallArrived](e).Call
	f.mu.Lock()
	f.channels = []map[string]any{{"id": "a", "state": "Ring", "dialplan": map[string]any{"app_name": "Stasis", "app_data": "bellhop,in,1000"}}}
	f.mu.Unlock()
	_ = conn.CloseNow()
	await[switchboard.SwitchLost](e)
	require.Error(t, a.Ready())
	f.nextSocket()
	seen := await[switchboard.SwitchConnected](e).Seen
	require.Len(t, seen.Legs, 1)
	require.Equal(t, id, seen.Legs[0].Call)
	require.NoError(t, a.Ready())
}

func TestHalfOpenSocketIsNoticed(t *testing.T) {
	t.Parallel()
	f, e := newFakeARI(t), newEvents(t)
	silent := make(chan struct{})
	f.answer("GET /events", func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err == nil {
			<-silent // never reads: no pong is ever sent
			_ = conn.CloseNow()
		}
	})
	defer close(silent)
	a := connect(t, f.url(), "u", "p", e)
	await[switchboard.SwitchConnected](e)
	started := time.Now()
	require.Equal(t, switchboard.SwitchLost{Reason: "silent"}, await[switchboard.SwitchLost](e))
	require.Less(t, time.Since(started), 6*time.Second)
	_ = a
}

func TestRedialsAtMostTwiceASecond(t *testing.T) {
	t.Parallel()
	f, e := newFakeARI(t), newEvents(t)
	f.refuse("GET /events", 503)
	a := connect(t, f.url(), "u", "p", e)
	require.Eventually(t, func() bool { return f.seen("GET /events") == 4 }, patience, 10*time.Millisecond)
	a.Stop()
	require.ErrorContains(t, a.Ready(), "stopped")
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := 1; i < len(f.dials); i++ {
		require.GreaterOrEqual(t, f.dials[i].Sub(f.dials[i-1]), 490*time.Millisecond)
	}
	require.Zero(t, e.count(), "never up, never lost")
}

func TestWaitsForAsterisk(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	require.NoError(t, l.Close())
	e := newEvents(t)
	a := connect(t, "http://"+addr+"/ari", "u", "p", e)
	require.Eventually(t, func() bool {
		return a.Ready() != nil && strings.Contains(a.Ready().Error(), "connection refused")
	}, patience, 10*time.Millisecond)
}

func TestWrongPasswordIsSaid(t *testing.T) {
	t.Parallel()
	f, e := newFakeARI(t), newEvents(t)
	a := connect(t, f.url(), "u", "wrong", e)
	require.Eventually(t, func() bool {
		return strings.Contains(a.Ready().Error(), "user name or password")
	}, patience, 10*time.Millisecond)
}

func TestSnapshotThatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	f, e := newFakeARI(t), newEvents(t)
	f.refuse("GET /bridges", 500)
	a := connect(t, f.url(), "u", "p", e)
	f.nextSocket()
	require.Eventually(t, func() bool { return strings.Contains(a.Ready().Error(), "snapshot") }, patience, 10*time.Millisecond)
	f.mu.Lock()
	delete(f.answers, "GET /bridges")
	f.mu.Unlock()
	f.nextSocket()
	await[switchboard.SwitchConnected](e)
	require.Equal(t, 1, e.count(), "no SwitchLost for what was never connected")
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	f, _, a, _ := newFakeRig(t)
	do := func(e call.Effect) error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		return a.Perform(ctx, "c", e)
	}
	ring := call.RingAgent{Leg: "l", Address: "sip:2041@127.0.0.1:5070"}
	join := call.JoinLegs{Bridge: "b", Legs: [3]call.LegID{"c", "a"}}
	for _, c := range []struct {
		request string
		status  int
		effect  call.Effect
		gone    bool
		perm    bool
		ok      bool
	}{
		{"POST /channels", 409, ring, false, false, true},
		{"POST /channels", 400, ring, false, true, false},
		{"POST /channels", 422, ring, false, true, false},
		{"POST /channels", 500, ring, false, true, false},
		{"POST /channels", 503, ring, false, false, false},
		{"POST /channels/l/answer", 404, call.AnswerCustomer{Leg: "l"}, true, false, false},
		{"POST /channels/l/answer", 409, call.AnswerCustomer{Leg: "l"}, false, false, false},
		{"POST /channels/l/answer", 500, call.AnswerCustomer{Leg: "l"}, false, false, false},
		{"DELETE /channels/l", 404, call.ReleaseLeg{Leg: "l"}, true, false, false},
		{"DELETE /channels/l", 500, call.ReleaseLeg{Leg: "l"}, false, false, false},
		{"DELETE /bridges/b", 404, call.DropBridge{Bridge: "b"}, true, false, false},
		{"POST /bridges/b/addChannel", 400, join, true, false, false},
		{"POST /bridges/b/addChannel", 404, join, false, false, false},
		{"POST /bridges/b/addChannel", 409, join, false, false, false},
		{"POST /bridges/b/addChannel", 422, join, false, false, false},
		{"POST /bridges/b/addChannel", 500, join, false, false, false},
		{"POST /bridges/b", 500, join, false, false, false},
		{"GET /bridges/b", 500, join, false, false, false},
	} {
		f.refuse(c.request, c.status)
		err := do(c.effect)
		name := fmt.Sprintf("%s %d", c.request, c.status)
		require.Equal(t, c.ok, err == nil, "%s: %v", name, err)
		if !c.ok {
			require.Equal(t, c.gone, errors.Is(err, switchboard.ErrGone), "%s: %v", name, err)
			require.Equal(t, c.perm, errors.Is(err, switchboard.ErrPermanent), "%s: %v", name, err)
		}
		f.mu.Lock()
		delete(f.answers, c.request)
		f.mu.Unlock()
	}
}

func TestSlowRESTGivesUp(t *testing.T) {
	t.Parallel()
	f, _, a, _ := newFakeRig(t)
	free := make(chan struct{})
	f.answer("POST /channels/l/answer", func(http.ResponseWriter, *http.Request) { <-free })
	defer close(free)
	started := time.Now()
	err := a.Perform(t.Context(), "c", call.AnswerCustomer{Leg: "l"})
	require.Error(t, err)
	require.NotErrorIs(t, err, switchboard.ErrGone)
	require.InDelta(t, 8, time.Since(started).Seconds(), 1)
}

func TestStrandedLegIsHungUp(t *testing.T) {
	t.Parallel()
	f, e, _, conn := newFakeRig(t)
	end := func(leg string) string { return fmt.Sprintf(`{"type":"StasisEnd","channel":{"id":%q}}`, leg) }
	f.send(conn, arrival("stays", "010"), end("stays"), end("stays"), arrival("goes", "010"), end("goes"), destroyed("goes", 16))
	await[switchboard.LegEnded](e)
	require.Eventually(t, func() bool { return f.seen("DELETE /channels/stays?reason_code=16") == 1 }, patience, 10*time.Millisecond)
	require.Zero(t, f.seen("DELETE /channels/goes"))
}

func TestOptions(t *testing.T) {
	t.Parallel()
	_, e, _, _ := newFakeRig(t)
	for _, url := range []string{"", "127.0.0.1:8088", "ws://x/ari", "http://u:p@x/ari", "http://x/ari?a=b", "http://\x00"} {
		_, err := asterisk.New(asterisk.Options{URL: url, Username: "u", Post: e.post})
		require.Error(t, err, url)
	}
}
