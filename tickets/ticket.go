// Package tickets is the domain of tickets: what a ticket is, what happened to it, and how calls become tickets.
// It learns of calls through its own Fact and knows nothing of call control. Stores live in folders below it.
package tickets

import (
	"errors"
	"time"
)

// Ticket is one unit of work (TK-01).
type Ticket struct {
	Number  int64 // unique, from 1 on
	Service Ref
	Channel Channel
	// Direction is who called whom when the ticket was opened.
	Direction Direction
	Status    Status
	// Subject is what somebody typed. It is empty at first: the screen words it from channel and customer.
	Subject        string
	CustomerNumber string    // digits with an optional leading +, or empty when withheld
	CustomerName   string    // at most MaxName runes, safe to show as text
	Agent          Ref       // 담당자; empty while unassigned
	Call           string    // the call it was opened for, or empty
	HostileAt      time.Time // when its call was ended with 강성종료 (PH-63); zero when it was not
	Missed         string    // why nobody answered its call (부재중 전화): switch_failure; empty when somebody did
	CreatedAt      time.Time
	UpdatedAt      time.Time
	Events         []Event // 이벤트, oldest first; only when one ticket is read
}

// Ref names a thing of another room by id, with the name that screens show.
type Ref struct{ ID, Name string }

// Channel is where a ticket came from (유입 채널, TK-02).
type Channel string

// ChannelPhone is 전화 (PH-39).
const ChannelPhone Channel = "phone"

// Direction is who called whom.
type Direction string

// The directions.
const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
)

// Status is where a ticket is in its life.
type Status string

// The statuses (TK-21 … TK-25).
const (
	Unassigned Status = "unassigned" // 미할당
	Processing Status = "processing" // 처리중: on any assignment
	Pending    Status = "pending"    // 보류
	Resolved   Status = "resolved"   // 해결
	Completed  Status = "completed"  // 완료
)

// Event is one thing that happened to a ticket, or to its call before there was a ticket.
type Event struct {
	Key    string // names the fact: the same key is recorded once for one call; 1 to 64 bytes
	Kind   FactKind
	At     time.Time
	Agent  Ref               // the agent it is about, or empty; stores need the ID only
	Target Ref               // the other agent it concerns, in a consult or a transfer, or empty
	Params map[string]string // see Fact for the names
}

// Viewer is who asks. A store shows nothing to the zero Viewer, and to others only tickets of services that are theirs.
type Viewer struct {
	User string // user id
}

// ListOptions choose from a list of tickets, newest first.
type ListOptions struct {
	Limit  int    // 1 to MaxList; 0 means DefaultList
	Before int64  // only tickets with a smaller number; 0 means from the newest
	Agent  string // only tickets of this agent; empty means all
}

// The sizes of a list.
const (
	DefaultList = 50
	MaxList     = 200
)

// ErrNotFound says that there is no such ticket, or that it is not the viewer's to see.
var ErrNotFound = errors.New("ticket not found")

// ErrRejected marks what a store can never save, however often it is tried: something in it is invalid.
var ErrRejected = errors.New("rejected")
