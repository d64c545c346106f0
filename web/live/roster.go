package live

import (
	"context"
	"time"

	"bellhop/cti/switchboard"
	"bellhop/web/api"
)

// rosterEvery is the shortest time between two rosters for one page: who is free is read by people.
const rosterEvery = 250 * time.Millisecond

// rosterMessage is who can be reached inside.
type rosterMessage struct {
	numbered
	Agents []rosterAgent `json:"agents"`
	Queues []rosterQueue `json:"queues"`
}

type rosterAgent struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Extension string   `json:"extension"`
	Groups    []string `json:"groups"`
	State     string   `json:"state"` // occupation unless free, then presence
	Kind      string   `json:"kind"`
	Since     string   `json:"since"`
	Available bool     `json:"available"` // may be consulted now
}

type rosterQueue struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Number  string `json:"number"`
	Waiting int    `json:"waiting"`
	Ready   int    `json:"ready"`
}

func rosterOf(r switchboard.Roster) rosterMessage {
	m := rosterMessage{Agents: make([]rosterAgent, 0, len(r.Agents)), Queues: make([]rosterQueue, 0, len(r.Queues))}
	for _, a := range r.Agents {
		groups := a.Groups
		if groups == nil {
			groups = []string{}
		}
		m.Agents = append(m.Agents, rosterAgent{
			ID: string(a.ID), Name: a.Name, Extension: a.Extension, Groups: groups, State: a.State, Kind: string(a.Kind),
			Since: api.Stamp(a.Since), Available: a.Available,
		})
	}
	for _, q := range r.Queues {
		m.Queues = append(m.Queues, rosterQueue{
			ID: string(q.ID), Name: q.Name, Number: q.Number, Waiting: q.Waiting, Ready: q.Ready,
		})
	}
	return m
}

// watching is a page's interest in the roster. It belongs to the reader of the page.
type watching struct {
	stop context.CancelFunc
	done chan struct{}
}

// watchRoster begins to send the page the roster; a page that watches already goes on. Without a phone there is nobody
// to be transferred to.
func (p *page) watchRoster() error {
	if p.agent == "" {
		return &switchboard.Refusal{Code: switchboard.NoPhone}
	}
	if p.watching != nil {
		return nil
	}
	begin, cancel := context.WithTimeout(p.ctx, answerWithin)
	defer cancel()
	f, err := p.hub.Switchboard.FollowRoster(begin)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(p.ctx)
	w := &watching{stop: stop, done: make(chan struct{})}
	p.watching = w
	p.parts.Go(func() {
		defer close(w.done)
		defer f.Close()
		p.forwardRoster(ctx, f)
	})
	return nil
}

// unwatchRoster ends it: after it has returned no roster is sent any more.
func (p *page) unwatchRoster() {
	if p.watching == nil {
		return
	}
	p.watching.stop()
	<-p.watching.done
	p.watching = nil
	p.outbox.roster(nil)
}

func (p *page) forwardRoster(ctx context.Context, f RosterFollower) {
	pause := time.NewTicker(rosterEvery)
	defer pause.Stop()
	for {
		r, err := f.Next(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			p.stop(closeUnavailable)
			return
		}
		p.outbox.roster(&r)
		pause.Reset(rosterEvery)
		select {
		case <-pause.C:
		case <-ctx.Done():
			return
		}
	}
}
