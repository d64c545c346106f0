package phone

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/admin"
	"bellhop/cti/admin/secret"
)

// Subject is the name of telephones in the audit log.
const Subject = "phone"

// Store keeps telephones in PostgreSQL.
type Store struct {
	pool *pgxpool.Pool
	key  *secret.Key
}

// NewStore is a store on a migrated database; key seals what desk phones are known by.
func NewStore(pool *pgxpool.Pool, key *secret.Key) *Store { return &Store{pool, key} }

const columns = `u.id, coalesce(a.id::text, ''), u.name, u.login, coalesce(a.cti_id, ''), coalesce(a.cti_number, ''), coalesce(a.phone, 'browser'),
	coalesce(a.sip_user, ''), coalesce(a.version, 0)`

const from = `users u left join agents a on a.user_id = u.id`

func scan(row pgx.CollectableRow) (Phone, error) { return read(row) }

func read(row pgx.Row) (p Phone, err error) {
	err = row.Scan(&p.User, &p.Agent, &p.Name, &p.Login, &p.CTIID, &p.Number, &p.Kind, &p.SIPUser, &p.Version)
	return p, err
}

// Filter is which users a list holds: all, those with a CTI 번호, or those without.
type Filter string

// The filters.
const (
	Everybody  Filter = ""
	Registered Filter = "registered"
	Missing    Filter = "missing"
)

// List gives the users of the actor's organisation with their telephones.
func (s *Store) List(ctx context.Context, a admin.Actor, l admin.List, which Filter) (admin.Page[Phone], error) {
	q := admin.Select[Phone]{
		Columns: columns, From: from, Search: []string{"u.name", "u.login", "coalesce(a.cti_id, '')", "coalesce(a.cti_number, '')"},
		Sort: map[string]string{
			"name": "u.name", "login": "u.login_key", "cti_id": "coalesce(a.cti_id, '')",
			"cti_number": "length(coalesce(a.cti_number, '')), coalesce(a.cti_number, '')", "phone": "coalesce(a.phone, '')",
		},
		By: "name", Tie: "u.id", Scan: scan,
	}
	q.And("u.organisation_id = ? and not u.disabled", a.Organisation)
	switch which {
	case Registered:
		q.And("a.id is not null")
	case Missing:
		q.And("a.id is null")
	case Everybody:
	}
	return admin.Read(ctx, s.pool, l, q)
}

// Get gives one user's telephone.
func (s *Store) Get(ctx context.Context, a admin.Actor, user string) (Phone, error) {
	return get(ctx, s.pool, a, user)
}

func get(ctx context.Context, q admin.Querier, a admin.Actor, user string) (Phone, error) {
	if !admin.IsID(user) || !a.Admin() {
		return Phone{}, admin.ErrNotFound
	}
	found, err := read(q.QueryRow(ctx, `select `+columns+` from `+from+` where u.id = $1 and u.organisation_id = $2 and not u.disabled`, user, a.Organisation))
	if errors.Is(err, pgx.ErrNoRows) {
		return Phone{}, admin.ErrNotFound
	}
	if err != nil {
		return Phone{}, fmt.Errorf("read a telephone: %w", err)
	}
	return found, nil
}

// Set gives a user his CTI ID and CTI 번호, or changes them. Who changes to a desk phone needs credentials: see Issue.
func (s *Store) Set(ctx context.Context, a admin.Actor, in Phone) (set Phone, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, in.User)
		if err != nil {
			return err
		}
		if err := admin.CheckVersion(ctx, tx, Subject, in.User, have.Version, in.Version); err != nil {
			return err
		}
		set, _, err = put(ctx, tx, a, have, in)
		return err
	})
	return set, err
}

// put writes what is different.
func put(ctx context.Context, tx pgx.Tx, a admin.Actor, have, in Phone) (Phone, admin.Outcome, error) {
	now := have
	now.CTIID, now.Number, now.Kind = in.CTIID, in.Number, in.Kind
	if now.Kind == Desk && have.SIPUser == "" {
		return have, 0, admin.Invalid{Field: "phone", Code: "needs_credentials"}
	}
	if now == have && have.Agent != "" {
		return have, admin.Unchanged, nil
	}
	if err := check(ctx, tx, now); err != nil {
		return have, 0, err
	}
	now.Version++
	outcome, before := admin.Updated, any(have)
	if have.Agent == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return have, 0, fmt.Errorf("make an id: %w", err)
		}
		now.Agent, outcome, before = id.String(), admin.Created, nil
	}
	_, err := tx.Exec(ctx, `
		insert into agents (id, user_id, cti_id, cti_number, phone, version) values ($1, $2, $3, $4, $5, $6)
		on conflict (user_id) do update set cti_id = excluded.cti_id, cti_number = excluded.cti_number, phone = excluded.phone, version = excluded.version`,
		now.Agent, now.User, now.CTIID, now.Number, now.Kind, now.Version)
	if err != nil {
		return have, 0, fmt.Errorf("write a telephone: %w", err)
	}
	action := "update"
	if outcome == admin.Created {
		action = "create"
	}
	return now, outcome, admin.Audit(ctx, tx, a, action, Subject, now.User, now.Name, before, now)
}

// check refuses a CTI ID or CTI 번호 that another agent has, and a number that is a queue's or one that customers call.
func check(ctx context.Context, tx pgx.Tx, p Phone) error {
	wrong := p.check()
	var id, number, queue, inbound *string
	err := tx.QueryRow(ctx, `
		select (select u.name from agents o join users u on u.id = o.user_id where o.cti_id = $1 and o.user_id <> $3),
		       (select u.name from agents o join users u on u.id = o.user_id where o.cti_number = $2 and o.user_id <> $3),
		       (select q.name from queues q where q.number = $2),
		       (select n.number from numbers n where n.number = $2)`, p.CTIID, p.Number, p.User).Scan(&id, &number, &queue, &inbound)
	if err != nil {
		return fmt.Errorf("look for conflicts: %w", err)
	}
	if id != nil {
		wrong.Add("cti_id", "taken", "by", *id)
	}
	switch {
	case number != nil:
		wrong.Add("cti_number", "taken", "by", *number)
	case queue != nil:
		wrong.Add("cti_number", "taken", "by", *queue)
	case inbound != nil:
		wrong.Add("cti_number", "taken", "by", *inbound)
	}
	return wrong.Err()
}

// Remove takes a user's telephone away, unless calls or tickets are his.
func (s *Store) Remove(ctx context.Context, a admin.Actor, user string) error {
	return admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, user)
		if err != nil {
			return err
		}
		if have.Agent == "" {
			return admin.ErrNotFound
		}
		if err := admin.Unused(ctx, tx, have.Agent,
			admin.Referrer{Subject: "queue", Query: `select q.id::text, q.name from queue_members m join queues q on q.id = m.queue_id where m.agent_id = $1 order by q.name`},
			admin.Referrer{Subject: "ticket", Query: `select number::text, '#' || number from tickets where agent_id = $1 order by number desc limit 1`},
			admin.Referrer{Subject: "call", Query: `select call_id, call_id from call_history where agent_id = $1 order by id desc limit 1`},
		); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from agents where id = $1`, have.Agent); err != nil {
			return fmt.Errorf("take a telephone away: %w", err)
		}
		return admin.Audit(ctx, tx, a, "delete", Subject, user, have.Name, have, nil)
	})
}
