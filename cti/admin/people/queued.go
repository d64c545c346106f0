package people

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// queued is a batch that what only writes can write to.
type queued struct{ pgx.Batch }

var errWrites = errors.New("a batch only writes")

// Exec puts a statement at the end of the batch.
func (q *queued) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	q.Queue(sql, args...)
	return pgconn.CommandTag{}, nil
}

// Query is refused.
func (q *queued) Query(context.Context, string, ...any) (pgx.Rows, error) { return nil, errWrites }

// QueryRow is refused.
func (q *queued) QueryRow(context.Context, string, ...any) pgx.Row { return refusedRow{} }

type refusedRow struct{}

// Scan fails.
func (refusedRow) Scan(...any) error { return errWrites }
