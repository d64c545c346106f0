package live_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"bellhop/cti/agent"
	"bellhop/cti/switchboard"
)

func TestCommands(t *testing.T) {
	tests := []struct {
		action, fields string
		want           switchboard.Command
	}{
		{"set_presence", `"presence":"work","kind":"meeting"`, switchboard.Command{Mode: agent.Mode{Presence: agent.Work, Kind: agent.Meeting}}},
		{"dismiss", `"call":"x","version":9`, switchboard.Command{}},
		{"clear_next", `"presence":"ready"`, switchboard.Command{}},
		{"sign_out", `"presence":"ready"`, switchboard.Command{}},
		{"accept", `"call":"` + aCall + `","version":3`, switchboard.Command{Call: aCall, Version: 3}},
		{"decline", `"call":"` + aCall + `","version":4`, switchboard.Command{Call: aCall, Version: 4}},
		{"hang_up", `"call":"` + aCall + `","version":5`, switchboard.Command{Call: aCall, Version: 5}},
		{"hold", `"call":"` + aCall + `","version":6`, switchboard.Command{Call: aCall, Version: 6}},
		{"resume", `"call":"` + aCall + `","version":7`, switchboard.Command{Call: aCall, Version: 7}},
		{"cancel_consult", `"call":"` + aCall + `","version":8`, switchboard.Command{Call: aCall, Version: 8}},
		{"connect_customer", `"call":"` + aCall + `","version":9`, switchboard.Command{Call: aCall, Version: 9}},
		{"swap", `"call":"` + aCall + `","version":1,"keys":"1","on":true`, switchboard.Command{Call: aCall, Version: 1}},
		{"three_way", `"call":"` + aCall + `","version":2`, switchboard.Command{Call: aCall, Version: 2}},
		{"drop_target", `"call":"` + aCall + `","version":3`, switchboard.Command{Call: aCall, Version: 3}},
		{"end_hostile", `"call":"` + aCall + `","version":4,"to":"119"`, switchboard.Command{Call: aCall, Version: 4}},
		{"end_hostile", `"call":"` + aCall + `","version":4,"reason":"threat"`, switchboard.Command{Call: aCall, Version: 4, Reason: "threat"}},
		{"end_hostile", `"call":"` + aCall + `","version":4,"reason":""`, switchboard.Command{Call: aCall, Version: 4}},
		{"hang_up", `"call":"` + aCall + `","version":4,"reason":"threat"`, switchboard.Command{Call: aCall, Version: 4}},
		{"mute", `"call":"` + aCall + `","version":5,"on":true`, switchboard.Command{Call: aCall, Version: 5, On: true}},
		{"mute", `"call":"` + aCall + `","version":6,"on":false`, switchboard.Command{Call: aCall, Version: 6}},
		{"press_keys", `"call":"` + aCall + `","version":7,"keys":"12*#"`, switchboard.Command{Call: aCall, Version: 7, Keys: "12*#"}},
		{"consult", `"call":"` + aCall + `","version":8,"to":"7100"`, switchboard.Command{Call: aCall, Version: 8, To: "7100"}},
		{"transfer", `"call":"` + aCall + `","version":9,"to":"010-1234-5678","caller_id":"15004021","service":"s-9"`, switchboard.Command{Call: aCall, Version: 9, To: "010-1234-5678", CallerID: "15004021"}},
		{"dial", `"call":"x","version":9,"to":"+82 10-1234-5678","caller_id":"0206924100","service":"s-1"`, switchboard.Command{To: "+82 10-1234-5678", CallerID: "0206924100", Service: "s-1"}},
	}
	inBubble(t, func(t *testing.T, r *rig) {
		page := r.open("kim")
		page.next("snapshot")
		for i, tt := range tests {
			id := fmt.Sprint("key-", i)
			page.send(`{"type":"command","id":"` + id + `","action":"` + tt.action + `",` + tt.fields + `}`)
			require.Equal(t, map[string]any{"type": "result", "id": id, "ok": true}, page.next("result"))
			tt.want.Key, tt.want.Agent, tt.want.Action = id, "a-1", switchboard.Action(tt.action)
			require.Equal(t, []switchboard.Command{tt.want}, r.board.done())
			require.Positive(t, r.count("bellhop_ws_commands_total", tt.action, "ok"))
			<-time.After(100 * time.Millisecond) // no flood
		}
	})
}

func TestRefusals(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		page := r.open("kim")
		page.next("snapshot")
		const accept = `{"type":"command","id":"1","action":"accept","call":"` + aCall + `","version":3}`

		r.board.answer = &switchboard.Refusal{Code: switchboard.TooLate, Params: map[string]string{"phase": "waiting"}}
		page.send(accept)
		require.Equal(t, map[string]any{
			"type": "result", "id": "1", "ok": false, "code": "too_late", "params": map[string]any{"phase": "waiting"},
		}, page.next("result"))
		require.InDelta(t, 1, r.count("bellhop_ws_commands_total", "accept", "too_late"), 0)

		r.board.answer = errors.New("secret of the house")
		page.send(accept)
		require.Equal(t, map[string]any{"type": "result", "id": "1", "ok": false, "code": "unavailable"}, page.next("result"))
	})
}

func TestInvalidMessagesChangeNothing(t *testing.T) {
	tests := []struct{ text, id, code string }{
		{`hello`, "", "invalid_command"},
		{``, "", "invalid_command"},
		{`[]`, "", "invalid_command"},
		{`{}`, "", "invalid_command"},
		{`{"type":"command"}`, "", "invalid_command"},
		{`{"type":"command","id":7}`, "", "invalid_command"},
		{`{"type":"command","id":"a b","action":"dismiss"}`, "", "invalid_command"},
		{`{"type":"command","id":"1","id":"2","action":"dismiss"}`, "", "invalid_command"},
		{`{"type":"command","id":"` + strings.Repeat("x", 65) + `","action":"dismiss"}`, "", "invalid_command"},
		{`{"type":"snapshot","id":"1"}`, "1", "invalid_command"},
		{`{"type":"ping","id":"1"}`, "1", "invalid_command"},
		{`{"type":"command","id":"1"}`, "1", "unknown_action"},
		{`{"type":"command","id":"1","action":"drop_table"}`, "1", "unknown_action"},
		{`{"type":"command","id":"1","action":"sign_in"}`, "1", "unknown_action"},
		{`{"type":"command","id":"1","action":"accept","call":"x","version":-1}`, "1", "invalid_command"},
		{`{"type":"command","id":"1","action":"accept","call":"x","version":1e999}`, "", "invalid_command"},
		{`{"type":"command","id":"1","action":"accept","call":"` + strings.Repeat("x", 65) + `"}`, "1", "invalid_command"},
		{`{"type":"command","id":"1","action":"dial","to":"` + strings.Repeat("1", 65) + `"}`, "1", "invalid_command"},
		{`{"type":"command","id":"1","action":"dial","to":"1","caller_id":"` + strings.Repeat("1", 65) + `"}`, "1", "invalid_command"},
		{`{"type":"command","id":"1","action":"dial","to":"1","service":"` + strings.Repeat("1", 65) + `"}`, "1", "invalid_command"},
		{`{"type":"command","id":"1","action":"press_keys","keys":"` + strings.Repeat("1", 33) + `"}`, "1", "invalid_command"},
		{`{"type":"command","id":"1","action":"mute","on":"yes"}`, "", "invalid_command"},
		{`{"type":"command","id":"1","action":"end_hostile","call":"x","version":1,"reason":"fun"}`, "1", "invalid_command"},
		{`{"type":"command","id":"1","action":"end_hostile","call":"x","version":1,"reason":7}`, "", "invalid_command"},
		{`{"type":"watch"}`, "", "invalid_command"},
		{`{"type":"watch","topic":"everything","id":"1"}`, "1", "invalid_command"},
		{`{"type":"unwatch","topic":"ROSTER"}`, "", "invalid_command"},
		{strings.Repeat(`[`, 10_000), "", "invalid_command"},
	}
	for _, tt := range tests {
		inBubble(t, func(t *testing.T, r *rig) {
			page := r.open("kim")
			page.next("snapshot")
			page.send(tt.text)
			require.Equal(t, map[string]any{"type": "result", "id": tt.id, "ok": false, "code": tt.code}, page.next("result"), tt.text)
			require.Empty(t, r.board.done())
		})
	}
}

func TestSilentPageIsGone(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		page := r.open("kim")
		page.next("snapshot")
		r.board.posted()
		page.next("ping")
		require.Equal(t, 4*time.Second, r.since())
		page.send(`{"type":"pong"}`)
		page.next("ping")
		require.Equal(t, 8*time.Second, r.since())
		page.next("ping")
		require.Equal(t, websocket.StatusCode(-1), page.closed())
		require.Equal(t, 14*time.Second, r.since(), "10 s after the last pong")
		synctest.Wait()
		require.Equal(t, []switchboard.Event{switchboard.BrowserDown{Agent: "a-1"}}, r.board.posted())
	})
}

func TestPageThatAnswersStays(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		ended := r.open("kim").attend()
		select {
		case code := <-ended:
			t.Fatalf("closed with %d", code)
		case <-time.After(time.Hour):
		}
	})
}

func TestPageThatNeverReadsIsEvicted(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		stuck, well := r.open("kim"), r.open("lee")
		ended := well.attend()
		synctest.Wait()
		r.board.posted()
		for n := range 1000 {
			r.board.change("a-1", func(v *switchboard.AgentView) { v.Waiting = n })
		}
		<-time.After(9 * time.Second)
		synctest.Wait()
		require.Equal(t, []switchboard.Event{switchboard.BrowserDown{Agent: "a-1"}}, r.board.posted())
		require.InDelta(t, 1, r.count("bellhop_ws_closed_total", "stalled"), 0)
		require.Empty(t, ended)
		require.Equal(t, websocket.StatusCode(-1), stuck.closed())
	})
}

func TestSlowPageGetsTheLatestView(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		page := r.open("kim")
		page.next("snapshot")
		for n := range 1000 {
			r.board.change("a-1", func(v *switchboard.AgentView) { v.Waiting = n + 1 })
			synctest.Wait()
		}
		page.next("phone") // was being written when the others came
		m := page.next("phone")
		require.InDelta(t, 3, m["seq"], 0)
		require.InDelta(t, 1000, m["phone"].(map[string]any)["waiting"], 0)
	})
}

func TestFloodsEndTheConnection(t *testing.T) {
	const pong = `{"type":"pong"}`
	floods := map[string]func(*browser) error{
		"messages": func(b *browser) error {
			return b.Write(b.t.Context(), websocket.MessageText, []byte(pong))
		},
		"pings of the protocol": func(b *browser) error {
			ctx, cancel := context.WithTimeout(b.t.Context(), time.Millisecond)
			defer cancel()
			return b.Ping(ctx)
		},
	}
	for name, flood := range floods {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				page := r.open("kim")
				page.next("snapshot")
				code := make(chan websocket.StatusCode, 1)
				go func() { code <- page.closed() }()
				for range 100 {
					if flood(page) != nil {
						break
					}
				}
				require.Equal(t, websocket.StatusPolicyViolation, <-code)
				require.InDelta(t, 1, r.count("bellhop_ws_closed_total", "too_fast"), 0)
			})
		})
	}
}

func TestBadFrames(t *testing.T) {
	tests := []struct {
		name string
		kind websocket.MessageType
		data string
		want websocket.StatusCode
	}{
		{"too big", websocket.MessageText, strings.Repeat("x", 16<<10+1), websocket.StatusMessageTooBig},
		{"binary", websocket.MessageBinary, "x", websocket.StatusUnsupportedData},
		{"not UTF-8", websocket.MessageText, "\xff", websocket.StatusInvalidFramePayloadData},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				page := r.open("kim")
				page.next("snapshot")
				// The server may close before it has read everything.
				_ = page.Write(t.Context(), tt.kind, []byte(tt.data))
				require.Equal(t, tt.want, page.closed())
				require.Empty(t, r.board.done())
			})
		})
	}
}

// TestOverTCP is one connection through a real socket.
func TestOverTCP(t *testing.T) {
	r := newRig(t)
	require.NoError(t, r.hub.Start(t.Context()))
	server := httptest.NewServer(r.hub)
	defer server.Close()
	defer r.hub.Stop()
	r.client = server.Client()
	defer r.client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()

	conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(server.URL, "http"), &websocket.DialOptions{
		HTTPHeader: map[string][]string{"Origin": {origin}, "Cookie": {cookie + "=kim"}},
	})
	require.NoError(t, err)
	page := &browser{conn, t}
	page.next("snapshot")
	page.send(`{"type":"command","id":"1","action":"dismiss"}`)
	require.Equal(t, true, page.next("result")["ok"])
	require.NoError(t, page.Close(websocket.StatusNormalClosure, ""))
}
