package auth_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"bellhop/cti/directory"
	"bellhop/deploy/schema"
	"bellhop/deploy/schema/schematest"
	"bellhop/web/auth"
)

// atOnce is how long the telephone's requests may take while the database hangs.
const atOnce = 100 * time.Millisecond

// outage is a gate whose database is its own, with sessions that live in a file.
type outage struct {
	gate

	cluster *schematest.Cluster
	file    string
	known   auth.SignedIn // of seoyeon
	other   auth.SignedIn // of jihun
}

func prepareOutage(t *testing.T) *outage {
	t.Helper()
	o := &outage{cluster: schematest.StartCluster(t), file: filepath.Join(t.TempDir(), "serve", "sessions")}
	require.NoError(t, schema.Migrate(t.Context(), o.cluster.URL()))
	settings, err := pgxpool.ParseConfig(o.cluster.URL())
	require.NoError(t, err)
	settings.MaxConns = 4
	settings.ConnConfig.ConnectTimeout = time.Second
	pool, err := pgxpool.NewWithConfig(t.Context(), settings)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	o.gate = furnish(t, pool, false)
	o.restart(t)
	o.known = o.signIn(t, "seoyeon")
	o.other = o.signIn(t, "jihun")
	return o
}

func (o *outage) signIn(t *testing.T, login string) auth.SignedIn {
	t.Helper()
	signedIn, err := o.SignIn(t.Context(), attempt(login, "password of "+login))
	require.NoError(t, err)
	return signedIn
}

// restart is what a restart of serve is to the sessions, after an orderly stop.
func (o *outage) restart(t *testing.T) {
	t.Helper()
	o.Stop()
	o.open(t)
}

// open makes the Auth anew, from what the file holds.
func (o *outage) open(t *testing.T) {
	t.Helper()
	var err error
	o.Auth, err = auth.New(auth.Options{
		Pool: o.pool, Users: directory.NewStore(o.pool), Hasher: o.hasher, File: o.file, Metrics: prometheus.NewRegistry(),
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	require.NoError(t, err)
	o.Start(t.Context())
	t.Cleanup(o.Stop)
}

// requireKnown looks the sessions up many times: each must be known, and at once. A busy machine may make us wait for
// one in ten.
func (o *outage) requireKnown(t *testing.T, signedIn ...auth.SignedIn) {
	t.Helper()
	var took []time.Duration
	for range 20 {
		for _, each := range signedIn {
			began := time.Now()
			user, err := o.Sessions().Lookup(t.Context(), each.Token)
			took = append(took, time.Since(began))
			require.NoError(t, err)
			require.Equal(t, each.User, user)
		}
	}
	slices.Sort(took)
	require.Less(t, took[len(took)*9/10], atOnce)
}

// requireUnavailable is what everybody else is told, within two seconds.
func requireUnavailable(t *testing.T, ask func() error) {
	t.Helper()
	began := time.Now()
	err := ask()
	require.Error(t, err)
	require.Less(t, time.Since(began), 2*time.Second)
	status, code := auth.Status(err)
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "database_unavailable", code, err.Error())
}

func TestOutages(t *testing.T) {
	for name, outage := range map[string]struct{ begin, end func(t *testing.T, o *outage) }{
		"stopped": {
			func(t *testing.T, o *outage) { o.cluster.Stop(t) },
			func(t *testing.T, o *outage) { o.cluster.Start(t) },
		},
		"frozen": {
			func(t *testing.T, o *outage) { o.cluster.Freeze(t) },
			func(t *testing.T, o *outage) { o.cluster.Thaw(t) },
		},
		"tables locked":  lockedTables(`lock table sessions, users in access exclusive mode`),
		"pool exhausted": exhaustedPool(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := prepareOutage(t)
			o.requireKnown(t, o.known, o.other)
			o.restart(t) // the database has to be asked again
			outage.begin(t, o)

			o.requireKnown(t, o.known, o.other)
			requireUnavailable(t, func() error {
				_, err := o.SignIn(t.Context(), attempt("seoyeon", "password of seoyeon"))
				return err
			})
			requireUnavailable(t, func() error {
				_, err := o.Sessions().Lookup(t.Context(), strings.Repeat("A", 43))
				return err
			})
			require.NoError(t, o.SignOut(t.Context(), o.other.Token))

			o.restart(t)
			o.requireKnown(t, o.known)
			_, err := o.Sessions().Lookup(t.Context(), o.other.Token)
			require.ErrorIs(t, err, auth.ErrNotSignedIn)

			outage.end(t, o)
			require.Eventually(t, func() bool {
				var left int
				err := o.pool.QueryRow(t.Context(), `select count(*) from sessions`).Scan(&left)
				return err == nil && left == 1
			}, 20*time.Second, 50*time.Millisecond, "the database is told who signed out")
			o.requireKnown(t, o.known)
		})
	}
}

func lockedTables(statement string) struct{ begin, end func(t *testing.T, o *outage) } {
	var tx pgx.Tx
	return struct{ begin, end func(t *testing.T, o *outage) }{
		func(t *testing.T, o *outage) {
			conn, err := pgx.Connect(t.Context(), o.cluster.URL())
			require.NoError(t, err)
			tx, err = conn.Begin(t.Context())
			require.NoError(t, err)
			_, err = tx.Exec(t.Context(), statement)
			require.NoError(t, err)
		},
		func(t *testing.T, _ *outage) {
			require.NoError(t, tx.Rollback(t.Context()))
			require.NoError(t, tx.Conn().Close(t.Context()))
		},
	}
}

func exhaustedPool() struct{ begin, end func(t *testing.T, o *outage) } {
	var all []*pgxpool.Conn
	return struct{ begin, end func(t *testing.T, o *outage) }{
		func(t *testing.T, o *outage) {
			for range o.pool.Config().MaxConns {
				conn, err := o.pool.Acquire(t.Context())
				require.NoError(t, err)
				all = append(all, conn)
			}
		},
		func(_ *testing.T, _ *outage) {
			for _, conn := range all {
				conn.Release()
			}
		},
	}
}

// TestTheDatabaseGoesFirstWhenItIsBack disables a user and ends a session elsewhere while we cannot see it.
func TestTheDatabaseGoesFirstWhenItIsBack(t *testing.T) {
	o := prepareOutage(t)
	o.requireKnown(t, o.known, o.other)
	o.exec(t, `update users set disabled = true where login = 'seoyeon'`)
	o.exec(t, `delete from sessions where user_id = (select id from users where login = 'jihun')`)
	o.cluster.Stop(t)
	o.restart(t)
	o.requireKnown(t, o.known, o.other)
	o.cluster.Start(t)
	for _, each := range []auth.SignedIn{o.known, o.other} {
		require.Eventually(t, func() bool {
			_, err := o.Sessions().Lookup(t.Context(), each.Token)
			return errors.Is(err, auth.ErrNotSignedIn)
		}, 20*time.Second, 20*time.Millisecond)
	}
	o.cluster.Stop(t)
	o.restart(t)
	_, err := o.Sessions().Lookup(t.Context(), o.known.Token)
	require.Error(t, err, "the file does not name them any more")
}

// TestKilled finds in the file who signed in, though nobody stopped us in order.
func TestKilled(t *testing.T) {
	o := prepareOutage(t)
	require.Eventually(t, func() bool {
		content, err := os.ReadFile(o.file)
		return err == nil && strings.Count(string(content), `"hash"`) == 2
	}, 10*time.Second, 10*time.Millisecond)
	o.cluster.Stop(t)
	o.open(t)
	o.requireKnown(t, o.known, o.other)
}

func TestTheFileIsForUsAloneAndHoldsNoToken(t *testing.T) {
	o := prepareOutage(t)
	o.Stop()
	info, err := os.Stat(o.file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	content, err := os.ReadFile(o.file)
	require.NoError(t, err)
	require.NotContains(t, string(content), o.known.Token)
	entries, err := os.ReadDir(filepath.Dir(o.file))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing is left of writing it")
}

func TestADamagedFileNamesNobody(t *testing.T) {
	o := prepareOutage(t)
	o.Stop()
	whole, err := os.ReadFile(o.file)
	require.NoError(t, err)
	o.cluster.Stop(t)
	for name, damaged := range map[string]string{
		"empty":   "",
		"torn":    string(whole[:len(whole)/2]),
		"changed": strings.ReplaceAll(string(whole), `"role":"agent"`, `"role":"admin"`),
		"noise":   strings.Repeat("\x00\xff", 4096),
		"header":  "bellhop-sessions 1 \n{}",
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(o.file, []byte(damaged), 0o600))
			var log strings.Builder
			gate, err := auth.New(auth.Options{
				Pool: o.pool, Users: directory.NewStore(o.pool), Hasher: o.hasher, File: o.file,
				Log: slog.New(slog.NewTextHandler(&log, nil)),
			})
			require.NoError(t, err)
			require.Contains(t, log.String(), "level=ERROR")
			_, err = gate.Sessions().Lookup(t.Context(), o.known.Token)
			require.Error(t, err)
			require.NotErrorIs(t, err, auth.ErrNotSignedIn)
		})
	}
}

// TestNoRoomForTheFile has a folder where the file should be: requests go on, and the log says so once.
func TestNoRoomForTheFile(t *testing.T) {
	o := prepareOutage(t)
	o.Stop()
	require.NoError(t, os.RemoveAll(o.file))
	require.NoError(t, os.MkdirAll(filepath.Join(o.file, "in the way"), 0o700))
	o.open(t)
	signedIn := o.signIn(t, "doyun")
	o.requireKnown(t, signedIn)
	o.cluster.Stop(t)
	requireUnavailable(t, func() error { return o.SignOut(t.Context(), signedIn.Token) })
	_, err := o.Sessions().Lookup(t.Context(), signedIn.Token)
	require.ErrorIs(t, err, auth.ErrNotSignedIn, "here it is over")
}

func TestIdentifyRefusesWhenItCannotKnow(t *testing.T) {
	g := open(t)
	g.pool.Close()
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	request.AddCookie(g.Cookie(auth.SignedIn{Token: strings.Repeat("A", 43)}))
	response := httptest.NewRecorder()
	g.Identify(http.NotFoundHandler()).ServeHTTP(response, request)
	require.Equal(t, http.StatusServiceUnavailable, response.Code)
}
