package auth_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"bellhop/cti/directory"
	"bellhop/deploy/schema/schematest"
	"bellhop/web/auth"
)

// gate is an Auth with the demo organisation behind it; everybody's password is "password of <login>".
type gate struct {
	*auth.Auth
	hasher  *auth.Hasher
	pool    *pgxpool.Pool
	metrics *prometheus.Registry
}

func open(t *testing.T) gate {
	t.Helper()
	return furnish(t, schematest.Pool(t), false)
}

func furnish(t *testing.T, pool *pgxpool.Pool, secure bool) gate {
	t.Helper()
	g := gate{hasher: auth.NewCheapHasher(), pool: pool, metrics: prometheus.NewRegistry()}
	people := directory.NewStore(pool)
	passwords := map[string]string{}
	for _, u := range directory.DemoUsers() {
		passwords[u.Login] = "password of " + u.Login
	}
	_, err := people.SeedDemo(t.Context(), directory.DemoOptions{Passwords: passwords, Hash: g.hasher.Hash})
	require.NoError(t, err)
	g.Auth, err = auth.New(auth.Options{Pool: pool, Users: people, Hasher: g.hasher, Metrics: g.metrics, Secure: secure, Patience: time.Minute})
	require.NoError(t, err)
	return g
}

func attempt(login, password string) auth.Attempt {
	return auth.Attempt{Login: login, Password: password, IP: netip.MustParseAddr("192.0.2.1"), UserAgent: "test"}
}

// from is the attempt made from the n-th of many addresses.
func from(n int, at auth.Attempt) auth.Attempt {
	at.IP = netip.AddrFrom4([4]byte{198, 51, byte(n >> 8), byte(n)})
	return at
}

func (g gate) exec(t *testing.T, statement string) {
	t.Helper()
	_, err := g.pool.Exec(t.Context(), statement)
	require.NoError(t, err)
}

func TestSignIn(t *testing.T) {
	g := open(t)
	signedIn, err := g.SignIn(t.Context(), attempt("SeoYeon", "password of seoyeon"))
	require.NoError(t, err)
	require.Equal(t, "김서연", signedIn.User.Name)
	require.Equal(t, directory.RoleAgent, signedIn.User.Role)
	require.NotEmpty(t, signedIn.User.AgentID)

	user, err := g.Sessions().Lookup(t.Context(), signedIn.Token)
	require.NoError(t, err)
	require.Equal(t, signedIn.User, user)

	require.NoError(t, g.SignOut(t.Context(), signedIn.Token))
	require.NoError(t, g.SignOut(t.Context(), signedIn.Token))
	_, err = g.Sessions().Lookup(t.Context(), signedIn.Token)
	require.ErrorIs(t, err, auth.ErrNotSignedIn)
}

func TestEveryRefusalCostsTheSame(t *testing.T) {
	g := open(t)
	g.exec(t, `update users set disabled = true where login = 'doyun'`)
	g.exec(t, `update users set password_hash = '$argon2id$broken' where login = 'jihun'`)
	for name, at := range map[string]auth.Attempt{
		"wrong password":      attempt("seoyeon", "wrong"),
		"no password":         attempt("seoyeon", ""),
		"long password":       attempt("seoyeon", strings.Repeat("x", 1<<20)),
		"nul in password":     attempt("seoyeon", "password of seoyeon\x00"),
		"unknown user":        attempt("nobody", "password of nobody"),
		"no login":            attempt("", ""),
		"long login":          attempt(strings.Repeat("x", 4096), "x"),
		"nul in login":        attempt("seoyeon\x00", "password of seoyeon"),
		"invalid utf-8":       attempt("\xff\xfe", "x"),
		"markup":              attempt("<script>alert(1)</script>", "x"),
		"sql":                 attempt("' or '1'='1", "' or '1'='1"),
		"disabled user":       attempt("doyun", "password of doyun"),
		"damaged hash":        attempt("jihun", "password of jihun"),
		"the dummy's default": attempt("nobody2", "password"),
	} {
		t.Run(name, func(t *testing.T) {
			before := g.hasher.Evaluations()
			_, err := g.SignIn(t.Context(), from(len(name), at))
			require.ErrorIs(t, err, auth.ErrBadCredentials)
			require.EqualError(t, err, auth.ErrBadCredentials.Error())
			require.Equal(t, before+1, g.hasher.Evaluations(), "one hash, as for everybody")
		})
	}
	var sessions int
	require.NoError(t, g.pool.QueryRow(t.Context(), `select count(*) from sessions`).Scan(&sessions))
	require.Zero(t, sessions)
}

func TestSlowedAfterTenFailures(t *testing.T) {
	for name, attempts := range map[string]func(n int) auth.Attempt{
		"of a login, from many addresses": func(n int) auth.Attempt { return from(n, attempt("seoyeon", "wrong")) },
		"of a login that does not exist":  func(n int) auth.Attempt { return from(n, attempt("nobody", "wrong")) },
		"from an address, of many logins": func(n int) auth.Attempt { return attempt(fmt.Sprint("user", n), "wrong") },
	} {
		t.Run(name, func(t *testing.T) {
			g := open(t)
			for n := range 10 {
				_, err := g.SignIn(t.Context(), attempts(n))
				require.ErrorIs(t, err, auth.ErrBadCredentials)
			}
			before := g.hasher.Evaluations()
			_, err := g.SignIn(t.Context(), attempts(10))
			var many *auth.TooManyAttempts
			require.ErrorAs(t, err, &many)
			require.Positive(t, many.Seconds())
			require.LessOrEqual(t, many.Seconds(), 30)
			require.Equal(t, before, g.hasher.Evaluations(), "nothing was computed")

			_, err = g.SignIn(t.Context(), from(999, attempt("jihun", "password of jihun")))
			require.NoError(t, err, "others are let in")
		})
	}
}

func TestSuccessForgivesTheLogin(t *testing.T) {
	g := open(t)
	for address := range 3 {
		for range 9 {
			_, err := g.SignIn(t.Context(), from(address, attempt("seoyeon", "wrong")))
			require.ErrorIs(t, err, auth.ErrBadCredentials)
		}
		_, err := g.SignIn(t.Context(), from(address, attempt("seoyeon", "password of seoyeon")))
		require.NoError(t, err)
	}
}

func TestStrangersCannotKeepAnybodyOut(t *testing.T) {
	g := open(t)
	_, err := g.SignIn(t.Context(), attempt("seoyeon", "password of seoyeon"))
	require.NoError(t, err)
	for n := range 12 {
		_, err := g.SignIn(t.Context(), from(n, attempt("seoyeon", "wrong")))
		require.Error(t, err)
		_, err = g.SignIn(t.Context(), attempt(fmt.Sprint("user", n), "wrong"))
		require.Error(t, err)
	}
	var many *auth.TooManyAttempts
	_, err = g.SignIn(t.Context(), from(99, attempt("seoyeon", "password of seoyeon")))
	require.ErrorAs(t, err, &many, "from elsewhere")
	_, err = g.SignIn(t.Context(), attempt("jihun", "password of jihun"))
	require.ErrorAs(t, err, &many, "from there, for the first time")

	for range 10 {
		_, err = g.SignIn(t.Context(), attempt("seoyeon", "password of seoyeon"))
		require.NoError(t, err, "where he signed in before")
	}
	for range 10 {
		_, err = g.SignIn(t.Context(), attempt("seoyeon", "wrong"))
		require.ErrorIs(t, err, auth.ErrBadCredentials)
	}
	_, err = g.SignIn(t.Context(), attempt("seoyeon", "password of seoyeon"))
	require.ErrorAs(t, err, &many, "he, too, is slowed")
}

func TestManyGuessesAtOnce(t *testing.T) {
	g := open(t)
	before := g.hasher.Evaluations()
	var refused, slowed atomic.Int32
	var all sync.WaitGroup
	for n := range 100 {
		all.Go(func() {
			_, err := g.SignIn(t.Context(), from(n, attempt("seoyeon", "wrong")))
			var many *auth.TooManyAttempts
			switch {
			case errors.Is(err, auth.ErrBadCredentials):
				refused.Add(1)
			case errors.As(err, &many):
				slowed.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 10, refused.Load())
	require.EqualValues(t, 90, slowed.Load())
	require.EqualValues(t, 10, g.hasher.Evaluations()-before)
}

func TestAWholeHouseSignsInAtOnce(t *testing.T) {
	g := open(t)
	var all sync.WaitGroup
	results := make(chan error, 100)
	for range cap(results) {
		all.Go(func() {
			_, err := g.SignIn(t.Context(), attempt("seoyeon", "password of seoyeon"))
			results <- err
		})
	}
	all.Wait()
	close(results)
	for err := range results {
		require.NoError(t, err)
	}
	require.NoError(t, testutil.GatherAndCompare(g.metrics, strings.NewReader(`
		# HELP bellhop_auth_sign_ins_total Attempts to sign in, by how they ended.
		# TYPE bellhop_auth_sign_ins_total counter
		bellhop_auth_sign_ins_total{result="ok"} 100
	`), "bellhop_auth_sign_ins_total"))
}

func TestOnlyTheHashOfATokenIsKept(t *testing.T) {
	g := open(t)
	at := attempt("seoyeon", "password of seoyeon")
	at.IP = netip.MustParseAddr("::ffff:192.0.2.7")
	at.UserAgent = strings.Repeat("가", 4096) + "\x00"
	signedIn, err := g.SignIn(t.Context(), at)
	require.NoError(t, err)
	random, err := base64.RawURLEncoding.DecodeString(signedIn.Token)
	require.NoError(t, err)
	require.Len(t, random, 32)

	var hash []byte
	var row, ip, agent string
	require.NoError(t, g.pool.QueryRow(t.Context(),
		`select token_hash, s::text, host(ip), user_agent from sessions s`).Scan(&hash, &row, &ip, &agent))
	want := sha256.Sum256(random)
	require.Equal(t, want[:], hash)
	require.NotContains(t, row, signedIn.Token)
	require.Equal(t, "192.0.2.7", ip)
	require.NotEmpty(t, agent)
}

func TestSessionsInTheDatabase(t *testing.T) {
	for name, spoil := range map[string]string{
		"idle":          `update sessions set expires_at = now() - interval '1 second'`,
		"gone":          `delete from sessions`,
		"user disabled": `update users set disabled = true`,
	} {
		t.Run(name, func(t *testing.T) {
			g := open(t)
			signedIn, err := g.SignIn(t.Context(), attempt("admin", "password of admin"))
			require.NoError(t, err)
			g.exec(t, spoil)
			_, err = g.Sessions().Lookup(t.Context(), signedIn.Token)
			require.ErrorIs(t, err, auth.ErrNotSignedIn)
		})
	}
}

func TestUseOfASessionIsKept(t *testing.T) {
	g := open(t)
	signedIn, err := g.SignIn(t.Context(), attempt("admin", "password of admin"))
	require.NoError(t, err)
	g.exec(t, `update sessions set created_at = now() - interval '20 hours', last_seen_at = now() - interval '2 minutes'`)
	_, err = g.Sessions().Lookup(t.Context(), signedIn.Token)
	require.NoError(t, err)
	var seen, left time.Duration
	require.NoError(t, g.pool.QueryRow(t.Context(),
		`select now() - last_seen_at, expires_at - now() from sessions`).Scan(&seen, &left))
	require.Less(t, seen, time.Minute)
	require.Greater(t, left, 3*time.Hour)
	require.LessOrEqual(t, left, 4*time.Hour, "never beyond a day after sign-in")
}

func TestEndedSessionsAreClearedAway(t *testing.T) {
	g := open(t)
	for range 3 {
		_, err := g.SignIn(t.Context(), attempt("admin", "password of admin"))
		require.NoError(t, err)
		g.exec(t, `update sessions set expires_at = now() - interval '1 second'`)
	}
	var left int
	require.NoError(t, g.pool.QueryRow(t.Context(), `select count(*) from sessions`).Scan(&left))
	require.Equal(t, 1, left)
}

func TestRequire(t *testing.T) {
	g := open(t)
	tokens := map[string]string{"nobody": "", "forged": base64.RawURLEncoding.EncodeToString(make([]byte, 32))}
	for _, u := range directory.DemoUsers() {
		signedIn, err := g.SignIn(t.Context(), attempt(u.Login, "password of "+u.Login))
		require.NoError(t, err)
		tokens[u.Login] = signedIn.Token
	}
	anybody := g.Require()
	admins := g.Require(directory.RoleAdmin)
	leaders := g.Require(directory.RoleAdmin, directory.RoleSupervisor)
	for _, c := range []struct {
		guard  func(http.Handler) http.Handler
		who    string
		status int
		code   string
	}{
		{anybody, "nobody", 401, "not_signed_in"},
		{anybody, "forged", 401, "not_signed_in"},
		{anybody, "seoyeon", 200, ""},
		{admins, "nobody", 401, "not_signed_in"},
		{admins, "seoyeon", 403, "forbidden"},
		{admins, "supervisor", 403, "forbidden"},
		{admins, "admin", 200, ""},
		{leaders, "supervisor", 200, ""},
		{leaders, "jihun", 403, "forbidden"},
		{g.Identify, "nobody", 200, ""},
		{g.Identify, "admin", 200, ""},
	} {
		var seen auth.User
		var known bool
		handler := c.guard(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			seen, known = auth.FromContext(r.Context())
		}))
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		if token := tokens[c.who]; token != "" {
			request.AddCookie(g.Cookie(auth.SignedIn{Token: token}))
		}
		response := httptest.NewRecorder()
		handler.ServeHTTP(response, request)
		require.Equal(t, c.status, response.Code, "%s", c.who)
		if c.code != "" {
			require.Equal(t, "application/problem+json", response.Header().Get("Content-Type"))
			require.Contains(t, response.Body.String(), `"code":"`+c.code+`"`)
			require.False(t, known)
		} else if tokens[c.who] != "" {
			require.Equal(t, c.who, seen.Login)
		}
	}
}

func TestCookies(t *testing.T) {
	pool := schematest.Pool(t)
	for secure, name := range map[bool]string{false: "bellhop_session", true: "__Host-bellhop_session"} {
		g := furnish(t, pool, secure)
		cookie := g.Cookie(auth.SignedIn{Token: "secret"})
		require.Equal(t, name, cookie.Name)
		require.NoError(t, cookie.Valid())
		require.True(t, cookie.HttpOnly)
		require.Equal(t, secure, cookie.Secure)
		require.Equal(t, http.SameSiteLaxMode, cookie.SameSite)
		require.Equal(t, "/", cookie.Path)
		require.Empty(t, cookie.Domain)

		request := httptest.NewRequest(http.MethodGet, "/", nil)
		require.Empty(t, g.Token(request))
		request.AddCookie(cookie)
		require.Equal(t, "secret", g.Token(request))
		cleared := g.ClearedCookie()
		require.Negative(t, cleared.MaxAge)
		require.Equal(t, name, cleared.Name)
		require.Equal(t, "/", cleared.Path)
	}
}

func TestClientIP(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.1:1234": "192.0.2.1", "[2001:db8::1]:1234": "2001:db8::1", "[::ffff:192.0.2.1]:1": "192.0.2.1",
	} {
		require.Equal(t, want, auth.ClientIP(&http.Request{RemoteAddr: remote}).String())
	}
	for _, remote := range []string{"", "@", "192.0.2.1", "pipe"} {
		require.False(t, auth.ClientIP(&http.Request{RemoteAddr: remote}).IsValid())
	}
}

func TestOptions(t *testing.T) {
	_, err := auth.New(auth.Options{})
	require.Error(t, err)
	g := open(t)
	_, err = auth.New(auth.Options{Pool: g.pool, Users: directory.NewStore(g.pool), Hasher: g.hasher, Metrics: g.metrics})
	require.Error(t, err, "two in one registry")
}

func TestUserInContext(t *testing.T) {
	_, ok := auth.FromContext(context.Background())
	require.False(t, ok)
	user, ok := auth.FromContext(auth.WithUser(t.Context(), auth.User{ID: "1"}))
	require.True(t, ok)
	require.Equal(t, "1", user.ID)
}
