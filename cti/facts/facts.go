// Package facts keeps everything that became true of calls, for as long as the database does: what an answer to "why did
// this call go there" is made of.
package facts

import (
	"time"

	"bellhop/cti/call"
)

// Record is one fact about a call as it is kept.
type Record struct {
	Epoch   string // the journal that numbered it
	Seq     uint64
	Call    call.ID
	Kind    call.FactKind
	At      time.Time
	Agent   call.AgentID // the agent it is about, or empty
	Target  call.AgentID // the other agent it concerns, or empty
	Queue   call.QueueID
	Service call.ServiceID
	Cause   string // what led to it, a code
	Payload Payload
}

// Payload is what else the fact can be told with in words. What does not apply is zero and left out.
type Payload struct {
	Direction   call.Direction `json:"direction,omitempty"`
	Phase       call.Phase     `json:"phase,omitempty"` // right after it
	Number      string         `json:"number,omitempty"`
	Name        string         `json:"name,omitempty"`
	Dialled     string         `json:"dialled,omitempty"` // inbound: the number called; outbound: the number shown
	QueueName   string         `json:"queue_name,omitempty"`
	ServiceName string         `json:"service_name,omitempty"`
	Offers      int            `json:"offers,omitempty"` // how many were made so far
	WaitMS      int64          `json:"wait_ms,omitempty"`
	TalkMS      int64          `json:"talk_ms,omitempty"` // since customer and agent were connected first, without HoldMS
	HoldMS      int64          `json:"hold_ms,omitempty"`
	ReclaimMS   int64          `json:"reclaim_ms,omitempty"` // of an offer: how long the agent may let it ring
	Reason      call.Reason    `json:"reason,omitempty"`     // why the call ended
	Why         call.Reason    `json:"why,omitempty"`        // why the consult ended
	Detail      string         `json:"detail,omitempty"`     // of 강성종료: the agent's reason; of an overflow: why
	Choice      *Choice        `json:"choice,omitempty"`     // of an offer: why him
	To          *To            `json:"to,omitempty"`         // who is consulted, or gets the customer
}

// Choice is why the queue chose that agent for that call.
type Choice struct {
	Rule      string    `json:"rule"`
	IdleSince time.Time `json:"idle_since"`
	Ready     int       `json:"ready"`
	Waiting   int       `json:"waiting"`
}

// To is a target of a consult or a transfer.
type To struct {
	Kind   call.TargetKind `json:"kind"`
	Number string          `json:"number,omitempty"`
	Name   string          `json:"name,omitempty"`
}

// Of is the record of a fact that the journal named epoch numbered.
func Of(epoch string, f call.Fact) Record {
	c := f.Call
	return Record{
		Epoch: epoch, Seq: f.Seq, Call: c.ID, Kind: f.Kind, At: f.At, Agent: f.Agent, Target: f.Target,
		Queue: c.Queue.ID, Service: c.Queue.Service, Cause: f.Cause, Payload: payloadOf(f),
	}
}

func payloadOf(f call.Fact) Payload {
	c := f.Call
	p := Payload{
		Direction: c.Direction, Phase: c.Phase, Number: c.Caller.Number, Name: c.Caller.Name, Dialled: c.Dialled,
		QueueName: c.Queue.Name, ServiceName: c.Queue.ServiceName, Offers: c.Offers,
		Reason: c.Reason, Why: f.Why, Detail: f.Detail, To: toOf(f),
	}
	if f.Choice != nil {
		p.Choice = &Choice{
			Rule: f.Choice.Rule, IdleSince: f.Choice.IdleSince, Ready: f.Choice.Ready, Waiting: f.Choice.Waiting,
		}
	}
	if f.Kind == call.CallOffered {
		p.ReclaimMS = c.Queue.Reclaim.Milliseconds()
	}
	if f.Kind == call.CallOverflowed {
		p.Detail = c.Flow.Why
	}
	p.setTimes(f)
	return p
}

// setTimes says how long the customer waited until he was connected, or until now, and how long he talked and waited on
// hold since.
func (p *Payload) setTimes(f call.Fact) {
	c := f.Call
	until := f.At
	if !c.ConnectedAt.IsZero() {
		until = c.ConnectedAt
		held := c.HeldFor
		if !c.HeldAt.IsZero() {
			held += f.At.Sub(c.HeldAt)
		}
		together := max(0, f.At.Sub(c.ConnectedAt))
		held = min(max(0, held), together)
		p.TalkMS, p.HoldMS = (together - held).Milliseconds(), held.Milliseconds()
	}
	if !c.QueuedAt.IsZero() {
		p.WaitMS = max(0, until.Sub(c.QueuedAt)).Milliseconds()
	}
}

func toOf(f call.Fact) *To {
	to := f.Call.Target
	if f.To != nil {
		to = f.To
	}
	if to == nil {
		return nil
	}
	return &To{Kind: to.Kind, Number: to.Number, Name: to.Name}
}
