package live_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/tickets"
	"bellhop/web/auth"
	"bellhop/web/live"
)

func talking(v *switchboard.AgentView) {
	v.Agent.Occupation = agent.Talking
	v.Call = &switchboard.CallView{
		ID: aCall, Version: 4, Direction: call.Inbound, Phase: call.Talking, Caller: call.Party{Number: "01012345678", Name: "<b>"}, Dialled: "1000",
		QueueID: "q-1", QueueName: "주문·배송", ServiceID: "s-1", ServiceName: "한빛몰 고객센터",
		QueuedAt: noon, OfferedAt: noon, OfferEndsAt: noon.Add(30 * time.Second), ConnectedAt: noon.Add(time.Second),
	}
}

func TestSnapshot(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.board.change("a-1", talking)
		r.board.change("a-1", func(v *switchboard.AgentView) {
			v.Fenced, v.RecordsLate, v.Draining, v.Call.ParkEndsAt = true, true, true, noon.Add(20*time.Second)
		})
		page := r.open("kim")
		m := page.next("snapshot")
		require.InDelta(t, 1, m["seq"], 0)
		require.Equal(t, map[string]any{"number": 7.0, "call": aCall}, m["ticket"])
		require.Equal(t, time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), m["now"])
		have, err := json.Marshal(m["phone"])
		require.NoError(t, err)
		require.JSONEq(t, `{"agent":{"id":"a-1","name":"김상담","extension":"2041"},"presence":"ready","kind":"","occupation":"talking",
			"since":"2026-11-20T03:00:00.000Z","next":null,"phone_up":false,"switch_up":true,"misses":0,"waiting":0,"blind":false,"notice":null,
			"fenced":true,"journal_ok":false,"records_late":true,"draining":true,
			"call":{"id":"`+aCall+`","version":4,"direction":"inbound","phase":"talking","caller":{"number":"01012345678","name":"<b>"},"dialled":"1000",
			"queue":{"id":"q-1","name":"주문·배송"},"service":{"id":"s-1","name":"한빛몰 고객센터"},"pressed":"","reoffered":false,"answering":false,
			"queued_at":"2026-11-20T03:00:00.000Z","offered_at":"2026-11-20T03:00:00.000Z","offer_ends_at":"2026-11-20T03:00:30.000Z",
			"connected_at":"2026-11-20T03:00:01.000Z","held_at":null,"held_ms":0,"muted":false,"swapped":false,"consulted":false,"from":"","target":null,"park_ends_at":"2026-11-20T03:00:20.000Z"}}`, string(have))
	})
}

func TestSnapshotDoesNotWaitForTheDatabase(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tickets.hangs = true
		r.board.change("a-1", talking)
		m := r.open("kim").next("snapshot")
		require.NotNil(t, m["phone"])
		require.Nil(t, m["ticket"])
		require.Less(t, r.since(), 100*time.Millisecond)
	})
}

func TestTicketFoundAfterTheSnapshot(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.tickets.takes = 500 * time.Millisecond
		r.board.change("a-1", talking)
		page := r.open("kim")
		require.Nil(t, page.next("snapshot")["ticket"])
		require.Less(t, r.since(), 100*time.Millisecond)
		require.Equal(t, map[string]any{"number": 7.0, "call": aCall}, page.next("ticket_opened")["ticket"])
	})
}

func TestUsersWithoutPhone(t *testing.T) {
	for _, user := range []string{"admin", "new"} {
		inBubble(t, func(t *testing.T, r *rig) {
			page := r.open(user)
			m := page.next("snapshot")
			require.Nil(t, m["phone"])
			require.Nil(t, m["ticket"])
			page.send(`{"type":"command","id":"1","action":"dismiss"}`)
			require.Equal(t, "no_phone", page.next("result")["code"])
			require.Empty(t, r.board.done())
			require.Empty(t, r.board.posted(), "nobody is reachable through this page")
		})
	}
}

func TestChangesAreNumbered(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		page := r.open("kim")
		page.next("snapshot")
		r.board.change("a-1", func(v *switchboard.AgentView) { v.Waiting = 3 })
		m := page.next("phone")
		require.InDelta(t, 2, m["seq"], 0)
		require.InDelta(t, 3, m["phone"].(map[string]any)["waiting"], 0)
		r.hub.TicketOpened(tickets.TicketOpened{Number: 8, Call: aCall, Agent: "a-1"})
		m = page.next("ticket_opened")
		require.InDelta(t, 3, m["seq"], 0)
		require.Equal(t, map[string]any{"number": 8.0, "call": aCall}, m["ticket"])
	})
}

func TestTicketGoesToTheAgentsPagesOnly(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		first, second, other, admin := r.open("kim"), r.open("kim"), r.open("lee"), r.open("admin")
		for _, page := range []*browser{first, second, other, admin} {
			page.next("snapshot")
		}
		r.hub.TicketOpened(tickets.TicketOpened{Number: 8, Call: aCall, Agent: "a-1"})
		first.next("ticket_opened")
		second.next("ticket_opened")
		other.next("ping")
		r.hub.TicketOpened(tickets.TicketOpened{Number: 9, Call: aCall})
		admin.next("ping")
	})
}

func TestBrowserIsUpWhileThereIsAPage(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		first := r.open("kim")
		first.next("snapshot")
		require.Equal(t, []switchboard.Event{switchboard.BrowserUp{Agent: "a-1"}}, r.board.posted())
		second := r.open("kim")
		second.next("snapshot")
		require.NoError(t, first.Close(websocket.StatusNormalClosure, ""))
		synctest.Wait()
		require.Empty(t, r.board.posted(), "one of two pages left")
		require.InDelta(t, 1, r.count("bellhop_ws_clients"), 0)

		require.NoError(t, second.CloseNow())
		synctest.Wait()
		require.Equal(t, []switchboard.Event{switchboard.BrowserDown{Agent: "a-1"}}, r.board.posted())
		require.InDelta(t, 0, r.count("bellhop_ws_clients"), 0)
		require.InDelta(t, 2, r.count("bellhop_ws_closed_total", "left"), 0)

		r.open("kim").next("snapshot")
		require.Equal(t, []switchboard.Event{switchboard.BrowserUp{Agent: "a-1"}}, r.board.posted())
	})
}

func TestOtherOriginsAreRefused(t *testing.T) {
	for _, from := range []string{"", "null", "http://evil.test", "https://bellhop.test", "http://bellhop.test:81", "http://bellhop.test.evil.test", "HTTP://bellhop.test/"} {
		inBubble(t, func(t *testing.T, r *rig) {
			header := http.Header{}
			if from != "" {
				header.Set("Origin", from)
			}
			_, status, kind := r.handshake("kim", header)
			require.Equal(t, "application/problem+json", kind)
			require.Equal(t, http.StatusForbidden, status, from)
			require.Empty(t, r.board.posted())
		})
	}
}

func TestNotAWebsocket(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://bellhop.test/api/v1/live", nil)
		require.NoError(t, err)
		request.Header.Set("Origin", origin)
		response, err := r.client.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusUpgradeRequired, response.StatusCode)
	})
}

func TestNoSession(t *testing.T) {
	for _, token := range []string{"", "forged"} {
		inBubble(t, func(t *testing.T, r *rig) {
			_, status, kind := r.handshake(token, nil)
			require.Equal(t, "application/problem+json", kind)
			require.Equal(t, http.StatusUnauthorized, status)
			require.Empty(t, r.board.posted())
		})
	}
}

func TestSessionsThatCannotBeCheckedLetNobodyIn(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.sessions.change(func(f *fakeSessions) { f.err = errors.New("database down") })
		_, status, kind := r.handshake("kim", nil)
		require.Equal(t, "application/problem+json", kind)
		require.Equal(t, http.StatusServiceUnavailable, status)
	})
}

func TestSessionEnds(t *testing.T) {
	tests := map[string]struct {
		change func(*fakeSessions)
		want   websocket.StatusCode
	}{
		"revoked": {func(f *fakeSessions) { delete(f.users, "kim") }, live.StatusSessionEnded},
		"phone taken away": {func(f *fakeSessions) {
			f.users["kim"] = auth.User{ID: "u-1", Login: "kim", Role: "agent"}
		}, websocket.StatusServiceRestart},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				ended := r.open("kim").attend()
				r.sessions.change(tt.change)
				require.Equal(t, tt.want, <-ended)
				require.LessOrEqual(t, r.since(), 10*time.Second)
			})
		})
	}
}

func TestSignedOutPagesCloseAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		page, other := r.open("kim"), r.open("lee")
		page.next("snapshot")
		other.next("snapshot")
		r.hub.SessionEnded("kim")
		require.Equal(t, live.StatusSessionEnded, page.closed())
		require.Zero(t, r.since())
		other.next("ping")
	})
}

func TestDatabaseDownTakesNoPhoneAway(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		ended := r.open("kim").attend()
		synctest.Wait()
		r.sessions.change(func(f *fakeSessions) { f.err = errors.New("database down") })
		select {
		case code := <-ended:
			t.Fatalf("closed with %d", code)
		case <-time.After(5 * time.Minute):
		}
		require.Equal(t, []switchboard.Event{switchboard.BrowserUp{Agent: "a-1"}}, r.board.posted())
	})
}

func TestStop(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		ended := r.open("kim").attend()
		synctest.Wait()
		r.board.posted()
		r.hub.Stop()
		require.Equal(t, websocket.StatusServiceRestart, <-ended)
		require.Empty(t, r.board.posted(), "the browser is not down, we are")

		_, status, kind := r.handshake("kim", nil)
		require.Equal(t, "application/problem+json", kind)
		require.Equal(t, http.StatusServiceUnavailable, status)
	})
}

func TestSwitchboardStops(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		page := r.open("kim")
		page.next("snapshot")
		r.board.mu.Lock()
		r.board.stopped = switchboard.ErrStopped
		r.board.mu.Unlock()
		r.board.change("a-1", func(*switchboard.AgentView) {})
		require.Equal(t, websocket.StatusTryAgainLater, page.closed())
		require.Equal(t, websocket.StatusTryAgainLater, r.open("kim").closed())
	})
}

func TestTooManyPages(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		for range 16 {
			r.open("kim").next("snapshot")
		}
		_, status, kind := r.handshake("kim", nil)
		require.Equal(t, "application/problem+json", kind)
		require.Equal(t, http.StatusTooManyRequests, status)
		r.open("lee").next("snapshot")
	})
}

func TestOptions(t *testing.T) {
	_, err := live.New(live.Options{})
	require.Error(t, err)
	r := newRig(t)
	require.NoError(t, r.hub.Start(t.Context()))
	require.Error(t, r.hub.Start(t.Context()))
	r.hub.Stop()
}
