package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/admin"
)

// Subject is the name of flows in the audit log.
const Subject = "flow"

// Sounds are those that the flows of a service can say.
type Sounds func(ctx context.Context, q admin.Querier, a admin.Actor, service string) ([]Sound, error)

// Store keeps flows in PostgreSQL.
type Store struct {
	pool   *pgxpool.Pool
	sounds Sounds
}

// NewStore is a store on a migrated database.
func NewStore(pool *pgxpool.Pool, sounds Sounds) *Store { return &Store{pool: pool, sounds: sounds} }

const (
	columns = `f.id, f.service_id, s.name, f.version, v.version, v.name, v.time_zone, v.steps,
		array(select e.number from flow_entries e where e.flow_id = f.id order by e.number),
		v.user_name, v.at, v.note, coalesce(v.restored_from, 0), jsonb_array_length(v.steps)`
	tables = `flows f join services s on s.id = f.service_id join flow_versions v on v.flow_id = f.id`
)

func scan(row pgx.CollectableRow) (Flow, error) { return read(row) }

func read(row pgx.Row) (f Flow, err error) {
	err = row.Scan(&f.ID, &f.Service, &f.ServiceName, &f.Newest, &f.Saved.Version, &f.Name, &f.TimeZone, &f.Steps, &f.Numbers,
		&f.Saved.By, &f.Saved.At, &f.Saved.Note, &f.Saved.Restored, &f.Saved.Steps)
	return f, err
}

// List gives the newest version of the flows of the actor's organisation: to a manager those of the services he manages.
func (s *Store) List(ctx context.Context, a admin.Actor, l admin.List) (admin.Page[Flow], error) {
	q := admin.Select[Flow]{
		Columns: columns, From: tables + ` and v.version = f.version`,
		Search: []string{"v.name", "s.name", "(select coalesce(string_agg(e.number, ' '), '') from flow_entries e where e.flow_id = f.id)"},
		Sort:   map[string]string{"name": "v.name", "service": "s.name", "at": "v.at", "version": "f.version"},
		By:     "name", Tie: "f.id", Scan: scan,
	}
	q.And("f.organisation_id = ?", a.Organisation)
	if !a.Admin() {
		q.And("f.service_id::text = any(?)", a.Manages)
	}
	return admin.Read(ctx, s.pool, l, q)
}

// Get gives one version of a flow; version 0 is the newest.
func (s *Store) Get(ctx context.Context, a admin.Actor, id string, version int) (Flow, error) {
	return get(ctx, s.pool, a, id, version, "")
}

func get(ctx context.Context, q admin.Querier, a admin.Actor, id string, version int, lock string) (Flow, error) {
	if !admin.IsID(id) {
		return Flow{}, admin.ErrNotFound
	}
	f, err := read(q.QueryRow(ctx, `
		select `+columns+` from `+tables+` and v.version = case when $3 = 0 then f.version else $3 end
		where f.id = $1 and f.organisation_id = $2`+lock, id, a.Organisation, version))
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !a.MayManage(f.Service) {
		return Flow{}, admin.ErrNotFound
	}
	if err != nil {
		return Flow{}, fmt.Errorf("read a flow: %w", err)
	}
	return f, nil
}

// maxVersions is how many versions a list of them has: the newest.
const maxVersions = 200

// Versions are those of a flow, the newest first.
func (s *Store) Versions(ctx context.Context, a admin.Actor, id string) ([]Saved, error) {
	if _, err := s.Get(ctx, a, id, 0); err != nil {
		return nil, err
	}
	found, err := s.pool.Query(ctx, `
		select version, user_name, at, note, coalesce(restored_from, 0), jsonb_array_length(steps)
		from flow_versions where flow_id = $1 order by version desc limit $2`, id, maxVersions)
	if err != nil {
		return nil, fmt.Errorf("read the versions of a flow: %w", err)
	}
	saved, err := pgx.CollectRows(found, func(row pgx.CollectableRow) (v Saved, err error) {
		err = row.Scan(&v.Version, &v.By, &v.At, &v.Note, &v.Restored, &v.Steps)
		return v, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the versions of a flow: %w", err)
	}
	return saved, nil
}

// Parts are what the flows of a service can be made of.
func (s *Store) Parts(ctx context.Context, a admin.Actor, service string) (Parts, error) {
	return s.parts(ctx, s.pool, a, service)
}

func (s *Store) parts(ctx context.Context, q admin.Querier, a admin.Actor, service string) (p Parts, err error) {
	if !admin.IsID(service) || !a.MayManage(service) {
		return p, admin.ErrNotFound
	}
	var ours bool
	if err := q.QueryRow(ctx, `select exists (select from services where id = $1 and organisation_id = $2)`, service, a.Organisation).Scan(&ours); err != nil {
		return p, fmt.Errorf("read a service: %w", err)
	}
	if !ours {
		return p, admin.ErrNotFound
	}
	found, err := q.Query(ctx, `select id, name, number from queues where service_id = $1 order by number`, service)
	if err != nil {
		return p, fmt.Errorf("read queues: %w", err)
	}
	if p.Queues, err = pgx.CollectRows(found, pgx.RowToStructByPos[Queue]); err != nil {
		return p, fmt.Errorf("read queues: %w", err)
	}
	if found, err = q.Query(ctx, `select number from flow_entries union select number from numbers`); err != nil {
		return p, fmt.Errorf("read numbers: %w", err)
	}
	if p.Own, err = pgx.CollectRows(found, pgx.RowTo[string]); err != nil {
		return p, fmt.Errorf("read numbers: %w", err)
	}
	if s.sounds != nil {
		p.Sounds, err = s.sounds(ctx, q, a, service)
	}
	return p, err
}

// steps is the column of a version; no steps are an empty list.
func (f Flow) steps() (string, error) {
	if len(f.Steps) == 0 {
		return "[]", nil
	}
	text, err := json.Marshal(f.Steps)
	return string(text), err
}
