package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// callErrors are the ways in which a command about a call is refused.
var callErrors = []int{
	http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity,
}

// callVerbs are the commands that need the call and its version only.
var callVerbs = []struct {
	id, verb, summary string
	action            switchboard.Action
}{
	{"acceptCall", "accept", "전화받기: connect the offered call", switchboard.Accept},
	{"declineCall", "decline", "취소: refuse the offered call", switchboard.Decline},
	{"hangUpCall", "hangup", "끊기: end the call", switchboard.HangUp},
	{"holdCall", "hold", "보류: the customer hears music", switchboard.Hold},
	{"resumeCall", "resume", "해제: back with the customer", switchboard.Resume},
	{"cancelConsult", "cancel-consult", "취소: release the target of the consult", switchboard.CancelConsult},
	{"connectCustomer", "connect-customer", "고객연결: customer and target talk, the agent is free", switchboard.ConnectCustomer},
	{"swapConsult", "swap", "Talk with the other one, customer or target", switchboard.Swap},
	{"threeWay", "three-way", "Customer, agent and target talk together", switchboard.ThreeWay},
	{"dropTarget", "drop-target", "Release the target from the three-way talk", switchboard.DropTarget},
}

func (a *API) callRoutes() {
	register(a, hasPhone, huma.Operation{
		OperationID: "dialCall", Method: http.MethodPost, Path: "/calls",
		Summary: "걸기: call an outside number or a colleague", Tags: []string{"calls"}, DefaultStatus: http.StatusNoContent,
		Errors: callErrors,
	}, a.dial)
	for _, v := range callVerbs {
		register(a, hasPhone, callOperation(v.id, v.verb, v.summary), a.callCommand(v.action))
	}
	register(a, hasPhone, callOperation("endHostile", "end-hostile",
		"강성종료: the customer hears the announcement, then the line is cut"), a.endHostile)
	register(a, hasPhone, callOperation("muteCall", "mute", "The agent's microphone off or on, for every page of his"), a.mute)
	register(a, hasPhone, callOperation("pressKeys", "keys", "Keypad (DTMF)"), a.pressKeys)
	register(a, hasPhone, callOperation("consult", "consult", "협의통화: the customer hears music, the target is called"),
		a.targetCommand(switchboard.Consult))
	register(a, hasPhone, callOperation("transferCall", "transfer", "바로전환, for those who have the right"),
		a.targetCommand(switchboard.Transfer))
}

func callOperation(id, verb, summary string) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: http.MethodPost, Path: "/calls/{call}/" + verb, Summary: summary,
		Tags: []string{"calls"}, DefaultStatus: http.StatusNoContent, Errors: callErrors,
	}
}

// CallPath is the part of a request that names its call.
type CallPath struct {
	Idempotent
	Call string `path:"call" format:"uuid"`
}

// Versioned is the part of a body that says which state of the call the agent saw.
type Versioned struct {
	Version int `json:"version" minimum:"0" doc:"The version of the call that the agent saw."`
}

// Whom is the part of a body that says who is called and what he is shown.
type Whom struct {
	To       string `json:"to" minLength:"1" maxLength:"64" example:"010-1234-5678" doc:"A number in any usual form, an extension, or for a consult or transfer a queue's number."`
	CallerID string `json:"caller_id,omitempty" maxLength:"64" doc:"발신번호: one that is registered for the service; empty is 기본."`
}

func (p CallPath) command(c caller, action switchboard.Action, version int) switchboard.Command {
	return switchboard.Command{
		Key: p.key(), Agent: c.Agent(), Action: action, Call: call.ID(p.Call), Version: version,
	}
}

type callRequest struct {
	CallPath
	Body Versioned
}

func (a *API) callCommand(action switchboard.Action) func(context.Context, caller, *callRequest) (*struct{}, error) {
	return func(ctx context.Context, c caller, in *callRequest) (*struct{}, error) {
		return nil, a.Switchboard.Do(ctx, in.command(c, action, in.Body.Version))
	}
}

type dialRequest struct {
	Idempotent
	Body struct {
		Whom
		Service string `json:"service,omitempty" maxLength:"64" doc:"The service he is in; empty is his first."`
	}
}

func (a *API) dial(ctx context.Context, c caller, in *dialRequest) (*struct{}, error) {
	return nil, a.Switchboard.Do(ctx, switchboard.Command{
		Key: in.key(), Agent: c.Agent(), Action: switchboard.Dial,
		To: in.Body.To, CallerID: in.Body.CallerID, Service: call.ServiceID(in.Body.Service),
	})
}

type hostileRequest struct {
	CallPath
	Body struct {
		Versioned
		Reason string `json:"reason,omitempty" enum:"profanity,threat,sexual,repeated,other" doc:"Why, if he says so; kept with the call."`
	}
}

func (a *API) endHostile(ctx context.Context, c caller, in *hostileRequest) (*struct{}, error) {
	command := in.command(c, switchboard.EndHostile, in.Body.Version)
	command.Reason = in.Body.Reason
	return nil, a.Switchboard.Do(ctx, command)
}

type muteRequest struct {
	CallPath
	Body struct {
		Versioned
		On bool `json:"on" doc:"Whether the microphone is to be off."`
	}
}

func (a *API) mute(ctx context.Context, c caller, in *muteRequest) (*struct{}, error) {
	command := in.command(c, switchboard.Mute, in.Body.Version)
	command.On = in.Body.On
	return nil, a.Switchboard.Do(ctx, command)
}

type keysRequest struct {
	CallPath
	Body struct {
		Versioned
		Keys string `json:"keys" minLength:"1" maxLength:"32" pattern:"^[0-9*#]+$"`
	}
}

func (a *API) pressKeys(ctx context.Context, c caller, in *keysRequest) (*struct{}, error) {
	command := in.command(c, switchboard.PressKeys, in.Body.Version)
	command.Keys = in.Body.Keys
	return nil, a.Switchboard.Do(ctx, command)
}

type targetRequest struct {
	CallPath
	Body struct {
		Versioned
		Whom
	}
}

func (a *API) targetCommand(action switchboard.Action) func(context.Context, caller, *targetRequest) (*struct{}, error) {
	return func(ctx context.Context, c caller, in *targetRequest) (*struct{}, error) {
		command := in.command(c, action, in.Body.Version)
		command.To, command.CallerID = in.Body.To, in.Body.CallerID
		return nil, a.Switchboard.Do(ctx, command)
	}
}
