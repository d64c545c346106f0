package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"bellhop/web/api"
)

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController and the websocket reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// observe measures and logs every request, and answers for handlers that panic.
func observe(next http.Handler, log *slog.Logger, metrics prometheus.Registerer) (http.Handler, error) {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "bellhop_http_request_seconds", Help: "How long requests took, live connections apart.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"route", "method", "code"})
	if err := metrics.Register(seconds); err != nil {
		return nil, fmt.Errorf("web: register metrics: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		answer := &recorder{ResponseWriter: w}
		defer func() {
			if failed := recover(); failed != nil {
				log.Error("a handler panicked", "route", routeOf(r), "panic", failed, "stack", string(debug.Stack()))
				if answer.status == 0 {
					api.NewProblem(http.StatusInternalServerError, api.Internal).Write(answer)
				}
			}
			took := time.Since(began)
			if answer.status != http.StatusSwitchingProtocols {
				seconds.WithLabelValues(routeOf(r), methodOf(r), strconv.Itoa(answer.status)).Observe(took.Seconds())
			}
			logRequest(log, r, answer, took)
		}()
		next.ServeHTTP(answer, r)
	}), nil
}

// routeOf is the pattern that took the request, without its method; ids are not in it.
func routeOf(r *http.Request) string {
	_, route, ok := strings.Cut(r.Pattern, " ")
	if !ok {
		route = r.Pattern
	}
	if route == "" {
		return "none"
	}
	return route
}

// methodOf is the method, if it is one of the usual ones: others are anything that a client can think of.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

// logRequest says what was asked and answered: no query, no header and no body, for they hold secrets, and no path,
// for anybody can write into it what he wants. Files and health checks that went well are for debugging only.
func logRequest(log *slog.Logger, r *http.Request, answer *recorder, took time.Duration) {
	level := slog.LevelDebug
	switch {
	case answer.status >= http.StatusInternalServerError && routeOf(r) != "/readyz":
		level = slog.LevelError
	case strings.HasPrefix(routeOf(r), api.Prefix):
		level = slog.LevelInfo
	}
	attrs := []slog.Attr{
		slog.String("route", routeOf(r)), slog.String("method", methodOf(r)), slog.Int("status", answer.status),
		slog.Int64("bytes", answer.bytes), slog.Duration("took", took), slog.String("from", r.RemoteAddr),
	}
	if id := r.PathValue("call"); uuid.Validate(id) == nil {
		attrs = append(attrs, slog.String("call", id))
	}
	log.LogAttrs(r.Context(), level, "request", attrs...)
}
