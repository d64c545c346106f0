package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
)

// redirect sends those who come over plain HTTP on to HTTPS. It never answers anything else there: no cookie, no word of
// the application goes over the wire unencrypted. Its methods do nothing without one.
type redirect struct {
	addr     string
	http     *http.Server
	listener net.Listener
	served   chan struct{}
}

func newRedirect(addr, origin string, challenges func(http.Handler) http.Handler, log *slog.Logger) *redirect {
	var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "HTTPS only", http.StatusForbidden) // what it carries was sent in the clear already
			return
		}
		to := "/"
		if clean(r.URL.Path) {
			to = r.URL.RequestURI()
		}
		http.Redirect(w, r, origin+to, http.StatusPermanentRedirect)
	})
	if challenges != nil {
		h = challenges(h)
	}
	return &redirect{addr: addr, http: limited(h, log), served: make(chan struct{})}
}

func (r *redirect) start(ctx context.Context) error {
	if r == nil {
		return nil
	}
	var err error
	if r.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", r.addr); err != nil {
		return fmt.Errorf("web: redirect to HTTPS: listen: %w", err)
	}
	go func() {
		defer close(r.served)
		_ = r.http.Serve(r.listener) // ends with stop
	}()
	return nil
}

func (r *redirect) stop() {
	if r == nil || r.listener == nil {
		return
	}
	if err := r.http.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		_ = r.listener.Close()
	}
	<-r.served
}
