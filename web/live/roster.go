package live

import (
	"bytes"
	"encoding/json"

	"bellhop/cti/switchboard"
	"bellhop/web/api"
)

// roster is who can be reached inside.
type roster struct {
	Agents []rosterAgent `json:"agents"`
	Queues []rosterQueue `json:"queues"`
}

// people is a roster as it goes onto the wire, but for the beginning that numbers it: it is the same for every page.
type people []byte

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

func peopleOf(r switchboard.Roster) (people, error) {
	m := roster{Agents: make([]rosterAgent, 0, len(r.Agents)), Queues: make([]rosterQueue, 0, len(r.Queues))}
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
	return json.Marshal(m)
}

// numbered puts the beginning of a message before the people: both are JSON objects, and become one.
func (p people) numbered(n numbered) ([]byte, error) {
	head, err := json.Marshal(n)
	if err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{head[:len(head)-1], p[1:]}, []byte{','}), nil
}

// watchRoster begins to send the page the roster; a page that watches already goes on. Without a phone there is nobody
// to be transferred to.
func (p *page) watchRoster() error {
	if p.agent == "" {
		return &switchboard.Refusal{Code: switchboard.NoPhone}
	}
	p.hub.feed.add(p)
	return nil
}

// unwatchRoster ends it: after it has returned no roster is sent any more.
func (p *page) unwatchRoster() {
	p.hub.feed.remove(p)
	p.outbox.roster(nil)
}
