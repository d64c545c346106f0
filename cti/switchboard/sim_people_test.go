package switchboard

import (
	"fmt"
	"slices"
	"time"

	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/scenario"
)

// people are the simulated agents with their browsers and phones.
type people struct {
	s       *sim
	agents  []call.AgentID
	phones  map[call.AgentID]string // media session, empty when down
	pages   map[call.AgentID]bool
	session int
	keys    int
	calls   int
	deaths  int // of media
}

const (
	simAgents = 6
	simMedia  = "10.0.0.1:5070"
)

func newPeople(s *sim) people {
	p := people{s: s, phones: make(map[call.AgentID]string), pages: make(map[call.AgentID]bool)}
	for i := range simAgents {
		id := call.AgentID(fmt.Sprint("agent", i))
		p.agents = append(p.agents, id)
		p.pages[id] = true
	}
	s.after(0, s.people.begin)
	return p
}

func (p *people) directory() Directory {
	d := Directory{
		Services: []Service{{ID: "s", Name: "한빛몰", Phone: true, Inbound: true, Outbound: true, CallerIDs: []string{"0206924100"}}},
		Queues: []Queue{
			{ID: "q1", Name: "주문", Number: "7100", Service: "s", Reclaim: 30 * time.Second, MissLimit: 3},
			{ID: "q2", Name: "결제", Number: "7200", Service: "s", Reclaim: 20 * time.Second, Limit: 4, SayEvery: 15 * time.Second, Strategy: call.RoundRobin},
		},
		Numbers: map[string]call.QueueID{"1000": "q1", "2000": "q2"},
		Entries: map[string]string{"3000": "f"},
		Flows: []scenario.Flow{{ID: "f", Version: 1, Service: "s", Steps: []scenario.Step{
			{ID: "hours", Kind: scenario.Hours, Next: "hello", Else: "closed", Open: []scenario.Opening{
				{Days: []time.Weekday{1, 2, 3, 4, 5}, From: "09:00", To: "19:00"},
			}},
			{ID: "hello", Kind: scenario.Say, Sound: "hello", Next: "menu"},
			{ID: "menu", Kind: scenario.Menu, Sound: "menu", Keys: map[string]string{"1": "orders", "2": "pay"}, Tries: 2, Else: "orders"},
			{ID: "orders", Kind: scenario.Queue, Queue: "q1", After: 40, Else: "pay"},
			{ID: "pay", Kind: scenario.Queue, Queue: "q2", After: 30, Else: "busy"},
			{ID: "busy", Kind: scenario.Say, Sound: "busy", Next: "out"},
			{ID: "out", Kind: scenario.Number, Number: "0212345678"},
			{ID: "closed", Kind: scenario.Hangup, Sound: "closed"},
		}}},
	}
	for i, id := range p.agents {
		queues := []call.QueueID{"q1", "q2"}[i%2 : 1+(i%3+1)/2]
		if len(queues) == 0 {
			queues = []call.QueueID{"q2"}
		}
		d.Agents = append(d.Agents, AgentEntry{
			ID: id, Name: string(id), Extension: fmt.Sprint(2000 + i), Queues: queues, Services: []call.ServiceID{"s"}, BlindIn: []call.ServiceID{"s"}[:(i+1)%2],
		})
	}
	return d
}

// begin starts the lives of customers, agents and faults.
func (p *people) begin() {
	p.s.people.s = p.s
	p.customers()
	for _, a := range p.s.people.agents {
		p.s.people.live(a)
	}
	p.s.people.faults()
}

func (p *people) customers() {
	s := p.s
	if !s.calm && len(s.world.channels) < 40 {
		s.world.arrive()
	}
	s.after(s.upTo(8*time.Second), s.people.customers)
}

// faults are what happens to servers, lines and switches.
func (p *people) faults() {
	s := p.s
	switch {
	case s.calm:
	case s.fault(6):
		s.log("kill -9")
		if s.up {
			s.crash()
		}
	case s.fault(4):
		s.disconnect(s.upTo(8 * time.Second))
	case s.fault(12):
		s.disconnect(s.upTo(4 * time.Second))
		s.world.restart()
	case s.fault(8):
		s.log("media dies")
		s.people.mediaDies()
	}
	s.after(s.upTo(2*time.Minute), s.people.faults)
}

// process is the media process that runs now.
func (p *people) process() string { return fmt.Sprint("media-", p.deaths) }

func (p *people) phoneUp(id call.AgentID) bool { return p.phones[id] != "" }

func (p *people) address(id call.AgentID) string { return "sip:" + string(id) + "@" + simMedia }

// serverStarted: media and pages connect again to a new server.
func (p *people) serverStarted() {
	s, life := p.s, p.s.life
	s.after(s.upTo(500*time.Millisecond), func() {
		if life != s.life {
			return
		}
		seen := PhonesSeen{Address: simMedia, Process: s.people.process()}
		for _, id := range s.people.agents {
			if session := s.people.phones[id]; session != "" {
				seen.Sessions = append(seen.Sessions, session)
			}
		}
		s.fold(seen)
		for _, id := range s.people.agents {
			if session := s.people.phones[id]; session != "" {
				s.fold(PhoneUp{Agent: id, Session: session, Address: s.people.address(id)})
			}
		}
	})
	for _, id := range p.s.people.agents {
		s.after(s.upTo(2*time.Second), func() {
			if life == s.life && s.people.pages[id] {
				s.fold(BrowserUp{Agent: id})
			}
		})
	}
}

// signedOut: the switchboard ended these agents' media sessions.
func (p *people) signedOut(ids []call.AgentID) {
	for _, id := range ids {
		p.phoneDown(id, "signed_out")
	}
}

func (p *people) phoneDown(id call.AgentID, why string) {
	session := p.phones[id]
	if session == "" {
		return
	}
	p.phones[id] = ""
	s := p.s
	s.after(s.upTo(10*time.Millisecond), func() { s.fold(PhoneDown{Agent: id, Session: session, Reason: why}) })
}

func (p *people) connectPhone(id call.AgentID) {
	if p.phones[id] != "" {
		return
	}
	p.session++
	session := fmt.Sprint("session-", p.session)
	p.phones[id] = session
	s := p.s
	s.after(s.upTo(10*time.Millisecond), func() {
		if s.people.phones[id] == session {
			s.fold(PhoneUp{Agent: id, Session: session, Address: s.people.address(id)})
		}
	})
}

// mediaDies: every session is gone, and Asterisk ends their legs some seconds later.
func (p *people) mediaDies() {
	s := p.s
	for _, id := range p.agents {
		p.phones[id] = ""
	}
	p.deaths++
	s.fold(PhonesLost{Address: simMedia})
	for _, leg := range s.world.legs() {
		if s.world.channels[leg].agent != "" {
			s.after(5*time.Second, func() { s.world.hangUp(leg, 44) })
		}
	}
	life := s.life
	s.after(s.upTo(time.Second), func() {
		if life == s.life {
			s.fold(PhonesSeen{Address: simMedia, Process: s.people.process()})
		}
	})
	for _, id := range p.agents {
		s.after(time.Second+s.upTo(4*time.Second), func() { s.people.connectPhone(id) })
	}
}

// live is one agent's day: now and then he does something.
func (p *people) live(id call.AgentID) {
	s := p.s
	if s.up {
		p.act(id)
	}
	s.after(s.upTo(5*time.Second), func() { s.people.live(id) })
}

func (p *people) act(id call.AgentID) {
	s := p.s
	seat, known := s.board.seats[id]
	switch {
	case !known:
	case p.phones[id] == "":
		if s.rand.IntN(3) == 0 || s.calm {
			p.send(Command{Agent: id, Action: SignIn})
			p.connectPhone(id)
		}
	case s.chance(150):
		p.phoneDown(id, "page_closed")
	case s.chance(150):
		p.page(id)
	case seat.Occupation == agent.Free:
		p.beFree(id)
	default:
		p.inCall(id, seat)
	}
}

// page closes an agent's page for a while.
func (p *people) page(id call.AgentID) {
	s := p.s
	p.pages[id] = false
	s.fold(BrowserDown{Agent: id})
	s.after(s.upTo(40*time.Second), func() {
		s.people.pages[id] = true
		s.fold(BrowserUp{Agent: id})
	})
}

func (p *people) beFree(id call.AgentID) {
	s := p.s
	switch {
	case s.chance(200):
		p.send(Command{Agent: id, Action: SignOut})
	case s.chance(6):
		p.send(Command{Agent: id, Action: SetPresence, Mode: agent.Mode{Presence: agent.Break}})
	case s.chance(8):
		p.dial(id)
	default:
		p.send(Command{Agent: id, Action: SetPresence, Mode: agent.Mode{Presence: agent.Ready}})
	}
}

func (p *people) dial(id call.AgentID) {
	p.calls++
	to := []string{"01098765432", fmt.Sprint(2000 + p.s.rand.IntN(simAgents)), "7200", "12"}[p.s.rand.IntN(4)]
	p.send(Command{Agent: id, Action: Dial, To: to, NewCall: call.ID(fmt.Sprintf("call-%06d", 900000+p.calls))})
}

var simActions = []Action{
	Accept, Accept, Accept, Decline, HangUp, Hold, Resume, Resume, Mute, PressKeys, Consult, Consult, CancelConsult, ConnectCustomer,
	ConnectCustomer, Swap, ThreeWay, DropTarget, Transfer, EndHostile, SetPresence, ClearNext,
}

func (p *people) inCall(id call.AgentID, seat *seat) {
	c, live := p.s.board.calls[seat.Call]
	if !live {
		return
	}
	cmd := Command{
		Agent: id, Action: simActions[p.s.rand.IntN(len(simActions))], Call: c.ID, Version: c.Version, Keys: "1",
		To:   []string{"01055556666", fmt.Sprint(2000 + p.s.rand.IntN(simAgents)), "7100", "7200"}[p.s.rand.IntN(4)],
		Mode: agent.Mode{Presence: agent.Ready}, On: p.s.rand.IntN(2) == 0,
	}
	if p.s.calm && !slices.Contains([]Action{Accept, HangUp, Resume}, cmd.Action) {
		return
	}
	if p.s.chance(20) {
		cmd.Version-- // he saw the call as it was before
	}
	p.send(cmd)
}

func (p *people) hangUp(id call.AgentID) {
	if seat, known := p.s.board.seats[id]; known && p.s.up {
		if c, live := p.s.board.calls[seat.Call]; live {
			p.send(Command{Agent: id, Action: HangUp, Call: c.ID, Version: c.Version})
		}
	}
}

// send gives the board a command, and sometimes twice.
func (p *people) send(c Command) {
	s := p.s
	p.keys++
	c.Key = fmt.Sprint("key-", p.keys)
	times := 1
	if s.chance(20) {
		times = 2
	}
	for range times {
		if !s.up {
			return
		}
		var refusal *Refusal
		s.board.turn(s.now, func() { refusal = s.board.command(c) })
		if refusal == nil {
			s.log("%s: %s %s %s", c.Agent, c.Action, c.Call, c.To)
		}
		s.flush()
	}
}
