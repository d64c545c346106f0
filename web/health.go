package web

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// checkWithin is how long one check of /readyz may take.
const checkWithin = 2 * time.Second

// The codes of a check's result that are ours.
const (
	checkOK     = "ok"
	checkFailed = "failed"
	checkLate   = "timeout"
)

// health answers /livez and /readyz.
type health struct {
	log    *slog.Logger
	checks []*check
}

// check is one thing without which we are not ready.
type check struct {
	name string
	ask  func(ctx context.Context) error

	mu      sync.Mutex
	running chan struct{} // closed when the question under way is answered; nil when there is none
	answer  error
	told    string // the code that the log was last told
}

func newHealth(checks map[string]func(ctx context.Context) error, log *slog.Logger) *health {
	h := &health{log: log}
	for name, ask := range checks {
		h.checks = append(h.checks, &check{name: name, ask: ask, told: checkOK})
	}
	return h
}

// live says that the process answers.
func (h *health) live(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": checkOK})
}

// ready says whether we can do our work: 200, or 503 with the checks that fail. With ?verbose every check is listed.
// Codes only: the errors, which may hold addresses, are for the log.
func (h *health) ready(w http.ResponseWriter, r *http.Request) {
	codes := make([]string, len(h.checks))
	var asking sync.WaitGroup
	for i, c := range h.checks {
		asking.Go(func() { codes[i] = h.code(r.Context(), c) })
	}
	asking.Wait()

	answer := struct {
		Status string            `json:"status"`
		Checks map[string]string `json:"checks,omitempty"`
	}{Status: "ready", Checks: map[string]string{}}
	status := http.StatusOK
	verbose := r.URL.Query().Has("verbose")
	for i, c := range h.checks {
		if codes[i] != checkOK {
			answer.Status, status = "not_ready", http.StatusServiceUnavailable
		}
		if verbose || codes[i] != checkOK {
			answer.Checks[c.name] = codes[i]
		}
	}
	writeJSON(w, status, answer)
}

// code asks one check and tells the log when its answer has changed.
func (h *health) code(ctx context.Context, c *check) string {
	err := c.result(ctx)
	code := codeOfCheck(err)
	c.mu.Lock()
	changed := c.told != code
	c.told = code
	c.mu.Unlock()
	if changed && err != nil {
		h.log.Warn("not ready", "check", c.name, "code", code, "error", err)
	} else if changed {
		h.log.Info("ready again", "check", c.name)
	}
	return code
}

// result is the check's answer. A check that hangs is not asked a second time before it has answered.
func (c *check) result(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	c.mu.Lock()
	if c.running == nil {
		c.running = make(chan struct{})
		go c.run(context.WithoutCancel(ctx), c.running)
	}
	running := c.running
	c.mu.Unlock()
	select {
	case <-running:
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.answer
	case <-ctx.Done():
		return context.DeadlineExceeded
	}
}

func (c *check) run(ctx context.Context, done chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	err := c.ask(ctx)
	c.mu.Lock()
	c.answer, c.running = err, nil
	c.mu.Unlock()
	close(done)
}

func codeOfCheck(err error) string {
	var coded interface{ Code() string }
	switch {
	case err == nil:
		return checkOK
	case errors.As(err, &coded):
		return coded.Code()
	case errors.Is(err, context.DeadlineExceeded):
		return checkLate
	}
	return checkFailed
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone needs no answer
}
