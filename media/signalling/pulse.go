package signalling

import "time"

const (
	// lookEvery is how often is looked for browsers of which nothing comes.
	lookEvery = 100 * time.Millisecond
	// askAfter is how long nothing may come from a browser in a call until its page is asked whether it is there.
	askAfter = time.Second
	// stalledAfter is how long nothing at all may come, from the page either, until the session counts as stalled. Chromium
	// sends fifty packets a second in a call, muted or not.
	stalledAfter = 2 * time.Second
	// deafAfter is how long nothing may come from the browser though its page answers: without a microphone there are
	// only the checks of the way, every 2.5 s (RFC 7675).
	deafAfter = 5 * time.Second
)

// pulse is what comes of a browser, as it is looked at every lookEvery. It counts looks, not the clock: when it is this
// process that stood still, what came meanwhile is still to be read.
type pulse struct {
	silent  time.Duration
	stalled bool
}

// verdict is what a look at a pulse found.
type verdict int

const (
	unchanged verdict = iota
	ask
	stalled
	flows
)

// look counts one look: whether packets came, whether a call is up, and whether the page has said anything since it was
// asked.
func (p *pulse) look(heard, talking, answered bool) verdict {
	switch {
	case heard:
		p.silent = 0
		if p.stalled {
			p.stalled = false
			return flows
		}
		return unchanged
	case p.stalled:
		return unchanged
	case !talking:
		p.silent = 0
		return unchanged
	}
	p.silent += lookEvery
	switch {
	case p.silent == askAfter:
		return ask
	case p.silent >= deafAfter, p.silent >= stalledAfter && !answered:
		p.stalled = true
		return stalled
	}
	return unchanged
}

// feel looks at the session's pulse and tells the desk of a change.
func (s *Session) feel() {
	switch s.pulse.look(s.peer.Heard(), s.talking.Load(), s.answered.Load()) {
	case ask:
		s.answered.Store(false)
		s.send(message{Type: typePing})
	case stalled:
		s.log.Warn("nothing comes from the browser any more")
		s.server.o.Desk.Stalled(s, true)
	case flows:
		s.log.Info("packets come from the browser again")
		s.server.o.Desk.Stalled(s, false)
	case unchanged:
	}
}

// watch looks at every session until the server stops.
func (s *Server) watch() {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-look.C:
		}
		s.mu.Lock()
		sessions := make([]*Session, 0, len(s.entered))
		for session := range s.entered {
			sessions = append(sessions, session)
		}
		s.mu.Unlock()
		for _, session := range sessions {
			session.feel()
		}
	}
}

// follow begins to watch a session that the desk knows, or ends that.
func (s *Server) follow(session *Session, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if on {
		s.entered[session] = struct{}{}
	} else {
		delete(s.entered, session)
	}
}
