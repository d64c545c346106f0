// Package history is what each agent was offered and took part in on the phone: his own call history. Book makes it of
// the facts about calls, and Store keeps it in PostgreSQL.
package history

import (
	"errors"
	"time"

	"bellhop/cti/call"
)

// Result says what became of an agent's part in a call.
type Result string

// The results.
const (
	Answered     Result = "answered"
	Transferred  Result = "transferred"   // he gave the customer to somebody else
	Declined     Result = "declined"      // he pressed 취소
	Missed       Result = "missed"        // 호회수
	CallerGone   Result = "caller_gone"   // whoever called gave up first
	Lost         Result = "lost"          // his phone failed, before or during the call
	Busy         Result = "busy"          // the results from here on are those of calls that he made
	NoAnswer     Result = "no_answer"     //
	Refused      Result = "refused"       //
	Unallocated  Result = "unallocated"   // no such number
	NetworkError Result = "network_error" //
	Cancelled    Result = "cancelled"     // he gave up
	NoAgent      Result = "no_agent"      // his own phone could not be connected
)

// By says who ended it, seen from the agent whose history it is.
type By string

// Who can end it.
const (
	ByCustomer By = "customer"
	ByAgent    By = "agent"  // he himself
	ByTarget   By = "target" // the colleague who called or consulted him, or whom he called
	BySystem   By = "system"
)

// Entry is one agent's part in a call, once it is over. Call, Agent and Leg name it: an agent may be offered one call
// several times, each time on another leg.
type Entry struct {
	Call      call.ID
	Agent     call.AgentID
	Leg       call.LegID     // his line into the call, the first if he had several
	Direction call.Direction // as he sees it: what he is offered is inbound, whoever called whom
	Peer      call.AgentID   // the colleague who called or consulted him, or whom he called; else empty
	Number    string         // of the customer
	Name      string         // of the customer
	Queue     string         // name
	Service   call.ServiceID

	Result  Result
	EndedBy By
	Reason  call.Reason // may be empty

	StartedAt   time.Time
	ConnectedAt time.Time // zero when he was not
	EndedAt     time.Time
	// Talk is the time he was connected, without Hold. Consulting somebody is talk for him, and hold only for the
	// customer (D18).
	Talk time.Duration
	Hold time.Duration
}

// Call is an Entry as it is read.
type Call struct {
	ID          int64
	Call        string
	Agent       string
	Direction   call.Direction
	Number      string // of an internal call: the colleague's extension
	Name        string // of an internal call: the colleague's
	Queue       string // name
	Service     string // name
	Result      Result
	EndedBy     By
	Reason      string
	StartedAt   time.Time
	ConnectedAt time.Time // zero when he was not connected
	EndedAt     time.Time
	Talk, Hold  time.Duration
}

// ListOptions choose from an agent's history.
type ListOptions struct {
	Limit  int    // 1 to MaxList; 0 means DefaultList
	Before string // Page.Next of the page before; empty means from the newest
	Missed bool   // only what he missed: 호회수, callers who gave up, and what his phone lost before he was connected
}

// Page is a part of a history, newest first.
type Page struct {
	Calls []Call
	Next  string // for ListOptions.Before; empty on the last page
}

// The sizes of a page.
const (
	DefaultList = 50
	MaxList     = 200
)

// ErrBadCursor says that ListOptions.Before is not what a page gave out.
var ErrBadCursor = errors.New("history: no such place in the list")

// ErrRejected marks what can never be saved, however often it is tried.
var ErrRejected = errors.New("rejected")
