package trunk

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/admin"
	"bellhop/cti/admin/secret"
)

// Subject is the name of trunks in the audit log.
const Subject = "trunk"

// Store keeps trunks in PostgreSQL.
type Store struct {
	pool *pgxpool.Pool
	key  *secret.Key
}

// NewStore is a store on a migrated database; key seals the passwords.
func NewStore(pool *pgxpool.Pool, key *secret.Key) *Store { return &Store{pool, key} }

const columns = `t.id, t.name, t.enabled, t.address, t.port, t.transport, t.registers, t.username, t.codecs, t.sources, t.numbers, t.lines, t.position,
	t.version, t.password is not null`

func scan(row pgx.CollectableRow) (Trunk, error) { return read(row) }

func read(row pgx.Row) (t Trunk, err error) {
	err = row.Scan(&t.ID, &t.Name, &t.Enabled, &t.Address, &t.Port, &t.Transport, &t.Registers, &t.Username, &t.Codecs, &t.Sources, &t.Numbers, &t.Lines,
		&t.Position, &t.Version, &t.HasPassword)
	return t, err
}

// List gives the trunks of the actor's organisation in the order in which they are tried.
func (s *Store) List(ctx context.Context, a admin.Actor, l admin.List) (admin.Page[Trunk], error) {
	q := admin.Select[Trunk]{
		Columns: columns, From: "trunks t", Search: []string{"t.name", "t.address", "array_to_string(t.numbers, ' ')"},
		Sort: map[string]string{"name": "t.name", "address": "t.address", "position": "t.position", "lines": "t.lines"},
		By:   "position", Tie: "t.id", Scan: scan,
	}
	q.And("t.organisation_id = ?", a.Organisation)
	return admin.Read(ctx, s.pool, l, q)
}

// Get gives one trunk.
func (s *Store) Get(ctx context.Context, a admin.Actor, id string) (Trunk, error) {
	return get(ctx, s.pool, a, id, "")
}

func get(ctx context.Context, q admin.Querier, a admin.Actor, id, lock string) (Trunk, error) {
	if !admin.IsID(id) || !a.Admin() {
		return Trunk{}, admin.ErrNotFound
	}
	found, err := read(q.QueryRow(ctx, `select `+columns+` from trunks t where t.id = $1 and t.organisation_id = $2`+lock, id, a.Organisation))
	if errors.Is(err, pgx.ErrNoRows) {
		return Trunk{}, admin.ErrNotFound
	}
	if err != nil {
		return Trunk{}, fmt.Errorf("read a trunk: %w", err)
	}
	return found, nil
}

// Create makes a trunk, the last to be tried.
func (s *Store) Create(ctx context.Context, a admin.Actor, in Trunk) (created Trunk, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("make an id: %w", err)
		}
		in.ID, in.Version, in.HasPassword = id.String(), 1, false
		if err := check(ctx, tx, a, &in); err != nil {
			return err
		}
		in.HasPassword = in.Password != ""
		err = tx.QueryRow(ctx, `
			insert into trunks (id, organisation_id, name, enabled, address, port, transport, registers, username, password, codecs, sources, numbers, lines, position)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
				(select coalesce(max(position) + 1, 0) from trunks where organisation_id = $2)) returning position`,
			in.ID, a.Organisation, in.Name, in.Enabled, in.Address, in.Port, in.Transport, in.Registers, in.Username, s.sealed(in), in.Codecs,
			list(in.Sources), list(in.Numbers), in.Lines).Scan(&in.Position)
		if err != nil {
			return fmt.Errorf("create a trunk: %w", err)
		}
		in.Password = ""
		created = in
		return admin.Audit(ctx, tx, a, "create", Subject, in.ID, in.Name, nil, in)
	})
	return created, err
}

// Update changes a trunk that its editor saw in in.Version. An empty password keeps the one that is there.
func (s *Store) Update(ctx context.Context, a admin.Actor, in Trunk) (changed Trunk, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, in.ID, " for update")
		if err != nil {
			return err
		}
		if err := admin.CheckVersion(ctx, tx, Subject, in.ID, have.Version, in.Version); err != nil {
			return err
		}
		in.Position, in.HasPassword = have.Position, have.HasPassword
		if err := check(ctx, tx, a, &in); err != nil {
			return err
		}
		if in.Username == "" { // then there is nobody whose password it is
			in.HasPassword = false
		}
		if in.Password == "" && reflect.DeepEqual(have, in) {
			changed = have
			return nil
		}
		in.Version++
		sealed := s.sealed(in)
		in.HasPassword = in.HasPassword || sealed != nil
		if _, err := tx.Exec(ctx, `
			update trunks set name = $2, enabled = $3, address = $4, port = $5, transport = $6, registers = $7, username = $8,
				password = case when $9::bytea is not null then $9 when $10 then password end,
				codecs = $11, sources = $12, numbers = $13, lines = $14, version = $15 where id = $1`,
			in.ID, in.Name, in.Enabled, in.Address, in.Port, in.Transport, in.Registers, in.Username, sealed, in.HasPassword, in.Codecs,
			list(in.Sources), list(in.Numbers), in.Lines, in.Version); err != nil {
			return fmt.Errorf("change a trunk: %w", err)
		}
		in.Password = ""
		changed = in
		return admin.Audit(ctx, tx, a, "update", Subject, in.ID, in.Name, have, in)
	})
	return changed, err
}

// Delete takes a trunk away. Calls over it go on.
func (s *Store) Delete(ctx context.Context, a admin.Actor, id string) error {
	return admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, id, " for update")
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from trunks where id = $1`, id); err != nil {
			return fmt.Errorf("delete a trunk: %w", err)
		}
		return admin.Audit(ctx, tx, a, "delete", Subject, have.ID, have.Name, have, nil)
	})
}

// sealed is the password as it is kept; nil when there is none.
func (s *Store) sealed(t Trunk) []byte {
	if t.Password == "" {
		return nil
	}
	return s.key.Seal(t.Password, Subject+" "+t.ID)
}

func list(l []string) []string {
	if l == nil {
		return []string{}
	}
	return l
}

// check cleans a trunk and refuses what is wrong with it, a name or a number that another trunk has included.
func check(ctx context.Context, tx pgx.Tx, a admin.Actor, in *Trunk) error {
	if !a.Admin() {
		return admin.ErrForbidden
	}
	wrong := in.check()
	var taken bool
	var double *string
	err := tx.QueryRow(ctx, `
		select exists (select from trunks t where t.organisation_id = $1 and t.id <> $2 and `+admin.Folded("t.name")+` = $3),
		       (select n from trunks t, unnest(t.numbers) n where t.id <> $2 and n = any($4) limit 1)`,
		a.Organisation, in.ID, admin.Fold(in.Name), list(in.Numbers)).Scan(&taken, &double)
	if err != nil {
		return fmt.Errorf("look for the name of a trunk: %w", err)
	}
	if taken {
		wrong.Add("name", "taken")
	}
	if double != nil {
		wrong.Add("numbers", "taken", "value", *double)
	}
	return wrong.Err()
}
