package people

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// firstLock is the advisory lock of whoever makes the first 조직관리자.
const firstLock = 0x62656c6d

// First is the first 조직관리자 and his organisation.
type First struct{ Organisation, Login, Name, Email, Locale string }

// FirstLink makes the link with which the first 조직관리자 is made, while nobody can administer anything. Every start makes
// another, so that the newest log has the one that works. False: there is an admin.
func (s *Store) FirstLink(ctx context.Context) (link Link, needed bool, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if needed, err = noAdmin(ctx, tx); err != nil || !needed {
			return err
		}
		var hash []byte
		link, hash = token()
		var batch pgx.Batch
		batch.Queue(`delete from invitations where purpose = 'first_admin' and used_at is null`)
		batch.Queue(`insert into invitations (token_hash, purpose, expires_at) values ($1, $2, $3)`, hash, purposeFirstAdmin, link.Expires)
		if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
			return fmt.Errorf("keep the first link: %w", err)
		}
		return nil
	})
	return link, needed, err
}

// noAdmin says that nobody can administer anything, and keeps others from making an admin until tx ends.
func noAdmin(ctx context.Context, tx pgx.Tx) (bool, error) {
	if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, firstLock); err != nil {
		return false, fmt.Errorf("wait for the first admin: %w", err)
	}
	var none bool
	err := tx.QueryRow(ctx, `select not exists (select from users where role = 'admin')`).Scan(&none)
	if err != nil {
		return false, fmt.Errorf("look for an admin: %w", err)
	}
	return none, nil
}

// AcceptFirst uses the first link up: it makes the organisation and its 조직관리자.
func (s *Store) AcceptFirst(ctx context.Context, token, passwordHash string, in First, from admin.Actor) (id string, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		none, err := noAdmin(ctx, tx)
		if err != nil {
			return err
		}
		i, err := look(ctx, tx, token, " for update of i")
		switch {
		case err != nil:
			return err
		case i.Purpose != string(purposeFirstAdmin):
			return ErrLinkUnknown
		case !none:
			return ErrLinkUsed
		}
		hash, _ := hashOf(token)
		if id, err = makeFirst(ctx, tx, passwordHash, in, from); err != nil {
			return err
		}
		return use(ctx, tx, hash)
	})
	return id, err
}

func makeFirst(ctx context.Context, tx pgx.Tx, passwordHash string, in First, from admin.Actor) (string, error) {
	p := Person{Login: in.Login, Name: in.Name, Email: in.Email, Locale: in.Locale, Role: admin.RoleAdmin, State: Active}
	key, wrong := p.check()
	name := wrong.Text("organisation", in.Organisation, 1, maxOrganisation)
	organisation, errOrganisation := uuid.NewV7()
	user, errUser := uuid.NewV7()
	if errOrganisation != nil || errUser != nil {
		return "", fmt.Errorf("make an id: %w", errors.Join(errOrganisation, errUser))
	}
	p.ID, from.UserID, from.Name, from.Organisation = user.String(), user.String(), p.Name, organisation.String()
	if err := refuse(ctx, tx, from, &p, wrong, key); err != nil {
		return "", err
	}
	var batch pgx.Batch
	batch.Queue(`insert into organisations (id, name) values ($1, $2)`, from.Organisation, name)
	batch.Queue(`
		insert into users (id, organisation_id, login, login_key, name, email, role, locale, password_hash)
		values ($1, $2, $3, $4, $5, $6, 'admin', $7, $8)`, p.ID, from.Organisation, p.Login, key, p.Name, p.Email, p.Locale, passwordHash)
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return "", taken(err)
	}
	return p.ID, admin.Audit(ctx, tx, from, "create", Subject, p.ID, p.Name, nil, p)
}

// maxOrganisation is the longest name of an organisation.
const maxOrganisation = 100
