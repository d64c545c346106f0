package people

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// LinkLives is how long a one-time link can be used.
const LinkLives = 7 * 24 * time.Hour

const tokenLength = 32 // bytes

type purpose string

const (
	purposeInvite     purpose = "invite"
	purposeReset      purpose = "reset"
	purposeFirstAdmin purpose = "first_admin"
)

// Link is a one-time link: its token is shown once and kept nowhere, only its SHA-256 is.
type Link struct {
	Token   string
	Expires time.Time
}

// The reasons for which a link does not work.
var (
	ErrLinkUnknown = errors.New("no such link")
	ErrLinkUsed    = errors.New("the link was used")
	ErrLinkExpired = errors.New("the link has expired")
)

// Invitation is what a link is for.
type Invitation struct {
	Purpose      string // invite, reset or first_admin
	UserID       string // empty for first_admin
	Login        string
	Name         string
	Email        string
	Organisation string // its name
	Expires      time.Time
}

// NewLink makes a link for somebody who is the actor's to change: to set his first password, or another one. Links that
// he had before do not work any more.
func (s *Store) NewLink(ctx context.Context, a admin.Actor, id string) (link Link, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := yours(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if have.State == Disabled {
			return admin.Invalid{Field: "id", Code: "disabled"}
		}
		why := purposeReset
		if have.State == Invited {
			why = purposeInvite
		}
		if link, err = newLink(ctx, tx, a, id, why); err != nil {
			return err
		}
		return admin.Audit(ctx, tx, a, "link", Subject, id, have.Name, nil, map[string]any{"purpose": why, "expires_at": link.Expires})
	})
	return link, err
}

func newLink(ctx context.Context, tx pgx.Tx, a admin.Actor, user string, why purpose) (Link, error) {
	link, hash := token()
	var batch pgx.Batch
	batch.Queue(`delete from invitations where user_id = $1 and used_at is null`, user)
	batch.Queue(`insert into invitations (token_hash, user_id, purpose, created_by, expires_at) values ($1, $2, $3, $4, $5)`,
		hash, user, why, a.UserID, link.Expires)
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return Link{}, fmt.Errorf("keep a link: %w", err)
	}
	return link, nil
}

func token() (link Link, hash []byte) {
	random := make([]byte, tokenLength)
	_, _ = rand.Read(random) // cannot fail
	sum := sha256.Sum256(random)
	return Link{base64.RawURLEncoding.EncodeToString(random), time.Now().Add(LinkLives)}, sum[:]
}

func hashOf(token string) ([]byte, bool) {
	random, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(random) != tokenLength {
		return nil, false
	}
	sum := sha256.Sum256(random)
	return sum[:], true
}

// Look says what a link is for, without using it.
func (s *Store) Look(ctx context.Context, token string) (Invitation, error) {
	return look(ctx, s.pool, token, "")
}

func look(ctx context.Context, q admin.Querier, token, lock string) (Invitation, error) {
	hash, ok := hashOf(token)
	if !ok {
		return Invitation{}, ErrLinkUnknown
	}
	var i Invitation
	var used, disabled bool
	err := q.QueryRow(ctx, `
		select i.purpose, coalesce(u.id::text, ''), coalesce(u.login, ''), coalesce(u.name, ''), coalesce(u.email, ''),
		       coalesce(o.name, ''), i.expires_at, i.used_at is not null, coalesce(u.disabled, false)
		from invitations i left join users u on u.id = i.user_id left join organisations o on o.id = u.organisation_id
		where i.token_hash = $1`+lock, hash).
		Scan(&i.Purpose, &i.UserID, &i.Login, &i.Name, &i.Email, &i.Organisation, &i.Expires, &used, &disabled)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Invitation{}, ErrLinkUnknown
	case err != nil:
		return Invitation{}, fmt.Errorf("read a link: %w", err)
	case used:
		return Invitation{}, ErrLinkUsed
	case disabled || !time.Now().Before(i.Expires):
		return Invitation{}, ErrLinkExpired
	}
	return i, nil
}

// Accept uses a link up: it sets the password whose hash is given, and lets its owner in.
func (s *Store) Accept(ctx context.Context, token, passwordHash string, from admin.Actor) (i Invitation, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if i, err = look(ctx, tx, token, " for update of i"); err != nil {
			return err
		}
		if i.UserID == "" {
			return ErrLinkUnknown // makes an organisation; see AcceptFirst
		}
		hash, _ := hashOf(token)
		var organisation string
		if err := tx.QueryRow(ctx, `update users set password_hash = $2, version = version + 1 where id = $1 returning organisation_id`,
			i.UserID, passwordHash).Scan(&organisation); err != nil {
			return fmt.Errorf("set a password: %w", err)
		}
		if err := use(ctx, tx, hash); err != nil {
			return err
		}
		self := admin.Actor{UserID: i.UserID, Name: i.Name, Organisation: organisation, IP: from.IP}
		return admin.Audit(ctx, tx, self, "password", Subject, i.UserID, i.Name, nil, map[string]any{"by": i.Purpose})
	})
	return i, err
}

func use(ctx context.Context, tx pgx.Tx, hash []byte) error {
	if _, err := tx.Exec(ctx, `update invitations set used_at = now() where token_hash = $1`, hash); err != nil {
		return fmt.Errorf("use a link up: %w", err)
	}
	return nil
}
