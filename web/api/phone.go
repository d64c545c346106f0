package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

func (a *API) phoneRoutes() {
	a.phoneSessionRoutes()
	register(a, hasPhone, huma.Operation{
		OperationID: "getPhone", Method: http.MethodGet, Path: "/phone",
		Summary: "What the phone shows now", Tags: []string{"phone"},
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden},
	}, a.getPhone)
	register(a, hasPhone, huma.Operation{
		OperationID: "setPresence", Method: http.MethodPut, Path: "/phone/presence",
		Summary: "Choose a presence; during a call it is taken when the call ends", Tags: []string{"phone"},
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict},
	}, a.setPresence)
	register(a, hasPhone, huma.Operation{
		OperationID: "clearNext", Method: http.MethodDelete, Path: "/phone/presence/next",
		Summary: "Forget the presence that was chosen for after the call", Tags: []string{"phone"},
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict},
	}, a.clearNext)
	register(a, hasPhone, huma.Operation{
		OperationID: "dismissNotice", Method: http.MethodPost, Path: "/phone/dismiss",
		Summary: "The notice was read", Tags: []string{"phone"}, DefaultStatus: http.StatusNoContent,
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict},
	}, a.dismissNotice)
}

// Idempotent is the part of a request that makes sending it twice the same as once.
type Idempotent struct {
	Key string `header:"Idempotency-Key" maxLength:"64" pattern:"^[!-~]+$" doc:"The same key gets the first answer again, and the command is done once. Made here when absent."`
}

// key is the request's key, or a new one.
func (i Idempotent) key() string {
	if i.Key != "" {
		return i.Key
	}
	return uuid.NewString()
}

// session is the id of the media session that this request opens: the same one when it is sent again.
func (i Idempotent) session(id call.AgentID) string {
	if i.Key == "" {
		return uuid.NewString()
	}
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(string(id)+" "+i.Key)).String()
}

type phoneResponse struct{ Body Phone }

func (a *API) getPhone(ctx context.Context, c caller, _ *struct{}) (*phoneResponse, error) {
	view, ok := a.Switchboard.View(ctx, c.Agent())
	if !ok {
		return nil, NewProblem(http.StatusForbidden, NoPhone)
	}
	return &phoneResponse{Body: PhoneOf(view)}, nil
}

type presenceRequest struct {
	Idempotent
	Body struct {
		Presence string `json:"presence" maxLength:"32" example:"ready" doc:"default, ready, break or work."`
		Kind     string `json:"kind,omitempty" maxLength:"32" example:"meeting" doc:"The kind of work; empty for the others."`
	}
}

func (a *API) setPresence(ctx context.Context, c caller, in *presenceRequest) (*struct{}, error) {
	return nil, a.Switchboard.Do(ctx, switchboard.Command{
		Key: in.key(), Agent: c.Agent(), Action: switchboard.SetPresence,
		Mode: agent.Mode{Presence: agent.Presence(in.Body.Presence), Kind: agent.Kind(in.Body.Kind)},
	})
}

func (a *API) clearNext(ctx context.Context, c caller, in *Idempotent) (*struct{}, error) {
	return nil, a.Switchboard.Do(ctx, switchboard.Command{Key: in.key(), Agent: c.Agent(), Action: switchboard.ClearNext})
}

func (a *API) dismissNotice(ctx context.Context, c caller, in *Idempotent) (*struct{}, error) {
	return nil, a.Switchboard.Do(ctx, switchboard.Command{Key: in.key(), Agent: c.Agent(), Action: switchboard.Dismiss})
}
