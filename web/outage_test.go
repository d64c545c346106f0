package web_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"bellhop/deploy/schema"
	"bellhop/deploy/schema/schematest"
	"bellhop/web/database"
)

// TestTheTelephoneWithoutTheDatabase takes the database away in several ways: what the telephone needs is answered at
// once, from memory, and what cannot be answered is refused in time, with a code.
func TestTheTelephoneWithoutTheDatabase(t *testing.T) {
	cluster := schematest.StartCluster(t)
	require.NoError(t, schema.Migrate(t.Context(), cluster.URL()))
	pool, err := database.Open(t.Context(), cluster.URL(), database.Limits{
		Name: "house", Connections: 6, Wait: 500 * time.Millisecond, Query: time.Second,
	})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	h := newHouseOn(t, pool)
	cookie := h.signIn("seoyeon")

	for _, outage := range []struct {
		name       string
		ready      string // what /readyz says of the database
		begin, end func()
	}{
		{"frozen", "timeout", func() { cluster.Freeze(t) }, func() { cluster.Thaw(t) }},
		{"stopped", "failed", func() { cluster.Stop(t) }, func() { cluster.Start(t) }},
		{"locked", "ok", lockAll(t, cluster), func() {}},
	} {
		t.Run(outage.name, func(t *testing.T) {
			outage.begin()
			h.requireTelephone(t, cookie)
			h.requireRefusals(t, cookie)
			status, _ := h.ask("GET", "/livez", "", "", nil)
			require.Equal(t, http.StatusOK, status)
			var ready struct{ Checks map[string]string }
			h.ask("GET", "/readyz?verbose", "", "", &ready)
			require.Contains(t, []string{outage.ready, "failed"}, ready.Checks["database"])
			outage.end()
		})
	}
}

// lockAll locks every table, until the server is stopped.
func lockAll(t *testing.T, cluster *schematest.Cluster) func() {
	t.Helper()
	return func() {
		holder, err := pgx.Connect(t.Context(), cluster.URL())
		require.NoError(t, err)
		t.Cleanup(func() { _ = holder.Close(context.WithoutCancel(t.Context())) })
		_, err = holder.Exec(t.Context(), `begin; lock table sessions, users, agents, tickets, call_history, favourites in access exclusive mode`)
		require.NoError(t, err)
	}
}

// requireTelephone asks for what an agent's phone needs, many times. A busy machine may make us wait for one in ten.
func (h *house) requireTelephone(t *testing.T, cookie string) {
	t.Helper()
	var took []time.Duration
	for n := range 20 {
		for _, q := range []struct {
			method, path, body string
			status             int
		}{
			{"GET", "/api/v1/session", "", http.StatusOK},
			{"POST", "/api/v1/phone/session", "", http.StatusOK},
			{"GET", "/api/v1/phone", "", http.StatusOK},
			{"PUT", "/api/v1/phone/presence", `{"presence":"default"}`, http.StatusNoContent},
		} {
			began := time.Now()
			status, _ := h.ask(q.method, q.path, cookie, q.body, nil)
			took = append(took, time.Since(began))
			require.Contains(t, []int{q.status, http.StatusConflict}, status, "%s %s", q.method, q.path)
		}
		began := time.Now()
		page := h.open(cookie)
		page.until(func(m said) bool { return m.Type == "snapshot" && m.Phone.Presence != "" })
		page.command(fmt.Sprint("dismiss-", n), `"action":"dismiss"`)
		took = append(took, time.Since(began))
		require.NoError(t, page.CloseNow())
	}
	slices.Sort(took)
	require.Less(t, took[len(took)*9/10], 100*time.Millisecond)
}

// requireRefusals asks for what only the database knows.
func (h *house) requireRefusals(t *testing.T, cookie string) {
	t.Helper()
	for _, q := range []struct{ method, path, cookie, body string }{
		{"GET", "/api/v1/tickets", cookie, ""},
		{"GET", "/api/v1/tickets/1", cookie, ""},
		{"GET", "/api/v1/phone/history", cookie, ""},
		{"GET", "/api/v1/phone/favourites", cookie, ""},
		{"POST", "/api/v1/phone/favourites", cookie, `{"name":"본사","number":"0212345678"}`},
		{"POST", "/api/v1/session", "", fmt.Sprintf(`{"login":"jihun","password":%q}`, password)},
		{"GET", "/api/v1/session", "bellhop_session=" + strings.Repeat("A", 43), ""},
	} {
		var problem struct{ Code string }
		began := time.Now()
		status, header := h.ask(q.method, q.path, q.cookie, q.body, &problem)
		require.Equal(t, http.StatusServiceUnavailable, status, "%s %s", q.method, q.path)
		require.Equal(t, "database_unavailable", problem.Code, "%s %s", q.method, q.path)
		require.Equal(t, "2", header.Get("Retry-After"))
		require.Less(t, time.Since(began), 2500*time.Millisecond, "%s %s", q.method, q.path)
	}
}
