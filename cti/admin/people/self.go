package people

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// Self is what somebody sets for himself (개인정보설정, AG-13).
type Self struct {
	ID, Login, Name, Email, Locale string
	Version                        int
	// Services are his, the one he begins in first. He says whether tickets are given to him where he may (할당 제어, AG-12).
	Services []Membership
}

func selfOf(p Person) Self {
	return Self{ID: p.ID, Login: p.Login, Name: p.Name, Email: p.Email, Locale: p.Locale, Version: p.Version, Services: p.Services}
}

// himself is the actor with the sight of all of his own rights, and none over others.
func himself(a admin.Actor) admin.Actor {
	a.Role = admin.RoleAdmin
	return a
}

// Own gives somebody's own settings.
func (s *Store) Own(ctx context.Context, a admin.Actor) (Self, error) {
	p, err := get(ctx, s.pool, himself(a), a.UserID, "")
	return selfOf(p), err
}

// SetOwn changes somebody's own settings. Of his rights only assignable counts, and only where he may switch it.
func (s *Store) SetOwn(ctx context.Context, a admin.Actor, in Self) (own Self, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, himself(a), a.UserID, lockPerson)
		if err != nil {
			return err
		}
		if err := admin.CheckVersion(ctx, tx, Subject, have.ID, have.Version, in.Version); err != nil {
			return err
		}
		next := have
		next.Name, next.Email, next.Locale = in.Name, in.Email, in.Locale
		if next.Services, err = switched(have.Services, in.Services); err != nil {
			return err
		}
		if _, wrong := next.check(); len(wrong) > 0 {
			return wrong
		}
		next.Version++
		if err := writeOwn(ctx, tx, next); err != nil {
			return err
		}
		own = selfOf(next)
		return admin.Audit(ctx, tx, a, "update", Subject, next.ID, next.Name, have, next)
	})
	return own, err
}

func writeOwn(ctx context.Context, tx pgx.Tx, next Person) error {
	var batch pgx.Batch
	batch.Queue(`update users set name = $2, email = $3, locale = $4, version = $5 where id = $1`,
		next.ID, next.Name, next.Email, next.Locale, next.Version)
	for _, m := range next.Services {
		batch.Queue(`update service_members set assignable = $3 where user_id = $1 and service_id = $2`, next.ID, m.Service, m.Assignable)
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("keep one's own settings: %w", err)
	}
	return nil
}

// switched are the rights with what was asked for by 할당 제어.
func switched(have, asked []Membership) ([]Membership, error) {
	next := append([]Membership{}, have...)
	for i, m := range next {
		for _, want := range asked {
			if want.Service != m.Service || want.Assignable == m.Assignable {
				continue
			}
			if !m.SelfAssign {
				return nil, admin.ErrForbidden
			}
			next[i].Assignable = want.Assignable
		}
	}
	return next, nil
}

// SetPassword sets somebody's own password.
func (s *Store) SetPassword(ctx context.Context, a admin.Actor, passwordHash string) error {
	return admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `update users set password_hash = $2, version = version + 1 where id = $1`, a.UserID, passwordHash); err != nil {
			return fmt.Errorf("set a password: %w", err)
		}
		return admin.Audit(ctx, tx, a, "password", Subject, a.UserID, a.Name, nil, map[string]any{"by": "himself"})
	})
}
