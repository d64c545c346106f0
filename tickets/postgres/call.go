package postgres

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"bellhop/tickets"
)

// lockOpening makes those who open tickets for calls take turns, so that no number is used up in vain. The unique
// constraint is what makes a ticket the only one.
const lockOpening = `select pg_advisory_xact_lock(hashtextextended('tickets of calls', 0))`

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
	select coalesce((select number from opened), (select number from tickets where call_id = $1 and service_id = $2)),
	       exists (select from opened)`

// openMissed opens the ticket of a call that nobody answered, unless the call has one in that service.
const openMissed = `
	with opened as (
		insert into tickets (service_id, channel, status, customer_number, customer_name, call_id,
		                     created_at, updated_at, direction, customer_key, missed)
		select $2, 'phone', 'unassigned', $3, $4, $1, $5, $5, $6, $7, $8
		where not exists (select from tickets where call_id = $1 and service_id = $2)
		on conflict on constraint tickets_one_per_call_and_service do nothing
		returning number
	)
	select coalesce((select number from opened), (select number from tickets where call_id = $1 and service_id = $2)),
	       exists (select from opened)`

// recordEvents records many events in one statement, in their order.
const recordEvents = `
	insert into ticket_events (call_id, key, at, kind, agent_id, params, target_id)
	select e.call_id, e.key, e.at, e.kind, nullif(e.agent, '')::uuid, e.params::jsonb, nullif(e.target, '')::uuid
	from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[])
	     with ordinality as e (call_id, key, at, kind, agent, params, target, place)
	order by e.place
	on conflict (call_id, key) do nothing`

const flagHostile = `
	update tickets set hostile_at = $3, updated_at = greatest(updated_at, $3)
	where call_id = $1 and service_id = $2 and hostile_at is null`

// Queue puts what records facts about calls into a batch, in their order. Facts that are recorded already change nothing:
// one ticket for a call and service (PH-37), one event for a call and key. What it returns is filled in for each fact
// when the batch's results are read, and true once the batch has been closed without an error.
func Queue(batch *pgx.Batch, facts []tickets.Fact) []tickets.Kept {
	kept := make([]tickets.Kept, len(facts))
	locked := false
	for i, f := range facts {
		switch owner, missed := f.Owner(), f.Missed(); {
		case f.Kind == tickets.HostileEnd:
			batch.Queue(flagHostile, f.Call, f.Service, f.At)
			continue
		case owner == "" && missed == "":
			continue
		}
		if !locked {
			batch.Queue(lockOpening)
			locked = true
		}
		kept[i].Agent = f.Owner()
		queueTicket(batch, f).QueryRow(func(row pgx.Row) error { return row.Scan(&kept[i].Number, &kept[i].New) })
	}
	queueEvents(batch, facts)
	return kept
}

func queueTicket(batch *pgx.Batch, f tickets.Fact) *pgx.QueuedQuery {
	c := f.Connect()
	if missed := f.Missed(); missed != "" {
		return batch.Queue(openMissed, c.Call, c.Service, c.CustomerNumber, c.CustomerName, c.At, c.Direction, c.CustomerKey,
			missed)
	}
	return batch.Queue(openTicket, c.Call, c.Service, c.Agent, c.CustomerNumber, c.CustomerName, c.At, c.Direction,
		c.CustomerKey)
}

func queueEvents(batch *pgx.Batch, facts []tickets.Fact) {
	if len(facts) == 0 {
		return
	}
	var columns struct {
		call, key, kind, agent, params, target []string
		at                                     []time.Time
	}
	for _, f := range facts {
		e := f.Event()
		params, err := json.Marshal(e.Params)
		if err != nil {
			params = []byte("{}") // a map of strings can always be written
		}
		columns.call, columns.key = append(columns.call, f.Call), append(columns.key, e.Key)
		columns.at, columns.kind = append(columns.at, e.At), append(columns.kind, string(e.Kind))
		columns.agent, columns.target = append(columns.agent, e.Agent.ID), append(columns.target, e.Target.ID)
		columns.params = append(columns.params, string(params))
	}
	batch.Queue(recordEvents, columns.call, columns.key, columns.at, columns.kind, columns.agent, columns.params,
		columns.target)
}

// Save records facts, in order, all or none, and says what became of each one's ticket. It fails with
// tickets.ErrRejected when no repetition can succeed.
func (s *Store) Save(ctx context.Context, facts ...tickets.Fact) ([]tickets.Kept, error) {
	for _, f := range facts {
		if err := f.Check(); err != nil {
			return nil, err
		}
	}
	var batch pgx.Batch
	kept := Queue(&batch, facts)
	if err := s.pool.SendBatch(ctx, &batch).Close(); err != nil {
		return nil, explain("record facts about calls", err)
	}
	return kept, nil
}
