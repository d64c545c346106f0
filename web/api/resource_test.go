package api_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"bellhop/cti/agent"
	"bellhop/cti/switchboard"
	"bellhop/web/api"
	"bellhop/web/auth"
)

func TestSignIn(t *testing.T) {
	r := newRig(t)
	w := r.send(request{method: http.MethodPost, path: "/api/v1/session", as: "admin", body: `{"login":"agent","password":"right horse"}`})
	require.Equal(t, http.StatusOK, w.Code)
	require.JSONEq(t, `{"user":{"id":"u-agent","login":"agent","name":"김상담","role":"agent"}}`, w.Body.String())
	require.Equal(t, "bellhop_session=agent; Path=/; HttpOnly; SameSite=Lax", w.Header().Get("Set-Cookie"))
	require.Equal(t, []string{"admin"}, r.ended, "the session from before ended, with its live connections")
}

func TestSignInRefused(t *testing.T) {
	tests := []struct {
		name, body string
		err        error
		status     int
		code       api.Code
		retry      string
	}{
		{name: "wrong password", body: `{"login":"agent","password":"wrong"}`, status: 401, code: api.BadCredentials},
		{name: "unknown user", body: `{"login":"somebody","password":"right horse"}`, status: 401, code: api.BadCredentials},
		{name: "too many attempts", body: `{"login":"agent","password":"x"}`, err: &auth.TooManyAttempts{RetryAfter: 1500 * time.Millisecond}, status: 429, code: api.TooManyAttempts, retry: "2"},
		{name: "database down", body: `{"login":"agent","password":"x"}`, err: errors.New("connection refused"), status: 503, code: api.Unavailable},
		{name: "no password", body: `{"login":"agent"}`, status: 422, code: api.InvalidRequest},
		{name: "another field", body: `{"login":"agent","password":"hunter2","otp":"1"}`, status: 422, code: api.InvalidRequest},
		{name: "wrong type", body: `{"login":"agent","password":["hunter2"]}`, status: 422, code: api.InvalidRequest},
		{name: "huge password", body: `{"login":"agent","password":"` + strings.Repeat("x", 2000) + `"}`, status: 422, code: api.InvalidRequest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			r.sessions.err = tt.err
			w := r.send(request{method: http.MethodPost, path: "/api/v1/session", body: tt.body})
			require.Equal(t, tt.status, w.Code, "%s", w.Body)
			require.Equal(t, tt.code, problemIn(t, w).Code)
			require.Equal(t, tt.retry, w.Header().Get("Retry-After"))
			require.Empty(t, w.Header().Get("Set-Cookie"))
			require.NotContains(t, w.Body.String(), "hunter2", "a password is never sent back")
		})
	}
}

func TestFieldErrorsAreCodes(t *testing.T) {
	w := newRig(t).send(request{method: http.MethodPost, path: "/api/v1/session", body: `{"login":7,"extra":1}`})
	require.ElementsMatch(t, []api.FieldError{
		{Location: "body.login", Code: "type"},
		{Location: "body", Code: "required"},
		{Location: "body.extra", Code: "unknown"},
	}, problemIn(t, w).Errors)
}

func TestSignOut(t *testing.T) {
	r := newRig(t)
	w := r.send(request{method: http.MethodDelete, path: "/api/v1/session", as: "agent"})
	require.Equal(t, http.StatusNoContent, w.Code)
	require.Contains(t, w.Header().Get("Set-Cookie"), "Max-Age=0")
	require.Equal(t, []string{"agent"}, r.sessions.ended)
	require.Equal(t, []string{"agent"}, r.ended)
}

func TestCommands(t *testing.T) {
	key := http.Header{"Idempotency-Key": {"k-1"}}
	tests := []struct {
		name string
		send request
		want switchboard.Command
	}{
		{
			"presence",
			request{method: http.MethodPut, path: "/api/v1/phone/presence", body: `{"presence":"work","kind":"meeting"}`, header: key},
			switchboard.Command{Action: switchboard.SetPresence, Mode: agent.Mode{Presence: agent.Work, Kind: agent.Meeting}},
		},
		{"dismiss", request{method: http.MethodPost, path: "/api/v1/phone/dismiss", header: key}, switchboard.Command{Action: switchboard.Dismiss}},
		{"sign out", request{method: http.MethodDelete, path: "/api/v1/phone/session", header: key}, switchboard.Command{Action: switchboard.SignOut}},
		{
			"accept",
			request{method: http.MethodPost, path: "/api/v1/calls/" + aCall + "/accept", body: `{"version":3}`, header: key},
			switchboard.Command{Action: switchboard.Accept, Call: aCall, Version: 3},
		},
		{
			"decline",
			request{method: http.MethodPost, path: "/api/v1/calls/" + aCall + "/decline", body: `{"version":4}`, header: key},
			switchboard.Command{Action: switchboard.Decline, Call: aCall, Version: 4},
		},
		{
			"hang up",
			request{method: http.MethodPost, path: "/api/v1/calls/" + aCall + "/hangup", body: `{"version":5}`, header: key},
			switchboard.Command{Action: switchboard.HangUp, Call: aCall, Version: 5},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			tt.send.as = "agent"
			w := r.send(tt.send)
			require.Equal(t, http.StatusNoContent, w.Code, "%s", w.Body)
			tt.want.Agent, tt.want.Key = "a-1", "k-1"
			require.Equal(t, []switchboard.Command{tt.want}, r.board.done)

			tt.send.header = nil
			r.send(tt.send)
			require.NoError(t, uuid.Validate(r.board.done[1].Key), "a key is made when there is none")
		})
	}
}

func TestRefusals(t *testing.T) {
	tests := map[switchboard.RefusalCode]int{
		switchboard.TooLate: 409, switchboard.NotYourCall: 404, switchboard.NotSignedIn: 409, switchboard.NoPhone: 403,
		switchboard.NotReachable: 409, switchboard.InCall: 409, switchboard.UnknownMode: 422, switchboard.UnknownAction: 422,
		switchboard.SwitchDown: 409, switchboard.KeyReused: 409, switchboard.InvalidCommand: 422,
	}
	for code, status := range tests {
		r := newRig(t)
		r.board.err = &switchboard.Refusal{Code: code, Params: map[string]string{"phase": "ended"}}
		w := r.send(request{method: http.MethodPost, path: "/api/v1/calls/" + aCall + "/accept", as: "agent", body: `{"version":3}`})
		require.Equal(t, status, w.Code, code)
		p := problemIn(t, w)
		require.Equal(t, string(code), string(p.Code))
		require.Equal(t, map[string]string{"phase": "ended"}, p.Params)
	}
}

func TestFaultsAreNotTold(t *testing.T) {
	r := newRig(t)
	r.board.err = errors.New("secret of the house")
	w := r.send(request{method: http.MethodPost, path: "/api/v1/phone/dismiss", as: "agent"})
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.JSONEq(t, `{"type":"about:blank","title":"Internal Server Error","status":500,"code":"internal"}`, w.Body.String())
}

func TestOpenPhone(t *testing.T) {
	r := newRig(t)
	send := request{method: http.MethodPost, path: "/api/v1/phone/session", as: "agent", header: http.Header{"Idempotency-Key": {"k-1"}}}
	w := r.send(send)
	require.Equal(t, http.StatusOK, w.Code)
	var got api.PhoneToken
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
	require.NoError(t, uuid.Validate(got.Session))
	require.Equal(t, api.PhoneToken{
		Session: got.Session, MediaURL: "ws://127.0.0.1:8081/phone", Token: "token of a-1 " + got.Session,
		ExpiresAt: "2026-11-20T03:00:00.000Z",
	}, got)
	require.Equal(t, []switchboard.Command{{Key: "k-1", Agent: "a-1", Action: switchboard.SignIn, Session: got.Session}}, r.board.done)

	again := r.send(send)
	require.Equal(t, w.Body.String(), again.Body.String(), "the same key opens the same session")
	require.Equal(t, r.board.done[0], r.board.done[1])
}

func TestOpenPhoneChangesNothingWithoutToken(t *testing.T) {
	r := newRig(t)
	r.tokens.err = errors.New("no secret")
	w := r.send(request{method: http.MethodPost, path: "/api/v1/phone/session", as: "agent"})
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Empty(t, r.board.done)
}

func TestTickets(t *testing.T) {
	r := newRig(t)
	list := func(query string) (numbers []int64, next *int64) {
		w := r.send(request{method: http.MethodGet, path: "/api/v1/tickets" + query, as: "supervisor"})
		require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
		var page api.TicketPage
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &page))
		for _, ticket := range page.Tickets {
			numbers = append(numbers, ticket.Number)
		}
		return numbers, page.Next
	}
	numbers, next := list("")
	require.Equal(t, []int64{3, 2, 1}, numbers)
	require.Nil(t, next)

	numbers, next = list("?limit=2")
	require.Equal(t, []int64{3, 2}, numbers)
	require.Equal(t, int64(2), *next)
	numbers, next = list("?limit=2&before=2")
	require.Equal(t, []int64{1}, numbers)
	require.Nil(t, next)

	r.tickets.count = 0
	numbers, next = list("")
	require.Empty(t, numbers)
	require.Nil(t, next)

	r.tickets.count = 450
	_, next = list("?limit=200")
	require.Equal(t, int64(251), *next)
}

func TestTicket(t *testing.T) {
	r := newRig(t)
	w := r.send(request{method: http.MethodGet, path: "/api/v1/tickets/2", as: "agent"})
	require.JSONEq(t, `{"number":2,"service":{"id":"s-1","name":"한빛몰 고객센터"},"channel":"phone","status":"processing","subject":"",
		"customer_number":"01012345678","customer_name":"","agent":{"id":"a-1","name":"김상담"},"call":"`+aCall+`",
		"created_at":"2026-11-20T03:00:00.000Z","updated_at":"2026-11-20T03:00:00.000Z",
		"events":[{"at":"2026-11-20T03:00:00.000Z","kind":"connected","agent":{"id":"a-1","name":"김상담"},"params":{}}]}`, w.Body.String())

	w = r.send(request{method: http.MethodGet, path: "/api/v1/tickets/99", as: "agent"})
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Equal(t, api.NotFound, problemIn(t, w).Code)
}
