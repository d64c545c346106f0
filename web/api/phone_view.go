package api

import (
	"time"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/switchboard"
)

// Phone is everything an agent's screen shows of his phone. REST and the live connection send the same shape.
type Phone struct {
	Agent      PhoneAgent `json:"agent"`
	Presence   string     `json:"presence" enum:"signed_out,default,ready,break,work"`
	Kind       string     `json:"kind" doc:"The kind of work or break, or empty."`
	Occupation string     `json:"occupation" enum:"free,offered,talking"`
	Since      string     `json:"since" format:"date-time" doc:"When the state he shows began."`
	Next       *Mode      `json:"next" doc:"Chosen during a call, taken when it ends."`
	PhoneUp    bool       `json:"phone_up" doc:"The audio connection of his browser is up."`
	SwitchUp   bool       `json:"switch_up" doc:"The telephone switch is connected."`
	Misses     int        `json:"misses" doc:"Offers missed in a row."`
	Waiting    int        `json:"waiting" doc:"Calls that wait in his queues now."`
	Notice     *Notice    `json:"notice"`
	Call       *PhoneCall `json:"call" doc:"The call he is offered or in."`
}

// PhoneAgent is who the phone belongs to.
type PhoneAgent struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Extension string `json:"extension" doc:"CTI 번호."`
}

// Mode is a presence with its kind.
type Mode struct {
	Presence string `json:"presence" enum:"default,ready,break,work"`
	Kind     string `json:"kind"`
}

// Notice is the last thing the agent was told.
type Notice struct {
	Kind   string `json:"kind" enum:"after_call,declined_offer,missed_offer,missed_too_often,caller_gone,phone_failed,was_unreachable"`
	At     string `json:"at" format:"date-time"`
	Call   string `json:"call" doc:"The call it is about, or empty."`
	Reason string `json:"reason" doc:"For after_call: why that call ended."`
}

// PhoneCall is a call as its agent sees it.
type PhoneCall struct {
	ID          string  `json:"id"`
	Version     int     `json:"version" doc:"Grows with every change; commands name the version they saw."`
	Phase       string  `json:"phase" enum:"offering,talking"`
	Caller      Caller  `json:"caller"`
	Dialled     string  `json:"dialled"`
	Queue       Named   `json:"queue"`
	Service     Named   `json:"service"`
	Reoffered   bool    `json:"reoffered" doc:"It was offered to somebody before (호회수)."`
	Answering   bool    `json:"answering" doc:"전화받기 was pressed, audio is being connected."`
	QueuedAt    string  `json:"queued_at" format:"date-time"`
	OfferedAt   string  `json:"offered_at" format:"date-time"`
	OfferEndsAt string  `json:"offer_ends_at" format:"date-time"`
	ConnectedAt *string `json:"connected_at" format:"date-time"`
}

// Caller is who calls, as the network said. Name and number may be empty and are text from strangers.
type Caller struct {
	Number string `json:"number"`
	Name   string `json:"name"`
}

// Named is something with an id and a name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// TicketRef names a ticket and the call it was opened for.
type TicketRef struct {
	Number int64  `json:"number"`
	Call   string `json:"call"`
}

// TransformSchema says which parts of a phone may be null.
func (Phone) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return orNull(s, "next", "notice", "call")
}

// orNull lets the named object properties of a schema be null.
func orNull(s *huma.Schema, names ...string) *huma.Schema {
	for _, name := range names {
		p := s.Properties[name]
		s.Properties[name] = &huma.Schema{
			AnyOf:       []*huma.Schema{{Ref: p.Ref}, {Type: "null"}},
			Description: p.Description,
		}
	}
	return s
}

// PhoneOf makes of the switchboard's view what is sent to the agent's screen.
func PhoneOf(v switchboard.AgentView) Phone {
	a := v.Agent
	p := Phone{
		Agent:      PhoneAgent{ID: string(a.ID), Name: v.Name, Extension: v.Extension},
		Presence:   string(a.Mode.Presence),
		Kind:       string(a.Mode.Kind),
		Occupation: string(a.Occupation),
		Since:      Stamp(a.Since),
		PhoneUp:    a.PhoneUp,
		SwitchUp:   v.SwitchUp,
		Misses:     a.Misses,
		Waiting:    v.Waiting,
	}
	if a.Next.Presence != "" {
		p.Next = &Mode{Presence: string(a.Next.Presence), Kind: string(a.Next.Kind)}
	}
	if n := a.Notice; n.Kind != "" {
		p.Notice = &Notice{Kind: string(n.Kind), At: Stamp(n.At), Call: string(n.Call), Reason: string(n.Reason)}
	}
	if v.Call != nil {
		p.Call = phoneCall(*v.Call)
	}
	return p
}

func phoneCall(c switchboard.CallView) *PhoneCall {
	return &PhoneCall{
		ID:          string(c.ID),
		Version:     c.Version,
		Phase:       string(c.Phase),
		Caller:      Caller{Number: c.Caller.Number, Name: c.Caller.Name},
		Dialled:     c.Dialled,
		Queue:       Named{ID: string(c.QueueID), Name: c.QueueName},
		Service:     Named{ID: string(c.ServiceID), Name: c.ServiceName},
		Reoffered:   c.Reoffered,
		Answering:   c.Answering,
		QueuedAt:    Stamp(c.QueuedAt),
		OfferedAt:   Stamp(c.OfferedAt),
		OfferEndsAt: Stamp(c.OfferEndsAt),
		ConnectedAt: stampOrNull(c.ConnectedAt),
	}
}

// PhoneToken is what the browser needs to connect its audio.
type PhoneToken struct {
	Session   string `json:"session" format:"uuid" doc:"The media session that is expected now."`
	MediaURL  string `json:"media_url" doc:"The websocket of the media process."`
	Token     string `json:"token" doc:"For the hello on that websocket; good once and for a short time."`
	ExpiresAt string `json:"expires_at" format:"date-time" doc:"When the token is no good any more."`
}

func newPhoneToken(session, mediaURL, token string, expires time.Time) PhoneToken {
	return PhoneToken{Session: session, MediaURL: mediaURL, Token: token, ExpiresAt: Stamp(expires)}
}
