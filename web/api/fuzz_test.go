package api_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzRequest: any body and query, for any route: the answer is a 2xx or a 4xx, and what is refused has changed nothing.
func FuzzRequest(f *testing.F) {
	routes := operations(f)
	slices.Sort(routes)
	r := newRig(f)
	fill := strings.NewReplacer("{call}", aCall, "{number}", "1", "{id}", aFavourite)
	for n := range routes {
		f.Add(n, `{"version":1,"on":true,"keys":"1","to":"7100"}`, "")
	}
	f.Add(0, `{"login":"agent","password":"right horse"}`, "limit=-1")
	f.Add(1, `{"presence":"ready","presence":"break"}`, "before=%zz")
	f.Add(2, `{"to":"\ud800","version":1e999}`, "number=%00&service=\xff")
	f.Add(3, strings.Repeat("[", 1000), "missed=1&missed=0")
	f.Fuzz(func(t *testing.T, route int, body, query string) {
		method, path, _ := strings.Cut(routes[max(0, route)%len(routes)], " ")
		r.board.done, r.numbers.done = nil, nil
		h := httptest.NewRequest(method, "http://localhost", strings.NewReader(body))
		h.URL.Path, h.URL.RawQuery = "/api/v1"+fill.Replace(path), query
		h.Header.Set("Content-Type", "application/json")
		h.AddCookie(&http.Cookie{Name: cookie, Value: "agent"})
		w := httptest.NewRecorder()
		r.mux.ServeHTTP(w, h)
		require.Less(t, w.Code, http.StatusInternalServerError, "%s %s: %s", method, path, w.Body)
		if w.Code >= http.StatusBadRequest {
			require.Empty(t, r.board.done)
			require.Empty(t, r.numbers.done)
			problem, err := io.ReadAll(w.Body)
			require.NoError(t, err)
			require.Contains(t, string(problem), `"code":"`)
		}
	})
}
