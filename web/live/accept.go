package live

import (
	"context"
	"errors"
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
		limit: rate.NewLimiter(messagesRate, messagesRate),
	}
	if problem := h.join(p); problem != nil {
		problem.Write(w)
		return
	}
	defer h.open.Done()
	defer h.leave(p)
	defer p.stop(closeLeft)
	p.conn, err = websocket.Accept(w, r, &websocket.AcceptOptions{
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

// drain reads until the connection is closed, so that the handshake of the close is read.
func drain(ctx context.Context, conn *websocket.Conn) {
	for {
		if _, _, err := conn.Read(ctx); err != nil {
			return
		}
	}
}

// closeConn ends a connection from which somebody reads; cut has to end that read, and with it the connection, and is
// called when the other side takes too long to answer the close.
func closeConn(conn *websocket.Conn, why *closing, cut context.CancelFunc) {
	defer cut()
	if why.code == 0 {
		_ = conn.CloseNow() // the other side is gone; there is nobody to tell of an error
		return
	}
	late := time.AfterFunc(closeWithin, cut)
	defer late.Stop()
	_ = conn.Close(why.code, why.reason) // an error means that it is closed, only less politely
}
