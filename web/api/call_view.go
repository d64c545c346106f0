package api

import (
	"time"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/switchboard"
)

// PhoneCall is a call as its agent sees it.
type PhoneCall struct {
	ID          string  `json:"id"`
	Version     int     `json:"version" doc:"Grows with every change; commands name the version they saw."`
	Direction   string  `json:"direction" enum:"inbound,outbound,internal"`
	Phase       string  `json:"phase" enum:"offering,dialling,talking,holding,consult_ringing,consulting,three_way,parked"`
	Caller      Caller  `json:"caller" doc:"The party outside, whoever called whom; of an internal call the colleague."`
	Dialled     string  `json:"dialled" doc:"Inbound: the number the customer called. Outbound: the number he is shown (발신번호)."`
	Queue       Named   `json:"queue"`
	Service     Named   `json:"service"`
	Pressed     string  `json:"pressed" doc:"누른 메뉴: the keys that the customer pressed in the flow's menus."`
	Reoffered   bool    `json:"reoffered" doc:"It was offered to somebody before (호회수)."`
	Answering   bool    `json:"answering" doc:"전화받기 was pressed, audio is being connected."`
	QueuedAt    string  `json:"queued_at" format:"date-time" doc:"When it began to wait. A call that never waited has the time of offered_at."`
	OfferedAt   string  `json:"offered_at" format:"date-time" doc:"When it was offered to this agent, or when he dialled."`
	OfferEndsAt string  `json:"offer_ends_at" format:"date-time" doc:"When an offer is taken back; means nothing in other phases."`
	ConnectedAt *string `json:"connected_at" format:"date-time"`

	HeldAt    *string     `json:"held_at" format:"date-time" doc:"Since when the customer hears music; null while he does not."`
	HeldMS    int64       `json:"held_ms" doc:"Earlier holds together, in milliseconds."`
	Muted     bool        `json:"muted" doc:"The agent's microphone is off."`
	Swapped   bool        `json:"swapped" doc:"In consulting: the agent hears the customer, the target hears music."`
	Consulted bool        `json:"consulted" doc:"The agent is the one who is consulted, or called by a colleague."`
	From      string      `json:"from" doc:"The name of who consults him, or calls inside."`
	Target    *CallTarget `json:"target" doc:"Whom he consults, or calls inside."`

	ParkEndsAt *string `json:"park_ends_at" format:"date-time" doc:"When a parked call goes back to the queue unless he is back; null in other phases."`
}

// Caller is the party outside, as the network said. Name and number may be empty and are text from strangers.
type Caller struct {
	Number string `json:"number"`
	Name   string `json:"name"`
}

// CallTarget is whom an agent consults.
type CallTarget struct {
	Kind   string `json:"kind" enum:"agent,queue,outside"`
	Number string `json:"number"`
	Name   string `json:"name" doc:"Of the agent or the queue."`
	Up     bool   `json:"up" doc:"The target has answered."`
	At     string `json:"at" format:"date-time" doc:"Since when the target is called."`
}

// TransformSchema says which parts of a call may be null.
func (PhoneCall) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return orNull(s, "target")
}

func phoneCall(c switchboard.CallView) *PhoneCall {
	offered := firstTime(c.OfferedAt, c.QueuedAt, c.ConnectedAt)
	p := &PhoneCall{
		ID:          string(c.ID),
		Version:     c.Version,
		Direction:   string(c.Direction),
		Phase:       string(c.Phase),
		Caller:      Caller{Number: c.Caller.Number, Name: c.Caller.Name},
		Dialled:     c.Dialled,
		Queue:       Named{ID: string(c.QueueID), Name: c.QueueName},
		Service:     Named{ID: string(c.ServiceID), Name: c.ServiceName},
		Pressed:     c.Pressed,
		Reoffered:   c.Reoffered,
		Answering:   c.Answering,
		QueuedAt:    Stamp(firstTime(c.QueuedAt, offered)),
		OfferedAt:   Stamp(offered),
		OfferEndsAt: Stamp(firstTime(c.OfferEndsAt, offered)),
		ConnectedAt: stampOrNull(c.ConnectedAt),
		HeldAt:      stampOrNull(c.HeldAt),
		HeldMS:      c.HeldFor.Milliseconds(),
		Muted:       c.Muted,
		Swapped:     c.Swapped,
		Consulted:   c.Consulted,
		From:        c.From,
		ParkEndsAt:  stampOrNull(c.ParkEndsAt),
	}
	if t := c.Target; t != nil {
		p.Target = &CallTarget{Kind: string(t.Kind), Number: t.Number, Name: t.Name, Up: t.Up, At: Stamp(firstTime(t.At, offered))}
	}
	return p
}

// firstTime is the first of the times that has come.
func firstTime(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}
