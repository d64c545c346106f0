package main

import (
	"strings"
	"sync"
	"time"
)

// phoneSessions are the agents' media sessions that are connected, as the media process tells.
type phoneSessions struct {
	mu sync.Mutex
	up map[string]phoneSession // by agent
}

type phoneSession struct {
	id, address string
	since       time.Time
}

func newPhoneSessions() *phoneSessions { return &phoneSessions{up: make(map[string]phoneSession)} }

func (p *phoneSessions) connected(agent, id, address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.up[agent].id != id {
		p.up[agent] = phoneSession{id: id, address: address, since: time.Now()}
	}
}

// gone forgets a session, unless another has replaced it.
func (p *phoneSessions) gone(agent, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.up[agent].id == id {
		delete(p.up, agent)
	}
}

// lost forgets the sessions at a media process that cannot be reached.
func (p *phoneSessions) lost(sip string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for agent, s := range p.up {
		if strings.HasSuffix(s.address, "@"+sip) {
			delete(p.up, agent)
		}
	}
}

// Session implements api.PhoneSessions.
func (p *phoneSessions) Session(agent string) (id string, since time.Time, up bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, up := p.up[agent]
	return s.id, s.since, up
}
