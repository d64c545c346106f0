package ariproxy

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// restRule is what happens to requests that match it.
type restRule struct {
	match  string // "METHOD /path", where a * stands for anything; empty matches all
	before time.Duration
	after  time.Duration
	status int // answered instead of asking Asterisk
	left   int // how often; 0 is for ever
}

// Slow makes every request that matches take d longer, until Mend: Asterisk gets it only then, and does it even when the
// caller has given up. A match is "METHOD /path" without /ari and query, in which * stands for anything; empty is every
// request.
func (p *Proxy) Slow(match string, d time.Duration) { p.rule(&restRule{match: match, before: d}) }

// SlowAnswers makes the answer of every request that matches come d later, until Mend: Asterisk did it at once.
func (p *Proxy) SlowAnswers(match string, d time.Duration) { p.rule(&restRule{match: match, after: d}) }

// Fail answers the next n requests that match with a status, without asking Asterisk; n = 0 is every one until Mend.
func (p *Proxy) Fail(match string, status, n int) {
	p.rule(&restRule{match: match, status: status, left: n})
}

// FailAfter lets Asterisk do the next n requests that match, and answers with a status of its own.
func (p *Proxy) FailAfter(match string, status, n int) {
	p.rule(&restRule{match: match, status: status, left: n, after: time.Nanosecond})
}

func (p *Proxy) rule(r *restRule) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules = append(p.rules, r)
}

// ruleFor is the first rule that matches, and notes the request.
func (p *Proxy) ruleFor(r *http.Request) restRule {
	path := strings.TrimPrefix(r.URL.Path, "/ari")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests = append(p.requests, r.Method+" "+path+"?"+r.URL.RawQuery)
	for i, rule := range p.rules {
		if !matches(rule.match, r.Method+" "+path) {
			continue
		}
		if rule.left == 1 {
			p.rules = slices.Delete(p.rules, i, i+1)
		} else if rule.left > 1 {
			rule.left--
		}
		return *rule
	}
	return restRule{}
}

// matches compares with a pattern in which * stands for anything.
func matches(pattern, s string) bool {
	if pattern == "" {
		return true
	}
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	for i, part := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(s, part)
		}
		_, after, found := strings.Cut(s, part)
		if !found {
			return false
		}
		s = after
	}
	return s == ""
}

// ServeHTTP forwards one request.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/events") {
		p.socket(w, r)
		return
	}
	rule := p.ruleFor(r)
	if !p.wait(rule.before) {
		return
	}
	if rule.status != 0 && rule.after == 0 {
		refuse(w, rule.status)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	ctx := context.WithoutCancel(r.Context()) // Asterisk does what it was asked, whether or not somebody still waits
	out, err := http.NewRequestWithContext(ctx, r.Method, "http://"+p.target+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		refuse(w, http.StatusBadGateway)
		return
	}
	out.Header = r.Header.Clone()
	out.ContentLength = int64(len(body))
	resp, err := p.rest.RoundTrip(out)
	if err != nil {
		abort(w)
		return
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end below
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		abort(w)
		return
	}
	if !p.wait(rule.after) {
		return
	}
	if rule.status != 0 {
		refuse(w, rule.status)
		return
	}
	maps.Copy(w.Header(), resp.Header)
	w.WriteHeader(resp.StatusCode)
	_, _ = w.Write(answer)
}

// wait is false when the proxy was closed meanwhile.
func (p *Proxy) wait(d time.Duration) bool {
	if d == 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.closed:
		return false
	}
}

func refuse(w http.ResponseWriter, status int) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"message":"made by the proxy"}`)
}

// abort ends the connection without an answer, as a line that broke.
func abort(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}
