package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/directory"
	"bellhop/tickets"
)

// recentOf are a number's tickets ($2) that the viewer may see, but for those of one call ($3), of one service ($5) or all.
const recentOf = selectTickets + allowed + `
	and t.customer_key = $2 and t.customer_key <> '' and t.call_id is distinct from nullif($3, '')
	and ($5 = '' or t.service_id::text = $5)
	order by t.number desc limit $4`

// customerOf is the customer of the viewer's organisation with this number.
const customerOf = `
	select c.id, c.name, c.grade
	from customer_numbers n
	join customers c on c.id = n.customer_id
	join users viewer on viewer.organisation_id = n.organisation_id
	where viewer.id = $1 and not viewer.disabled and n.number = $2`

const hostileOf = `
	select count(*), max(t.hostile_at) from tickets t
	where ` + allowed + ` and t.customer_key = $2 and t.customer_key <> '' and t.hostile_at is not null
	and ($3 = '' or t.service_id::text = $3)`

// Recent are the newest tickets of a customer's number, in whatever form it is written, without events: at most limit,
// none for a withheld number.
func (s *Store) Recent(ctx context.Context, v tickets.Viewer, number string, limit int) ([]tickets.Ticket, error) {
	key := directory.NumberKey(number)
	if key == "" || !isID(v.User) {
		return nil, nil
	}
	found, err := s.pool.Query(ctx, recentOf, v.User, key, "", max(0, min(limit, tickets.MaxList)), "")
	if err != nil {
		return nil, explain("read a number's tickets", err)
	}
	list, err := pgx.CollectRows(found, scanTicket)
	return list, explain("read a number's tickets", err)
}

// Card is what the viewer is shown of a caller with this number, in one round trip. The tickets of exceptCall, which is
// perhaps the call that is looked at, are left out; empty leaves none out.
func (s *Store) Card(ctx context.Context, v tickets.Viewer, number, exceptCall string) (tickets.Card, error) {
	return s.card(ctx, v, number, exceptCall, "")
}

// CardIn is the card of a number as one service knows it: nothing of other services' tickets is on it.
func (s *Store) CardIn(ctx context.Context, v tickets.Viewer, service, number string) (tickets.Card, error) {
	if !isID(service) {
		return tickets.Card{}, nil
	}
	return s.card(ctx, v, number, "", service)
}

func (s *Store) card(ctx context.Context, v tickets.Viewer, number, exceptCall, service string) (tickets.Card, error) {
	key := directory.NumberKey(number)
	if key == "" || !isID(v.User) {
		return tickets.Card{}, nil
	}
	var batch pgx.Batch
	batch.Queue(customerOf, v.User, key)
	batch.Queue(recentOf, v.User, key, exceptCall, tickets.CardTickets, service)
	batch.Queue(hostileOf, v.User, key, service)
	results := s.pool.SendBatch(ctx, &batch)
	card, err := scanCard(results)
	if err := errors.Join(err, results.Close()); err != nil {
		return tickets.Card{}, explain("read a caller's card", err)
	}
	return card, nil
}

func scanCard(results pgx.BatchResults) (tickets.Card, error) {
	var card tickets.Card
	var c tickets.Customer
	switch err := results.QueryRow().Scan(&c.ID, &c.Name, &c.Grade); {
	case err == nil:
		card.Customer = &c
	case !errors.Is(err, pgx.ErrNoRows):
		return card, err
	}
	found, err := results.Query()
	if err != nil {
		return card, err
	}
	if card.Tickets, err = pgx.CollectRows(found, scanTicket); err != nil {
		return card, err
	}
	var last *time.Time
	err = results.QueryRow().Scan(&card.Hostile.Count, &last)
	if last != nil {
		card.Hostile.LastAt = last.UTC()
	}
	return card, err
}

// NumbersOfCalls are the newest tickets of these calls that the viewer may see, by call. Calls without one are left out.
func (s *Store) NumbersOfCalls(ctx context.Context, v tickets.Viewer, calls []string) (map[string]int64, error) {
	if !isID(v.User) || len(calls) == 0 {
		return nil, nil
	}
	found, err := s.pool.Query(ctx, `select t.call_id, max(t.number) from tickets t where `+allowed+`
		and t.call_id = any($2) group by t.call_id`, v.User, calls)
	if err != nil {
		return nil, explain("read the tickets of calls", err)
	}
	numbers := make(map[string]int64, len(calls))
	var callID string
	var number int64
	_, err = pgx.ForEachRow(found, []any{&callID, &number}, func() error {
		numbers[callID] = number
		return nil
	})
	return numbers, explain("read the tickets of calls", err)
}
