package auth

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Event is what the access log says of somebody's coming and going (AG-16).
type Event string

// The events. How sessions begin and end is written together with the sessions.
const (
	SignInFailed Event = "sign_in_failed"
	PasswordSet  Event = "password_set"
)

// accessLog is the table of who came and went, when and from where.
type accessLog struct {
	pool *pgxpool.Pool
	log  *slog.Logger
}

// Note writes that a user did something that is not the beginning or the end of a session.
func (a *Auth) Note(ctx context.Context, userID string, event Event, ip netip.Addr, userAgent string) {
	a.entries.add(ctx, userID, event, ip, userAgent)
}

// add writes an event. A log that cannot be written keeps nobody out; the server's own log says so.
func (l *accessLog) add(ctx context.Context, userID string, event Event, ip netip.Addr, userAgent string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), queryTimeout)
	defer cancel()
	var address *netip.Addr
	if ip.IsValid() {
		plain := ip.Unmap().WithZone("")
		address = &plain
	}
	if _, err := l.pool.Exec(ctx, `
		insert into access_log (organisation_id, user_id, login, at, event, ip, user_agent)
		select organisation_id, id, login, $2, $3, $4, $5 from users where id = $1`,
		userID, time.Now(), event, address, cleanUserAgent(userAgent)); err != nil {
		l.log.Warn("the access log misses an event", "event", event, "user", userID, "error", err)
	}
}
