package people

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/admin"
)

// Store keeps people and groups in PostgreSQL.
type Store struct{ pool *pgxpool.Pool }

// NewStore is a store on a migrated database.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

// Filter chooses among people. Empty is everybody.
type Filter struct {
	Service, Group string
	Role           string
	State          State
}

// shown selects a person u. $1 are the services that the actor may see, or null for all.
const shown = `
	u.id, u.login, u.name, u.email, u.role, u.supervisor, u.locale, u.version, u.created_at,
	case when u.disabled then 'disabled' when u.password_hash is null then 'invited' else 'active' end,
	coalesce(a.id::text, ''), coalesce(a.cti_id, ''), coalesce(a.cti_number, ''),
	exists (select from sessions x where x.user_id = u.id and x.expires_at > now()),
	coalesce((select json_agg(json_build_object('service', s.id, 'name', s.name, 'manage', m.manage, 'tickets', m.tickets,
	                 'phone', m.phone, 'forward', m.forward, 'blind_transfer', m.blind_transfer, 'access_log', m.access_log,
	                 'assignable', m.assignable, 'self_assign', m.self_assign) order by m.position, s.id)
	          from service_members m join services s on s.id = m.service_id
	          where m.user_id = u.id and ($1::text[] is null or m.service_id::text = any($1))), '[]'),
	coalesce((select json_agg(json_build_object('id', g.id, 'name', g.name) order by g.name collate "C")
	          from group_members m join agent_groups g on g.id = m.group_id where m.user_id = u.id), '[]'),
	array(select m.service_id::text from service_members m where m.user_id = u.id)`

func (s *Store) scan(a admin.Actor) pgx.RowToFunc[Person] {
	return func(row pgx.CollectableRow) (Person, error) { return read(a, row) }
}

func read(a admin.Actor, row pgx.Row) (p Person, err error) {
	var all []string
	err = row.Scan(&p.ID, &p.Login, &p.Name, &p.Email, &p.Role, &p.Supervisor, &p.Locale, &p.Version, &p.CreatedAt, &p.State,
		&p.AgentID, &p.CTIID, &p.Extension, &p.SignedIn, &p.Services, &p.Groups, &all)
	p.Yours = his(a, p, all)
	return p, err
}

// scope are the services whose people the actor sees: nil for everybody's.
func scope(a admin.Actor) []string {
	if a.Admin() || a.Supervisor {
		return nil
	}
	return append([]string{}, a.Manages...)
}

const (
	fromPeople = `users u left join agents a on a.user_id = u.id`
	ofScope    = `($1::text[] is null or exists (select from service_members o where o.user_id = u.id and o.service_id::text = any($1)))`
)

// List gives the people of the actor's organisation: to a manager those of the services that he manages.
func (s *Store) List(ctx context.Context, a admin.Actor, l admin.List, f Filter) (admin.Page[Person], error) {
	q := admin.Select[Person]{
		Columns: shown, From: fromPeople, Search: []string{"u.searched", "a.cti_number"},
		Where: []string{ofScope}, Args: []any{scope(a)},
		Sort: map[string]string{
			"name": "u.name", "login": "u.login_key", "email": "u.email", "role": "u.role", "extension": "a.cti_number",
			"state": "u.disabled, u.password_hash is null", "created_at": "u.created_at",
		},
		By: "name", Tie: "u.id", Scan: s.scan(a),
	}
	q.And("u.organisation_id = ?", a.Organisation)
	if f.Service != "" {
		q.And("exists (select from service_members f where f.user_id = u.id and f.service_id::text = ?)", f.Service)
	}
	if f.Group != "" {
		q.And("exists (select from group_members f where f.user_id = u.id and f.group_id::text = ?)", f.Group)
	}
	if f.Role != "" {
		q.And("u.role = ?", f.Role)
	}
	switch f.State {
	case Invited:
		q.And("u.password_hash is null and not u.disabled")
	case Active:
		q.And("u.password_hash is not null and not u.disabled")
	case Disabled:
		q.And("u.disabled")
	}
	return admin.Read(ctx, s.pool, l, q)
}

// Get gives one of them.
func (s *Store) Get(ctx context.Context, a admin.Actor, id string) (Person, error) {
	return get(ctx, s.pool, a, id, "")
}

func get(ctx context.Context, q admin.Querier, a admin.Actor, id, lock string) (Person, error) {
	if !admin.IsID(id) {
		return Person{}, admin.ErrNotFound
	}
	p, err := read(a, q.QueryRow(ctx, `select `+shown+` from `+fromPeople+` where u.id = $2 and u.organisation_id = $3 and `+ofScope+lock,
		scope(a), id, a.Organisation))
	if errors.Is(err, pgx.ErrNoRows) {
		return Person{}, admin.ErrNotFound
	}
	if err != nil {
		return Person{}, fmt.Errorf("read a person: %w", err)
	}
	return p, nil
}

const lockPerson = " for update of u"

// Invite makes somebody who has no password yet, and the link with which he sets one (AG-01).
func (s *Store) Invite(ctx context.Context, a admin.Actor, in Person) (made Person, link Link, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		if made, err = create(ctx, tx, a, in); err != nil {
			return err
		}
		link, err = newLink(ctx, tx, a, made.ID, purposeInvite)
		return err
	})
	return made, link, err
}

func create(ctx context.Context, tx pgx.Tx, a admin.Actor, in Person) (Person, error) {
	if err := mayMake(a, in); err != nil {
		return Person{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Person{}, fmt.Errorf("make an id: %w", err)
	}
	in.ID, in.Version, in.State, in.Yours, in.CreatedAt = id.String(), 1, Invited, true, time.Now()
	key, wrong := in.check()
	if err := refuse(ctx, tx, a, &in, wrong, key); err != nil {
		return Person{}, err
	}
	if _, err := tx.Exec(ctx, `
		insert into users (id, organisation_id, login, login_key, name, email, role, supervisor, locale)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		in.ID, a.Organisation, in.Login, key, in.Name, in.Email, in.Role, in.Supervisor, in.Locale); err != nil {
		return Person{}, taken(err)
	}
	if err := keepRights(ctx, tx, a, in); err != nil {
		return Person{}, err
	}
	if err := keepGroups(ctx, tx, in); err != nil {
		return Person{}, err
	}
	return in, admin.Audit(ctx, tx, a, "create", Subject, in.ID, in.Name, nil, in)
}

// mayMake says whether the actor may invite such a person: a manager invites agents into the services that he manages.
func mayMake(a admin.Actor, in Person) error {
	services := make([]string, len(in.Services))
	for i, m := range in.Services {
		if services[i] = m.Service; !a.Admin() && (m.Manage || m.AccessLog) {
			return admin.ErrForbidden
		}
	}
	if !his(a, in, services) {
		return admin.ErrForbidden
	}
	return nil
}

// Update changes somebody whom his editor saw in in.Version.
func (s *Store) Update(ctx context.Context, a admin.Actor, in Person) (changed Person, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, in.ID, lockPerson)
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
func update(ctx context.Context, tx pgx.Tx, a admin.Actor, have, in Person) (Person, error) {
	next := have
	next.Login, next.Name, next.Email, next.Role = in.Login, in.Name, in.Email, in.Role
	next.Supervisor, next.Locale, next.Services, next.Groups = in.Supervisor, in.Locale, in.Services, in.Groups
	key, wrong := next.check()
	if err := mayChange(a, have, next); err != nil {
		return Person{}, err
	}
	if err := refuse(ctx, tx, a, &next, wrong, key); err != nil {
		return Person{}, err
	}
	if reflect.DeepEqual(have, next) {
		return have, nil
	}
	if have.Role == admin.RoleAdmin && next.Role != admin.RoleAdmin {
		if err := notTheLast(ctx, tx, a, have.ID, "role"); err != nil {
			return Person{}, err
		}
	}
	next.Version++
	if _, err := tx.Exec(ctx, `
		update users set login = $2, login_key = $3, name = $4, email = $5, role = $6, supervisor = $7, locale = $8, version = $9 where id = $1`,
		next.ID, next.Login, key, next.Name, next.Email, next.Role, next.Supervisor, next.Locale, next.Version); err != nil {
		return Person{}, taken(err)
	}
	if err := keepRights(ctx, tx, a, next); err != nil {
		return Person{}, err
	}
	if err := keepGroups(ctx, tx, next); err != nil {
		return Person{}, err
	}
	return next, admin.Audit(ctx, tx, a, "update", Subject, next.ID, next.Name, have, next)
}

// mayChange refuses what is not the actor's to change.
func mayChange(a admin.Actor, have, next Person) error {
	if a.Admin() {
		return nil
	}
	if have.Role != next.Role || have.Supervisor != next.Supervisor {
		return admin.ErrForbidden
	}
	if !have.Yours && (have.Login != next.Login || have.Name != next.Name || have.Email != next.Email || have.Locale != next.Locale ||
		!reflect.DeepEqual(have.Groups, next.Groups)) {
		return admin.ErrForbidden
	}
	had := map[string]Membership{}
	for _, m := range have.Services {
		had[m.Service] = m
	}
	for _, m := range next.Services {
		before := had[m.Service]
		m.Name = before.Name
		if m != before && !a.MayManage(m.Service) || m.Manage != before.Manage || m.AccessLog != before.AccessLog {
			return admin.ErrForbidden
		}
		delete(had, m.Service)
	}
	for service := range had {
		if !a.MayManage(service) {
			return admin.ErrForbidden
		}
	}
	return nil
}

// refuse says what is wrong with somebody, what only the database knows included, and puts the names of his services and groups in.
func refuse(ctx context.Context, tx pgx.Tx, a admin.Actor, p *Person, wrong admin.Invalids, key string) error {
	var exists bool
	if err := tx.QueryRow(ctx, `select exists (select from users where login_key = $1 and id <> $2)`, key, p.ID).Scan(&exists); err != nil {
		return fmt.Errorf("look for a login: %w", err)
	}
	if exists {
		wrong.Add("login", "taken")
	}
	if err := nameServices(ctx, tx, a, p, &wrong); err != nil {
		return err
	}
	if err := nameGroups(ctx, tx, a, p, &wrong); err != nil {
		return err
	}
	return wrong.Err()
}

// taken is the error of somebody whose login another organisation took a moment ago.
func taken(err error) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.ConstraintName == "users_login_key_key" {
		return admin.Invalid{Field: "login", Code: "taken"}
	}
	return fmt.Errorf("keep a person: %w", err)
}

// notTheLast refuses to lose the organisation's last 조직관리자 who can sign in.
func notTheLast(ctx context.Context, tx pgx.Tx, a admin.Actor, id, field string) error {
	var others int
	err := tx.QueryRow(ctx, `
		select count(*) from users
		where organisation_id = $1 and id <> $2 and role = 'admin' and not disabled and password_hash is not null`, a.Organisation, id).Scan(&others)
	if err != nil {
		return fmt.Errorf("count the admins: %w", err)
	}
	if others == 0 {
		return admin.Invalid{Field: field, Code: "last_admin"}
	}
	return nil
}
