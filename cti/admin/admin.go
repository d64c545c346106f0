// Package admin is what every screen of the administration is made of: who acts, lists with search, sort and pages, changes
// that are checked against the version their editor saw and written to the audit log in the same transaction, and the
// errors by which they are refused. Each thing that admins set up has a package of its own below this one.
package admin

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Querier is a pool, a connection or a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// The roles (AG-05 … AG-07).
const (
	RoleAdmin   = "admin"   // 조직관리자: everything of his organisation
	RoleManager = "manager" // 관리자: the services he manages
	RoleAgent   = "agent"   // 상담원
)

// Actor is who does something, and from where.
type Actor struct {
	UserID, Name, Role, Organisation string
	// Supervisor is the right to see people and queues.
	Supervisor bool
	// Manages are the services that he manages. A 조직관리자 manages all of them, whatever stands here.
	Manages []string
	// AccessLog is the right to see the 접속 로그 (AG-10).
	AccessLog bool
	IP        netip.Addr
}

// Admin says whether he is 조직관리자.
func (a Actor) Admin() bool { return a.Role == RoleAdmin }

// MayManage says whether a service is his to change. That it belongs to his organisation is the database's to say.
func (a Actor) MayManage(service string) bool {
	return a.Admin() || (a.Role == RoleManager && slices.Contains(a.Manages, service))
}

// ActorOf reads who a signed-in user is now; ErrNotFound when there is none, or he is disabled.
func ActorOf(ctx context.Context, q Querier, user string, ip netip.Addr) (Actor, error) {
	a := Actor{UserID: user, IP: ip}
	err := q.QueryRow(ctx, `
		select u.name, u.role, u.organisation_id, u.supervisor,
		       array(select m.service_id::text from service_members m where m.user_id = u.id and m.manage),
		       u.role = 'admin' or (u.role <> 'agent' and exists (select from service_members m where m.user_id = u.id and m.access_log))
		from users u where u.id::text = $1 and not u.disabled`, user).
		Scan(&a.Name, &a.Role, &a.Organisation, &a.Supervisor, &a.Manages, &a.AccessLog)
	if errors.Is(err, pgx.ErrNoRows) {
		return Actor{}, ErrNotFound
	}
	if err != nil {
		return Actor{}, fmt.Errorf("read who acts: %w", err)
	}
	return a, nil
}

// Change runs one change of an organisation in a transaction. Changes of one organisation come one after the other, so
// that what one has checked (a name is free, nothing refers to it) still holds when it writes.
func Change(ctx context.Context, pool *pgxpool.Pool, a Actor, change func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended($1, 5))`, a.Organisation); err != nil {
			return fmt.Errorf("wait for other changes: %w", err)
		}
		return change(tx)
	})
}
