package postgres

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"bellhop/tickets"
)

// allowed is the condition that a ticket is the viewer's ($1) to see: it belongs to a service of his organisation.
// Every query that reads tickets for somebody begins with it.
const allowed = `t.service_id in (
		select mine.id from services mine join users viewer on viewer.organisation_id = mine.organisation_id
		where viewer.id = $1 and not viewer.disabled)`

// Get is the ticket with this number and its events; tickets.ErrNotFound when there is none, or none for the viewer.
func (s *Store) Get(ctx context.Context, v tickets.Viewer, number int64) (tickets.Ticket, error) {
	t, err := s.one(ctx, v, ` and t.number = $2`, number)
	if err != nil {
		return tickets.Ticket{}, err
	}
	found, err := s.pool.Query(ctx, `
		select e.key, e.kind, e.at, coalesce(e.agent_id::text, ''), coalesce(u.name, ''),
		       coalesce(e.target_id::text, ''), coalesce(tu.name, ''), e.params
		from ticket_events e
		left join agents a on a.id = e.agent_id
		left join users u on u.id = a.user_id
		left join agents ta on ta.id = e.target_id
		left join users tu on tu.id = ta.user_id
		where e.call_id = $1 order by e.at, e.id`, t.Call)
	if err != nil {
		return tickets.Ticket{}, explain("read a ticket's events", err)
	}
	t.Events, err = pgx.CollectRows(found, scanEvent)
	return t, explain("read a ticket's events", err)
}

// ByCall is the newest ticket of a call, without events; tickets.ErrNotFound when there is none for the viewer.
func (s *Store) ByCall(ctx context.Context, v tickets.Viewer, callID string) (tickets.Ticket, error) {
	if !utf8.ValidString(callID) || strings.ContainsRune(callID, 0) {
		return tickets.Ticket{}, tickets.ErrNotFound
	}
	return s.one(ctx, v, ` and t.call_id = $2 order by t.number desc limit 1`, callID)
}

// List is the viewer's tickets, newest first, without events.
func (s *Store) List(ctx context.Context, v tickets.Viewer, o tickets.ListOptions) ([]tickets.Ticket, error) {
	if !isID(v.User) || (o.Agent != "" && !isID(o.Agent)) {
		return nil, nil
	}
	query, arguments := selectTickets+allowed, []any{v.User}
	add := func(condition string, argument any) {
		arguments = append(arguments, argument)
		query += fmt.Sprintf(condition, len(arguments))
	}
	if o.Before > 0 {
		add(` and t.number < $%d`, o.Before)
	}
	if o.Agent != "" {
		add(` and t.agent_id = $%d`, o.Agent)
	}
	limit := min(o.Limit, tickets.MaxList)
	if limit <= 0 {
		limit = tickets.DefaultList
	}
	add(` order by t.number desc limit $%d`, limit)

	found, err := s.pool.Query(ctx, query, arguments...)
	if err != nil {
		return nil, explain("list tickets", err)
	}
	list, err := pgx.CollectRows(found, scanTicket)
	return list, explain("list tickets", err)
}

func (s *Store) one(ctx context.Context, v tickets.Viewer, which string, argument any) (tickets.Ticket, error) {
	if !isID(v.User) {
		return tickets.Ticket{}, tickets.ErrNotFound
	}
	found, err := s.pool.Query(ctx, selectTickets+allowed+which, v.User, argument)
	if err != nil {
		return tickets.Ticket{}, explain("read a ticket", err)
	}
	t, err := pgx.CollectOneRow(found, scanTicket)
	return t, explain("read a ticket", err)
}

// isID says whether the database would take text for an id: what it would not is nobody's.
func isID(text string) bool { return len(text) == 36 && uuid.Validate(text) == nil }
