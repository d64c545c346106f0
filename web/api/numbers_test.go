package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/directory"
	"bellhop/cti/history"
	"bellhop/cti/switchboard"
	"bellhop/web/api"
)

const aFavourite = "01995f3e-0000-7000-8000-0000000000f1"

// fakeDirectory has the service s-1 of everybody and s-2 of nobody, and remembers what it was asked to do.
type fakeDirectory struct {
	mu   sync.Mutex
	err  error // what every change fails with
	done []string
}

func (f *fakeDirectory) Oversees(_ context.Context, _, service, _ string) (bool, error) {
	return service == "s-1", f.err
}

func (f *fakeDirectory) Serves(_ context.Context, _, service string) (bool, error) {
	return service == "s-1", f.err
}

func (f *fakeDirectory) CallerIDs(_ context.Context, agent, service string) ([]directory.CallerID, error) {
	if service == "none" {
		return nil, nil
	}
	if service != "" && service != "s-1" || agent == "" {
		return nil, directory.ErrNotFound
	}
	return []directory.CallerID{{Number: "0206924100", Name: "대표"}, {Number: "15004021", Name: "콜백"}}, nil
}

func (f *fakeDirectory) Favourites(_ context.Context, agent string) ([]directory.Favourite, error) {
	if agent == "a-3" {
		return nil, nil
	}
	return []directory.Favourite{{ID: aFavourite, Name: "<b>택배</b>", Number: "9021234567"}}, nil
}

func (f *fakeDirectory) note(words ...string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done = append(f.done, strings.Join(words, " "))
	return f.err
}

func (f *fakeDirectory) AddFavourite(_ context.Context, agent, name, number string) (directory.Favourite, error) {
	err := f.note("add", agent, name, number)
	return directory.Favourite{ID: fmt.Sprint("f-", len(f.done)), Name: name, Number: number}, err
}

func (f *fakeDirectory) ChangeFavourite(_ context.Context, agent, id, name, number string) (directory.Favourite, error) {
	return directory.Favourite{ID: id, Name: name, Number: number}, f.note("change", agent, id, name, number)
}

func (f *fakeDirectory) DeleteFavourite(_ context.Context, agent, id string) error {
	return f.note("delete", agent, id)
}

func (f *fakeDirectory) OrderFavourites(_ context.Context, agent string, ids []string) error {
	return f.note("order", agent, strings.Join(ids, ","))
}

// fakeHistory has two calls of everybody.
type fakeHistory struct {
	asked []history.ListOptions
	saved []history.Part
}

func (f *fakeHistory) List(_ context.Context, agent string, o history.ListOptions) (history.Page, error) {
	f.asked = append(f.asked, o)
	if o.Before == "bad" {
		return history.Page{}, history.ErrBadCursor
	}
	return history.Page{Next: o.Before + "x", Calls: []history.Call{
		{
			ID: 2, Call: aCall, Agent: agent, Direction: call.Inbound, Number: "01012345678", Name: "이수진", Queue: "주문·배송", Service: "한빛몰 고객센터",
			Result: history.Answered, EndedBy: history.ByCustomer, Reason: "customer_hangup",
			StartedAt: noon, ConnectedAt: noon.Add(time.Second), EndedAt: noon.Add(time.Minute), Talk: 50 * time.Second, Hold: 1500 * time.Millisecond,
		},
		{ID: 1, Call: uuid.NewString(), Direction: call.Outbound, Result: history.Busy, EndedBy: history.ByTarget, StartedAt: noon, EndedAt: noon},
	}}, nil
}

func TestCallerIDs(t *testing.T) {
	r := newRig(t)
	get := func(query string) (int, string) {
		w := r.send(request{method: http.MethodGet, path: "/api/v1/phone/caller-ids" + query, as: "agent"})
		return w.Code, w.Body.String()
	}
	for _, query := range []string{"", "?service=s-1"} {
		status, body := get(query)
		require.Equal(t, http.StatusOK, status)
		require.JSONEq(t, `{"caller_ids":[{"number":"0206924100","name":"대표","default":true},{"number":"15004021","name":"콜백","default":false}]}`, body)
	}
	_, body := get("?service=none")
	require.JSONEq(t, `{"caller_ids":[]}`, body)
	status, _ := get("?service=s-2")
	require.Equal(t, http.StatusNotFound, status)
}

func TestFavourites(t *testing.T) {
	tests := []struct {
		name, method, path, body string
		status                   int
		want, done               string
	}{
		{"list", "GET", "", "", 200, `{"favourites":[{"id":"` + aFavourite + `","name":"<b>택배</b>","number":"9021234567"}]}`, ""},
		{"add", "POST", "", `{"name":"택배","number":"02-123-4567"}`, 201, `{"id":"f-1","name":"택배","number":"02-123-4567"}`, "add a-1 택배 02-123-4567"},
		{"change", "PUT", "/" + aFavourite, `{"name":"택배","number":"2042"}`, 200, `{"id":"` + aFavourite + `","name":"택배","number":"2042"}`, "change a-1 " + aFavourite + " 택배 2042"},
		{"delete", "DELETE", "/" + aFavourite, "", 204, "", "delete a-1 " + aFavourite},
		{"order", "PUT", "/order", `{"ids":["` + aFavourite + `"]}`, 204, "", "order a-1 " + aFavourite},
		{"order of none", "PUT", "/order", `{"ids":[]}`, 204, "", "order a-1 "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			w := r.send(request{method: tt.method, path: "/api/v1/phone/favourites" + tt.path, as: "agent", body: tt.body})
			require.Equal(t, tt.status, w.Code, "%s", w.Body)
			if tt.want != "" {
				require.JSONEq(t, tt.want, w.Body.String())
			}
			require.Equal(t, tt.done, strings.Join(r.numbers.done, "; "))
		})
	}
}

func TestNoFavouritesAreAnEmptyList(t *testing.T) {
	w := newRig(t).send(request{method: http.MethodGet, path: "/api/v1/phone/favourites", as: "coach"})
	require.JSONEq(t, `{"favourites":[]}`, w.Body.String())
}

func TestFavouritesRefused(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status int
		code   api.Code
	}{
		{directory.ErrNotFound, 404, api.NotFound},
		{directory.ErrTooMany, 409, api.TooManyFavourites},
		{fmt.Errorf("change favourites: %w", directory.ErrBadName), 422, api.BadName},
		{directory.ErrBadNumber, 422, api.BadNumber},
		{directory.ErrBadOrder, 422, api.BadOrder},
		{errors.New("database down"), 500, api.Internal},
	} {
		r := newRig(t)
		r.numbers.err = tt.err
		for _, q := range []request{
			{method: "POST", path: "", body: `{"name":"x","number":"1"}`},
			{method: "PUT", path: "/" + aFavourite, body: `{"name":"x","number":"1"}`},
			{method: "PUT", path: "/order", body: `{"ids":[]}`},
			{method: "DELETE", path: "/" + aFavourite},
		} {
			q.as, q.path = "agent", "/api/v1/phone/favourites"+q.path
			w := r.send(q)
			require.Equal(t, tt.status, w.Code, "%s %s", q.method, q.path)
			require.Equal(t, tt.code, problemIn(t, w).Code)
		}
	}
}

func TestAFavouriteSentTwiceIsAddedOnce(t *testing.T) {
	r := newRig(t)
	add := func(as, body string) (int, string) {
		w := r.send(request{
			method: http.MethodPost, path: "/api/v1/phone/favourites", as: as, body: body, header: http.Header{"Idempotency-Key": {"k-1"}},
		})
		return w.Code, w.Body.String()
	}
	r.numbers.err = errors.New("database down")
	status, _ := add("agent", `{"name":"x","number":"1"}`)
	require.Equal(t, http.StatusInternalServerError, status)
	r.numbers.err = nil
	_, first := add("agent", `{"name":"x","number":"1"}`)
	status, second := add("agent", `{"name":"x","number":"1"}`)
	require.Equal(t, http.StatusCreated, status)
	require.Equal(t, first, second)
	require.Len(t, r.numbers.done, 2, "the one that failed, and the one that did not")
	status, body := add("agent", `{"name":"y","number":"1"}`)
	require.Equal(t, http.StatusConflict, status)
	require.Contains(t, body, "key_reused")
	status, _ = add("coach", `{"name":"y","number":"1"}`)
	require.Equal(t, http.StatusCreated, status, "a key is one's own")

	r.numbers.err = directory.ErrTooMany
	for range 2 {
		w := r.send(request{
			method: http.MethodPost, path: "/api/v1/phone/favourites", as: "agent", body: `{"name":"x","number":"1"}`, header: http.Header{"Idempotency-Key": {"k-2"}},
		})
		require.Equal(t, http.StatusConflict, w.Code)
	}
	require.Len(t, r.numbers.done, 4, "a refusal is an answer, too")
}

func TestHistory(t *testing.T) {
	r := newRig(t)
	w := r.send(request{method: http.MethodGet, path: "/api/v1/phone/history?limit=2&before=c&missed=true", as: "agent"})
	require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
	var page map[string]any
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &page))
	require.Equal(t, "cx", page["next"])
	calls := page["calls"].([]any)
	require.Equal(t, map[string]any{
		"id": 2.0, "call": aCall, "direction": "inbound", "number": "01012345678", "name": "이수진", "queue": "주문·배송", "service": "한빛몰 고객센터",
		"result": "answered", "ended_by": "customer", "reason": "customer_hangup", "started_at": "2026-11-20T03:00:00.000Z",
		"connected_at": "2026-11-20T03:00:01.000Z", "ended_at": "2026-11-20T03:01:00.000Z", "talk_ms": 50000.0, "hold_ms": 1500.0, "ticket": 9.0,
		"quality": map[string]any{
			"grade": "fair", "mos": 4.38, "duration_ms": 59000.0, "loss": 0.0123, "jitter_ms": 4.3, "jitter_max_ms": 9.0, "rtt_ms": 40.0,
			"rtt_max_ms": 61.0, "no_incoming_ms": 1500.0, "no_outgoing_ms": 0.0, "dead_microphone_ms": 0.0,
		},
	}, calls[0])
	require.Nil(t, calls[1].(map[string]any)["quality"])
	require.Nil(t, calls[1].(map[string]any)["ticket"])
	require.Nil(t, calls[1].(map[string]any)["connected_at"])
	require.Equal(t, []history.ListOptions{{Limit: 2, Before: "c", Missed: true}}, r.history.asked)

	r.send(request{method: http.MethodGet, path: "/api/v1/phone/history", as: "agent"})
	require.Equal(t, history.ListOptions{Limit: 50}, r.history.asked[1])
	w = r.send(request{method: http.MethodGet, path: "/api/v1/phone/history?before=bad", as: "agent"})
	require.Equal(t, http.StatusUnprocessableEntity, w.Code)
}

func TestCard(t *testing.T) {
	tests := []struct {
		name string
		call *switchboard.CallView
		want string // empty: 404
	}{
		{"a known customer", &switchboard.CallView{ID: aCall, Caller: call.Party{Number: "01012345678"}}, `{"customer":{"id":"c-1","name":"이수진","grade":"골드"},
			"tickets":[{"number":7,"channel":"phone","direction":"inbound","subject":"","status":"processing","missed":"","created_at":"2026-11-20T03:00:00.000Z"}],
			"hostile":{"count":2,"last_at":"2026-11-20T03:00:00.000Z"}}`},
		{"a stranger", &switchboard.CallView{ID: aCall, Caller: call.Party{Number: "0299999999"}}, `{"customer":null,"tickets":[],"hostile":{"count":0,"last_at":null}}`},
		{"withheld", &switchboard.CallView{ID: aCall}, `{"customer":null,"tickets":[],"hostile":{"count":0,"last_at":null}}`},
		{"a colleague", &switchboard.CallView{ID: aCall, Direction: call.Internal, Caller: call.Party{Number: "01012345678"}}, `{"customer":null,"tickets":[],"hostile":{"count":0,"last_at":null}}`},
		{"somebody else's call", &switchboard.CallView{ID: "other"}, ""},
		{"no call", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			r.board.call = tt.call
			w := r.send(request{method: http.MethodGet, path: "/api/v1/calls/" + aCall + "/card", as: "agent"})
			if tt.want == "" {
				require.Equal(t, http.StatusNotFound, w.Code)
				return
			}
			require.JSONEq(t, tt.want, w.Body.String())
		})
	}
}
