package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

func (a *API) callRoutes() {
	for _, r := range []struct {
		id, verb, summary string
		action            switchboard.Action
	}{
		{"acceptCall", "accept", "전화받기: connect the offered call", switchboard.Accept},
		{"declineCall", "decline", "취소: refuse the offered call", switchboard.Decline},
		{"hangUpCall", "hangup", "끊기: end the call", switchboard.HangUp},
	} {
		register(a, hasPhone, huma.Operation{
			OperationID: r.id, Method: http.MethodPost, Path: "/calls/{call}/" + r.verb,
			Summary: r.summary, Tags: []string{"calls"}, DefaultStatus: http.StatusNoContent,
			Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict},
		}, a.callCommand(r.action))
	}
}

type callRequest struct {
	Idempotent
	Call string `path:"call" format:"uuid"`
	Body struct {
		Version int `json:"version" minimum:"0" doc:"The version of the call that the agent saw."`
	}
}

func (a *API) callCommand(action switchboard.Action) func(context.Context, caller, *callRequest) (*struct{}, error) {
	return func(ctx context.Context, c caller, in *callRequest) (*struct{}, error) {
		return nil, a.Switchboard.Do(ctx, switchboard.Command{
			Key: in.key(), Agent: c.Agent(), Action: action, Call: call.ID(in.Call), Version: in.Body.Version,
		})
	}
}
