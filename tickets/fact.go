package tickets

import (
	"fmt"
	"strconv"
	"time"

	"bellhop/cti/directory"
)

// FactKind names what happened to a call.
type FactKind string

// The facts that are recorded, with the names of their events' parameters. Of an offer to an agent who is consulted, the
// events have consult=true. The parameters of a target are target_kind (agent, queue or outside), target_number and
// target_name.
const (
	Arrived          FactKind = "arrived"           // dialled, number, name
	Queued           FactKind = "queued"            // queue
	Dialled          FactKind = "dialled"           // an agent calls out: number, name, caller_id
	Offered          FactKind = "offered"           //
	Declined         FactKind = "declined"          //
	Missed           FactKind = "missed"            // 호회수
	OfferLost        FactKind = "offer_lost"        // the agent's phone could not be rung or connected
	Withdrawn        FactKind = "withdrawn"         // whoever consults gave up before the agent answered
	Connected        FactKind = "connected"         // wait_ms, of an inbound call
	Held             FactKind = "held"              // 보류
	Resumed          FactKind = "resumed"           // 해제
	ConsultStarted   FactKind = "consult_started"   // 협의통화: the target
	ConsultConnected FactKind = "consult_connected" // the target
	ConsultEnded     FactKind = "consult_ended"     // why
	ThreeWay         FactKind = "three_way"         // the target
	HandedOver       FactKind = "handed_over"       // 고객연결: the target, who has the customer now
	Transferred      FactKind = "transferred"       // 바로전환: the target
	HostileEnd       FactKind = "hostile_end"       // 강성종료: talk_ms, hold_ms, detail (the agent's reason)
	Parked           FactKind = "parked"            // the agent's line broke, he is expected back
	Rejoined         FactKind = "rejoined"          // he is back
	Returned         FactKind = "returned"          // the agent was lost; the customer waits again
	Recovered        FactKind = "recovered"         // call control was restarted and has the call again
	Repaired         FactKind = "repaired"          // what call control knew of it was mended: cause
	Overflowed       FactKind = "overflowed"        // its queue did not help, and its scenario leads it on: why
	Ended            FactKind = "ended"             // reason, by (customer, agent, target or system), wait_ms, talk_ms, hold_ms
)

func (k FactKind) known() bool {
	switch k {
	case Arrived, Queued, Dialled, Offered, Declined, Missed, OfferLost, Withdrawn, Connected, Held, Resumed, ConsultStarted,
		ConsultConnected, ConsultEnded, ThreeWay, HandedOver, Transferred, HostileEnd, Parked, Rejoined, Returned, Recovered,
		Repaired, Overflowed, Ended:
		return true
	default:
		return false
	}
}

// MaxKey is the longest key of a fact and the longest id of a call, in bytes.
const MaxKey = 64

// Fact is one thing that became true of a call with a customer, as call control tells it. Fields that do not apply are
// zero.
type Fact struct {
	Key  string // unique for one call; the same fact told again has the same key
	Kind FactKind
	At   time.Time
	Call string

	Direction      Direction // empty means Inbound
	Service        string    // id
	Queue          string    // name
	Agent          string    // id
	Dialled        string    // inbound: the number the customer called; outbound: the number he was shown
	CustomerNumber string
	CustomerName   string
	Consult        bool // an offer to an agent who is consulted

	Target       string // id of the agent consulted, or to whom the customer goes
	TargetKind   string
	TargetNumber string
	TargetName   string

	QueuedAt    time.Time
	ConnectedAt time.Time
	HeldFor     time.Duration // how long the customer heard music since he was connected
	Reason      string        // for Ended and ConsultEnded: why, from the closed list of the call model
	Detail      string        // for HostileEnd: the agent's reason; for Repaired: the cause
}

// Kept says what became of the ticket that a fact concerns. It is zero for a fact that opens no ticket and gives it to
// nobody.
type Kept struct {
	Number int64
	Agent  string // id: whose ticket it is from this fact on; empty when it is nobody's
	New    bool   // the fact opened it just now
}

// TicketOpened tells an agent that the call he has now has its ticket.
type TicketOpened struct {
	Number  int64
	Call    string
	Agent   string // id
	Service string // id
	New     bool   // false: the ticket was there already, and the call came to another agent, or to one again
}

// CallConnected is what a ticket is opened with (PH-37, PH-47), or handed over with when it is there. A missed call's has
// no agent.
type CallConnected struct {
	Call           string
	Direction      Direction
	Service        string // id
	Agent          string // id
	CustomerNumber string
	CustomerName   string
	CustomerKey    string // the number as it is compared, see directory.NumberKey
	At             time.Time
}

// Check says what makes the fact impossible to record, as ErrRejected.
func (f Fact) Check() error {
	switch {
	case f.Call == "" || len(f.Call) > MaxKey:
		return fmt.Errorf("a fact's call has %d bytes: %w", len(f.Call), ErrRejected)
	case f.Key == "" || len(f.Key) > MaxKey:
		return fmt.Errorf("a fact's key has %d bytes: %w", len(f.Key), ErrRejected)
	case !f.Kind.known():
		return fmt.Errorf("a fact is of the unknown kind %q: %w", f.Kind, ErrRejected)
	case f.At.IsZero():
		return fmt.Errorf("a fact has no time: %w", ErrRejected)
	case f.Owner() != "" && f.Service == "", f.Kind == Connected && f.Agent == "":
		return fmt.Errorf("a connected call has no service or no agent: %w", ErrRejected)
	case f.Kind == HostileEnd && f.Service == "":
		return fmt.Errorf("a call that was ended as hostile has no service: %w", ErrRejected)
	}
	return nil
}

// switchFailure is the reason of a call that was lost because the telephone switch failed.
const switchFailure = "switch_failure"

// Missed is why the fact is a missed call (부재중 전화), which somebody has to call back: it reached a service, and was lost
// before anybody answered it. Empty when it is none. Whoever was connected before has his ticket.
func (f Fact) Missed() string {
	if f.Kind == Ended && f.Reason == switchFailure && f.Service != "" && f.ConnectedAt.IsZero() &&
		(f.Direction == Inbound || f.Direction == "") {
		return f.Reason
	}
	return ""
}

// Owner is the agent whose ticket it is from this fact on; empty when it changes nothing about that.
func (f Fact) Owner() string {
	switch f.Kind {
	case Connected:
		return f.Agent
	case HandedOver:
		return f.Target
	default:
		return ""
	}
}

// Event is how the fact is recorded.
func (f Fact) Event() Event {
	e := Event{
		Key: f.Key, Kind: f.Kind, At: f.At, Agent: Ref{ID: f.Agent}, Target: Ref{ID: f.Target}, Params: map[string]string{},
	}
	switch f.Kind {
	case Arrived:
		e.Params["dialled"] = CleanText(f.Dialled, MaxNumber)
		e.Params["number"] = CleanNumber(f.CustomerNumber)
		e.Params["name"] = CleanText(f.CustomerName, MaxName)
	case Dialled:
		e.Params["number"] = CleanNumber(f.CustomerNumber)
		e.Params["name"] = CleanText(f.CustomerName, MaxName)
		e.Params["caller_id"] = CleanNumber(f.Dialled)
	case Queued:
		e.Params["queue"] = CleanText(f.Queue, MaxName)
	case Offered, Declined, Missed, OfferLost, Withdrawn:
		if f.Consult {
			e.Params["consult"] = "true"
		}
	case Connected:
		e.setDuration("wait_ms", f.QueuedAt, f.At)
	case ConsultStarted, ConsultConnected, ThreeWay, HandedOver, Transferred:
		e.Params["target_kind"] = CleanText(f.TargetKind, MaxName)
		e.Params["target_number"] = CleanText(f.TargetNumber, MaxNumber)
		e.Params["target_name"] = CleanText(f.TargetName, MaxName)
	case ConsultEnded:
		e.Params["why"] = CleanText(f.Reason, MaxName)
	case HostileEnd:
		f.spent(e)
		if f.Detail != "" {
			e.Params["detail"] = CleanText(f.Detail, MaxName)
		}
	case Overflowed:
		e.Params["why"] = CleanText(f.Detail, MaxName)
	case Repaired:
		e.Params["cause"] = CleanText(f.Detail, MaxName)
	case Ended:
		f.ended(e)
	case Held, Resumed, Parked, Rejoined, Returned, Recovered: // kind and agent say it all
	}
	return e
}

func (f Fact) ended(e Event) {
	e.Params["reason"] = CleanText(f.Reason, MaxName)
	e.Params["by"] = endedBy(f.Reason)
	switch {
	case f.Reason == hostileEnd: // the talk ended before the announcement: its event says how long it was
	case f.ConnectedAt.IsZero():
		e.setDuration("wait_ms", f.QueuedAt, f.At)
	default:
		e.setDuration("wait_ms", f.QueuedAt, f.ConnectedAt)
		f.spent(e)
	}
}

// spent says how long customer and agent were together: talk without the time in which the customer heard music (D18).
func (f Fact) spent(e Event) {
	if f.ConnectedAt.IsZero() {
		return
	}
	together := max(0, f.At.Sub(f.ConnectedAt))
	held := min(max(0, f.HeldFor), together)
	e.Params["talk_ms"] = milliseconds(together - held)
	e.Params["hold_ms"] = milliseconds(held)
}

// Connect is the ticket's side of a fact that opens it or gives it an agent.
func (f Fact) Connect() CallConnected {
	c := CallConnected{
		Call: f.Call, Direction: f.Direction, Service: f.Service, Agent: f.Owner(), At: f.At,
		CustomerNumber: CleanNumber(f.CustomerNumber), CustomerName: CleanText(f.CustomerName, MaxName),
	}
	c.CustomerKey = directory.NumberKey(c.CustomerNumber)
	if c.Direction == "" {
		c.Direction = Inbound
	}
	return c
}

// hostileEnd is the reason of a call that was ended with 강성종료.
const hostileEnd = "hostile_end"

// endedBy is who ended the call. What none of the parties did was done by the system.
func endedBy(reason string) string {
	switch reason {
	case "customer_hangup", "abandoned_in_flow", "abandoned_waiting", "abandoned_ringing", "refused":
		return "customer"
	case "agent_hangup", "cancelled", hostileEnd:
		return "agent"
	case "target_hangup":
		return "target"
	default:
		return "system"
	}
}

func (e Event) setDuration(name string, from, to time.Time) {
	if from.IsZero() {
		return
	}
	e.Params[name] = milliseconds(max(0, to.Sub(from)))
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
