package switchboard

import (
	"container/heap"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/invariant"
)

// sim is a whole contact centre in one goroutine: the switchboard's real board and journal records, with a simulated
// Asterisk, simulated people and a simulated clock. One seed gives one run, always the same. Everything in it is a fake but
// the board.
type sim struct {
	seed  uint64
	rand  *rand.Rand
	now   time.Time
	todo  simQueue
	order uint64
	steps int
	trace []string

	board   *board
	up      bool     // the server runs
	hears   bool     // its connection to the switch is up
	life    int      // which server: what was meant for an earlier one is lost
	journal [][]byte // survives crashes
	world   world
	people  people
	calm    bool // no faults and no new calls: everything has to settle
	gentle  bool // no faults, but life goes on

	facts    invariant.Facts
	orphans  invariant.Orphans
	told     uint64 // the last fact that was handed out
	repaired uint64
	lost     int // events that were lost on purpose
	failures []invariant.Violation
}

// simItem is something that will happen.
type simItem struct {
	at    time.Time
	order uint64
	what  func()
}

type simQueue []simItem

func (q simQueue) Len() int { return len(q) }
func (q simQueue) Less(i, j int) bool {
	if !q[i].at.Equal(q[j].at) {
		return q[i].at.Before(q[j].at)
	}
	return q[i].order < q[j].order
}
func (q simQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *simQueue) Push(x any)   { *q = append(*q, x.(simItem)) } //nolint:forcetypeassert // heap's own
func (q *simQueue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}

func newSim(seed uint64) *sim {
	s := &sim{seed: seed, rand: rand.New(rand.NewPCG(seed, 1)), now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	s.world = newWorld(s)
	s.people = newPeople(s)
	s.start()
	return s
}

// after lets something happen in a while.
func (s *sim) after(d time.Duration, what func()) {
	s.order++
	heap.Push(&s.todo, simItem{s.now.Add(d), s.order, what})
}

// chance is true once in n times; never while everything has to settle.
func (s *sim) chance(n int) bool { return !s.calm && s.rand.IntN(n) == 0 }

// fault is a chance of something that only a broken world does.
func (s *sim) fault(n int) bool { return s.chance(n) && !s.gentle }

// upTo is a random time.
func (s *sim) upTo(d time.Duration) time.Duration { return time.Duration(s.rand.Int64N(int64(d))) }

func (s *sim) log(format string, args ...any) {
	s.trace = append(s.trace, s.now.Format("15:04:05.000 ")+fmt.Sprintf(format, args...))
	if len(s.trace) > 400 {
		s.trace = s.trace[100:]
	}
}

func (s *sim) fail(v ...invariant.Violation) { s.failures = append(s.failures, v...) }

// run lets n things happen.
func (s *sim) run(n int) {
	for range n {
		if len(s.failures) > 0 {
			return
		}
		s.next()
	}
}

// next lets the next thing happen: a deadline of the board, or what is due in the world.
func (s *sim) next() {
	s.steps++
	if due := s.board.schedule.next(); s.up && !due.IsZero() && (len(s.todo) == 0 || due.Before(s.todo[0].at)) {
		if due.After(s.now) {
			s.now = due
		}
		s.board.fireNext(s.now)
		s.flush()
		return
	}
	item := heap.Pop(&s.todo).(simItem) //nolint:forcetypeassert // ours
	s.now = item.at
	item.what()
}

// fold gives the board an event, if there is a board that hears it.
func (s *sim) fold(ev Event) {
	if s.up {
		s.board.turn(s.now, func() { s.board.step(ev) })
		s.flush()
	}
}

// flush is what Switchboard.flush does, with crashes: after the append, and before each effect.
func (s *sim) flush() {
	r, changed := s.board.changes()
	whole := s.rand.IntN(50) == 0
	if whole {
		r = s.board.whole()
	}
	if changed || whole {
		data, err := json.Marshal(r)
		if err != nil {
			s.fail(invariant.Violation{Rule: invariant.FactsWhole, What: err.Error()})
		}
		if whole {
			s.journal = nil
		}
		s.journal = append(s.journal, data)
	}
	out := s.board.take()
	for _, f := range out.facts {
		s.tell(f)
	}
	for _, e := range out.effects {
		if s.fault(3000) {
			s.log("crash before %s", effectName(e.effect))
			s.crash()
			return
		}
		s.perform(e)
	}
	s.people.signedOut(out.close)
	s.check()
}

func (s *sim) tell(f call.Fact) {
	if f.Seq <= s.told {
		return // handed out by an earlier server already
	}
	s.told = f.Seq
	s.log("fact %d %s %s %s %s (%s)", f.Seq, f.Kind, f.Call.ID, f.Agent, f.Target, f.Cause)
	s.fail(s.facts.Next(f)...)
}

// perform carries an effect out in the world after a while, unless it fails half-way.
func (s *sim) perform(e callEffect) {
	life := s.life
	s.after(time.Millisecond+s.upTo(20*time.Millisecond), func() {
		outcome := s.world.perform(e.effect)
		s.log("effect %s of %s: %s", effectName(e.effect), e.id, outcome)
		s.after(time.Millisecond+s.upTo(5*time.Millisecond), func() {
			if life == s.life {
				s.fold(effectEnded{call: e.id, effect: e.effect, outcome: outcome})
			}
		})
	})
}

// crash ends the server as kill -9 does. What was under way may still be done.
func (s *sim) crash() {
	s.up, s.hears = false, false
	s.repaired += s.board.repaired
	s.board.repaired = 0
	s.life++
	s.after(50*time.Millisecond+s.upTo(3*time.Second), s.start)
}

// start begins a server with what the journal kept.
func (s *sim) start() {
	if s.up {
		return
	}
	state, err := Recover(s.journal, 0)
	if err != nil {
		s.fail(invariant.Violation{Rule: invariant.FactsWhole, What: err.Error()})
	}
	s.up, s.life = true, s.life+1
	s.board = newBoard()
	s.log("server %d starts", s.life)
	s.board.turn(s.now, func() {
		if state.Known() {
			s.board.restore(state)
		} else {
			s.board.step(DirectoryChanged{Directory: s.people.directory()})
		}
	})
	s.flush()
	s.after(20*time.Millisecond+s.upTo(time.Second), s.connect)
	s.people.serverStarted()
}

// connect is the connection to the switch coming up: a snapshot, and callers who waited in the dialplan.
func (s *sim) connect() {
	if !s.up || s.hears {
		return
	}
	s.hears = true
	s.fold(SwitchConnected{Seen: s.world.look()})
	s.world.connected()
	life := s.life
	s.after(4*time.Second, func() { s.looks(life) })
}

// looks is the periodic look at the switch.
func (s *sim) looks(life int) {
	if !s.up || life != s.life {
		return
	}
	if s.hears {
		s.fold(SwitchSeen{Seen: s.world.look()})
		s.fail(s.orphans.Look(s.board.calls, s.world.legs(), s.now)...)
	}
	s.after(4*time.Second, func() { s.looks(life) })
}

// disconnect cuts the connection to the switch; what happens there meanwhile is not heard.
func (s *sim) disconnect(d time.Duration) {
	if !s.up || !s.hears {
		return
	}
	s.hears = false
	s.log("connection cut for %s", d)
	s.fold(SwitchLost{Reason: "cut"})
	s.after(d, s.connect)
}

// check is what holds after every step.
func (s *sim) check() {
	agents := make([]agent.Agent, 0, len(s.board.seats))
	for _, seat := range s.board.seats {
		agents = append(agents, seat.Agent)
	}
	s.fail(invariant.Agents(s.board.calls, agents)...)
	s.fail(s.facts.Balance()...)
}

// settle ends all faults and all calls and sees that nothing is left.
func (s *sim) settle() {
	s.calm = true
	s.quiet(15 * time.Second) // every deadline of repair, and nothing new
	s.fail(s.lasting()...)
	s.world.everybodyHangsUp()
	s.quiet(3 * time.Minute)
	if len(s.failures) > 0 {
		return
	}
	if n := len(s.world.channels); n > 0 {
		s.fail(invariant.Violation{Rule: invariant.OwnedLegs, What: fmt.Sprintf("%d legs are left", n)})
	}
	for id, c := range s.board.calls {
		s.fail(invariant.Violation{Rule: invariant.OneLife, What: fmt.Sprintf("%s is left in %s", id, c.Phase)})
	}
	if n := len(s.board.lanes); n > 0 {
		s.fail(invariant.Violation{Rule: invariant.OwnedLegs, What: fmt.Sprintf("%d lanes are left", n)})
	}
	if live := s.facts.Live(); len(live) > 0 {
		s.fail(invariant.Violation{Rule: invariant.OneLife, What: fmt.Sprintf("%v never ended", live)})
	}
	s.facts.Forget()
	s.calm = false
}

// lasting are the violations of what settles that are there at each of three looks: calls still come and go meanwhile.
func (s *sim) lasting() []invariant.Violation {
	found := invariant.Settled(s.board.calls, s.world.seen())
	for range 2 {
		s.quiet(2 * time.Second)
		again := invariant.Settled(s.board.calls, s.world.seen())
		found = slices.DeleteFunc(found, func(v invariant.Violation) bool { return !slices.Contains(again, v) })
	}
	return found
}

// quiet lets time pass.
func (s *sim) quiet(d time.Duration) {
	for until := s.now.Add(d); s.now.Before(until) && len(s.failures) == 0; {
		s.next()
	}
}

func (s *sim) report(t *testing.T) {
	t.Helper()
	if len(s.failures) == 0 {
		return
	}
	t.Fatalf("seed %d, step %d: %v\n%s", s.seed, s.steps, s.failures, strings.Join(s.trace, "\n"))
}
