package tickets

import (
	"fmt"
	"strconv"
	"time"
)

// FactKind names what happened to a call.
type FactKind string

// The facts that are recorded, with the names of their events' parameters.
const (
	Arrived   FactKind = "arrived"    // dialled, number, name
	Queued    FactKind = "queued"     // queue
	Offered   FactKind = "offered"    //
	Declined  FactKind = "declined"   //
	Missed    FactKind = "missed"     // 호회수
	OfferLost FactKind = "offer_lost" // the agent's phone could not be rung or connected
	Connected FactKind = "connected"  // wait_ms
	Returned  FactKind = "returned"   // the agent was lost; the customer waits again
	Ended     FactKind = "ended"      // reason, by (customer, agent or system), wait_ms, talk_ms
)

func (k FactKind) known() bool {
	switch k {
	case Arrived, Queued, Offered, Declined, Missed, OfferLost, Connected, Returned, Ended:
		return true
	default:
		return false
	}
}

// MaxKey is the longest key of a fact and the longest id of a call, in bytes.
const MaxKey = 64

// Fact is one thing that became true of a call, as call control tells it. Fields that do not apply are zero.
type Fact struct {
	Key  string // unique for one call; the same fact told again has the same key
	Kind FactKind
	At   time.Time
	Call string

	Service        string // id
	Queue          string // name
	Agent          string // id
	Dialled        string
	CustomerNumber string
	CustomerName   string

	QueuedAt    time.Time
	ConnectedAt time.Time
	Reason      string // for Ended: why, from the closed list of the call model
}

// CallConnected is what a ticket is opened with (PH-37).
type CallConnected struct {
	Call           string
	Service        string // id
	Agent          string // id
	CustomerNumber string
	CustomerName   string
	At             time.Time
	Event          Event // recorded with it
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
	case f.Kind == Connected && (f.Service == "" || f.Agent == ""):
		return fmt.Errorf("a connected call has no service or no agent: %w", ErrRejected)
	}
	return nil
}

// Event is how the fact is recorded.
func (f Fact) Event() Event {
	e := Event{Key: f.Key, Kind: f.Kind, At: f.At, Agent: Ref{ID: f.Agent}, Params: map[string]string{}}
	switch f.Kind {
	case Arrived:
		e.Params["dialled"] = CleanText(f.Dialled, MaxNumber)
		e.Params["number"] = CleanNumber(f.CustomerNumber)
		e.Params["name"] = CleanText(f.CustomerName, MaxName)
	case Queued:
		e.Params["queue"] = CleanText(f.Queue, MaxName)
	case Connected:
		e.setDuration("wait_ms", f.QueuedAt, f.At)
	case Ended:
		e.Params["reason"] = CleanText(f.Reason, MaxName)
		e.Params["by"] = endedBy(f.Reason)
		if f.ConnectedAt.IsZero() {
			e.setDuration("wait_ms", f.QueuedAt, f.At)
		} else {
			e.setDuration("wait_ms", f.QueuedAt, f.ConnectedAt)
			e.setDuration("talk_ms", f.ConnectedAt, f.At)
		}
	case Offered, Declined, Missed, OfferLost, Returned: // kind and agent say it all
	}
	return e
}

// Connect is the ticket's side of a Connected fact.
func (f Fact) Connect() CallConnected {
	return CallConnected{
		Call: f.Call, Service: f.Service, Agent: f.Agent, At: f.At,
		CustomerNumber: CleanNumber(f.CustomerNumber), CustomerName: CleanText(f.CustomerName, MaxName),
		Event: f.Event(),
	}
}

// endedBy is who ended the call. What neither party did was done by the system.
func endedBy(reason string) string {
	switch reason {
	case "customer_hangup", "abandoned_in_flow", "abandoned_waiting", "abandoned_ringing":
		return "customer"
	case "agent_hangup":
		return "agent"
	default:
		return "system"
	}
}

func (e Event) setDuration(name string, from, to time.Time) {
	if from.IsZero() {
		return
	}
	e.Params[name] = strconv.FormatInt(max(0, to.Sub(from).Milliseconds()), 10)
}
