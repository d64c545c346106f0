package live

import (
	"context"

	"bellhop/cti/call"
)

// UserChanged has the pages of a user ask again who he is and what he may do; an empty user is everybody. It does not
// block.
func (h *Hub) UserChanged(user string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for p := range h.pages {
		if user == "" || p.user.ID == user {
			select {
			case p.changed <- struct{}{}:
			default:
			}
		}
	}
}

// UserEnded closes the pages of a user whose sessions were ended, except those of the session of the token but.
func (h *Hub) UserEnded(user, but string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for p := range h.pages {
		if p.user.ID == user && (but == "" || p.token != but) {
			p.stop(closeSignedOut)
		}
	}
}

// DirectoryChanged has the pages of agents who got a phone connect again, and find it. Who lost his is told by the phone.
func (h *Hub) DirectoryChanged() {
	h.mu.Lock()
	var without []*page
	for p := range h.pages {
		if p.agent == "" && p.user.AgentID != "" {
			without = append(without, p)
		}
	}
	h.mu.Unlock()
	for _, p := range without {
		ctx, cancel := context.WithTimeout(p.ctx, answerWithin)
		if f, err := h.Switchboard.Follow(ctx, call.AgentID(p.user.AgentID)); err == nil {
			f.Close()
			p.stop(closeUserChanged)
		}
		cancel()
	}
}
