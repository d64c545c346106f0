package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bellhop/tickets"
)

// lockCall makes those who open a ticket for one call take turns, so that no number is used up in vain. The
// unique constraint is what makes the ticket the only one.
const lockCall = `select pg_advisory_xact_lock(hashtextextended('ticket for call ' || $1, 0))`

// openTicket opens the ticket, or hands the one that is there over to the agent of a later connect.
const openTicket = `
	with opened as (
		insert into tickets (service_id, channel, status, customer_number, customer_name, agent_id, call_id,
		                     connected_at, created_at, updated_at, direction, customer_key)
		select $2, 'phone', 'processing', $4, $5, $3, $1, $6, $6, $6, $7, $8
		where not exists (select from tickets where call_id = $1 and service_id = $2)
		on conflict on constraint tickets_one_per_call_and_service do nothing
		returning number
	), handed as (
		update tickets set agent_id = $3, connected_at = $6, updated_at = greatest(updated_at, $6)
		where call_id = $1 and service_id = $2 and connected_at < $6 and status = 'processing'
	)
	select exists (select from opened)`

const recordEvent = `
	insert into ticket_events (call_id, key, at, kind, agent_id, params, target_id)
	values ($1, $2, $3, $4, nullif($5, '')::uuid, $6, nullif($7, '')::uuid)
	on conflict (call_id, key) do nothing`

const flagHostile = `
	update tickets set hostile_at = $3, updated_at = greatest(updated_at, $3)
	where call_id = $1 and service_id = $2 and hostile_at is null`

// OpenForCall opens the ticket of a connected call: exactly one for a call and service, however often and from
// however many places it is called. It implements tickets.Store.
func (s *Store) OpenForCall(ctx context.Context, c tickets.CallConnected) (tickets.Ticket, bool, error) {
	// One batch is one transaction and one round trip.
	var batch pgx.Batch
	batch.Queue(lockCall, c.Call)
	batch.Queue(openTicket, c.Call, c.Service, c.Agent, c.CustomerNumber, c.CustomerName, c.At,
		c.Direction, c.CustomerKey)
	queueEvent(&batch, c.Call, c.Event)
	batch.Queue(selectTickets+`t.call_id = $1 and t.service_id = $2`, c.Call, c.Service)

	var t tickets.Ticket
	var opened bool
	results := s.pool.SendBatch(ctx, &batch)
	err := func() error {
		if _, err := results.Exec(); err != nil {
			return err
		}
		if err := results.QueryRow().Scan(&opened); err != nil {
			return err
		}
		if _, err := results.Exec(); err != nil {
			return err
		}
		found, err := results.Query()
		if err != nil {
			return err
		}
		t, err = pgx.CollectExactlyOneRow(found, scanTicket)
		return err
	}()
	if err := errors.Join(err, results.Close()); err != nil {
		return tickets.Ticket{}, false, explain("open a ticket", err)
	}
	return t, opened, nil
}

// RecordCallEvent records what happened to a call, once for each key. It implements tickets.Store.
func (s *Store) RecordCallEvent(ctx context.Context, callID string, e tickets.Event) error {
	var batch pgx.Batch
	queueEvent(&batch, callID, e)
	return explain(fmt.Sprintf("record that a call was %s", e.Kind), s.pool.SendBatch(ctx, &batch).Close())
}

// FlagHostile marks the ticket of a call that was ended with 강성종료. It implements tickets.Store.
func (s *Store) FlagHostile(ctx context.Context, callID, service string, e tickets.Event) error {
	var batch pgx.Batch
	batch.Queue(flagHostile, callID, service, e.At)
	queueEvent(&batch, callID, e)
	return explain("flag a hostile call", s.pool.SendBatch(ctx, &batch).Close())
}

func queueEvent(batch *pgx.Batch, callID string, e tickets.Event) {
	params := e.Params
	if params == nil {
		params = map[string]string{}
	}
	batch.Queue(recordEvent, callID, e.Key, e.At, e.Kind, e.Agent.ID, params, e.Target.ID)
}
