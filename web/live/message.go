package live

import (
	"errors"

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
	typeCommand      = "command"
)

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
	ID       string `json:"id"`
	Action   string `json:"action"`
	Call     string `json:"call"`
	Version  int    `json:"version"`
	Presence string `json:"presence"`
	Kind     string `json:"kind"`
}

// errInvalid is a message that is not what a page may send.
var errInvalid = &switchboard.Refusal{Code: switchboard.InvalidCommand}

const (
	maxID   = 64 // longest id of a command, in bytes
	maxWord = 64 // longest of the other fields
)

// decode reads a message of a page. The command is nil for a pong. With an error, a command's id comes back as far as
// it could be read.
func decode(data []byte) (id string, c *switchboard.Command, err error) {
	var m pageMessage
	if api.Decode(data, &m) != nil {
		return "", nil, errInvalid
	}
	if m.Type == typePong {
		return "", nil, nil
	}
	if !validID(m.ID) {
		return "", nil, errInvalid
	}
	if m.Type != typeCommand || m.Version < 0 || max(len(m.Call), len(m.Presence), len(m.Kind)) > maxWord {
		return m.ID, nil, errInvalid
	}
	c = &switchboard.Command{Key: m.ID, Action: switchboard.Action(m.Action)}
	switch c.Action {
	case switchboard.SetPresence:
		c.Mode = agent.Mode{Presence: agent.Presence(m.Presence), Kind: agent.Kind(m.Kind)}
	case switchboard.Accept, switchboard.Decline, switchboard.HangUp:
		c.Call, c.Version = call.ID(m.Call), m.Version
	case switchboard.Dismiss, switchboard.SignOut:
	default:
		return m.ID, nil, &switchboard.Refusal{Code: switchboard.UnknownAction}
	}
	return m.ID, c, nil
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
