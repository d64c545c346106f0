// Package control is the line between serve, which decides, and media, which
// carries the audio: a websocket on ws://<control address>/control with one JSON
// object a frame. serve dials; it shows the shared secret as
// "Authorization: Bearer <secret>".
//
//	media → serve  {"type":"hello","sip":"127.0.0.1:5070","process":"…","sessions":[{"agent":"…","session":"…","connected":true,"stalled":true}]}
//	               always first: where agents' legs go, and whose phone is up now
//	media → serve  {"type":"phone_up","agent":"…","session":"…","address":"sip:<agent>@<sip>"}
//	media → serve  {"type":"phone_down","agent":"…","session":"…","reason":"…"}
//	media → serve  {"type":"phone_stalled","agent":"…","session":"…"}   in a call nothing at all comes of the browser, for 2 s
//	media → serve  {"type":"phone_flows","agent":"…","session":"…"}     packets come of it again
//	serve → media  {"type":"pick_up","id":"1","agent":"…","leg":"…"}
//	serve → media  {"type":"close","id":"2","agent":"…"}
//	media → serve  {"type":"done","id":"1"}  or  {"type":"failed","id":"1","code":"unknown_leg"}
//	both           {"type":"ping"} every 300 ms; serve waits one second for any frame, media three
//
// process is another one in every media process: when it changes, every leg that
// the earlier one had is dead, though Asterisk does not know it yet.
//
// The hello is complete: a session that serve believes in and that is not in it
// is gone. It and the messages after it are one history without a gap. Several
// serves may be connected; each hears everything. When the line is cut nobody's
// audio stops: only the decisions wait.
//
// An agent's later phone_up replaces his earlier one; a phone_down names the
// session it is about, so that one of an old page cannot take the new page down.
package control

// message is every frame of the protocol; unused fields stay away.
type message struct {
	Type     string    `json:"type"`
	ID       string    `json:"id,omitempty"`
	Agent    string    `json:"agent,omitempty"`
	Leg      string    `json:"leg,omitempty"`
	Session  string    `json:"session,omitempty"`
	Address  string    `json:"address,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Code     Refusal   `json:"code,omitempty"`
	SIP      string    `json:"sip,omitempty"`
	Process  string    `json:"process,omitempty"`
	Sessions []session `json:"sessions,omitempty"`
}

type session struct {
	Agent     string `json:"agent"`
	Session   string `json:"session"`
	Connected bool   `json:"connected"`
	Stalled   bool   `json:"stalled,omitempty"`
}

const (
	typeHello     = "hello"
	typePhoneUp   = "phone_up"
	typePhoneDown = "phone_down"
	typeStalled   = "phone_stalled"
	typeFlows     = "phone_flows"
	typePickUp    = "pick_up"
	typeClose     = "close"
	typeDone      = "done"
	typeFailed    = "failed"
	typePing      = "ping"
)

// Refusal is why media did not do what serve asked for.
type Refusal string

// The refusals of media.
const (
	// UnknownLeg means that no such leg rings at this agent: it has ended, or was never here.
	UnknownLeg Refusal = "unknown_leg"
	// UnknownAgent means that the agent has no phone session.
	UnknownAgent Refusal = "unknown_agent"
	// PhoneDown means that the agent's browser is not connected now, so that nobody would be heard.
	PhoneDown Refusal = "phone_down"
	// NotConfirmed means that Asterisk did not take the answered leg.
	NotConfirmed Refusal = "not_confirmed"
	// BadMessage means that the request was not understood.
	BadMessage Refusal = "bad_message"
	// Failed is every other failure; media's log says more.
	Failed Refusal = "failed"
)

// Error implements error.
func (r Refusal) Error() string { return "media: " + string(r) }

// maxFrame is the longest frame either side reads, in bytes. The longest that is
// sent is a hello with every agent in it.
const maxFrame = 4 << 20
