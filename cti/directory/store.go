package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrNotFound says that there is no such thing, or that it is not his who asks.
var ErrNotFound = errors.New("not found")

// Store reads and writes the directory in PostgreSQL.
type Store struct{ pool *pgxpool.Pool }

// NewStore is a store on a migrated database.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

// Load reads the whole directory as it is now.
func (s *Store) Load(ctx context.Context) (Directory, error) { return s.LoadAt(ctx, time.Now()) }

// LoadAt reads it as it is at one moment: outbound numbers expire with time alone.
func (s *Store) LoadAt(ctx context.Context, now time.Time) (Directory, error) {
	d := Directory{Numbers: map[string]string{}}
	read := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := pgx.BeginTxFunc(ctx, s.pool, read, func(tx pgx.Tx) (err error) {
		if d.Organisations, err = rows(ctx, tx, scanOrganisation,
			`select id, name from organisations order by name, id`); err != nil {
			return err
		}
		if d.Services, err = rows(ctx, tx, scanService,
			`select id, organisation_id, name, foreign_numbers, premium_numbers, phone, inbound, outbound, after_call, stay_ready_after_decline,
			        coalesce((select h.sound_id::text from service_hostile_ends h where h.service_id = s.id
			                  order by array_position(s.languages, h.language) nulls last, h.language limit 1), '')
			 from services s order by name, id`); err != nil {
			return err
		}
		if err = d.loadCallerIDs(ctx, tx, now); err != nil {
			return err
		}
		if d.Queues, err = rows(ctx, tx, scanQueue, selectQueues); err != nil {
			return err
		}
		if d.Agents, err = rows(ctx, tx, scanAgent, `
			with phones as (
				select m.* from service_members m join services s on s.id = m.service_id where m.phone and s.phone)
			select a.id, a.user_id, u.name, a.cti_id, a.cti_number,
			       not u.disabled and exists (select from phones p where p.user_id = u.id),
			       array(select p.service_id::text from phones p where p.user_id = u.id order by p.position, p.service_id),
			       array(select g.name from group_members m join agent_groups g on g.id = m.group_id
			             where m.user_id = u.id order by g.name),
			       array(select p.service_id::text from phones p where p.user_id = u.id and p.blind_transfer
			             order by p.position, p.service_id)
			from agents a join users u on u.id = a.user_id order by a.cti_number`); err != nil {
			return err
		}
		if err = d.loadMembers(ctx, tx); err != nil {
			return err
		}
		numbers, err := rows(ctx, tx, scanNumber, `select number, queue_id from numbers where queue_id is not null`)
		for _, n := range numbers {
			d.Numbers[n.dialled] = n.queue
		}
		if err != nil {
			return err
		}
		return d.loadFlows(ctx, tx)
	})
	if err != nil {
		return Directory{}, fmt.Errorf("load the directory: %w", err)
	}
	return d, nil
}

// UserByLogin is the user with this login, compared by FoldLogin; ErrNotFound when there is none.
func (s *Store) UserByLogin(ctx context.Context, login string) (User, error) {
	key, ok := FoldLogin(login)
	if !ok {
		return User{}, ErrNotFound
	}
	return s.user(ctx, `u.login_key = $1`, key)
}

// UserByID is the user with this id; ErrNotFound when there is none.
func (s *Store) UserByID(ctx context.Context, id string) (User, error) {
	if !isID(id) {
		return User{}, ErrNotFound
	}
	return s.user(ctx, `u.id = $1`, id)
}

func (s *Store) user(ctx context.Context, condition, argument string) (User, error) {
	var u User
	err := s.pool.QueryRow(ctx, `
		select u.id, u.organisation_id, u.login, u.name, u.role, u.supervisor, u.locale, coalesce(u.password_hash, ''), u.disabled,
		       coalesce(a.id::text, ''), `+RightsOfUser+`
		from users u left join agents a on a.user_id = u.id where `+condition, argument).
		Scan(&u.ID, &u.Organisation, &u.Login, &u.Name, &u.Role, &u.Supervisor, &u.Locale, &u.PasswordHash, &u.Disabled, &u.AgentID, &u.Rights)
	if errors.Is(err, pgx.ErrNoRows) {
		return User{}, ErrNotFound
	}
	if err != nil {
		return User{}, fmt.Errorf("read a user: %w", err)
	}
	return u, nil
}

func rows[T any](ctx context.Context, tx pgx.Tx, scan pgx.RowToFunc[T], query string) ([]T, error) {
	found, err := tx.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, scan)
}

func scanOrganisation(row pgx.CollectableRow) (Organisation, error) {
	var o Organisation
	err := row.Scan(&o.ID, &o.Name)
	return o, err
}

func scanService(row pgx.CollectableRow) (Service, error) {
	var s Service
	err := row.Scan(&s.ID, &s.Organisation, &s.Name, &s.Foreign, &s.Premium, &s.Phone, &s.Inbound, &s.Outbound, &s.AfterCall, &s.StayReady, &s.HostileEnd)
	return s, err
}

func scanAgent(row pgx.CollectableRow) (Agent, error) {
	var a Agent
	err := row.Scan(&a.ID, &a.User, &a.Name, &a.CTIID, &a.Extension, &a.Phone, &a.Services, &a.Groups, &a.BlindIn)
	return a, err
}

type served struct{ dialled, queue string }

func scanNumber(row pgx.CollectableRow) (served, error) {
	var n served
	err := row.Scan(&n.dialled, &n.queue)
	return n, err
}
