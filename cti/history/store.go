package history

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Store keeps call history in PostgreSQL. It is safe for concurrent use.
type Store struct{ pool *pgxpool.Pool }

// NewStore is a store on a migrated database.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

// The classes of errors that no repetition can mend: wrong data, and data that a constraint refuses.
const (
	dataException       = "22"
	constraintViolation = "23"
)

const insert = `
	insert into call_history (call_id, agent_id, leg_id, direction, peer_id, number, name, queue, service_id, result, ended_by,
	                          reason, started_at, connected_at, ended_at, talk_ms, hold_ms)
	values ($1, $2, $3, $4, nullif($5, '')::uuid, $6, $7, $8, nullif($9, '')::uuid, $10, $11, $12, $13, $14, $15, $16, $17)
	on conflict on constraint call_history_once do nothing`

// Queue puts what keeps the entries into a batch. Those that are there already stay as they are.
func Queue(batch *pgx.Batch, entries []Entry) {
	for _, e := range entries {
		var connected *time.Time
		if !e.ConnectedAt.IsZero() {
			connected = &e.ConnectedAt
		}
		batch.Queue(insert, string(e.Call), string(e.Agent), string(e.Leg), string(e.Direction), string(e.Peer), e.Number, e.Name,
			e.Queue, string(e.Service), string(e.Result), string(e.EndedBy), string(e.Reason), e.StartedAt, connected, e.EndedAt,
			e.Talk.Milliseconds(), e.Hold.Milliseconds())
	}
}

// Save keeps the entries, all or none. It fails with ErrRejected when no repetition can succeed.
func (s *Store) Save(ctx context.Context, entries []Entry) error {
	var batch pgx.Batch
	Queue(&batch, entries)
	err := s.pool.SendBatch(ctx, &batch).Close()
	var refused *pgconn.PgError
	if errors.As(err, &refused) &&
		(strings.HasPrefix(refused.Code, dataException) || strings.HasPrefix(refused.Code, constraintViolation)) {
		return fmt.Errorf("save call history: %w: %w", ErrRejected, err)
	}
	if err != nil {
		return fmt.Errorf("save call history: %w", err)
	}
	return nil
}

const list = `
	select h.id, h.call_id, h.agent_id, h.direction,
	       case when h.direction = 'internal' then coalesce(peer.cti_number, h.number) else h.number end,
	       case when h.direction = 'internal' then coalesce(colleague.name, h.name) else h.name end,
	       h.queue, coalesce(s.name, ''), h.result, h.ended_by, h.reason,
	       h.started_at, h.connected_at, h.ended_at, h.talk_ms, h.hold_ms
	from call_history h
	left join agents peer on peer.id = h.peer_id
	left join users colleague on colleague.id = peer.user_id
	left join services s on s.id = h.service_id
	where h.agent_id = $1`

// List is a page of the agent's own history, newest first. It fails with ErrBadCursor.
func (s *Store) List(ctx context.Context, agent string, o ListOptions) (Page, error) {
	query, arguments := list, []any{agent}
	if o.Missed {
		query += ` and h.connected_at is null and h.result in ('missed', 'lost', 'caller_gone')`
	}
	if o.Before != "" {
		at, id, err := parseCursor(o.Before)
		if err != nil {
			return Page{}, err
		}
		query += ` and (h.started_at, h.id) < ($2, $3)`
		arguments = append(arguments, at, id)
	}
	if !isID(agent) {
		return Page{}, nil
	}
	limit := min(o.Limit, MaxList)
	if limit <= 0 {
		limit = DefaultList
	}
	query += fmt.Sprintf(` order by h.started_at desc, h.id desc limit %d`, limit+1)

	found, err := s.pool.Query(ctx, query, arguments...)
	if err != nil {
		return Page{}, fmt.Errorf("read call history: %w", err)
	}
	page := Page{}
	if page.Calls, err = pgx.CollectRows(found, scanCall); err != nil {
		return Page{}, fmt.Errorf("read call history: %w", err)
	}
	if len(page.Calls) > limit {
		page.Calls = page.Calls[:limit]
		last := page.Calls[limit-1]
		page.Next = fmt.Sprintf("%d-%d", last.StartedAt.UnixMicro(), last.ID)
	}
	return page, nil
}

// isID says whether the database would take text for an id: what it would not is nobody's.
func isID(text string) bool { return len(text) == 36 && uuid.Validate(text) == nil }

// parseCursor reads a place in the list: the start in microseconds since 1970 and the id of the last call before it.
func parseCursor(cursor string) (time.Time, int64, error) {
	micros, id, _ := strings.Cut(cursor, "-")
	at, errAt := strconv.ParseUint(micros, 10, 53)
	number, errID := strconv.ParseUint(id, 10, 63)
	if errAt != nil || errID != nil {
		return time.Time{}, 0, ErrBadCursor
	}
	return time.UnixMicro(int64(at)), int64(number), nil
}

func scanCall(row pgx.CollectableRow) (Call, error) {
	var c Call
	var connected *time.Time
	var talk, hold int64
	err := row.Scan(&c.ID, &c.Call, &c.Agent, &c.Direction, &c.Number, &c.Name, &c.Queue, &c.Service, &c.Result, &c.EndedBy,
		&c.Reason, &c.StartedAt, &connected, &c.EndedAt, &talk, &hold)
	c.StartedAt, c.EndedAt = c.StartedAt.UTC(), c.EndedAt.UTC()
	if connected != nil {
		c.ConnectedAt = connected.UTC()
	}
	c.Talk, c.Hold = time.Duration(talk)*time.Millisecond, time.Duration(hold)*time.Millisecond
	return c, err
}
