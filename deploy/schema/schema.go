// Package schema is the database's shape: one sequence of migrations, embedded in the binary. Migrations are
// written by hand and are never changed once they are released.
package schema

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib" // the database/sql driver that goose needs
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var embedded embed.FS

// lockPatience is how many seconds a second migrator waits for the first.
const lockPatience = 300

// undefinedTable is PostgreSQL's error code for a table that does not exist.
const undefinedTable = "42P01"

// Migrate brings the database at databaseURL to this binary's version. It is idempotent, and safe to be called by
// several processes at once: an advisory lock lets one work while the others wait for up to five minutes.
func Migrate(ctx context.Context, databaseURL string) (err error) {
	db, err := sql.Open("pgx", databaseURL)
	if err != nil {
		return fmt.Errorf("open the database to migrate: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()

	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, lockPatience))
	if err != nil {
		return fmt.Errorf("make the migration lock: %w", err)
	}
	migrations, err := fs.Sub(embedded, "migrations")
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations,
		goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return nil
}

// Pending says how many of this binary's migrations the database does not have yet; all of them when it was never
// migrated. It changes nothing and takes no lock.
func Pending(ctx context.Context, pool *pgxpool.Pool) (int, error) {
	var applied int64
	err := pool.QueryRow(ctx, `select coalesce(max(version_id), 0) from goose_db_version where is_applied`).Scan(&applied)
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == undefinedTable {
		applied = 0
	} else if err != nil {
		return 0, fmt.Errorf("read the database's version: %w", err)
	}
	all, err := versions()
	if err != nil {
		return 0, err
	}
	pending := 0
	for _, version := range all {
		if version > applied {
			pending++
		}
	}
	return pending, nil
}

// Version is the newest migration in this binary.
func Version() (int64, error) {
	all, err := versions()
	if err != nil {
		return 0, err
	}
	var newest int64
	for _, version := range all {
		newest = max(newest, version)
	}
	return newest, nil
}

func versions() ([]int64, error) {
	names, err := fs.Glob(embedded, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list the migrations: %w", err)
	}
	all := make([]int64, 0, len(names))
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return nil, fmt.Errorf("migration %s: %w", name, err)
		}
		all = append(all, version)
	}
	return all, nil
}
