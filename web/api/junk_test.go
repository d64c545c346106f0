package api_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/web/api"
)

func TestWrongPathsAndMethods(t *testing.T) {
	tests := []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/api", 404, ""},
		{"GET", "/api/", 404, ""},
		{"GET", "/api/v1", 404, ""},
		{"GET", "/api/v2/session", 404, ""},
		{"GET", "/api/v1/session/", 404, ""},
		{"GET", "/api/v1/tickets/1/events", 404, ""},
		{"GET", "/api/v1/calls/" + aCall, 404, ""},
		{"PATCH", "/api/v1/session", 405, "GET, POST, DELETE"},
		{"DELETE", "/api/v1/tickets/1", 405, "GET"},
		{"GET", "/api/v1/calls/" + aCall + "/accept", 405, "POST"},
		{"BREW", "/api/v1/phone/presence", 405, "PUT"},
		{"OPTIONS", "/api/v1/tickets", 405, "GET"},
		{"POST", "/api/v1/openapi.json", 405, "GET"},
	}
	for _, tt := range tests {
		w := newRig(t).send(request{method: tt.method, path: tt.path, as: "agent"})
		require.Equal(t, tt.status, w.Code, "%s %s", tt.method, tt.path)
		require.Equal(t, tt.allow, w.Header().Get("Allow"), "%s %s", tt.method, tt.path)
	}
}

func TestBadRequests(t *testing.T) {
	presence := request{method: "PUT", path: "/api/v1/phone/presence"}
	accept := request{method: "POST", path: "/api/v1/calls/" + aCall + "/accept"}
	verb := func(verb, body string) request {
		return request{method: "POST", path: "/api/v1/calls/" + aCall + "/" + verb, body: body}
	}
	dial := func(body string) request { return request{method: "POST", path: "/api/v1/calls", body: body} }
	favourite := func(body string) request {
		return request{method: "POST", path: "/api/v1/phone/favourites", body: body}
	}
	open := func(body string) request {
		return request{method: "POST", path: "/api/v1/phone/session", body: body}
	}
	long := strings.Repeat("1", 65)
	with := func(q request, body string) request { q.body = body; return q }
	headed := func(q request, name, value string) request { q.header = http.Header{name: {value}}; return q }
	tests := []struct {
		name string
		send request
		want int
	}{
		{"no body", presence, 400},
		{"not JSON", with(presence, "presence=ready"), 400},
		{"another media type", headed(with(presence, `{"presence":"ready"}`), "Content-Type", "text/plain"), 415},
		{"garbage as media type", headed(with(presence, `{"presence":"ready"}`), "Content-Type", ";+"), 415},
		{"an array", with(presence, `["ready"]`), 422},
		{"null", with(presence, `null`), 422},
		{"duplicate key", with(presence, `{"presence":"ready","presence":"break"}`), 400},
		{"invalid UTF-8", with(presence, "{\"presence\":\"\xff\"}"), 400},
		{"100,000 deep", with(presence, strings.Repeat(`[`, 60_000)), 400},
		{"too large", with(presence, `{"presence":"`+strings.Repeat("r", api.MaxBody)+`"}`), 413},
		{"long presence", with(presence, `{"presence":"`+strings.Repeat("r", 33)+`"}`), 422},
		{"infinite version", with(accept, `{"version":1e999}`), 400},
		{"fractional version", with(accept, `{"version":1.5}`), 422},
		{"negative version", with(accept, `{"version":-1}`), 422},
		{"huge version", with(accept, `{"version":123456789012345678901234567890}`), 422},
		{"version as text", with(accept, `{"version":"1"}`), 422},
		{"not a call id", request{method: "POST", path: "/api/v1/calls/1/accept", body: `{"version":1}`}, 422},
		{"long key", headed(with(accept, `{"version":1}`), "Idempotency-Key", strings.Repeat("k", 65)), 422},
		{"control characters in the key", headed(with(accept, `{"version":1}`), "Idempotency-Key", "a\tb"), 422},
		{"nobody to call", dial(`{"to":""}`), 422},
		{"no number at all", dial(`{}`), 422},
		{"a number of 65 digits", dial(`{"to":"` + long + `"}`), 422},
		{"a number as number", dial(`{"to":1000}`), 422},
		{"a long caller id", dial(`{"to":"1","caller_id":"` + long + `"}`), 422},
		{"a long service", dial(`{"to":"1","service":"` + long + `"}`), 422},
		{"a version where there is none", dial(`{"to":"1","version":1}`), 422},
		{"no version", verb("hold", `{}`), 422},
		{"a number to hold", verb("hold", `{"version":1,"to":"1"}`), 422},
		{"mute what", verb("mute", `{"version":1}`), 422},
		{"mute in words", verb("mute", `{"version":1,"on":"yes"}`), 422},
		{"no keys", verb("keys", `{"version":1,"keys":""}`), 422},
		{"letters as keys", verb("keys", `{"version":1,"keys":"1A"}`), 422},
		{"too many keys", verb("keys", `{"version":1,"keys":"`+strings.Repeat("1", 33)+`"}`), 422},
		{"nobody to consult", verb("consult", `{"version":1}`), 422},
		{"a long target", verb("transfer", `{"version":1,"to":"`+long+`"}`), 422},
		{"a reason that is none", verb("end-hostile", `{"version":1,"reason":"fun"}`), 422},
		{"unknown verb", verb("explode", `{"version":1}`), 404},
		{"resume of what is no session", open(`{"resume":"1"}`), 422},
		{"take over in words", open(`{"take_over":"yes"}`), 422},
		{"another field of the session", open(`{"session":"x"}`), 422},
		{"a favourite without name", favourite(`{"name":"","number":"1"}`), 422},
		{"a favourite without number", favourite(`{"name":"x"}`), 422},
		{"a favourite with a long name", favourite(`{"name":"` + strings.Repeat("가", 65) + `","number":"1"}`), 422},
		{"a favourite with a long number", favourite(`{"name":"x","number":"` + long + `"}`), 422},
		{"an order of what are no favourites", request{method: "PUT", path: "/api/v1/phone/favourites/order", body: `{"ids":["1"]}`}, 422},
		{"an order of 201", request{method: "PUT", path: "/api/v1/phone/favourites/order", body: `{"ids":["` + strings.Repeat(aCall+`","`, 200) + aCall + `"]}`}, 422},
		{"an order of nothing", request{method: "PUT", path: "/api/v1/phone/favourites/order", body: `{"ids":null}`}, 422},
		{"not a favourite's id", request{method: "DELETE", path: "/api/v1/phone/favourites/1"}, 422},
		{"a history of 201", request{method: "GET", path: "/api/v1/phone/history?limit=201"}, 422},
		{"a history from a long place", request{method: "GET", path: "/api/v1/phone/history?before=" + strings.Repeat("x", 129)}, 422},
		{"missed in words", request{method: "GET", path: "/api/v1/phone/history?missed=perhaps"}, 422},
		{"a long service's numbers", request{method: "GET", path: "/api/v1/phone/caller-ids?service=" + long}, 422},
		{"the card of no call", request{method: "GET", path: "/api/v1/calls/1/card"}, 422},
		{"page size 0", request{method: "GET", path: "/api/v1/tickets?limit=0"}, 422},
		{"negative page size", request{method: "GET", path: "/api/v1/tickets?limit=-5"}, 422},
		{"huge page size", request{method: "GET", path: "/api/v1/tickets?limit=99999999999999999999"}, 422},
		{"page size in words", request{method: "GET", path: "/api/v1/tickets?limit=many"}, 422},
		{"unknown parameter", request{method: "GET", path: "/api/v1/tickets?order=asc"}, 422},
		{"broken query", request{method: "GET", path: "/api/v1/tickets?limit=%zz"}, 400},
		{"negative ticket", request{method: "GET", path: "/api/v1/tickets/-1"}, 422},
		{"huge ticket", request{method: "GET", path: "/api/v1/tickets/9223372036854775808"}, 422},
		{"ticket in words", request{method: "GET", path: "/api/v1/tickets/one"}, 422},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			tt.send.as = "agent"
			w := r.send(tt.send)
			require.Equal(t, tt.want, w.Code, "%s", w.Body)
			require.Empty(t, r.board.done)
			require.Empty(t, r.numbers.done)
			require.Empty(t, r.history.asked)
		})
	}
}

// junk makes requests of nonsense.
type junk struct{ rng *rand.Rand }

func (j junk) of(from ...string) string { return from[j.rng.IntN(len(from))] }

func (j junk) word() string {
	return j.of("session", "phone", "presence", "calls", "tickets", aCall, aFavourite, "01995f3e-0000-7000-8000-00000000ffff", "accept", "hangup",
		"end-hostile", "1", "2", "-1", "0", "", "..", "%2e%2e", "é", "\u202e", "<script>", "' or 1=1 --", "99999999999999999999", "%00", "\x00", "a b", "\xff",
		strings.Repeat("x", 300), "openapi.json", "dismiss", "live", "keys", "consult", "favourites", "order", "history", "card", "caller-ids", "lookup", "next")
}

func (j junk) value() string {
	return j.of(`1e999`, `-0`, `-1e-999`, `NaN`, `Infinity`, `null`, `"\ud800"`, "\"\xff\"", `"\u0000"`, `123456789012345678901234567890`, `[]`, `{}`,
		`{"a":{"a":{"a":1}}}`, `{"a":1,"a":2}`, `"ready"`, `"work"`, `1`, `-1`, `true`, strings.Repeat("[", 1000), strings.Repeat(`{"a":`, 5_000),
		`"`+strings.Repeat("가", 500)+`"`, `"\u202e01012345678"`, `"`+aCall+`"`)
}

func (j junk) request() request {
	parts := []string{"/api/v1"}
	for range j.rng.IntN(5) {
		parts = append(parts, j.word())
	}
	body := fmt.Sprintf(`{%q:%s,%q:%s}`,
		j.of("presence", "version", "login", "x", "to", "name", "ids", "reason"), j.value(),
		j.of("kind", "password", "version", "keys", "number", "resume", "version"), j.value())
	q := request{
		method: j.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"), path: strings.Join(parts, "/"),
		as:   j.of("", "agent", "coach", "admin", "eyJhbGciOiJub25lIn0.e30.", "nophone", strings.Repeat("t", 4000)),
		body: j.of("", body, body, j.value()),
		header: http.Header{
			"Content-Type":    {j.of("application/json", "application/json", "application/json; charset=utf-16", "text/plain", "multipart/form-data; boundary=", "", "x/"+strings.Repeat("y", 500))},
			"Accept":          {j.of("*/*", "text/html", "application/problem+json;q=0", "\xff")},
			"Idempotency-Key": {j.of("", "k", "k", strings.Repeat("k", 65), "a b", "\x01")},
		},
	}
	if j.rng.IntN(3) == 0 {
		q.path += "?" + j.of("limit", "before", "missed", "service", "number", "a[b]", "%zz") + "=" + j.of(j.word(), "-5", "0", "1e9", "-9223372036854775809")
	}
	return q
}

// junkRequests are fewer with the race detector, which makes each ten times as long.
func junkRequests() (requests, warm int) {
	if raceEnabled {
		return 1_000, 500
	}
	return 10_000, 5_000
}

// TestJunk sends 10,000 requests of nonsense (quality B16): every answer is a 2xx or 4xx, none takes long, and nothing of
// them stays in memory.
func TestJunk(t *testing.T) {
	const mayGrow = 4 << 20 // bytes
	requests, warm := junkRequests()
	j, r := junk{rand.New(rand.NewPCG(16, 2026))}, newRig(t)
	var before, after uint64
	var longest time.Duration
	for n := range requests {
		if n == warm { // what is remembered of requests, such as their keys, is at its most
			before = heap()
		}
		q := j.request()
		began := time.Now()
		w := r.send(q)
		longest = max(longest, time.Since(began))
		require.True(t, w.Code < 300 || w.Code >= 400 && w.Code < 500 || w.Code == http.StatusMovedPermanently || w.Code == http.StatusTemporaryRedirect,
			"%s %q: %d", q.method, q.path, w.Code)
		r.board.done, r.numbers.done, r.history.asked, r.ended, r.sessions.ended = nil, nil, nil, nil, nil // the fakes' own
	}
	after = heap()
	require.Less(t, longest, 5*time.Second)
	require.Less(t, after, before+mayGrow, "grew by %d KB in %d requests", (after-before)>>10, requests-warm)
}

// heap is how much is in use when the garbage is gone.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
