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
	batch.Queue(`delete from sessions where expires_at <= $1`, now)
	batch.Queue(`
		insert into sessions (token_hash, user_id, created_at, last_seen_at, expires_at, ip, user_agent)
		values ($1, $2, $3, $3, $4, $5, $6)`, hash[:], userID, now, expires, address, cleanUserAgent(userAgent))
	return t.pool.SendBatch(ctx, &batch).Close()
}

func (t sessionTable) find(ctx context.Context, hash tokenHash, now time.Time) (session, error) {
	var s session
	var services, names []string
	err := t.pool.QueryRow(ctx, `
		select u.id, u.login, u.name, u.role, coalesce(a.id::text, ''), s.created_at, s.last_seen_at, s.expires_at,`+
		directory.ServicesOfAgent+`
		from sessions s
		join users u on u.id = s.user_id
		left join agents a on a.user_id = u.id
		where s.token_hash = $1 and s.expires_at > $2 and not u.disabled`, hash[:], now).
		Scan(&s.user.ID, &s.user.Login, &s.user.Name, &s.user.Role, &s.user.AgentID, &s.createdAt, &s.lastSeen, &s.expires,
			&services, &names)
	s.user.Services = directory.NamedServices(services, names)
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
	_, err := t.pool.Exec(ctx, `delete from sessions where token_hash = $1`, hash[:])
	return err
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
