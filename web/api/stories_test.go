package api_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/explain"
	"bellhop/web/api"
)

// fakeStories knows the call aCall, in which a-1 took part.
type fakeStories struct {
	err     error
	service call.ServiceID
}

func (f *fakeStories) OfCall(_ context.Context, id call.ID) (api.Story, error) {
	if f.err != nil || id != aCall {
		return api.Story{}, f.err
	}
	return api.Story{Complete: true, Story: explain.Story{
		Call: id, Service: f.service, Agents: []call.AgentID{"a-1"},
		Lines: []explain.Line{
			{Clause: explain.Clause{Code: "arrived", Params: map[string]string{"number": "01012345678"}}, Seq: 1, At: noon},
			{Clause: explain.Clause{Code: "recovered"}, Seq: 2, At: noon, Why: []explain.Clause{{Code: "because_restart"}}},
		},
	}}, nil
}

func TestCallEvents(t *testing.T) {
	r := newRig(t)
	r.stories.service = "s-1"
	get := func(as, id string) (int, string) {
		w := r.send(request{method: http.MethodGet, path: "/api/v1/calls/" + id + "/events", as: as})
		return w.Code, w.Body.String()
	}
	status, body := get("agent", aCall)
	require.Equal(t, http.StatusOK, status)
	require.JSONEq(t, `{"call":"`+aCall+`","complete":true,"events":[
		{"at":"2026-11-20T03:00:00.000Z","code":"arrived","params":{"number":"01012345678"},"why":[]},
		{"at":"2026-11-20T03:00:00.000Z","code":"recovered","params":{},"why":[{"code":"because_restart","params":{}}]}]}`, body)

	for _, tt := range []struct {
		as, call string
		status   int
	}{
		{"", aCall, 401},
		{"nophone", aCall, 404}, // an agent who took no part
		{"coach", aCall, 200},
		{"supervisor", aCall, 200},
		{"admin", aCall, 200},
		{"admin", "01995f3e-0000-7000-8000-000000000009", 404},
		{"admin", "nonsense", 422},
	} {
		status, _ := get(tt.as, tt.call)
		require.Equal(t, tt.status, status, "%s %s", tt.as, tt.call)
	}

	r.stories.service = "s-2"
	status, _ = get("admin", aCall)
	require.Equal(t, http.StatusNotFound, status, "another organisation's")
	status, _ = get("agent", aCall)
	require.Equal(t, http.StatusOK, status, "his own, whatever the database says")

	r.numbers.err = &pgconn.PgError{Code: "57P03"}
	status, body = get("supervisor", aCall)
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, body, `"code":"database_unavailable"`)
	r.stories.err = errors.New("damaged")
	status, _ = get("agent", aCall)
	require.Equal(t, http.StatusInternalServerError, status)
}
