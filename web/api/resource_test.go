package api_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/web/api"
	"bellhop/web/auth"
)

func TestSignIn(t *testing.T) {
	r := newRig(t)
	w := r.send(request{method: http.MethodPost, path: "/api/v1/session", as: "admin", body: `{"login":"agent","password":"right horse"}`})
	require.Equal(t, http.StatusOK, w.Code)
	require.JSONEq(t, `{"user":{"id":"u-agent","login":"agent","name":"김상담","role":"agent","supervisor":false,"locale":"ko"},
		"services":[{"id":"s-1","name":"한빛몰 고객센터","manage":false,"tickets":true,"phone":true,"forward":false,
		"blind_transfer":false,"access_log":false,"assignable":false,"self_assign":false}]}`, w.Body.String())
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

func TestFaultsAreNotTold(t *testing.T) {
	r := newRig(t)
	r.board.err = errors.New("secret of the house")
	w := r.send(request{method: http.MethodPost, path: "/api/v1/phone/dismiss", as: "agent"})
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.JSONEq(t, `{"type":"about:blank","title":"Internal Server Error","status":500,"code":"internal"}`, w.Body.String())
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
	require.JSONEq(t, `{"number":2,"service":{"id":"s-1","name":"한빛몰 고객센터"},"channel":"phone","direction":"inbound","status":"processing","subject":"",
		"customer_number":"01012345678","customer_name":"","agent":{"id":"a-1","name":"김상담"},"call":"`+aCall+`",
		"hostile_at":null,"missed":"","created_at":"2026-11-20T03:00:00.000Z","updated_at":"2026-11-20T03:00:00.000Z",
		"events":[{"at":"2026-11-20T03:00:00.000Z","kind":"connected","agent":{"id":"a-1","name":"김상담"},"target":{"id":"","name":""},"params":{}}]}`, w.Body.String())

	w = r.send(request{method: http.MethodGet, path: "/api/v1/tickets/99", as: "agent"})
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Equal(t, api.NotFound, problemIn(t, w).Code)
}
