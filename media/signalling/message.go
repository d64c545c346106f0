package signalling

import (
	"encoding/json"
	"fmt"

	"github.com/coder/websocket"
)

// message is every frame of the protocol but quality; unused fields stay away.
type message struct {
	Type  string `json:"type"`
	Token string `json:"token,omitempty"`
	SDP   string `json:"sdp,omitempty"`
	State string `json:"state,omitempty"`
	Leg   string `json:"leg,omitempty"`
	Code  string `json:"code,omitempty"`
	On    bool   `json:"on,omitempty"`
}

const (
	typeHello        = "hello"
	typeOffer        = "offer"
	typeAnswer       = "answer"
	typeConnected    = "connected"
	typeDisconnected = "disconnected"
	typeLeg          = "leg"
	typeError        = "error"
	typePing         = "ping"
	typePong         = "pong"
	typeEcho         = "echo"
	typeQuality      = "quality"
)

// The states of a leg that a page is told.
const (
	LegRinging = "ringing"
	LegUp      = "up"
	LegNone    = "none"
)

// maxFrame is the longest frame a page may send, in bytes.
const maxFrame = 64 << 10

// ended is the end of a session with a code of the protocol.
type ended struct {
	code string
	err  error
}

func (e *ended) Error() string {
	if e.err == nil {
		return e.code
	}
	return e.code + ": " + e.err.Error()
}

func (e *ended) Unwrap() error { return e.err }

func decode(kind websocket.MessageType, data []byte) (message, error) {
	var m message
	if kind != websocket.MessageText {
		return m, &ended{code: CodeBadMessage, err: fmt.Errorf("%s frame", kind)}
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, &ended{code: CodeBadMessage, err: err}
	}
	switch {
	case m.Type == typePing, m.Type == typePong, m.Type == typeEcho:
	case m.Type == typeHello && m.Token != "" && m.SDP != "":
	case m.Type == typeOffer && m.SDP != "":
	default:
		return m, &ended{code: CodeBadMessage, err: fmt.Errorf("type %.20q", m.Type)}
	}
	return m, nil
}
