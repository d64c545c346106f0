package callerid

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/admin"
	"bellhop/cti/admin/blob"
)

// Subject is the name of outbound numbers in the audit log; orderSubject that of a service's order of them.
const (
	Subject      = "caller_id"
	orderSubject = "caller_id_order"
)

// Store keeps outbound numbers in PostgreSQL and their proofs in a folder.
type Store struct {
	pool  *pgxpool.Pool
	files *blob.Folder
	now   func() time.Time
}

// NewStore is a store on a migrated database. now is the clock by which numbers expire.
func NewStore(pool *pgxpool.Pool, files *blob.Folder, now func() time.Time) *Store {
	return &Store{pool: pool, files: files, now: now}
}

const (
	// today is the day of the service s at the moment $1, stateNow the state of the number c at it.
	today    = `($1::timestamptz at time zone s.time_zone)::date`
	stateNow = `case when c.state = 'completed' and c.expires_on < ` + today + ` then 'expired' else c.state end`
	columns  = `c.id, c.service_id, s.name, c.number, c.name, ` + stateNow + `, c.expires_on, coalesce(c.expires_on - ` + today + `, 0), c.reason,
		coalesce(c.document, ''), c.document_name, c.document_type, c.document_size,
		case when c.state = 'completed' then (
			select count(*) from caller_ids o where o.service_id = c.service_id and o.state = 'completed' and (o.position, o.number) <= (c.position, c.number)
		) else 0 end, c.version`
	tables = `caller_ids c join services s on s.id = c.service_id`
)

func scan(row pgx.CollectableRow) (CallerID, error) { return read(row) }

func read(row pgx.Row) (c CallerID, err error) {
	var expires *time.Time
	err = row.Scan(&c.ID, &c.Service, &c.ServiceName, &c.Number, &c.Name, &c.State, &expires, &c.DaysLeft, &c.Reason,
		&c.Document.File, &c.Document.Name, &c.Document.Type, &c.Document.Size, &c.Position, &c.Version)
	if expires != nil {
		c.ExpiresOn = *expires
	}
	return c, err
}

// Filter chooses among numbers; empty is all.
type Filter struct {
	Service string
	States  []string
	// Within are those that expire within so many days, or have; 0 = whenever.
	Within int
}

// List gives the numbers of the actor's organisation, those with a place in their order first: to a manager those of the
// services he manages.
func (s *Store) List(ctx context.Context, a admin.Actor, l admin.List, f Filter) (admin.Page[CallerID], error) {
	q := admin.Select[CallerID]{
		Columns: columns, From: tables, Args: []any{s.now()}, Where: []string{"$1::timestamptz is not null"},
		Search: []string{"c.number", "c.name", "s.name"},
		Sort: map[string]string{
			"order": "s.name, s.id, c.state <> 'completed', c.position, c.number", "number": "c.number", "name": "c.name", "state": stateNow,
			"expires_on": "c.expires_on", "service": "s.name",
		},
		By: "order", Tie: "c.id", Scan: scan,
	}
	q.And("s.organisation_id = ?", a.Organisation)
	if !a.Admin() {
		q.And("c.service_id::text = any(?)", a.Manages)
	}
	if f.Service != "" {
		q.And("c.service_id::text = ?", f.Service)
	}
	if len(f.States) > 0 {
		q.And("("+stateNow+") = any(?)", f.States)
	}
	if f.Within > 0 {
		q.And("c.state = 'completed' and c.expires_on <= "+today+" + ?::integer", f.Within)
	}
	return admin.Read(ctx, s.pool, l, q)
}

// Get gives one number.
func (s *Store) Get(ctx context.Context, a admin.Actor, id string) (CallerID, error) {
	return s.find(ctx, s.pool, a, id, "")
}

func (s *Store) find(ctx context.Context, q admin.Querier, a admin.Actor, id, lock string) (CallerID, error) {
	if !admin.IsID(id) {
		return CallerID{}, admin.ErrNotFound
	}
	found, err := read(q.QueryRow(ctx, `select `+columns+` from `+tables+` where c.id = $2 and s.organisation_id = $3`+lock, s.now(), id, a.Organisation))
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !a.MayManage(found.Service) {
		return CallerID{}, admin.ErrNotFound
	}
	if err != nil {
		return CallerID{}, fmt.Errorf("read an outbound number: %w", err)
	}
	return found, nil
}

// Request asks for a number (등록 신청).
func (s *Store) Request(ctx context.Context, a admin.Actor, in CallerID) (made CallerID, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		made, err = s.request(ctx, tx, a, in)
		return err
	})
	return made, err
}

func (s *Store) request(ctx context.Context, tx pgx.Tx, a admin.Actor, in CallerID) (CallerID, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return CallerID{}, fmt.Errorf("make an id: %w", err)
	}
	in.ID = id.String()
	if err := check(ctx, tx, a, &in); err != nil {
		return CallerID{}, err
	}
	if _, err := tx.Exec(ctx, `
		insert into caller_ids (id, service_id, number, name, state, position)
		select $1, $2, $3, $4, 'requested', coalesce(max(position) + 1, 0) from caller_ids where service_id = $2`,
		in.ID, in.Service, in.Number, in.Name); err != nil {
		return CallerID{}, fmt.Errorf("write an outbound number: %w", err)
	}
	made, err := s.find(ctx, tx, a, in.ID, "")
	if err != nil {
		return CallerID{}, err
	}
	return made, record(ctx, tx, a, "request", made, nil, made.kept())
}

// Update changes the name of a number that its editor saw in in.Version, and the number itself until its review has begun.
func (s *Store) Update(ctx context.Context, a admin.Actor, in CallerID) (CallerID, error) {
	return s.change(ctx, a, in.ID, in.Version, "update", func(tx pgx.Tx, have CallerID) (CallerID, error) {
		now := have
		now.Number, now.Name = in.Number, in.Name
		if err := check(ctx, tx, a, &now); err != nil {
			return CallerID{}, err
		}
		if now.Number != have.Number && have.State != Requested && have.State != Rejected {
			return CallerID{}, admin.Invalid{Field: "number", Code: "under_review"}
		}
		return now, nil
	})
}

// change writes what becomes of a number, and records it. Nothing is written when nothing is different.
func (s *Store) change(ctx context.Context, a admin.Actor, id string, seen int, action string,
	become func(tx pgx.Tx, have CallerID) (CallerID, error),
) (now CallerID, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := s.find(ctx, tx, a, id, " for update of c")
		if err != nil {
			return err
		}
		if err := admin.CheckVersion(ctx, tx, Subject, id, have.Version, seen); err != nil {
			return err
		}
		now, err = s.write(ctx, tx, a, action, have, become)
		return err
	})
	return now, err
}

func (s *Store) write(ctx context.Context, tx pgx.Tx, a admin.Actor, action string, have CallerID,
	become func(tx pgx.Tx, have CallerID) (CallerID, error),
) (CallerID, error) {
	in, err := become(tx, have)
	if err != nil || in == have {
		return have, err
	}
	var expires *time.Time
	if !in.ExpiresOn.IsZero() {
		expires = &in.ExpiresOn
	}
	state := in.State
	if state == Expired {
		state = Completed // expired is what the day makes of it
	}
	if _, err := tx.Exec(ctx, `
		update caller_ids set number = $2, name = $3, state = $4, expires_on = $5, reason = $6, document = nullif($7, ''), document_name = $8,
			document_type = $9, document_size = $10, version = version + 1
		where id = $1`,
		in.ID, in.Number, in.Name, state, expires, in.Reason, in.Document.File, in.Document.Name, in.Document.Type, in.Document.Size); err != nil {
		return have, fmt.Errorf("write an outbound number: %w", err)
	}
	if have.State != Completed && have.State != Expired && state == Completed { // the last of the order
		if _, err := tx.Exec(ctx, `
			update caller_ids set position = (select max(position) + 1 from caller_ids where service_id = $2) where id = $1`, in.ID, in.Service); err != nil {
			return have, fmt.Errorf("write an outbound number: %w", err)
		}
	}
	now, err := s.find(ctx, tx, a, in.ID, "")
	if err != nil {
		return have, err
	}
	return now, record(ctx, tx, a, action, now, have.kept(), now.kept())
}

// Delete takes a number away: from now on nobody may show it.
func (s *Store) Delete(ctx context.Context, a admin.Actor, id string) error {
	return admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := s.find(ctx, tx, a, id, " for update of c")
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from caller_ids where id = $1`, id); err != nil {
			return fmt.Errorf("delete an outbound number: %w", err)
		}
		return record(ctx, tx, a, "delete", have, have.kept(), nil)
	})
}

// check cleans a number and refuses what is wrong with it: one that its service has already included.
func check(ctx context.Context, tx pgx.Tx, a admin.Actor, in *CallerID) error {
	if !admin.IsID(in.Service) || !a.MayManage(in.Service) {
		return admin.Invalid{Field: "service", Code: "not_allowed"}
	}
	var wrong admin.Invalids
	in.Name = wrong.Text("name", in.Name, 0, maxName)
	in.Number = parse(&wrong, in.Number)
	var ours, taken bool
	if err := tx.QueryRow(ctx, `
		select exists (select from services where id = $2 and organisation_id = $4),
		       exists (select from caller_ids where service_id = $2 and number = $3 and id <> $1)`,
		in.ID, in.Service, in.Number, a.Organisation).Scan(&ours, &taken); err != nil {
		return fmt.Errorf("look for a number: %w", err)
	}
	if !ours {
		return admin.Invalid{Field: "service", Code: "not_allowed"}
	}
	if taken {
		wrong.Add("number", "number_taken")
	}
	return wrong.Err()
}

func record(ctx context.Context, tx pgx.Tx, a admin.Actor, action string, c CallerID, before, after any) error {
	return admin.Record(ctx, tx, a, admin.Entry{
		Action: action, Subject: Subject, ID: c.ID, Name: c.Number, Service: c.Service, Before: before, After: after,
	})
}
