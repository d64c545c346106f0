package service

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/admin"
)

// Subject is the name of services in the audit log.
const Subject = "service"

// Store keeps services in PostgreSQL.
type Store struct{ pool *pgxpool.Pool }

// NewStore is a store on a migrated database.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

const columns = `s.id, s.name, s.kind, s.phone, s.inbound, s.outbound, s.chat, s.sms, s.editor, s.languages, s.time_zone,
	s.after_call, s.stay_ready_after_decline, s.foreign_numbers, s.premium_numbers, s.version`

func scan(row pgx.CollectableRow) (Service, error) { return read(row) }

func read(row pgx.Row) (s Service, err error) {
	err = row.Scan(&s.ID, &s.Name, &s.Kind, &s.Phone, &s.Inbound, &s.Outbound, &s.Chat, &s.SMS, &s.Editor, &s.Languages, &s.TimeZone,
		&s.AfterCall, &s.StayReady, &s.ForeignNumbers, &s.PremiumNumbers, &s.Version)
	return s, err
}

// List gives the services of the actor's organisation: to a manager those he manages.
func (s *Store) List(ctx context.Context, a admin.Actor, l admin.List) (admin.Page[Service], error) {
	q := admin.Select[Service]{
		Columns: columns, From: "services s", Search: []string{"s.name"},
		Sort: map[string]string{"name": "s.name", "kind": "s.kind", "phone": "s.phone", "created_at": "s.created_at"},
		By:   "name", Tie: "s.id", Scan: scan,
	}
	q.And("s.organisation_id = ?", a.Organisation)
	if !a.Admin() {
		q.And("s.id::text = any(?)", a.Manages)
	}
	return admin.Read(ctx, s.pool, l, q)
}

// Get gives one service.
func (s *Store) Get(ctx context.Context, a admin.Actor, id string) (Service, error) {
	return get(ctx, s.pool, a, id, "")
}

func get(ctx context.Context, q admin.Querier, a admin.Actor, id, lock string) (Service, error) {
	if !admin.IsID(id) || !a.MayManage(id) {
		return Service{}, admin.ErrNotFound
	}
	found, err := read(q.QueryRow(ctx, `select `+columns+` from services s where s.id = $1 and s.organisation_id = $2`+lock, id, a.Organisation))
	if errors.Is(err, pgx.ErrNoRows) {
		return Service{}, admin.ErrNotFound
	}
	if err != nil {
		return Service{}, fmt.Errorf("read a service: %w", err)
	}
	return found, nil
}

// Create makes a service. Only 조직관리자 may.
func (s *Store) Create(ctx context.Context, a admin.Actor, in Service) (created Service, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		created, err = create(ctx, tx, a, in)
		return err
	})
	return created, err
}

func create(ctx context.Context, tx pgx.Tx, a admin.Actor, in Service) (Service, error) {
	if !a.Admin() {
		return Service{}, admin.ErrForbidden
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Service{}, fmt.Errorf("make an id: %w", err)
	}
	in.ID, in.Version = id.String(), 1
	if err := check(ctx, tx, a, &in); err != nil {
		return Service{}, err
	}
	_, err = tx.Exec(ctx, `
		insert into services (id, organisation_id, name, kind, phone, inbound, outbound, chat, sms, editor, languages, time_zone,
			after_call, stay_ready_after_decline, foreign_numbers, premium_numbers)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		in.ID, a.Organisation, in.Name, in.Kind, in.Phone, in.Inbound, in.Outbound, in.Chat, in.SMS, in.Editor, in.Languages, in.TimeZone,
		in.AfterCall, in.StayReady, in.ForeignNumbers, in.PremiumNumbers)
	if err != nil {
		return Service{}, fmt.Errorf("create a service: %w", err)
	}
	return in, record(ctx, tx, a, "create", in, nil, in)
}

// Update changes a service that its editor saw in in.Version.
func (s *Store) Update(ctx context.Context, a admin.Actor, in Service) (changed Service, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, in.ID, " for update")
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
func update(ctx context.Context, tx pgx.Tx, a admin.Actor, have, in Service) (Service, error) {
	in.ID, in.Version = have.ID, have.Version
	if err := check(ctx, tx, a, &in); err != nil {
		return Service{}, err
	}
	if reflect.DeepEqual(have, in) {
		return have, nil
	}
	in.Version++
	_, err := tx.Exec(ctx, `
		update services set name = $2, kind = $3, phone = $4, inbound = $5, outbound = $6, chat = $7, sms = $8, editor = $9, languages = $10,
			time_zone = $11, after_call = $12, stay_ready_after_decline = $13, foreign_numbers = $14, premium_numbers = $15, version = $16
		where id = $1`,
		in.ID, in.Name, in.Kind, in.Phone, in.Inbound, in.Outbound, in.Chat, in.SMS, in.Editor, in.Languages,
		in.TimeZone, in.AfterCall, in.StayReady, in.ForeignNumbers, in.PremiumNumbers, in.Version)
	if err != nil {
		return Service{}, fmt.Errorf("change a service: %w", err)
	}
	return in, record(ctx, tx, a, "update", in, have, in)
}

// Delete takes a service away that nothing refers to; an admin.InUse says what does.
func (s *Store) Delete(ctx context.Context, a admin.Actor, id string) error {
	return admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, id, " for update")
		if err != nil {
			return err
		}
		if !a.Admin() {
			return admin.ErrForbidden
		}
		if err := admin.Unused(ctx, tx, id, referrers...); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from services where id = $1`, id); err != nil {
			return fmt.Errorf("delete a service: %w", err)
		}
		return record(ctx, tx, a, "delete", have, have, nil)
	})
}

// referrers are what a service cannot be deleted under.
var referrers = []admin.Referrer{
	{Subject: "queue", Query: `select id::text, name from queues where service_id = $1 order by number`},
	{Subject: "flow", Query: `select f.id::text, v.name from flows f join flow_versions v on v.flow_id = f.id and v.version = f.version where f.service_id = $1 order by v.name`},
	{Subject: "sound", Query: `select id::text, name from sounds where service_id = $1 order by name`},
	{Subject: "music", Query: `select id::text, name from music where service_id = $1 order by name`},
	{Subject: "caller_id", Query: `select id::text, number from caller_ids where service_id = $1 order by position, number`},
	{Subject: "person", Query: `select u.id::text, u.name from service_members m join users u on u.id = m.user_id where m.service_id = $1 order by u.name`},
	{Subject: "ticket", Query: `select number::text, '#' || number from tickets where service_id = $1 order by number desc limit 1`},
	{Subject: "call", Query: `select call_id, call_id from call_history where service_id = $1 order by id desc limit 1`},
}

// check cleans a service and refuses what is wrong with it, a name that another service has included.
func check(ctx context.Context, tx pgx.Tx, a admin.Actor, in *Service) error {
	wrong := in.check()
	var taken bool
	err := tx.QueryRow(ctx, `select exists (select from services s where s.organisation_id = $1 and s.id <> $2 and `+admin.Folded("s.name")+` = $3)`,
		a.Organisation, in.ID, admin.Fold(in.Name)).Scan(&taken)
	if err != nil {
		return fmt.Errorf("look for the name of a service: %w", err)
	}
	if taken {
		wrong.Add("name", "taken")
	}
	return wrong.Err()
}

func record(ctx context.Context, tx pgx.Tx, a admin.Actor, action string, s Service, before, after any) error {
	return admin.Record(ctx, tx, a, admin.Entry{
		Action: action, Subject: Subject, ID: s.ID, Name: s.Name, Service: s.ID, Before: before, After: after,
	})
}

// Import takes an upload over; a row belongs to the service of the same name, or makes one.
func (s *Store) Import(ctx context.Context, a admin.Actor, lines []admin.Line[Service], dry bool) (admin.Report, error) {
	seen := map[string]bool{}
	return admin.Import(ctx, s.pool, a, dry, lines, func(tx pgx.Tx, row Service) (admin.Outcome, error) {
		key := admin.Fold(row.Name)
		if seen[key] {
			return 0, admin.Invalid{Field: "name", Code: "duplicate"}
		}
		seen[key] = true
		have, err := read(tx.QueryRow(ctx, `select `+columns+` from services s where s.organisation_id = $1 and `+admin.Folded("s.name")+` = $2`, a.Organisation, key))
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			_, err := create(ctx, tx, a, row)
			return admin.Created, err
		case err != nil:
			return 0, fmt.Errorf("read a service: %w", err)
		case !a.MayManage(have.ID):
			return 0, admin.ErrForbidden
		}
		now, err := update(ctx, tx, a, have, row)
		if err == nil && now.Version == have.Version {
			return admin.Unchanged, nil
		}
		return admin.Updated, err
	})
}
