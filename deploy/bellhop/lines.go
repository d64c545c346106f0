package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/admin/phone"
	"bellhop/cti/admin/secret"
	"bellhop/cti/admin/trunk"
	"bellhop/cti/agent"
	"bellhop/cti/asterisk/pjsip"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/deploy/config"
	"bellhop/web/api"
)

// lines are the trunks and desk phones: what the database says of them, kept so in Asterisk, and how they are there.
type lines struct {
	trunks *trunk.Store
	phones *phone.Store
	client *pjsip.Client
	keeper *pjsip.Keeper
	server string
	log    *slog.Logger
	// board is set before anything is connected.
	board *switchboard.Switchboard

	mu     sync.Mutex
	routes []trunk.Route
	desks  map[string]call.AgentID // by what they register as
}

// deskSession is the media session of everybody whose telephone is on his desk.
const deskSession = "desk"

func newLines(settings config.Serve, pool *pgxpool.Pool, log *slog.Logger) (*lines, error) {
	key, err := secret.OpenFile(settings.SecretKeyFile)
	if err != nil {
		return nil, err
	}
	l := &lines{
		trunks: trunk.NewStore(pool, key), phones: phone.NewStore(pool, key), server: string(settings.SIPAddr), log: log,
		client: pjsip.NewClient(string(settings.ARIURL), settings.ARIUsername, settings.ARIPassword.Reveal()),
	}
	l.keeper = pjsip.NewKeeper(pjsip.KeeperOptions{Client: l.client, Want: l.want, Endpoint: l.endpoint, Log: log})
	return l, nil
}

// want reads what Asterisk is to have.
func (l *lines) want(ctx context.Context) ([]pjsip.Object, error) {
	objects, routes, err := l.trunks.Wanted(ctx)
	if err != nil {
		return nil, err
	}
	more, registered, err := l.phones.Wanted(ctx)
	if err != nil {
		return nil, err
	}
	desks := make(map[string]call.AgentID, len(registered))
	for _, r := range registered {
		desks[r.Endpoint] = call.AgentID(r.Agent)
	}
	l.mu.Lock()
	before := l.desks
	l.routes, l.desks = routes, desks
	l.mu.Unlock()
	for name, id := range before {
		if desks[name] != id { // other credentials, or the browser again
			l.board.Post(switchboard.PhoneDown{Agent: id, Session: deskSession, Reason: "changed"})
		}
	}
	return append(objects, more...), nil
}

func (l *lines) deskOf(name string) (call.AgentID, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id, ok := l.desks[name]
	return id, ok
}

// desk is what an agent's desk phone registers as; empty when his telephone is the browser.
func (l *lines) desk(id call.AgentID) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for name, of := range l.desks {
		if of == id {
			return name
		}
	}
	return ""
}

// tellTrunks lets call control know when every trunk is down, and when one is there again, until ctx ends.
func (l *lines) tellTrunks(ctx context.Context) {
	told := false
	for {
		now, changed := l.keeper.Status()
		l.mu.Lock()
		routes := l.routes
		l.mu.Unlock()
		_, down := trunk.Order(routes, "", func(r trunk.Route) bool { return now.Endpoints[r.Endpoint] == pjsip.Offline })
		if down = down && len(routes) > 0 && now.Agrees; down != told {
			told = down
			l.board.Post(switchboard.TrunksSeen{Down: down})
			l.log.Warn("trunks", "all_down", down)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// endpoint: a desk phone is there, or is no more. It is somebody's telephone while he is signed in.
func (l *lines) endpoint(name string, online bool) {
	id, ok := l.deskOf(name)
	switch {
	case !ok:
	case !online:
		l.board.Post(switchboard.PhoneDown{Agent: id, Session: deskSession, Reason: "unregistered"})
	default:
		go l.connect(id, name, false)
	}
}

// connect makes a desk phone that is there its agent's telephone, if he is signed in or signs in now.
func (l *lines) connect(id call.AgentID, name string, signsIn bool) {
	view, ok := l.board.View(context.Background(), id)
	if ok && (signsIn || view.Agent.Mode.Presence != agent.SignedOut) && l.Registered(name) {
		l.board.Post(switchboard.PhoneUp{Agent: id, Session: deskSession, Address: "PJSIP/" + name})
	}
}

// Has implements api.Desks.
func (l *lines) Has(id call.AgentID) bool { return l.desk(id) != "" }

// SignIn implements api.Desks.
func (l *lines) SignIn(id call.AgentID) bool {
	name := l.desk(id)
	l.connect(id, name, true)
	return l.Registered(name)
}

// Registered implements api.Desks.
func (l *lines) Registered(name string) bool {
	now, _ := l.keeper.Status()
	return now.Endpoints[name] == pjsip.Online
}

// Server implements api.Desks.
func (l *lines) Server() string { return l.server }

// ForceOut implements api.Desks. Who is in a call is signed out when it is over.
func (l *lines) ForceOut(ctx context.Context, id call.AgentID) (after bool, err error) {
	err = l.board.Do(ctx, switchboard.Command{Agent: id, Action: switchboard.SignOut})
	refusal, refused := errors.AsType[*switchboard.Refusal](err)
	if !refused || refusal.Code != switchboard.InCall {
		return false, err
	}
	watch, err := l.board.Watch(ctx, id)
	if err != nil {
		return false, err
	}
	go func() { //nolint:gosec // it outlives the request: the call may go on for long
		defer watch.Close()
		for {
			view, err := watch.Next(context.Background())
			if err != nil {
				return
			}
			if view.Agent.Occupation != agent.Free {
				continue
			}
			if err := l.board.Do(context.Background(), switchboard.Command{Agent: id, Action: switchboard.SignOut}); err != nil {
				l.log.Warn("an agent was not signed out", "agent_id", id, "error", err)
			}
			return
		}
	}()
	return true, nil
}

// over gives the trunks over which a number that shows another is called.
func (l *lines) over(ctx context.Context, _, shown string) []string {
	l.mu.Lock()
	routes := l.routes
	l.mu.Unlock()
	if len(routes) == 0 {
		return nil
	}
	now, _ := l.keeper.Status()
	order, _ := trunk.Order(routes, shown, func(r trunk.Route) bool { return now.Endpoints[r.Endpoint] != pjsip.Online })
	var free []string
	for _, r := range order {
		state, err := l.client.Endpoint(ctx, r.Endpoint)
		if err != nil || len(state.Channels) < r.Lines {
			free = append(free, r.Endpoint)
		}
	}
	if len(free) == 0 { // all are taken: the last refusal is the call's
		return []string{order[0].Endpoint}
	}
	return free
}

// Line implements api.Lines.
func (l *lines) Line(id string) api.TrunkState {
	l.mu.Lock()
	routes := l.routes
	l.mu.Unlock()
	now, _ := l.keeper.Status()
	state := api.TrunkState{Reachable: "unknown", Registration: "none"}
	base := trunk.Base(id)
	for name, words := range now.Refused {
		if strings.HasPrefix(name, base) {
			state.Error, state.Words = "refused", words
			return state
		}
	}
	for _, r := range routes {
		if r.ID != id {
			continue
		}
		if registration := now.Registrations[r.Endpoint]; registration != "" {
			state.Registration = strings.ToLower(registration)
		}
		state.Reachable, state.Error = reachable(now.Endpoints[r.Endpoint]), ""
		switch {
		case now.Err != nil:
			state.Error = "switch_down"
		case state.Reachable == "down":
			state.Error = "unreachable"
		case state.Registration == "rejected", state.Registration == "unregistered":
			state.Error = "registration_failed"
		}
		return state
	}
	if now.Err != nil {
		state.Error = "switch_down"
	} else {
		state.Error = "not_yet"
	}
	return state
}

func reachable(state string) string {
	switch state {
	case pjsip.Online:
		return "up"
	case pjsip.Offline:
		return "down"
	}
	return "unknown"
}

// pickUp asks a desk phone that rings to answer (Event: talk, which many telephones obey). One that does not is lifted by
// hand.
func (l *lines) pickUp(ctx context.Context, leg call.LegID) error {
	if err := l.client.Talk(ctx, string(leg)); err != nil {
		l.log.Info("a desk phone cannot be asked to answer", "leg", leg, "error", err)
	}
	return nil
}
