package database

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Limits bound what one part of the server may take of the database. Each part has a pool of its own, so that a table
// that is locked uses up the connections of those who need it, and of nobody else.
type Limits struct {
	Name        string // PostgreSQL shows it in pg_stat_activity
	Connections int32
	Wait        time.Duration // for a connection
	Query       time.Duration // for one query
}

const (
	// connectWithin is how long a new connection may take.
	connectWithin = 2 * time.Second
	// cutAfter is how much longer than the server we wait until we cut a connection off: a query that the server ends
	// costs no connection.
	cutAfter = 200 * time.Millisecond
)

// Open is a pool within limits. It connects to nothing yet, so that we start while the database is away.
func Open(ctx context.Context, url string, l Limits) (*pgxpool.Pool, error) {
	settings, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	settings.MaxConns, settings.MinConns = l.Connections, 0
	settings.ConnConfig.ConnectTimeout = connectWithin
	settings.ConnConfig.Tracer = bounds{l}
	within := strconv.FormatInt(l.Query.Milliseconds(), 10)
	parameters := settings.ConnConfig.RuntimeParams
	parameters["application_name"] = "bellhop " + l.Name
	parameters["statement_timeout"], parameters["lock_timeout"] = within, within
	parameters["idle_in_transaction_session_timeout"] = strconv.FormatInt(max(l.Query, time.Minute).Milliseconds(), 10)
	pool, err := pgxpool.NewWithConfig(ctx, settings)
	if err != nil {
		return nil, fmt.Errorf("make the pool %s: %w", l.Name, err)
	}
	return pool, nil
}

// bounds ends what takes too long. pgx waits with the contexts that its tracers return.
type bounds struct{ Limits }

type endKey struct{}

func begin(ctx context.Context, within time.Duration) context.Context {
	ctx, end := context.WithTimeout(ctx, within)
	return context.WithValue(ctx, endKey{}, end)
}

func end(ctx context.Context) {
	if end, ok := ctx.Value(endKey{}).(context.CancelFunc); ok {
		end()
	}
}

func (b bounds) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	return begin(ctx, b.Wait)
}

func (bounds) TraceAcquireEnd(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireEndData) {
	end(ctx)
}

func (b bounds) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return begin(ctx, b.Query+cutAfter)
}

func (bounds) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) { end(ctx) }

func (b bounds) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return begin(ctx, b.Query+cutAfter)
}

func (bounds) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (bounds) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchEndData) { end(ctx) }
