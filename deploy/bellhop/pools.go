package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/web/database"
)

// pools are serve's connections to the database, apart from those that facts are shipped over. What the telephone needs
// is not in the way of lists, nor lists of tickets in the way of other lists.
type pools struct {
	people  *pgxpool.Pool // who is signed in, and /readyz
	desk    *pgxpool.Pool // agents' own lists: history, favourites, numbers
	tickets *pgxpool.Pool
	admin   *pgxpool.Pool // what admins look at and change, whole uploads included
	slow    *pgxpool.Pool // the whole directory
}

// The limits of the pools. A request to read takes less than two seconds, whatever it waits for.
const (
	requestWaits = 500 * time.Millisecond
	requestAsks  = time.Second
)

func openPools(ctx context.Context, url string) (*pools, error) {
	p := &pools{}
	for _, each := range []struct {
		pool   **pgxpool.Pool
		limits database.Limits
	}{
		{&p.people, database.Limits{Name: "sessions", Connections: 4, Wait: requestWaits, Query: requestAsks}},
		{&p.desk, database.Limits{Name: "lists", Connections: 6, Wait: requestWaits, Query: requestAsks}},
		{&p.tickets, database.Limits{Name: "tickets", Connections: 6, Wait: requestWaits, Query: requestAsks}},
		{&p.admin, database.Limits{Name: "admin", Connections: 6, Wait: requestWaits, Query: 10 * time.Second}},
		{&p.slow, database.Limits{Name: "directory", Connections: 2, Wait: 5 * time.Second, Query: 10 * time.Second}},
	} {
		var err error
		if *each.pool, err = database.Open(ctx, url, each.limits); err != nil {
			p.close()
			return nil, fmt.Errorf("BELLHOP_DATABASE_URL: %w", err)
		}
	}
	return p, nil
}

func (p *pools) close() {
	for _, pool := range []*pgxpool.Pool{p.people, p.desk, p.tickets, p.admin, p.slow} {
		if pool != nil {
			pool.Close()
		}
	}
}

// notKnown is a check of /readyz that cannot be made while the database is away.
type notKnown struct{ error }

func (notKnown) Code() string { return "unknown" }

// whileThere is a check that is made when the database is there.
func whileThere(check func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		err := check(ctx)
		if database.Away(err) || errors.Is(err, context.DeadlineExceeded) {
			return notKnown{err}
		}
		return err
	}
}
