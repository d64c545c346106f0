package web

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/web/api"
	"bellhop/web/live"
)

// Leavers are the sessions that end when a call does.
type Leavers interface {
	api.Accounts
	// Leave keeps the sessions of a user who is disabled, until EndOf.
	Leave(ctx context.Context, user string) error
	// Leaving are the users whose sessions Leave kept, with the agents they are.
	Leaving(ctx context.Context) (agents map[string]string, err error)
}

// pages ends sessions and closes pages. Nobody is cut off in a call: it ends first.
type pages struct {
	*live.Hub
	calls    live.Switchboard
	sessions Leavers
	log      *slog.Logger

	ctx     context.Context //nolint:containedctx // the life of the server
	cancel  context.CancelFunc
	waiting sync.WaitGroup
	resumed sync.Once
}

func newPages(hub *live.Hub, calls live.Switchboard, sessions Leavers, log *slog.Logger) *pages {
	p := &pages{Hub: hub, calls: calls, sessions: sessions, log: log}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

// resume goes on waiting for the calls of those who were to be sent out when the server before this one ended.
func (p *pages) resume() {
	left, err := p.sessions.Leaving(p.ctx)
	if err != nil {
		p.log.Warn("whose sessions end with their call is not known", "error", err)
	}
	for user, agent := range left {
		if err := p.SendOut(p.ctx, user, agent); err != nil {
			p.log.Warn("a session that was to end goes on", "user", user, "error", err)
		}
	}
}

func (p *pages) stop() {
	p.cancel()
	p.waiting.Wait()
}

// talking follows an agent who is in a call; nil when he is not.
func (p *pages) talking(ctx context.Context, agent string) live.Follower {
	if agent == "" {
		return nil
	}
	f, err := p.calls.Follow(ctx, call.AgentID(agent))
	if err != nil {
		return nil // he has no phone
	}
	if view, err := f.Next(ctx); err != nil || view.Call == nil {
		f.Close()
		return nil
	}
	return f
}

// Stay implements api.Pages.
func (p *pages) Stay(ctx context.Context, user, agent string) error {
	f := p.talking(ctx, agent)
	if f == nil {
		return nil
	}
	f.Close()
	return p.sessions.Leave(ctx, user)
}

// SendOut implements api.Pages.
func (p *pages) SendOut(ctx context.Context, user, agent string) error {
	f := p.talking(ctx, agent)
	if f == nil {
		return p.end(ctx, user, agent)
	}
	if err := p.sessions.Leave(ctx, user); err != nil {
		f.Close()
		return err
	}
	p.waiting.Go(func() {
		defer f.Close()
		for {
			view, err := f.Next(p.ctx)
			if p.ctx.Err() != nil {
				return
			}
			if err != nil || view.Call == nil {
				break
			}
		}
		if err := p.end(p.ctx, user, agent); err != nil {
			p.log.Error("a session that was to end goes on", "user", user, "error", err)
		}
	})
	return nil
}

// end ends the sessions of a user now, and signs his phone out.
func (p *pages) end(ctx context.Context, user, agent string) error {
	if _, err := p.sessions.EndOf(ctx, user, ""); err != nil {
		return fmt.Errorf("send somebody out: %w", err)
	}
	p.UserEnded(user, "")
	if agent != "" {
		// Refused: he has no phone any more, and so nothing to sign out of.
		_ = p.calls.Do(ctx, switchboard.Command{Agent: call.AgentID(agent), Action: switchboard.SignOut})
	}
	return nil
}
