package live

import (
	"errors"
	"slices"

	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/web/api"
)

// The types of the messages.
const (
	typeSnapshot     = "snapshot"
	typePhone        = "phone"
	typeTicketOpened = "ticket_opened"
	typeResult       = "result"
	typePing         = "ping"
	typePong         = "pong"
	typeSession      = "session" // the user, or what he may do, has changed: ask again
	typeCommand      = "command"
	typeWatch        = "watch"
	typeUnwatch      = "unwatch"
	typeRoster       = "roster"
)

// topicRoster is the one topic that a page may watch.
const topicRoster = "roster"

// numbered begins every message that says how things are. Seq counts by one within a connection.
type numbered struct {
	Type string `json:"type"`
	Seq  uint64 `json:"seq"`
	Now  string `json:"now"`
}

type snapshotMessage struct {
	numbered
	Phone  *api.Phone     `json:"phone"`
	Ticket *api.TicketRef `json:"ticket"`
}

type phoneMessage struct {
	numbered
	Phone api.Phone `json:"phone"`
}

type ticketMessage struct {
	numbered
	Ticket api.TicketRef `json:"ticket"`
}

type pingMessage struct {
	Type string `json:"type"`
}

// resultMessage is the answer to a command. ID is empty when the command's own could not be read.
type resultMessage struct {
	Type   string            `json:"type"`
	ID     string            `json:"id"`
	OK     bool              `json:"ok"`
	Code   string            `json:"code,omitempty"`
	Params map[string]string `json:"params,omitempty"`
}

// pageMessage is everything a page may send.
type pageMessage struct {
	Type     string `json:"type"`
	Topic    string `json:"topic"`
	ID       string `json:"id"`
	Action   string `json:"action"`
	Call     string `json:"call"`
	Version  int    `json:"version"`
	Presence string `json:"presence"`
	Kind     string `json:"kind"`
	To       string `json:"to"`
	CallerID string `json:"caller_id"`
	Service  string `json:"service"`
	Keys     string `json:"keys"`
	On       bool   `json:"on"`
	Reason   string `json:"reason"`
}

// errInvalid is a message that is not what a page may send.
var errInvalid = &switchboard.Refusal{Code: switchboard.InvalidCommand}

const (
	maxID   = 64 // longest id of a command, in bytes
	maxWord = 64 // longest of the other fields
	maxKeys = 32 // of the keypad in one command
)

// request is what a page asks for.
type request struct {
	id      string               // of a command, as far as it could be read
	command *switchboard.Command // nil for what is no command
	watch   bool                 // it wants to follow the roster
	unwatch bool                 // it does not want to any more
}

// decode reads a message of a page. Nothing is asked for by a pong. With an error, a command's id comes back as far as
// it could be read.
func decode(data []byte) (request, error) {
	var m pageMessage
	if api.Decode(data, &m) != nil {
		return request{}, errInvalid
	}
	switch {
	case m.Type == typePong:
		return request{}, nil
	case m.Type == typeWatch && m.Topic == topicRoster:
		return request{watch: true}, nil
	case m.Type == typeUnwatch && m.Topic == topicRoster:
		return request{unwatch: true}, nil
	case !validID(m.ID):
		return request{}, errInvalid
	case m.Type != typeCommand || m.Version < 0 || m.tooLong() || !m.knownReason():
		return request{id: m.ID}, errInvalid
	}
	c, ok := m.command()
	if !ok {
		return request{id: m.ID}, &switchboard.Refusal{Code: switchboard.UnknownAction}
	}
	return request{id: m.ID, command: &c}, nil
}

func (m *pageMessage) tooLong() bool {
	for _, word := range []string{m.Call, m.Presence, m.Kind, m.To, m.CallerID, m.Service} {
		if len(word) > maxWord {
			return true
		}
	}
	return len(m.Keys) > maxKeys
}

// hostileReasons are why a call may be ended by 강성종료; an agent need not say.
var hostileReasons = []string{"", "profanity", "threat", "sexual", "repeated", "other"}

func (m *pageMessage) knownReason() bool { return slices.Contains(hostileReasons, m.Reason) }

// command is the message as a command, with those of its fields that the action has.
func (m *pageMessage) command() (c switchboard.Command, known bool) {
	c = switchboard.Command{Key: m.ID, Action: switchboard.Action(m.Action)}
	switch c.Action {
	case switchboard.Dismiss, switchboard.SignOut, switchboard.ClearNext:
		return c, true
	case switchboard.SetPresence:
		c.Mode = agent.Mode{Presence: agent.Presence(m.Presence), Kind: agent.Kind(m.Kind)}
		return c, true
	case switchboard.Dial:
		c.To, c.CallerID, c.Service = m.To, m.CallerID, call.ServiceID(m.Service)
		return c, true
	case switchboard.Consult, switchboard.Transfer:
		c.To, c.CallerID = m.To, m.CallerID
	case switchboard.Mute:
		c.On = m.On
	case switchboard.PressKeys:
		c.Keys = m.Keys
	case switchboard.EndHostile:
		c.Reason = m.Reason
	case switchboard.Accept, switchboard.Decline, switchboard.HangUp, switchboard.Hold, switchboard.Resume, switchboard.CancelConsult,
		switchboard.ConnectCustomer, switchboard.Swap, switchboard.ThreeWay, switchboard.DropTarget:
	default:
		return c, false
	}
	c.Call, c.Version = call.ID(m.Call), m.Version
	return c, true
}

// validID says whether an id can be an idempotency key: 1 to 64 visible ASCII characters.
func validID(id string) bool {
	for _, r := range id {
		if r < '!' || r > '~' {
			return false
		}
	}
	return id != "" && len(id) <= maxID
}

// resultOf is what a page hears of its command.
func resultOf(id string, err error) resultMessage {
	var refusal *switchboard.Refusal
	switch {
	case err == nil:
		return resultMessage{Type: typeResult, ID: id, OK: true}
	case errors.As(err, &refusal):
		return resultMessage{Type: typeResult, ID: id, Code: string(refusal.Code), Params: refusal.Params}
	}
	return resultMessage{Type: typeResult, ID: id, Code: string(api.Unavailable)}
}
