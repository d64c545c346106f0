// Package postgres keeps tickets in PostgreSQL, next to the directory that they refer to.
package postgres

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/tickets"
)

// Store keeps tickets and their events. It is safe for concurrent use.
type Store struct{ pool *pgxpool.Pool }

// NewStore is a store on a migrated database.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

// The classes of errors that no repetition can mend: wrong data, and data that a constraint refuses.
const (
	dataException       = "22"
	constraintViolation = "23"
)

// explain wraps an error of PostgreSQL's, marked when it is about the data and not about the moment.
func explain(doing string, err error) error {
	switch refused := (*pgconn.PgError)(nil); {
	case err == nil:
		return nil
	case errors.Is(err, pgx.ErrNoRows):
		return fmt.Errorf("%s: %w", doing, tickets.ErrNotFound)
	case errors.As(err, &refused) &&
		(strings.HasPrefix(refused.Code, dataException) || strings.HasPrefix(refused.Code, constraintViolation)):
		return fmt.Errorf("%s: %w: %w", doing, tickets.ErrRejected, err)
	default:
		return fmt.Errorf("%s: %w", doing, err)
	}
}

// selectTickets reads tickets as t. What follows it must begin with a condition.
const selectTickets = `
	select t.number, t.service_id, s.name, t.channel, t.direction, t.status, t.subject, t.customer_number, t.customer_name,
	       coalesce(t.agent_id::text, ''), coalesce(u.name, ''), coalesce(t.call_id, ''), t.hostile_at, t.missed, t.created_at, t.updated_at
	from tickets t
	join services s on s.id = t.service_id
	left join agents a on a.id = t.agent_id
	left join users u on u.id = a.user_id
	where `

func scanTicket(row pgx.CollectableRow) (tickets.Ticket, error) {
	var t tickets.Ticket
	var hostile *time.Time
	err := row.Scan(&t.Number, &t.Service.ID, &t.Service.Name, &t.Channel, &t.Direction, &t.Status, &t.Subject,
		&t.CustomerNumber, &t.CustomerName, &t.Agent.ID, &t.Agent.Name, &t.Call, &hostile, &t.Missed, &t.CreatedAt, &t.UpdatedAt)
	if hostile != nil {
		t.HostileAt = hostile.UTC()
	}
	t.CreatedAt, t.UpdatedAt = t.CreatedAt.UTC(), t.UpdatedAt.UTC()
	return t, err
}

func scanEvent(row pgx.CollectableRow) (tickets.Event, error) {
	var e tickets.Event
	err := row.Scan(&e.Key, &e.Kind, &e.At, &e.Agent.ID, &e.Agent.Name, &e.Target.ID, &e.Target.Name, &e.Params)
	e.At = e.At.UTC()
	return e, err
}
