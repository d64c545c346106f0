package inbound

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/admin"
)

// Subject is the name of inbound numbers in the audit log.
const Subject = "number"

// Store keeps inbound numbers in PostgreSQL.
type Store struct{ pool *pgxpool.Pool }

// NewStore is a store on a migrated database.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

// A number's flow goes before its queue, as call control has it. Its version counts the flow's changes too, so that who
// leads it elsewhere in the flow's editor is not overruled by one who did not see that.
const (
	columns = `n.id, n.number, n.name,
		case when f.id is null then coalesce(q.id::text, '') else '' end, case when f.id is null then coalesce(q.name, '') else '' end,
		case when f.id is null then coalesce(q.number, '') else '' end,
		coalesce(f.id::text, ''), coalesce(v.name, ''), coalesce(n.trunk_id::text, ''), coalesce(s.id::text, ''), coalesce(s.name, ''),
		n.version + coalesce(f.version, 0)`
	tables = `numbers n left join flow_entries e on e.number = n.number left join flows f on f.id = e.flow_id
		left join flow_versions v on v.flow_id = f.id and v.version = f.version left join queues q on q.id = n.queue_id
		left join services s on s.id = coalesce(f.service_id, q.service_id)`
	ofOrganisation = `coalesce(s.organisation_id, n.organisation_id)`
)

func scan(row pgx.CollectableRow) (Number, error) { return read(row) }

func read(row pgx.Row) (n Number, err error) {
	err = row.Scan(&n.ID, &n.Number, &n.Name, &n.Queue, &n.QueueName, &n.QueueNumber, &n.Flow, &n.FlowName, &n.Trunk, &n.Service, &n.ServiceName, &n.Version)
	return n, err
}

// List gives the numbers of the actor's organisation: to a manager those that lead to a service he manages.
func (s *Store) List(ctx context.Context, a admin.Actor, l admin.List, service string) (admin.Page[Number], error) {
	q := admin.Select[Number]{
		Columns: columns, From: tables, Search: []string{"n.number", "n.name", "coalesce(v.name, '')", "coalesce(q.name, '')", "coalesce(s.name, '')"},
		Sort: map[string]string{"number": "n.number", "name": "n.name", "service": "s.name", "target": "coalesce(v.name, q.name)"},
		By:   "number", Tie: "n.id", Scan: scan,
	}
	q.And(ofOrganisation+" = ?", a.Organisation)
	if !a.Admin() {
		q.And("s.id::text = any(?)", a.Manages)
	}
	if service != "" {
		q.And("s.id::text = ?", service)
	}
	return admin.Read(ctx, s.pool, l, q)
}

// Get gives one number.
func (s *Store) Get(ctx context.Context, a admin.Actor, id string) (Number, error) {
	return get(ctx, s.pool, a, id, "")
}

func get(ctx context.Context, q admin.Querier, a admin.Actor, id, lock string) (Number, error) {
	if !admin.IsID(id) {
		return Number{}, admin.ErrNotFound
	}
	found, err := read(q.QueryRow(ctx, `select `+columns+` from `+tables+` where n.id = $1 and `+ofOrganisation+` = $2`+lock, id, a.Organisation))
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !a.MayManage(found.Service) {
		return Number{}, admin.ErrNotFound
	}
	if err != nil {
		return Number{}, fmt.Errorf("read an inbound number: %w", err)
	}
	return found, nil
}

// Create takes a number into service.
func (s *Store) Create(ctx context.Context, a admin.Actor, in Number) (made Number, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		made, err = create(ctx, tx, a, in)
		return err
	})
	return made, err
}

func create(ctx context.Context, tx pgx.Tx, a admin.Actor, in Number) (Number, error) {
	in.ID = ""
	if err := check(ctx, tx, a, &in); err != nil {
		return Number{}, err
	}
	if err := tx.QueryRow(ctx, `
		insert into numbers (number, organisation_id, name, queue_id, trunk_id) values ($1, $2, $3, nullif($4, '')::uuid, nullif($5, '')::uuid) returning id`,
		in.Number, a.Organisation, in.Name, in.Queue, in.Trunk).Scan(&in.ID); err != nil {
		return Number{}, fmt.Errorf("write an inbound number: %w", err)
	}
	if err := lead(ctx, tx, a, Number{}, in); err != nil {
		return Number{}, err
	}
	made, err := get(ctx, tx, a, in.ID, "")
	if err != nil {
		return Number{}, err
	}
	return made, record(ctx, tx, a, "create", made, nil, made)
}

// Update changes a number that its editor saw in in.Version. Calls that are in already stay where they are.
func (s *Store) Update(ctx context.Context, a admin.Actor, in Number) (now Number, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, in.ID, " for update of n")
		if err != nil {
			return err
		}
		if err := admin.CheckVersion(ctx, tx, Subject, in.ID, have.Version, in.Version); err != nil {
			return err
		}
		now, err = update(ctx, tx, a, have, in)
		return err
	})
	return now, err
}

// update writes nothing when nothing is different.
func update(ctx context.Context, tx pgx.Tx, a admin.Actor, have, in Number) (Number, error) {
	in.ID = have.ID
	if err := check(ctx, tx, a, &in); err != nil {
		return Number{}, err
	}
	if in.Number == have.Number && in.Name == have.Name && in.Queue == have.Queue && in.Flow == have.Flow && in.Trunk == have.Trunk {
		return have, nil
	}
	if _, err := tx.Exec(ctx, `
		update numbers set number = $2, name = $3, queue_id = nullif($4, '')::uuid, trunk_id = nullif($5, '')::uuid, organisation_id = $6, version = version + 1
		where id = $1`, in.ID, in.Number, in.Name, in.Queue, in.Trunk, a.Organisation); err != nil {
		return Number{}, fmt.Errorf("write an inbound number: %w", err)
	}
	if err := lead(ctx, tx, a, have, in); err != nil {
		return Number{}, err
	}
	now, err := get(ctx, tx, a, in.ID, "")
	if err != nil {
		return Number{}, err
	}
	return now, record(ctx, tx, a, "update", now, have, now)
}

// lead makes the number's flow that of in. A flow whose numbers change gets a new version, so that its editors learn of it.
func lead(ctx context.Context, tx pgx.Tx, a admin.Actor, have, in Number) error {
	if have.Flow == in.Flow && have.Number == in.Number {
		return nil
	}
	var batch pgx.Batch
	batch.Queue(`delete from flow_entries where number = any($1)`, []string{have.Number, in.Number})
	if in.Flow != "" {
		batch.Queue(`insert into flow_entries (number, flow_id) values ($1, $2)`, in.Number, in.Flow)
	}
	for _, flow := range []string{have.Flow, in.Flow} {
		if flow == "" || flow == have.Flow && flow == in.Flow && have.Number == in.Number {
			continue
		}
		batch.Queue(`
			insert into flow_versions (flow_id, version, name, time_zone, steps, user_id, user_name)
			select f.id, f.version + 1, v.name, v.time_zone, v.steps, nullif($2, '')::uuid, $3
			from flows f join flow_versions v on v.flow_id = f.id and v.version = f.version where f.id = $1`, flow, a.UserID, a.Name)
		batch.Queue(`update flows set version = version + 1 where id = $1`, flow)
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("lead a number to a flow: %w", err)
	}
	return nil
}

// Delete takes a number out of service: its callers are told that it is not served.
func (s *Store) Delete(ctx context.Context, a admin.Actor, id string) error {
	return admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, id, " for update of n")
		if err != nil {
			return err
		}
		if err := lead(ctx, tx, a, have, Number{}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from numbers where id = $1`, id); err != nil {
			return fmt.Errorf("delete an inbound number: %w", err)
		}
		return record(ctx, tx, a, "delete", have, have, nil)
	})
}

// check cleans a number and refuses what is wrong with it: one that is served already, whoever's it is, and what it cannot lead to.
func check(ctx context.Context, tx pgx.Tx, a admin.Actor, in *Number) error {
	wrong := in.check()
	var taken bool
	var queueOf, flowOf string
	err := tx.QueryRow(ctx, `
		select exists (select from numbers where number = $1 and id::text <> $2),
		       coalesce((select s.id::text from queues q join services s on s.id = q.service_id where q.id::text = $3 and s.organisation_id = $5), ''),
		       coalesce((select s.id::text from flows f join services s on s.id = f.service_id where f.id::text = $4 and s.organisation_id = $5), '')`,
		in.Number, in.ID, in.Queue, in.Flow, a.Organisation).Scan(&taken, &queueOf, &flowOf)
	if err != nil {
		return fmt.Errorf("look for a number: %w", err)
	}
	if taken {
		wrong.Add("number", "number_taken")
	}
	if in.Queue != "" && (queueOf == "" || !a.MayManage(queueOf)) {
		wrong.Add("queue", "not_found")
	}
	if in.Flow != "" && (flowOf == "" || !a.MayManage(flowOf)) {
		wrong.Add("flow", "not_found")
	}
	if in.Trunk != "" && !admin.IsID(in.Trunk) {
		wrong.Add("trunk", "not_found")
	}
	return wrong.Err()
}

func record(ctx context.Context, tx pgx.Tx, a admin.Actor, action string, n Number, before, after any) error {
	return admin.Record(ctx, tx, a, admin.Entry{
		Action: action, Subject: Subject, ID: n.ID, Name: n.Number, Service: n.Service, Before: before, After: after,
	})
}
