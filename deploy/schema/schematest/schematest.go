// Package schematest gives tests a real PostgreSQL. Pool is all that most tests need: a fresh, migrated database
// of their own. The server is a private cluster that is started when the first test of the process asks for it and
// ends with the process, however that dies; it listens on a Unix socket in its own folder and nowhere else.
//
// With BELLHOP_TEST_DATABASE_URL set to a server on which databases may be created, that one is used instead.
package schematest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bellhop/deploy/schema"
)

// ServerVariable names the environment variable that replaces the private cluster.
const ServerVariable = "BELLHOP_TEST_DATABASE_URL"

// shared is the server of this process, and the template its databases are copied from.
var shared = sync.OnceValues(func() (origin, error) {
	if server := os.Getenv(ServerVariable); server != "" {
		return origin{server: server}, nil // no template: it would stay behind there
	}
	running, err := newCluster()
	if err != nil {
		return origin{}, err
	}
	return makeTemplate(running)
})

type origin struct {
	server   string   // address of a database that new ones can be created from
	template string   // empty: migrate each database
	cluster  *Cluster // held on to: the server ends when its lifeline is collected; nil when it is not ours
}

// Pool is a connection pool to a fresh, migrated database that is dropped when the test ends. Its address is
// Pool(t).Config().ConnString().
func Pool(t testing.TB) *pgxpool.Pool {
	t.Helper()
	from, err := shared()
	require.NoError(t, err, "a PostgreSQL server for the tests")

	name := "bellhop_test_" + strings.ToLower(rand.Text()[:16])
	create := "create database " + name
	if from.template != "" {
		create += " template " + from.template
	}
	require.NoError(t, execute(from.server, create))
	t.Cleanup(func() {
		require.NoError(t, execute(from.server, fmt.Sprintf("drop database if exists %s with (force)", name)))
	})

	address, err := inDatabase(from.server, name)
	require.NoError(t, err)
	if from.template == "" {
		require.NoError(t, schema.Migrate(t.Context(), address))
	}
	pool, err := pgxpool.New(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// makeTemplate migrates one database, of which every test gets a copy: copying is far cheaper than migrating.
func makeTemplate(cluster *Cluster) (origin, error) {
	const name = "bellhop_template"
	if err := execute(cluster.URL(), "create database "+name); err != nil {
		return origin{}, err
	}
	address, err := inDatabase(cluster.URL(), name)
	if err != nil {
		return origin{}, err
	}
	if err := schema.Migrate(context.Background(), address); err != nil {
		return origin{}, err
	}
	return origin{server: cluster.URL(), template: name, cluster: cluster}, nil
}

// inDatabase is server's address with another database.
func inDatabase(server, database string) (string, error) {
	address, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("%s: %w", ServerVariable, err)
	}
	address.Path = "/" + database
	return address.String(), nil
}

func execute(server, statement string) error {
	ctx := context.Background() // also used after the test's own context has ended
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("connect to the test server: %w", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // the statement's result is what counts
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
