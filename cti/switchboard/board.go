package switchboard

import (
	"slices"
	"time"

	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/queue"
	"bellhop/cti/scenario"
)

// board is the state of every call and agent. It is owned by the switchboard's loop and folds one event at a time:
// no goroutine, no clock, no I/O. What follows from an event is collected in out.
type board struct {
	calls    map[call.ID]call.Call
	legs     map[call.LegID]call.ID
	seats    map[call.AgentID]*seat
	queues   map[call.QueueID]Queue
	numbers  map[string]call.QueueID
	services map[call.ServiceID]Service
	entries  map[string]string // dialled number → flow
	flows    map[flowKey]scenario.Flow
	newest   map[string]int // flow → its newest version
	zones    map[string]*time.Location
	book     *queue.Book
	lanes    map[call.ID]*lane
	answers  answers
	schedule schedule

	directory *Directory // as it was last told
	boot      time.Time  // of the switch
	switchUp  bool
	fenced    bool
	paces     map[call.QueueID]pace
	processes map[string]string // media's SIP address → the process that was last seen there
	draining  bool
	health    HealthChanged
	// trunksDown says that no trunk can be reached (F24).
	trunksDown bool
	seq        uint64
	ignored    uint64 // events that meant nothing
	repaired   uint64 // events that had to be made up
	doubts     map[doubt]struct{}

	now   time.Time
	cause string // what is being folded, as a code
	out   outcome
}

// seat is an agent with what the directory and his phone say of him.
type seat struct {
	agent.Agent
	entry   AgentEntry
	member  bool   // still in the directory
	address string // SIP URI of his phone
	session string // his media session
	closed  string // the media session he signed out of
	stalled bool   // nothing comes of his browser in mid-call
	inBook  bool
	changed uint64

	offered map[call.QueueID]time.Time // when he was last offered a call of the queue
	taken   int                        // calls since he signed in
}

// outcome is what follows from the events folded since the last take.
type outcome struct {
	effects   []callEffect   // to be started now
	close     []call.AgentID // media sessions to end
	facts     []call.Fact
	answers   []savedAnswer
	calls     map[call.ID]struct{}      // that changed
	lanes     map[call.ID]struct{}      // that changed
	seats     map[call.AgentID]struct{} // that changed
	touched   map[call.AgentID]struct{} // whose view changed
	queues    map[call.QueueID]struct{} // whose number of waiting calls changed
	boot      bool                      // the switch was started anew
	processes bool                      // another media process was seen
	directory bool                      // the directory changed
}

type callEffect struct {
	id     call.ID
	effect call.Effect
}

func newBoard() *board {
	return &board{
		calls:    make(map[call.ID]call.Call),
		legs:     make(map[call.LegID]call.ID),
		seats:    make(map[call.AgentID]*seat),
		queues:   make(map[call.QueueID]Queue),
		numbers:  make(map[string]call.QueueID),
		services: make(map[call.ServiceID]Service),
		book:     queue.NewBook(),
		zones:    make(map[string]*time.Location),

		paces:     make(map[call.QueueID]pace),
		processes: make(map[string]string),
		lanes:     make(map[call.ID]*lane),
		answers:   newAnswers(),
		doubts:    make(map[doubt]struct{}),
		out:       newOutcome(),
	}
}

func newOutcome() outcome {
	return outcome{
		calls: make(map[call.ID]struct{}), lanes: make(map[call.ID]struct{}), seats: make(map[call.AgentID]struct{}),
		touched: make(map[call.AgentID]struct{}), queues: make(map[call.QueueID]struct{}),
	}
}

// turn folds one input at now, and offers what can be offered after it.
func (b *board) turn(now time.Time, fold func()) {
	b.now = now
	fold()
	b.cause = "assigned"
	b.distribute()
}

// take is what followed since the last take.
func (b *board) take() outcome {
	out := b.out
	b.out = newOutcome()
	return out
}

// step folds one event.
func (b *board) step(ev Event) {
	b.cause = causeOf(ev)
	switch e := ev.(type) {
	case effectEnded:
		b.effectEnded(e)
	case deadlineReached:
		b.deadline(e)
	case CallArrived:
		b.callArrived(e)
	case LegRang:
		b.toLeg(e.Leg, call.LegRang{Leg: e.Leg})
	case LegAnswered:
		b.toLeg(e.Leg, call.LegAnswered{Leg: e.Leg})
	case LegEnded:
		b.toLeg(e.Leg, call.LegEnded{Leg: e.Leg, Cause: e.Cause})
	case AnnouncementEnded:
		b.toLeg(e.Leg, call.AnnouncementEnded{Number: e.Number, Failed: e.Failed})
	case KeyPressed:
		b.keyPressed(e)
	case SwitchConnected:
		b.switchConnected(e.Seen)
	case SwitchSeen:
		b.reconcile(e.Seen)
	case SwitchLost:
		b.switchUp = false
		b.touchAll()
	case SwitchFenced:
		b.switchUp, b.fenced = false, true
		b.touchAll()
	case TrunksSeen:
		b.trunksDown = e.Down
	case HealthChanged:
		b.health = e
		b.touchAll()
	case PhoneUp:
		b.phoneUp(e)
	case PhoneDown:
		b.phoneDown(e)
	case PhoneStalled:
		b.phoneStalled(e)
	case PhoneFlows:
		b.phoneFlows(e)
	case PhonesLost:
		b.phonesLost(e)
	case PhonesSeen:
		b.phonesSeen(e)
	case BrowserUp:
		b.toAgent(e.Agent, agent.BrowserConnected{})
	case BrowserDown:
		b.toAgent(e.Agent, agent.BrowserLost{})
	case DirectoryChanged:
		b.directoryChanged(e.Directory)
	default:
		b.ignored++
	}
}

func (b *board) callArrived(e CallArrived) {
	if _, known := b.legs[e.Leg]; known {
		b.ignored++
		return
	}
	ev := call.Arrived{Call: e.Call, Leg: e.Leg, Caller: e.Caller, Dialled: e.Dialled, At: e.At}
	if f, ok := b.flowOf(e.Dialled); ok {
		ev.Flow = call.FlowAt{ID: f.ID, Version: f.Version}
	} else if q, ok := b.queues[b.numbers[e.Dialled]]; ok && b.takes(q.Service) {
		copied := q.forCall()
		ev.Queue = &copied
	}
	b.calls[e.Call] = call.New()
	b.toCall(e.Call, ev)
}

func (b *board) toLeg(leg call.LegID, ev call.Event) {
	id, ok := b.legs[leg]
	if !ok {
		b.ignored++
		return
	}
	b.toCall(id, ev)
}

// toCall folds an event into a call and spreads what follows.
func (b *board) toCall(id call.ID, ev call.Event) {
	before, ok := b.calls[id]
	if !ok {
		b.ignored++
		return
	}
	after, effects, facts := call.Step(before, ev, b.now)
	b.calls[id] = after
	b.out.calls[id] = struct{}{}
	b.index(before, after)
	for _, f := range facts {
		b.tell(f)
	}
	for _, e := range effects {
		b.do(id, e)
	}
	b.schedule.set(string(id), after.Deadline())
	b.touchAgentOf(before)
	b.touchAgentOf(after)
	if after.Done() {
		delete(b.calls, id)
		b.schedule.set(string(id), time.Time{})
	}
	b.parkOrRejoin(id, before, after)
	if after.Asks != (call.FlowInput{}) && before.Asks != after.Asks {
		b.askFlow(id)
	}
	if wanted := after.Wants(); wanted != "" && before.Wants() == "" {
		b.callColleague(id, wanted)
	}
}

// callColleague rings the agent whom a colleague calls, unless he was taken by another call meanwhile.
func (b *board) callColleague(id call.ID, wanted call.AgentID) {
	s := b.seats[wanted]
	if s == nil || !s.Available() || s.address == "" {
		b.toCall(id, call.CalleeBusy{})
		return
	}
	b.toCall(id, call.Assigned{Agent: wanted, Address: s.address})
}

// index keeps the legs and the book true to the call.
func (b *board) index(before, after call.Call) {
	legs := after.Legs()
	for _, leg := range before.Legs() {
		if !slices.Contains(legs, leg) {
			delete(b.legs, leg)
		}
	}
	for _, leg := range legs {
		if after.Done() {
			delete(b.legs, leg)
		} else {
			b.legs[leg] = after.ID
		}
	}
	was, _, _, waited := before.WaitsFor()
	q, key, place, waits := after.WaitsFor()
	if waits == waited && q == was {
		return
	}
	if waited {
		b.book.Leave(before.ID)
		b.out.queues[was] = struct{}{}
	}
	if waits {
		b.book.Wait(key, q, place)
		b.out.queues[q] = struct{}{}
	}
}

// tell numbers a fact, lets it out, and lets it change the agent it is about.
func (b *board) tell(f call.Fact) {
	b.seq++
	f.Seq, f.Cause = b.seq, b.cause
	b.out.facts = append(b.out.facts, f)
	for _, id := range []call.AgentID{f.Agent, f.Target} {
		if id != "" {
			b.toAgent(id, agent.CallFact{Fact: f, Rules: b.rulesOf(f.Call)})
		}
	}
}

func (b *board) toAgent(id call.AgentID, ev agent.Event) {
	s, ok := b.seats[id]
	if !ok {
		b.ignored++
		return
	}
	before := s.Agent
	s.Agent = agent.Step(before, ev, b.now)
	if s.Agent != before {
		b.out.touched[id], b.out.seats[id] = struct{}{}, struct{}{}
		b.schedule.set(agentKey+string(id), s.Deadline())
	}
	b.seatInBook(s)
}

// seatInBook lists the agent as ready if he may be offered a call now.
func (b *board) seatInBook(s *seat) {
	may := s.Available() && s.member && s.address != ""
	switch {
	case may && !s.inBook:
		b.book.Ready(s.ID, b.ranks(s))
	case !may && s.inBook:
		b.book.Unready(s.ID)
	}
	s.inBook = may
}

// distribute offers waiting calls to ready agents, as long as there are both and the switch can be reached.
func (b *board) distribute() {
	if !b.switchUp || b.draining {
		return
	}
	for {
		pair, ok := b.book.Next()
		if !ok {
			return
		}
		s := b.seats[pair.Agent]
		s.inBook = false
		b.chosen(s, &pair)
		b.toCall(pair.Call, call.Assigned{Agent: pair.Agent, Address: s.address, Choice: pair.Choice})
	}
}

func (b *board) touchAgentOf(c call.Call) {
	for _, id := range []call.AgentID{c.Agent(), c.Consulted()} {
		if id != "" {
			b.out.touched[id] = struct{}{}
		}
	}
}

func (b *board) touchAll() {
	for id := range b.seats {
		b.out.touched[id] = struct{}{}
	}
}
