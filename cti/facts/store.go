package facts

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/call"
)

// insert keeps many records in one statement, in their order.
const insert = `
	insert into call_facts (epoch, seq, call_id, kind, at, agent, target, queue, service, cause, payload)
	select f.epoch::uuid, f.seq, f.call_id::uuid, f.kind, f.at, nullif(f.agent, '')::uuid, nullif(f.target, '')::uuid,
	       nullif(f.queue, '')::uuid, nullif(f.service, '')::uuid, f.cause, f.payload::jsonb
	from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::text[],
	            $9::text[], $10::text[], $11::text[])
	     as f (epoch, seq, call_id, kind, at, agent, target, queue, service, cause, payload)
	order by f.seq
	on conflict (epoch, seq) do nothing`

// Queue puts what keeps the records into a batch. Those that are kept already stay as they are.
func Queue(batch *pgx.Batch, records []Record) error {
	if len(records) == 0 {
		return nil
	}
	var columns struct {
		epoch, call, kind, agent, target, queue, service, cause, payload []string
		seq                                                              []int64
		at                                                               []time.Time
	}
	for _, r := range records {
		payload, err := json.Marshal(r.Payload)
		if err != nil {
			return fmt.Errorf("write fact %s-%d: %w", r.Epoch, r.Seq, err)
		}
		columns.epoch, columns.seq = append(columns.epoch, r.Epoch), append(columns.seq, int64(r.Seq)) //nolint:gosec // counts from 1
		columns.call, columns.kind = append(columns.call, string(r.Call)), append(columns.kind, string(r.Kind))
		columns.at, columns.agent = append(columns.at, r.At), append(columns.agent, string(r.Agent))
		columns.target, columns.queue = append(columns.target, string(r.Target)), append(columns.queue, string(r.Queue))
		columns.service, columns.cause = append(columns.service, string(r.Service)), append(columns.cause, r.Cause)
		columns.payload = append(columns.payload, string(payload))
	}
	batch.Queue(insert, columns.epoch, columns.seq, columns.call, columns.kind, columns.at, columns.agent, columns.target,
		columns.queue, columns.service, columns.cause, columns.payload)
	return nil
}

// Store reads facts from PostgreSQL. It is safe for concurrent use.
type Store struct{ pool *pgxpool.Pool }

// NewStore is a store on a migrated database.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

// OfCall is what became true of a call, in its order; empty when nothing did.
func (s *Store) OfCall(ctx context.Context, id call.ID) ([]Record, error) {
	if !isID(string(id)) {
		return nil, nil
	}
	// A call that outlived its journal has facts of two: the second's began later.
	found, err := s.pool.Query(ctx, `
		select epoch::text, seq, call_id::text, kind, at, coalesce(agent::text, ''), coalesce(target::text, ''),
		       coalesce(queue::text, ''), coalesce(service::text, ''), cause, payload
		from call_facts where call_id = $1
		order by min(at) over (partition by epoch), seq`, string(id))
	if err != nil {
		return nil, fmt.Errorf("read the facts of a call: %w", err)
	}
	records, err := pgx.CollectRows(found, scan)
	if err != nil {
		return nil, fmt.Errorf("read the facts of a call: %w", err)
	}
	return records, nil
}

// isID says whether the database would take text for an id: what it would not is nobody's.
func isID(text string) bool { return len(text) == 36 && uuid.Validate(text) == nil }

func scan(row pgx.CollectableRow) (Record, error) {
	var r Record
	var payload []byte
	if err := row.Scan(&r.Epoch, &r.Seq, &r.Call, &r.Kind, &r.At, &r.Agent, &r.Target, &r.Queue, &r.Service, &r.Cause,
		&payload); err != nil {
		return Record{}, err
	}
	r.At = r.At.UTC()
	return r, json.Unmarshal(payload, &r.Payload)
}
