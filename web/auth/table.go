package auth

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/directory"
)

// sessionTable keeps sessions in PostgreSQL.
type sessionTable struct{ pool *pgxpool.Pool }

// insert also clears away what has ended, so that the table does not grow.
func (t sessionTable) insert(ctx context.Context, hash tokenHash, userID string, now, expires time.Time, ip netip.Addr, userAgent string) error {
	var address *netip.Addr
	if ip.IsValid() {
		plain := ip.Unmap().WithZone("")
		address = &plain
	}
	var batch pgx.Batch
	batch.Queue(endedBy(`expires_at <= $1`, `'expired'`), now)
	batch.Queue(`
		insert into sessions (token_hash, user_id, created_at, last_seen_at, expires_at, ip, user_agent)
		values ($1, $2, $3, $3, $4, $5, $6)`, hash[:], userID, now, expires, address, cleanUserAgent(userAgent))
	batch.Queue(`
		insert into access_log (organisation_id, user_id, login, at, event, ip, user_agent)
		select organisation_id, id, login, $2, 'sign_in', $3, $4 from users where id = $1`,
		userID, now, address, cleanUserAgent(userAgent))
	return t.pool.SendBatch(ctx, &batch).Close()
}

// endedBy deletes the sessions that a condition names, and writes into the access log how they ended (AG-16).
func endedBy(condition, event string) string {
	return `
		with gone as (delete from sessions where ` + condition + ` returning user_id, expires_at, ip, user_agent)
		insert into access_log (organisation_id, user_id, login, at, event, ip, user_agent)
		select u.organisation_id, u.id, u.login, least(now(), gone.expires_at), ` + event + `, gone.ip, gone.user_agent
		from gone join users u on u.id = gone.user_id`
}

// sweep clears away what has ended.
func (t sessionTable) sweep(ctx context.Context, now time.Time) error {
	_, err := t.pool.Exec(ctx, endedBy(`expires_at <= $1`, `'expired'`), now)
	return err
}

func (t sessionTable) find(ctx context.Context, hash tokenHash, now time.Time) (session, error) {
	var s session
	err := t.pool.QueryRow(ctx, `
		select u.id, u.organisation_id, u.login, u.name, u.role, u.supervisor, u.locale, coalesce(a.id::text, ''),
		       s.created_at, s.last_seen_at, s.expires_at, `+directory.RightsOfUser+`
		from sessions s
		join users u on u.id = s.user_id
		left join agents a on a.user_id = u.id
		where s.token_hash = $1 and s.expires_at > $2 and (s.leaving or not u.disabled)`, hash[:], now).
		Scan(&s.user.ID, &s.user.Organisation, &s.user.Login, &s.user.Name, &s.user.Role, &s.user.Supervisor, &s.user.Locale,
			&s.user.AgentID, &s.createdAt, &s.lastSeen, &s.expires, &s.user.Rights)
	if errors.Is(err, pgx.ErrNoRows) {
		return session{}, ErrNotSignedIn
	}
	return s, err
}

func (t sessionTable) touch(ctx context.Context, hash tokenHash, now, expires time.Time) error {
	_, err := t.pool.Exec(ctx, `
		update sessions set last_seen_at = $2, expires_at = $3 where token_hash = $1 and last_seen_at < $2`,
		hash[:], now, expires)
	return err
}

func (t sessionTable) remove(ctx context.Context, hash tokenHash) error {
	_, err := t.pool.Exec(ctx, endedBy(`token_hash = $1`, `'sign_out'`), hash[:])
	return err
}

func (t sessionTable) removeOf(ctx context.Context, userID string, but tokenHash) (int64, error) {
	ended, err := t.pool.Exec(ctx, endedBy(`user_id = $1 and token_hash <> $2`, `'forced_out'`), userID, but[:])
	return ended.RowsAffected(), err
}

func cleanUserAgent(text string) string {
	text = text[:min(len(text), maxUserAgent)] // bytes: no more runes than that
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}
