package live_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/web/auth"
)

const (
	watch   = `{"type":"watch","topic":"roster"}`
	unwatch = `{"type":"unwatch","topic":"roster"}`
)

func TestRoster(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.board.people(switchboard.Roster{
			Agents: []switchboard.RosterAgent{
				{ID: "a-1", Name: "김상담", Extension: "2041", Groups: []string{"결제팀"}, State: "work", Kind: "meeting", Since: noon},
				{ID: "a-2", Name: "<b>", Extension: "2042", State: "ready", Since: noon, Available: true},
			},
			Queues: []switchboard.RosterQueue{{ID: "q-1", Name: "주문·배송", Number: "7100", Waiting: 3, Ready: 1}},
		})
		page := r.open("kim")
		page.next("snapshot")
		page.send(watch)
		page.send(watch)
		m := page.next("roster")
		delete(m, "now")
		require.Equal(t, map[string]any{
			"type": "roster", "seq": 2.0,
			"agents": []any{
				map[string]any{
					"id": "a-1", "name": "김상담", "extension": "2041", "groups": []any{"결제팀"}, "state": "work", "kind": "meeting",
					"since": "2026-11-20T03:00:00.000Z", "available": false,
				},
				map[string]any{
					"id": "a-2", "name": "<b>", "extension": "2042", "groups": []any{}, "state": "ready", "kind": "",
					"since": "2026-11-20T03:00:00.000Z", "available": true,
				},
			},
			"queues": []any{map[string]any{"id": "q-1", "name": "주문·배송", "number": "7100", "waiting": 3.0, "ready": 1.0}},
		}, m)
		require.Equal(t, 1, r.board.everRoster, "watching twice is watching once")
	})
}

func TestRosterComesFourTimesASecondAtMost(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		page := r.open("kim")
		page.next("snapshot")
		page.send(watch)
		page.next("roster")
		for n := range 100 {
			r.board.people(switchboard.Roster{Queues: []switchboard.RosterQueue{{Waiting: n}}})
			synctest.Wait()
		}
		m := page.next("roster")
		require.Equal(t, 250*time.Millisecond, r.since())
		require.InDelta(t, 99, m["queues"].([]any)[0].(map[string]any)["waiting"], 0, "the latest wins")
	})
}

func TestUnwatch(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		page := r.open("kim")
		page.next("snapshot")
		page.send(unwatch)
		page.send(watch)
		page.next("roster")
		page.send(unwatch)
		synctest.Wait()
		require.Empty(t, r.board.rosters)
		r.board.people(switchboard.Roster{})
		page.next("ping")
		page.send(`{"type":"pong"}`)
		page.send(watch)
		page.next("roster")
	})
}

// TestRosterIsMadeOnceForAll: hundreds of pages that watch cost one roster for each change.
func TestRosterIsMadeOnceForAll(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		var pages []*browser
		for n := range 300 {
			who := fmt.Sprint("agent-", n)
			r.sessions.change(func(f *fakeSessions) { f.users[who] = auth.User{ID: who, AgentID: "a-1"} })
			page := r.open(who)
			page.next("snapshot")
			page.send(watch)
			page.next("roster")
			pages = append(pages, page)
		}
		require.Equal(t, 1, r.board.everRoster)
		asked := r.board.rosterAsked
		<-time.After(time.Second)
		r.board.people(switchboard.Roster{Queues: []switchboard.RosterQueue{{Waiting: 7}}})
		for _, page := range pages {
			m := page.next("roster")
			require.InDelta(t, 3, m["seq"], 0)
			require.InDelta(t, 7, m["queues"].([]any)[0].(map[string]any)["waiting"], 0)
		}
		require.Equal(t, asked+1, r.board.rosterAsked)
		for _, page := range pages[1:] {
			require.NoError(t, page.CloseNow())
		}
		synctest.Wait()
		require.Len(t, r.board.rosters, 1, "one still watches")
		pages[0].send(unwatch)
		synctest.Wait()
		require.Empty(t, r.board.rosters, "nobody watches")
	})
}

// TestRosterThatCannotBeFollowed: the pages connect again, which is how it comes back.
func TestRosterThatCannotBeFollowed(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		page, other := r.open("kim"), r.open("lee")
		page.next("snapshot")
		other.next("snapshot")
		r.board.mu.Lock()
		r.board.rosterFails = errors.New("no roster")
		r.board.mu.Unlock()
		page.send(watch)
		require.Equal(t, websocket.StatusTryAgainLater, page.closed())
		other.next("ping")
	})
}

func TestRosterNeedsAPhone(t *testing.T) {
	for _, user := range []string{"admin", "new"} {
		inBubble(t, func(t *testing.T, r *rig) {
			page := r.open(user)
			page.next("snapshot")
			page.send(watch)
			require.Equal(t, map[string]any{"type": "result", "id": "", "ok": false, "code": "no_phone"}, page.next("result"))
			require.Zero(t, r.board.everRoster)
		})
	}
}

func TestManyWatchesAreAFlood(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		page := r.open("kim")
		page.next("snapshot")
		code := make(chan websocket.StatusCode, 1)
		go func() { code <- page.closed() }()
		for n := range 100 {
			text := watch
			if n%2 == 1 {
				text = unwatch
			}
			if page.Write(t.Context(), websocket.MessageText, []byte(text)) != nil {
				break
			}
		}
		require.Equal(t, websocket.StatusPolicyViolation, <-code)
	})
}

// TestTicketInTheSnapshot: the owner of a connected call has its ticket whatever he does with it; whoever is consulted has not.
func TestTicketInTheSnapshot(t *testing.T) {
	for _, tt := range []struct {
		phase     string
		consulted bool
		want      bool
	}{{"holding", false, true}, {"consulting", false, true}, {"consulting", true, false}, {"three_way", true, false}} {
		t.Run(fmt.Sprint(tt.phase, tt.consulted), func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				r.board.change("a-1", talking)
				r.board.change("a-1", func(v *switchboard.AgentView) {
					v.Call.Phase, v.Call.Consulted = call.Phase(tt.phase), tt.consulted
				})
				require.Equal(t, tt.want, r.open("kim").next("snapshot")["ticket"] != nil)
			})
		})
	}
}
