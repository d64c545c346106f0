package queue

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/admin"
)

// Subject is the name of queues in the audit log.
const Subject = "queue"

// Waiting says how many calls wait in a queue now.
type Waiting func(ctx context.Context, queue string) (int, error)

// Store keeps queues in PostgreSQL.
type Store struct {
	pool    *pgxpool.Pool
	waiting Waiting
}

// NewStore is a store on a migrated database. waiting asks call control; nil: nobody waits.
func NewStore(pool *pgxpool.Pool, waiting Waiting) *Store {
	return &Store{pool: pool, waiting: waiting}
}

const (
	columns = `q.id, q.service_id, s.name, q.name, q.number, q.strategy, q.reclaim_seconds, q.miss_limit, q.waiting_limit, q.answer_seconds,
		q.music, q.say_every_seconds, q.skills, q.version,
		(select count(*) from queue_members m where m.queue_id = q.id),
		(select count(*) from queue_members m join agents a on a.id = m.agent_id join users u on u.id = a.user_id
		 where m.queue_id = q.id and q.skills <@ a.skills and ` + hasPhone + `),
		(select count(*) from numbers n where n.queue_id = q.id and not exists (select from flow_entries e where e.number = n.number))`
	tables = `queues q join services s on s.id = q.service_id`
	// hasPhone says that the agent a, who is the user u, can be called for the queue q.
	hasPhone = `not u.disabled and s.phone and exists (
		select from service_members p where p.user_id = u.id and p.service_id = q.service_id and p.phone)`
)

func scan(row pgx.CollectableRow) (Queue, error) { return read(row) }

func read(row pgx.Row) (q Queue, err error) {
	err = row.Scan(&q.ID, &q.Service, &q.ServiceName, &q.Name, &q.Number, &q.Strategy, &q.Reclaim, &q.MissLimit, &q.Limit, &q.AnswerIn,
		&q.Music, &q.SayEvery, &q.Skills, &q.Version, &q.MemberCount, &q.AbleCount, &q.NumberCount)
	return q, err
}

// List gives the queues of the actor's organisation, without their members: to a manager those of the services he
// manages. service may be empty.
func (s *Store) List(ctx context.Context, a admin.Actor, l admin.List, service string) (admin.Page[Queue], error) {
	q := admin.Select[Queue]{
		Columns: columns, From: tables, Search: []string{"q.name", "q.number", "s.name"},
		Sort: map[string]string{
			"name": "q.name", "number": "length(q.number), q.number", "service": "s.name", "strategy": "q.strategy",
			"members": "(select count(*) from queue_members m where m.queue_id = q.id)",
		},
		By: "number", Tie: "q.id", Scan: scan,
	}
	q.And("s.organisation_id = ?", a.Organisation)
	if !a.Admin() && !a.Supervisor {
		q.And("q.service_id::text = any(?)", a.Manages)
	}
	if service != "" {
		q.And("q.service_id::text = ?", service)
	}
	return admin.Read(ctx, s.pool, l, q)
}

// Get gives one queue with its members. Whoever supervises may read all of his organisation.
func (s *Store) Get(ctx context.Context, a admin.Actor, id string) (Queue, error) {
	found, err := find(ctx, s.pool, a, id, "")
	if err == nil && !a.MayManage(found.Service) && !a.Supervisor {
		return Queue{}, admin.ErrNotFound
	}
	return found, err
}

// get is Get for who is to change it.
func get(ctx context.Context, tx pgx.Tx, a admin.Actor, id string) (Queue, error) {
	found, err := find(ctx, tx, a, id, " for update of q")
	if err == nil && !a.MayManage(found.Service) {
		return Queue{}, admin.ErrNotFound
	}
	return found, err
}

func find(ctx context.Context, q admin.Querier, a admin.Actor, id, lock string) (Queue, error) {
	if !admin.IsID(id) {
		return Queue{}, admin.ErrNotFound
	}
	found, err := read(q.QueryRow(ctx, `select `+columns+` from `+tables+` where q.id = $1 and s.organisation_id = $2`+lock, id, a.Organisation))
	if errors.Is(err, pgx.ErrNoRows) {
		return Queue{}, admin.ErrNotFound
	}
	if err != nil {
		return Queue{}, fmt.Errorf("read a queue: %w", err)
	}
	found.Members, err = members(ctx, q, found)
	return found, err
}

// Create makes a queue in a service that the actor manages.
func (s *Store) Create(ctx context.Context, a admin.Actor, in Queue) (created Queue, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		created, err = create(ctx, tx, a, in)
		return err
	})
	return created, err
}

func create(ctx context.Context, tx pgx.Tx, a admin.Actor, in Queue) (Queue, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Queue{}, fmt.Errorf("make an id: %w", err)
	}
	in.ID, in.Version = id.String(), 1
	if err := check(ctx, tx, a, &in); err != nil {
		return Queue{}, err
	}
	if _, err = tx.Exec(ctx, `
		insert into queues (id, service_id, name, number, strategy, reclaim_seconds, miss_limit, waiting_limit, answer_seconds, music,
			say_every_seconds, skills)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		in.ID, in.Service, in.Name, in.Number, in.Strategy, in.Reclaim, in.MissLimit, in.Limit, in.AnswerIn, in.Music, in.SayEvery, in.Skills,
	); err != nil {
		return Queue{}, taken(err)
	}
	if err := join(ctx, tx, in); err != nil {
		return Queue{}, err
	}
	made, err := get(ctx, tx, a, in.ID)
	if err != nil {
		return Queue{}, err
	}
	return made, record(ctx, tx, a, "create", made, nil, made)
}

// Update changes a queue that its editor saw in in.Version, its members with it. It stays in its service.
func (s *Store) Update(ctx context.Context, a admin.Actor, in Queue) (changed Queue, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, in.ID)
		if err != nil {
			return err
		}
		if err := admin.CheckVersion(ctx, tx, Subject, in.ID, have.Version, in.Version); err != nil {
			return err
		}
		changed, err = update(ctx, tx, a, have, in)
		return err
	})
	return changed, err
}

// update writes nothing when nothing is different.
func update(ctx context.Context, tx pgx.Tx, a admin.Actor, have, in Queue) (Queue, error) {
	if in.Service != have.Service {
		return Queue{}, admin.Invalid{Field: "service", Code: "not_allowed"}
	}
	in.ID, in.Version = have.ID, have.Version
	if err := check(ctx, tx, a, &in); err != nil {
		return Queue{}, err
	}
	if have.same(in) {
		return have, nil
	}
	if _, err := tx.Exec(ctx, `
		update queues set name = $2, number = $3, strategy = $4, reclaim_seconds = $5, miss_limit = $6, waiting_limit = $7, answer_seconds = $8,
			music = $9, say_every_seconds = $10, skills = $11, version = version + 1
		where id = $1`,
		in.ID, in.Name, in.Number, in.Strategy, in.Reclaim, in.MissLimit, in.Limit, in.AnswerIn, in.Music, in.SayEvery, in.Skills,
	); err != nil {
		return Queue{}, taken(err)
	}
	if err := join(ctx, tx, in); err != nil {
		return Queue{}, err
	}
	now, err := get(ctx, tx, a, in.ID)
	if err != nil {
		return Queue{}, err
	}
	return now, record(ctx, tx, a, "update", now, have, now)
}

// same says whether an edit changes nothing. The order of members means nothing.
func (q Queue) same(in Queue) bool {
	was, is := places(q.Members), places(in.Members)
	q.Members, in.Members = nil, nil
	in.ServiceName, in.MemberCount, in.AbleCount, in.NumberCount = q.ServiceName, q.MemberCount, q.AbleCount, q.NumberCount
	return reflect.DeepEqual(q, in) && reflect.DeepEqual(was, is)
}

// taken is the refusal of a number or a name that came in between.
func taken(err error) error {
	var broken *pgconn.PgError
	if errors.As(err, &broken) && broken.Code == "23505" {
		if broken.ConstraintName == "queues_number_key" {
			return admin.Invalid{Field: "number", Code: "number_taken"}
		}
		return admin.Invalid{Field: "name", Code: "taken"}
	}
	return fmt.Errorf("write a queue: %w", err)
}

// check cleans a queue and refuses what is wrong with it: a name or number that is another's, and agents of others.
func check(ctx context.Context, tx pgx.Tx, a admin.Actor, in *Queue) error {
	if !admin.IsID(in.Service) || !a.MayManage(in.Service) {
		return admin.Invalid{Field: "service", Code: "not_allowed"}
	}
	wrong := in.check()
	var ours, name bool
	var queue, agent string
	if err := tx.QueryRow(ctx, `
		select exists (select from services where id = $2 and organisation_id = $5),
		       exists (select from queues q where q.service_id = $2 and q.id <> $1 and `+admin.Folded("q.name")+` = $4),
		       coalesce((select q.name from queues q where q.number = $3 and q.id <> $1), ''),
		       coalesce((select u.name from agents a join users u on u.id = a.user_id where a.cti_number = $3), '')`,
		in.ID, in.Service, in.Number, admin.Fold(in.Name), a.Organisation).Scan(&ours, &name, &queue, &agent); err != nil {
		return fmt.Errorf("look for what a queue is called: %w", err)
	}
	if !ours {
		return admin.Invalid{Field: "service", Code: "not_allowed"}
	}
	if name {
		wrong.Add("name", "taken")
	}
	if queue+agent != "" {
		wrong.Add("number", "number_taken", "by", queue+agent)
	}
	if err := checkMembers(ctx, tx, *in, &wrong); err != nil {
		return err
	}
	return wrong.Err()
}

func record(ctx context.Context, tx pgx.Tx, a admin.Actor, action string, q Queue, before, after any) error {
	return admin.Record(ctx, tx, a, admin.Entry{
		Action: action, Subject: Subject, ID: q.ID, Name: q.Name, Service: q.Service, Before: before, After: after,
	})
}
