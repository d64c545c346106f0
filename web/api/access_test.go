package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/cti/switchboard"
)

// TestEveryRouteForEveryRole walks every operation of the document: one that is missing here fails the test, so that
// nobody adds a route without saying who may use it.
func TestEveryRouteForEveryRole(t *testing.T) {
	const call = "/calls/{call}"
	users := []string{"", "expired", "admin", "supervisor", "agent", "nophone", "coach"}
	type answers map[string]int // by user; for users that are not in it: the entry "*"
	phone := func(status int) answers {
		return answers{"": 401, "expired": 401, "*": 403, "agent": status, "coach": status}
	}
	staff := func(status int) answers { return answers{"": 401, "expired": 401, "*": status} }
	routes := map[string]struct {
		body string
		want answers
	}{
		"POST /session":                      {`{"login":"agent","password":"right horse"}`, answers{"*": 200}},
		"GET /session":                       {"", staff(200)},
		"DELETE /session":                    {"", answers{"*": 204}},
		"POST /phone/session":                {"", phone(200)},
		"DELETE /phone/session":              {"", phone(204)},
		"GET /phone":                         {"", phone(200)},
		"PUT /phone/presence":                {`{"presence":"ready"}`, phone(204)},
		"DELETE /phone/presence/next":        {"", phone(204)},
		"POST /phone/dismiss":                {"", phone(204)},
		"POST " + call + "/accept":           {`{"version":1}`, phone(204)},
		"POST " + call + "/decline":          {`{"version":1}`, phone(204)},
		"POST " + call + "/hangup":           {`{"version":1}`, phone(204)},
		"POST " + call + "/hold":             {`{"version":1}`, phone(204)},
		"POST " + call + "/resume":           {`{"version":1}`, phone(204)},
		"POST " + call + "/cancel-consult":   {`{"version":1}`, phone(204)},
		"POST " + call + "/connect-customer": {`{"version":1}`, phone(204)},
		"POST " + call + "/swap":             {`{"version":1}`, phone(204)},
		"POST " + call + "/three-way":        {`{"version":1}`, phone(204)},
		"POST " + call + "/drop-target":      {`{"version":1}`, phone(204)},
		"POST " + call + "/end-hostile":      {`{"version":1}`, phone(204)},
		"POST /calls":                        {`{"to":"010-1234-5678"}`, phone(204)},
		"POST " + call + "/mute":             {`{"version":1,"on":true}`, phone(204)},
		"POST " + call + "/keys":             {`{"version":1,"keys":"1"}`, phone(204)},
		"POST " + call + "/consult":          {`{"version":1,"to":"7100"}`, phone(204)},
		"POST " + call + "/transfer":         {`{"version":1,"to":"7100"}`, phone(204)},
		"GET /phone/caller-ids":              {"", phone(200)},
		"GET /phone/history":                 {"", phone(200)},
		"GET " + call + "/card":              {"", phone(200)},
		"GET " + call + "/hostile-end":       {"", phone(200)},
		"GET " + call + "/hostile-end/sound": {"", phone(200)},
		"GET " + call + "/events":            {"", answers{"": 401, "expired": 401, "*": 404, "agent": 200}},
		"GET /phone/lookup":                  {"", phone(200)},
		"GET /phone/favourites":              {"", phone(200)},
		"POST /phone/favourites":             {`{"name":"x","number":"1"}`, phone(201)},
		"PUT /phone/favourites/{id}":         {`{"name":"x","number":"1"}`, phone(200)},
		"DELETE /phone/favourites/{id}":      {"", phone(204)},
		"PUT /phone/favourites/order":        {`{"ids":[]}`, phone(204)},
		"GET /tickets":                       {"", staff(200)},
		"GET /tickets/{number}":              {"", staff(200)},
		"GET /tickets/{number}/notes":        {"", staff(200)},
		"POST /tickets/{number}/notes":       {`{"text":"x"}`, staff(201)},
		"PUT " + call + "/quality/{part}":    {`{"started_at":"2026-11-20T03:00:00Z",` + figures + `}`, phone(204)},
	}
	queries := map[string]string{"GET /phone/lookup": "?service=s-1&number=01012345678"}
	fill := strings.NewReplacer("{call}", aCall, "{number}", "1", "{id}", aFavourite, "{part}", aPart)

	seen := 0
	for _, operation := range operations(t) {
		if administers(operation) {
			continue // TestEveryAdminRouteForEveryRole
		}
		route, ok := routes[operation]
		require.True(t, ok, "who may %s?", operation)
		seen++
		for _, user := range users {
			want, ok := route.want[user]
			if !ok {
				want = route.want["*"]
			}
			r := newRig(t)
			r.board.call = &switchboard.CallView{ID: aCall}
			method, path, _ := strings.Cut(operation, " ")
			w := r.send(request{method: method, path: "/api/v1" + fill.Replace(path) + queries[operation], as: user, body: route.body})
			require.Equal(t, want, w.Code, "%s as %q: %s", operation, user, w.Body)
			if want == http.StatusUnauthorized || want == http.StatusForbidden {
				require.Empty(t, r.board.done, "%s as %q reached the switchboard", operation, user)
				require.Empty(t, r.numbers.done, "%s as %q reached the directory", operation, user)
				require.Empty(t, r.history.asked, "%s as %q reached the history", operation, user)
			}
			for _, done := range r.numbers.done {
				require.Equal(t, map[string]string{"agent": "a-1", "coach": "a-3"}[user], strings.Fields(done)[1])
			}
			for _, c := range r.board.done {
				require.Equal(t, map[string]string{"agent": "a-1", "coach": "a-3"}[user], string(c.Agent))
			}
		}
	}
	require.Equal(t, len(routes), seen, "a route of the table does not exist")
}

// administers says that an operation needs the administration's stores: TestEveryAdminRouteForEveryRole walks them.
func administers(operation string) bool {
	return strings.Contains(operation, " /admin/") || strings.Contains(operation, " /account") || strings.Contains(operation, " /invitation")
}

// operations are the method and path of every operation in the document.
func operations(t testing.TB) []string {
	var found []string
	for path, methods := range document(t).Paths {
		for method := range methods {
			found = append(found, strings.ToUpper(method)+" "+strings.TrimPrefix(path, "/api/v1"))
		}
	}
	return found
}

func TestSessionsThatCannotBeCheckedLetNobodyIn(t *testing.T) {
	r := newRig(t)
	r.sessions.err = http.ErrServerClosed
	w := r.send(request{method: http.MethodGet, path: "/api/v1/tickets", as: "admin"})
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Equal(t, "unavailable", string(problemIn(t, w).Code))
}
