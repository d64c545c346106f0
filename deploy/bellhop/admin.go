package main

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/admin"
	"bellhop/cti/admin/flow"
	"bellhop/cti/admin/people"
	"bellhop/cti/admin/service"
	"bellhop/web/api"
)

// newAdmin is what admins set up, kept in the database. changed is told after every change.
func newAdmin(pool *pgxpool.Pool, accounts api.Accounts, changed func()) api.Admin {
	return api.Admin{
		Actors: actors{pool}, Changed: changed,
		People: people.NewStore(pool), Accounts: accounts,
		Services: service.NewStore(pool), Logs: admin.NewLogs(pool),
		Flows: flow.NewStore(pool, flow.Recorded),
	}
}

// actors says who a signed-in user is to the administration.
type actors struct{ pool *pgxpool.Pool }

func (a actors) Actor(ctx context.Context, user string, ip netip.Addr) (admin.Actor, error) {
	return admin.ActorOf(ctx, a.pool, user, ip)
}

// changes is told that the directory was changed, and has it loaded anew.
type changes chan struct{}

func newChanges() changes { return make(changes, 1) }

// tell never waits: a change that is told of while another waits is loaded with it.
func (c changes) tell() {
	select {
	case c <- struct{}{}:
	default:
	}
}

// follow loads the directory after each change, until ctx ends. While the database is away it tries again.
func (c changes) follow(ctx context.Context, load func(context.Context) error, log *slog.Logger) {
	for {
		select {
		case <-c:
		case <-ctx.Done():
			return
		}
		if err := load(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "a change has not reached call control yet", "error", err)
			time.AfterFunc(lookAgain, c.tell)
		}
	}
}
