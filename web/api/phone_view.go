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
	Occupation string     `json:"occupation" enum:"free,offered,dialling,talking,holding,consulting"`
	Since      string     `json:"since" format:"date-time" doc:"When the state he shows began."`
	Next       *Mode      `json:"next" doc:"Chosen during a call, taken when it ends."`
	PhoneUp    bool       `json:"phone_up" doc:"The audio connection of his browser is up."`
	SwitchUp   bool       `json:"switch_up" doc:"The telephone switch is connected."`
	Misses     int        `json:"misses" doc:"Offers missed in a row."`
	Waiting    int        `json:"waiting" doc:"Calls that wait in his queues now."`
	Blind      bool       `json:"blind" doc:"He may use 바로전환."`
	Notice     *Notice    `json:"notice"`
	Call       *PhoneCall `json:"call" doc:"The call he is offered or in."`

	Fenced      bool `json:"fenced" doc:"Another server has taken the telephone switch over: nothing can be done through this one."`
	JournalOK   bool `json:"journal_ok" doc:"The state of the calls can be written down, so that it would survive a crash."`
	RecordsLate bool `json:"records_late" doc:"Tickets and history wait for the database; they are written when it is back."`
	Draining    bool `json:"draining" doc:"This server is being replaced: it offers no new calls, calls go on."`
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
	Kind   string `json:"kind" enum:"after_call,declined_offer,missed_offer,missed_too_often,caller_gone,phone_failed,switch_failed,was_unreachable,dial_failed,consult_failed,consult_over,transfer_done,hostile_done"`
	At     string `json:"at" format:"date-time"`
	Call   string `json:"call" doc:"The call it is about, or empty."`
	Reason string `json:"reason" example:"customer_hangup" doc:"Why that call ended, or what became of the dialling or the consult: busy, no_answer, refused and so on."`
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
		Blind:      v.Blind,

		Fenced:      v.Fenced,
		JournalOK:   v.JournalOK,
		RecordsLate: v.RecordsLate,
		Draining:    v.Draining,
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

// PhoneToken is what the browser needs to connect its audio.
type PhoneToken struct {
	Session   string `json:"session" doc:"The media session that is expected now: a UUID, or desk."`
	MediaURL  string `json:"media_url" doc:"The websocket of the media process."`
	Token     string `json:"token" doc:"For the hello on that websocket; good once and for a short time."`
	ExpiresAt string `json:"expires_at" format:"date-time" doc:"When the token is no good any more."`
	Desk      bool   `json:"desk,omitempty" doc:"His telephone is on his desk: the browser connects no audio, and there is no token."`
	// ICEServers are the relays for networks that let nothing else through.
	ICEServers []ICEServer `json:"ice_servers,omitempty" nullable:"false" doc:"Relays (TURN) with credentials for a while, as RTCPeerConnection takes them."`
}

// ICEServer is a relay (TURN, RFC 8656) with time-limited credentials.
type ICEServer struct {
	URLs       []string `json:"urls" nullable:"false"`
	Username   string   `json:"username"`
	Credential string   `json:"credential"`
}

func newPhoneToken(session, mediaURL, token string, expires time.Time) PhoneToken {
	return PhoneToken{Session: session, MediaURL: mediaURL, Token: token, ExpiresAt: Stamp(expires)}
}
