package api

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// PhoneSessions tells which media session of an agent is connected now.
type PhoneSessions interface {
	// Session is the agent's connected media session and since when it is; false when there is none.
	Session(agent string) (id string, since time.Time, up bool)
}

func (a *API) phoneSessionRoutes() {
	register(a, hasPhone, huma.Operation{
		OperationID: "openPhone", Method: http.MethodPost, Path: "/phone/session",
		Summary: "CTI 로그인: expect this browser's audio; 409 in_use while another browser has it",
		Tags:    []string{"phone"},
		Errors:  []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict, http.StatusUnprocessableEntity},
	}, a.openPhone)
	register(a, hasPhone, huma.Operation{
		OperationID: "closePhone", Method: http.MethodDelete, Path: "/phone/session",
		Summary: "CTI 로그아웃; refused while in a call", Tags: []string{"phone"}, DefaultStatus: http.StatusNoContent,
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict},
	}, a.closePhone)
}

type openPhoneRequest struct {
	Idempotent
	Body *struct {
		TakeOver bool   `json:"take_over,omitempty" doc:"Take the phone from the browser that has it now."`
		Resume   string `json:"resume,omitempty" format:"uuid" doc:"The session this page had before it was reloaded: it takes over without being asked."`
	}
}

func (r *openPhoneRequest) resume() string {
	if r.Body == nil {
		return ""
	}
	return r.Body.Resume
}

type phoneTokenResponse struct{ Body PhoneToken }

// openPhone makes the token before it tells the switchboard, so that a failure changes nothing.
func (a *API) openPhone(ctx context.Context, c caller, in *openPhoneRequest) (*phoneTokenResponse, error) {
	if a.Admin.Desks != nil && a.Admin.Desks.Has(c.Agent()) {
		return a.openDesk(ctx, c, in)
	}
	session := in.session(c.Agent())
	if in.Body == nil || !in.Body.TakeOver {
		if err := a.inUse(ctx, c.Agent(), session, in.resume()); err != nil {
			return nil, err
		}
	}
	mediaURL, token, expires, err := a.PhoneTokens.Issue(string(c.Agent()), session)
	if err != nil {
		return nil, fmt.Errorf("issue a phone token: %w", err)
	}
	err = a.Switchboard.Do(ctx, switchboard.Command{
		Key: in.key(), Agent: c.Agent(), Action: switchboard.SignIn, Session: session,
	})
	if err != nil {
		return nil, err
	}
	a.lineage.add(c.Agent(), session, in.resume())
	body := newPhoneToken(session, mediaURL, token, expires)
	if relays, ok := a.PhoneTokens.(Relays); ok {
		body.ICEServers = relays.Relays(string(c.Agent()))
	}
	return &phoneTokenResponse{Body: body}, nil
}

// openDesk signs an agent in whose telephone is on his desk: it must be registered.
func (a *API) openDesk(ctx context.Context, c caller, in *openPhoneRequest) (*phoneTokenResponse, error) {
	err := a.Switchboard.Do(ctx, switchboard.Command{Key: in.key(), Agent: c.Agent(), Action: switchboard.SignIn, Session: deskSession})
	if err == nil && !a.Admin.Desks.SignIn(c.Agent()) {
		err = &switchboard.Refusal{Code: switchboard.NotReachable}
	}
	if err != nil {
		return nil, err
	}
	token := newPhoneToken(deskSession, "", "", time.Now())
	token.Desk = true
	return &phoneTokenResponse{Body: token}, nil
}

// deskSession stands for the media session of a telephone on the desk.
const deskSession = "desk"

// inUse is the refusal when another browser than the one that asks has the agent's phone.
func (a *API) inUse(ctx context.Context, id call.AgentID, session, resume string) error {
	current, since, up := a.PhoneSessions.Session(string(id))
	if !up || current == session || a.lineage.descends(id, resume, current) {
		return nil
	}
	if view, ok := a.Switchboard.View(ctx, id); ok && !view.Agent.PhoneUp {
		return nil // he signed out of it, or it was lost, in this moment
	}
	p := NewProblem(http.StatusConflict, InUse)
	p.Params = map[string]string{"since": Stamp(since)}
	return p
}

func (a *API) closePhone(ctx context.Context, c caller, in *Idempotent) (*struct{}, error) {
	return nil, a.Switchboard.Do(ctx, switchboard.Command{Key: in.key(), Agent: c.Agent(), Action: switchboard.SignOut})
}

// maxLineage is how many sessions of an agent are remembered. More reloads than that within one connection's making
// only mean that the page asks before it takes over.
const maxLineage = 16

// lineage remembers which media session was opened by the page of which other one. A page that is reloaded again
// before its audio was connected names a session that never was up, whose parent still is.
type lineage struct {
	mu sync.Mutex
	of map[call.AgentID][]descent
}

type descent struct{ session, parent string }

func newLineage() *lineage { return &lineage{of: make(map[call.AgentID][]descent)} }

func (l *lineage) add(id call.AgentID, session, parent string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	known := append(l.of[id], descent{session, parent})
	l.of[id] = known[max(0, len(known)-maxLineage):]
}

// descends says whether the session is the ancestor itself or was opened by the page that had it.
func (l *lineage) descends(id call.AgentID, session, ancestor string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.of[id]
	for n := len(known) - 1; n >= 0 && session != ancestor; n-- {
		if known[n].session == session {
			session = known[n].parent
		}
	}
	return session != "" && session == ancestor
}
