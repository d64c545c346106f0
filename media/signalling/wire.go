package signalling

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// goodbyeTime is how long a page that is told why it has to go may take for its
// part of the close.
const goodbyeTime = 2 * time.Second

// wire is a response that remembers its connection. The websocket library alone
// cannot end every one: its handshake of the close waits without limit for the
// rest of a message whose frame says that it is long.
type wire struct {
	http.ResponseWriter
	conn net.Conn
}

// Hijack hands the connection to the websocket library.
func (w *wire) Hijack() (conn net.Conn, buffered *bufio.ReadWriter, err error) {
	w.conn, buffered, err = http.NewResponseController(w.ResponseWriter).Hijack()
	return w.conn, buffered, err
}

// cut ends the connection at once, and whatever reads or writes it.
func (w *wire) cut() {
	_ = w.conn.Close() // nobody is left to be told that it was closed already
}

// sayGoodbye tells the page why, if it is still there, and closes the websocket.
func (s *Session) sayGoodbye(code string) {
	late := time.AfterFunc(goodbyeTime, s.wire.cut)
	defer late.Stop()
	if code != codeLeft {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if s.writeOne(ctx, message{Type: typeError, Code: code}) == nil {
			// The close frame carries the code too.
			_ = s.conn.Close(websocket.StatusPolicyViolation, code)
		}
	}
	s.wire.cut()
	_ = s.conn.CloseNow() // its connection is cut, of which it would tell us
}
