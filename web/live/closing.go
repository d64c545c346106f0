package live

import (
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/coder/websocket"
)

// StatusSessionEnded is the close code that tells a page to show the sign-in: its session was revoked or has expired.
// A page without a session is not let in at all: its handshake is answered with 401.
const StatusSessionEnded websocket.StatusCode = 4401

// closing says why and how a page's connection ends. Reasons are a closed list: they are sent, logged and counted.
type closing struct {
	code   websocket.StatusCode // 0: the connection is cut, for the other side does not listen any more
	reason string
}

func (c *closing) Error() string { return "closed: " + c.reason }

// The ways in which connections end.
var (
	closeLeft        = &closing{reason: "left"}    // the page closed it, or its network did
	closeSilent      = &closing{reason: "silent"}  // no sign of life for 10 s
	closeStalled     = &closing{reason: "stalled"} // it does not read what we send
	closeProtocol    = &closing{websocket.StatusProtocolError, "protocol"}
	closeTooBig      = &closing{websocket.StatusMessageTooBig, "too_big"}
	closeBinary      = &closing{websocket.StatusUnsupportedData, "binary"}
	closeNotUTF8     = &closing{websocket.StatusInvalidFramePayloadData, "not_utf8"}
	closeTooFast     = &closing{websocket.StatusPolicyViolation, "too_fast"}
	closeSignedOut   = &closing{StatusSessionEnded, "not_signed_in"}
	closeRestart     = &closing{websocket.StatusServiceRestart, "restart"}
	closeUserChanged = &closing{websocket.StatusServiceRestart, "user_changed"} // rights changed: connect again
	closeUnavailable = &closing{websocket.StatusTryAgainLater, "unavailable"}
)

// closingOf finds the closing among the causes of a context's end.
func closingOf(cause error) *closing {
	if c, ok := errors.AsType[*closing](cause); ok {
		return c
	}
	return closeRestart
}

// closingOfRead says what it means that nothing more can be read.
func closingOfRead(err error) *closing {
	switch {
	case errors.Is(err, websocket.ErrMessageTooBig):
		return closeTooBig
	case websocket.CloseStatus(err) != -1, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, net.ErrClosed), errors.Is(err, syscall.ECONNRESET):
		return closeLeft
	}
	return closeProtocol
}
