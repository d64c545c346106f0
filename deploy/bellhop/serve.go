package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"bellhop/cti/admin/flow"
	"bellhop/cti/admin/sound"
	"bellhop/cti/asterisk"
	"bellhop/cti/call"
	"bellhop/cti/directory"
	"bellhop/cti/facts"
	"bellhop/cti/history"
	"bellhop/cti/switchboard"
	"bellhop/deploy/config"
	"bellhop/deploy/schema"
	"bellhop/media/control"
	"bellhop/tickets"
	ticketstore "bellhop/tickets/postgres"
	"bellhop/web"
	"bellhop/web/api"
	"bellhop/web/app"
	"bellhop/web/auth"
	"bellhop/web/live"
)

// lookAgain is the pause between two looks at a database that is not ready.
const lookAgain = time.Second

// server is bellhop serve: every room of cti, tickets and web, wired.
type server struct {
	settings config.Serve
	log      *slog.Logger
	registry *prometheus.Registry

	kept      *kept
	pools     *pools
	pool      *pgxpool.Pool // the one of pools without hurry
	directory *directory.Store
	store     *ticketstore.Store
	auth      *auth.Auth
	board     *switchboard.Switchboard
	switching *asterisk.Adapter
	media     *control.Client
	history   *history.Store
	facts     *shipStore
	ship      *shipper
	web       *web.Server
	names     *queueNames
	phones    *phoneSessions
	agents    *agentNames
	changes   changes
	music     changes
	sounds    *sound.Store
	lines     *lines
	expiry    alarm
}

// runServe runs call control, tickets and the screens until ctx ends.
func runServe(ctx context.Context, settings config.Serve, log *slog.Logger) error {
	s := &server{settings: settings, log: log, registry: newRegistry("serve"), names: newQueueNames(), phones: newPhoneSessions(), agents: newAgentNames(), changes: newChanges(), music: newChanges()}
	var err error
	if s.kept, err = openKept(ctx, settings.JournalDir(), log, s.registry); err != nil {
		return orStopped(ctx, err)
	}
	defer s.kept.close(log)
	if err := s.build(ctx); err != nil {
		return err
	}
	defer s.pools.close()
	metrics, err := startMetrics(ctx, "BELLHOP_METRICS_ADDR", settings.MetricsAddr, s.registry, log)
	if err != nil {
		return err
	}
	defer metrics.Stop()
	return s.run(ctx)
}

// build makes every part and connects nothing yet.
func (s *server) build(ctx context.Context) error {
	var err error
	if s.pools, err = openPools(ctx, s.settings.DatabaseURL.Reveal()); err != nil {
		return err
	}
	s.pool = s.pools.slow
	s.directory, s.store = directory.NewStore(s.pools.desk), ticketstore.NewStore(s.pools.tickets)
	s.history = history.NewStore(s.pools.desk)
	s.auth, err = auth.New(auth.Options{
		Pool: s.pools.people, Users: directory.NewStore(s.pools.people), Hasher: auth.NewHasher(auth.HasherOptions{}),
		File:   filepath.Join(s.settings.ServeDir(), "sessions"),
		Secure: strings.HasPrefix(string(s.settings.PublicURL), "https:"), Refuse: api.Refuse,
		Log: s.log, Metrics: s.registry,
	})
	if err != nil {
		return err
	}
	if s.lines, err = newLines(s.settings, s.pools.admin, s.log); err != nil {
		return err
	}
	if err := s.buildCallControl(); err != nil {
		return err
	}
	return s.buildWeb()
}

func (s *server) buildCallControl() error {
	var err error
	if s.switching, err = asterisk.New(asterisk.Options{
		URL: string(s.settings.ARIURL), Username: s.settings.ARIUsername, Password: s.settings.ARIPassword.Reveal(),
		Connected: s.lines.keeper.Poke, Endpoint: s.lines.keeper.EndpointChanged, Trunks: s.lines.over,
		Post: func(e switchboard.Event) { s.board.Post(e) }, Log: s.log, Metrics: s.registry,
	}); err != nil {
		return err
	}
	s.media = control.NewClient(control.ClientOptions{
		URL: string(s.settings.MediaControlURL), Secret: []byte(s.settings.MediaSecret.Reveal()),
		OnSnapshot: func(sip, process string, sessions []control.Session) {
			seen := switchboard.PhonesSeen{Address: sip, Process: process}
			for _, session := range sessions {
				seen.Sessions = append(seen.Sessions, session.ID)
			}
			s.board.Post(seen)
		},
		OnUp: func(agent, session, address string) {
			s.phones.connected(agent, session, address)
			s.board.Post(switchboard.PhoneUp{Agent: call.AgentID(agent), Session: session, Address: address})
		},
		OnDown: func(agent, session, reason string) {
			s.phones.gone(agent, session)
			s.board.Post(switchboard.PhoneDown{Agent: call.AgentID(agent), Session: session, Reason: reason})
		},
		OnStalled: func(agent, session string, stalled bool) {
			if stalled {
				s.board.Post(switchboard.PhoneStalled{Agent: call.AgentID(agent), Session: session})
			} else {
				s.board.Post(switchboard.PhoneFlows{Agent: call.AgentID(agent), Session: session})
			}
		},
		OnLost: func(sip string) {
			s.phones.lost(sip)
			s.board.Post(switchboard.PhonesLost{Address: sip})
		},
		Log: s.log,
	})
	if s.facts, err = newShipStore(context.Background(), s.pool, s.kept.epoch); err != nil {
		return err
	}
	if s.ship, err = newShipper(shipOptions{
		Keeper: s.facts, Epoch: s.kept.epoch, Ack: s.kept.journal, Replay: s.kept.facts, DrainWithin: drainFacts, Opened: func(t tickets.TicketOpened) { s.web.TicketOpened(t) },
		Calls: newCallMetrics(s.registry), Log: s.log, Metrics: s.registry,
	}); err != nil {
		return err
	}
	s.board, err = switchboard.New(switchboard.Options{
		Switch: s.switching, Phones: phones{s.media, s.lines}, OnFact: s.ship.put, Journal: s.kept, State: s.kept.state, Log: s.log,
	})
	if err != nil {
		return err
	}
	s.lines.board = s.board
	return s.registry.Register(newBoardGauges(s.board, s.names.of))
}

func (s *server) buildWeb() error {
	site, err := app.Handler()
	if err != nil {
		return err
	}
	admin := newAdmin(s.pools.admin, s.auth, s.changes.tell)
	admin.Trunks, admin.Lines, admin.Phones, admin.Desks = s.lines.trunks, s.lines, s.lines.phones, s.lines
	if err := s.addNumbers(&admin); err != nil {
		return err
	}
	if s.sounds, err = newSounds(s.settings, s.pools.admin, s.music.tell); err != nil {
		return err
	}
	admin.Sounds, admin.Flows = s.sounds, flow.NewStore(s.pools.admin, flowSounds(s.sounds))
	admin.Setup = setup{settings: s.settings, pool: s.pools.admin}
	secure, challenges, err := s.tls()
	if err != nil {
		return err
	}
	s.web, err = web.New(web.Options{
		TLS: secure, RedirectAddr: string(s.settings.RedirectAddr), Challenges: challenges,
		Addr: string(s.settings.HTTPAddr), PublicURL: string(s.settings.PublicURL), MediaURL: string(s.settings.MediaURL),
		TrustedProxies: s.settings.TrustedProxies,
		Sessions:       s.auth, Switchboard: s.board, Live: live.Of(s.board),
		PhoneTokens:   newPhoneTokens(s.settings),
		PhoneSessions: s.phones, Tickets: s.store, Directory: s.directory, History: s.history, Announcements: announcements{s.sounds}, App: site,
		Admin:   admin,
		Stories: newStorySource(s.settings.JournalDir(), facts.NewStore(s.pools.desk), s.agents.of),
		Ready: map[string]func(context.Context) error{
			"database":   s.pools.people.Ping,
			"migrations": whileThere(s.migrated),
			"ari":        func(context.Context) error { return s.switching.Ready() },
			"media":      func(context.Context) error { return s.media.Ready() },
		},
		Log: s.log, Metrics: s.registry,
	})
	return err
}

var errNotMigrated = errors.New("the database is not at this version: run bellhop migrate")

func (s *server) migrated(ctx context.Context) error {
	pending, err := schema.Pending(ctx, s.pool)
	if err == nil && pending > 0 {
		err = errNotMigrated
	}
	return err
}

func (s *server) loadDirectory(ctx context.Context) error {
	if err := s.migrated(ctx); err != nil {
		return err
	}
	loaded, err := directory.NewStore(s.pool).Load(ctx)
	if err != nil {
		return err
	}
	d := loaded.Switchboard()
	for i := range d.Queues {
		if s.settings.ReclaimAfter.Duration > 0 {
			d.Queues[i].Reclaim = s.settings.ReclaimAfter.Duration
		}
	}
	s.names.set(d.Queues)
	s.agents.set(d.Agents)
	s.board.Post(switchboard.DirectoryChanged{Directory: d})
	s.expiry.set(loaded.NextExpiry, s.changes.tell)
	s.web.DirectoryChanged()
	s.lines.keeper.Poke()
	s.log.Info("directory loaded", "queues", len(d.Queues), "numbers", len(d.Numbers), "agents", len(d.Agents))
	return nil
}

// phones are the agents' phones: at the media process, and on their desks.
type phones struct {
	media *control.Client
	lines *lines
}

func (p phones) PickUp(ctx context.Context, agent call.AgentID, leg call.LegID) error {
	if p.lines.desk(agent) != "" {
		return p.lines.pickUp(ctx, leg)
	}
	return p.media.PickUp(ctx, string(agent), string(leg))
}

func (p phones) Close(ctx context.Context, agent call.AgentID) error {
	if p.lines.desk(agent) != "" {
		return nil // it stays registered, and rings for nobody
	}
	return p.media.Close(ctx, string(agent))
}
