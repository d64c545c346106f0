package api_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/web/api"
)

func TestSessionNamesTheServices(t *testing.T) {
	r := newRig(t)
	type named struct{ ID, Name, Role string }
	type session struct {
		User     named
		Services []named
	}
	get := func(as string) (int, session) {
		var s session
		w := r.send(request{method: http.MethodGet, path: "/api/v1/session", as: as})
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &s))
		return w.Code, s
	}
	_, got := get("agent")
	require.Equal(t, session{named{"u-agent", "김상담", "agent"}, []named{{ID: "s-1", Name: "한빛몰 고객센터"}}}, got)
	_, got = get("admin")
	require.Equal(t, session{named{"u-admin", "관리자", "admin"}, []named{}}, got)
	r.numbers.err = errors.New("connection refused")
	status, _ := get("agent")
	require.Equal(t, http.StatusOK, status, "without the database, too")
}

func TestLookUp(t *testing.T) {
	const stranger = `{"customer":null,"tickets":[],"hostile":{"count":0,"last_at":null}}`
	for _, tt := range []struct {
		name, query string
		status      int
		want        string
	}{
		{"a known customer", "?service=s-1&number=01012345678", 200, `{"customer":{"id":"c-1","name":"이수진","grade":"골드"},
			"tickets":[{"number":7,"channel":"phone","direction":"inbound","subject":"","status":"processing","missed":"","created_at":"2026-11-20T03:00:00.000Z"}],
			"hostile":{"count":2,"last_at":"2026-11-20T03:00:00.000Z"}}`},
		{"a stranger", "?service=s-1&number=0299999999", 200, stranger},
		{"letters", "?service=s-1&number=abc", 200, stranger},
		{"a service of others", "?service=s-2&number=01012345678", 404, ""},
		{"no service", "?number=01012345678", 422, ""},
		{"an empty service", "?service=&number=01012345678", 422, ""},
		{"no number", "?service=s-1", 422, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newRig(t).send(request{method: http.MethodGet, path: "/api/v1/phone/lookup" + tt.query, as: "agent"})
			require.Equal(t, tt.status, w.Code, "%s", w.Body)
			if tt.want != "" {
				require.JSONEq(t, tt.want, w.Body.String())
			}
		})
	}
}

func TestHostileEndAnnouncement(t *testing.T) {
	r := newRig(t)
	get := func(path string) (int, string, string) {
		w := r.send(request{method: http.MethodGet, path: "/api/v1/calls/" + aCall + "/hostile-end" + path, as: "agent"})
		return w.Code, w.Header().Get("Content-Type"), w.Body.String()
	}
	r.board.call = &switchboard.CallView{ID: aCall, ServiceID: "s-1", Caller: call.Party{Number: "01012345678"}}
	_, _, body := get("")
	require.JSONEq(t, `{"text":"종료합니다 s-1"}`, body, "of the call's service")
	status, kind, body := get("/sound")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "audio/wav", kind)
	require.Equal(t, "RIFF of s-1", body)
	w := r.send(request{method: http.MethodGet, path: "/api/v1/calls/" + aCall + "/hostile-end/sound", as: "agent"})
	require.Equal(t, "11", w.Header().Get("Content-Length"))
	w = r.send(request{
		method: http.MethodGet, path: "/api/v1/calls/" + aCall + "/hostile-end/sound", as: "agent",
		header: http.Header{"Range": {"bytes=8-"}},
	})
	require.Equal(t, http.StatusPartialContent, w.Code)
	require.Equal(t, "s-1", w.Body.String())

	for _, other := range []*switchboard.CallView{nil, {ID: "other"}} {
		r.board.call = other
		for _, path := range []string{"", "/sound"} {
			w := r.send(request{method: http.MethodGet, path: "/api/v1/calls/" + aCall + "/hostile-end" + path, as: "agent"})
			require.Equal(t, http.StatusNotFound, w.Code)
			require.Equal(t, api.NotFound, problemIn(t, w).Code)
		}
	}
}
