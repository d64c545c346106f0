package live

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"

	"bellhop/web/api"
	"bellhop/web/auth"
)

const (
	maxMessage   = 16 << 10 // bytes of one message of a page
	messagesRate = 20       // messages of a page, pings of the protocol included, in one second
	bytesRate    = 64 << 10 // of a page in one second, whatever they are
	bytesAtOnce  = 8 * maxMessage
	sendBuffer   = 128 << 10 // bytes that the kernel keeps for a page that does not read
	closeWithin  = 2 * time.Second
)

// ServeHTTP connects a page and returns when its connection has ended.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !slices.Contains(h.Origins, r.Header.Get("Origin")) {
		api.NewProblem(http.StatusForbidden, api.CrossOrigin).Write(w)
		return
	}
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "websocket")
		api.NewProblem(http.StatusUpgradeRequired, api.BadRequest).Write(w)
		return
	}
	user, err := h.Sessions.UserOf(r)
	if err != nil {
		if !errors.Is(err, auth.ErrNotSignedIn) {
			h.Log.ErrorContext(r.Context(), "sessions cannot be checked", "error", err)
		}
		api.Refuse(w, r, err)
		return
	}
	p := &page{
		hub: h, user: user, token: h.Sessions.Token(r), request: r, outbox: newOutbox(),
		limit: rate.NewLimiter(messagesRate, messagesRate), changed: make(chan struct{}, 1),
	}
	p.line = &line{ResponseWriter: w, flooded: func() { p.stop(closeTooFast) }}
	if problem := h.join(p); problem != nil {
		problem.Write(w)
		return
	}
	defer h.open.Done()
	defer h.leave(p)
	defer p.stop(closeLeft)
	p.conn, err = websocket.Accept(p.line, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // the origin was checked above, more strictly
		OnPingReceived:     p.pinged,
	})
	if err != nil {
		h.Log.DebugContext(r.Context(), "page not connected", "error", err)
		return
	}
	p.conn.SetReadLimit(maxMessage)
	p.run()
}

// line is a response that remembers its connection. The websocket library alone cannot end every connection: its
// handshake of the close waits without limit for the rest of a message whose frame says that it is long.
type line struct {
	http.ResponseWriter
	flooded func() // told when more comes than a page has to say
	conn    net.Conn
}

// Hijack hands the connection to the websocket library.
func (l *line) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(l.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	if tcp, is := conn.(interface{ SetWriteBuffer(bytes int) error }); is {
		_ = tcp.SetWriteBuffer(sendBuffer) // the system's own size does as well, and is larger
	}
	l.conn = &metered{Conn: conn, limit: rate.NewLimiter(bytesRate, bytesAtOnce), flooded: l.flooded}
	return l.conn, buffered, nil
}

// metered counts what is read, for the websocket library lets nobody count frames: pieces of nothing and pongs that
// nobody asked for come to no end and are no message.
type metered struct {
	net.Conn
	limit   *rate.Limiter
	flooded func()
}

// Read reads from the connection.
func (m *metered) Read(b []byte) (int, error) {
	n, err := m.Conn.Read(b)
	if !m.limit.AllowN(time.Now(), n) {
		m.flooded()
	}
	return n, err
}

// cut ends the connection at once, and whatever reads or writes it.
func (p *page) cut() {
	_ = p.line.conn.Close() // nobody is left to be told that it was closed already
}

// end closes the connection as politely as the other side allows.
func (p *page) end(why *closing) {
	defer p.cut()
	if why.code == 0 {
		p.cut()
		_ = p.conn.CloseNow() // its connection is cut, of which it would tell us
		return
	}
	late := time.AfterFunc(closeWithin, p.cut)
	defer late.Stop()
	_ = p.conn.Close(why.code, why.reason) // an error means that it is closed, only less politely
}
