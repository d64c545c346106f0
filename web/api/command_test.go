package api_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"bellhop/cti/agent"
	"bellhop/cti/switchboard"
)

func TestCommands(t *testing.T) {
	key := http.Header{"Idempotency-Key": {"k-1"}}
	about := func(verb, body string) request {
		return request{method: http.MethodPost, path: "/api/v1/calls/" + aCall + "/" + verb, body: body, header: key}
	}
	tests := []struct {
		name string
		send request
		want switchboard.Command
	}{
		{
			"presence",
			request{method: http.MethodPut, path: "/api/v1/phone/presence", body: `{"presence":"work","kind":"meeting"}`, header: key},
			switchboard.Command{Action: switchboard.SetPresence, Mode: agent.Mode{Presence: agent.Work, Kind: agent.Meeting}},
		},
		{"clear next", request{method: http.MethodDelete, path: "/api/v1/phone/presence/next", header: key}, switchboard.Command{Action: switchboard.ClearNext}},
		{"dismiss", request{method: http.MethodPost, path: "/api/v1/phone/dismiss", header: key}, switchboard.Command{Action: switchboard.Dismiss}},
		{"sign out", request{method: http.MethodDelete, path: "/api/v1/phone/session", header: key}, switchboard.Command{Action: switchboard.SignOut}},
		{
			"accept",
			request{method: http.MethodPost, path: "/api/v1/calls/" + aCall + "/accept", body: `{"version":3}`, header: key},
			switchboard.Command{Action: switchboard.Accept, Call: aCall, Version: 3},
		},
		{
			"decline",
			request{method: http.MethodPost, path: "/api/v1/calls/" + aCall + "/decline", body: `{"version":4}`, header: key},
			switchboard.Command{Action: switchboard.Decline, Call: aCall, Version: 4},
		},
		{
			"hang up",
			request{method: http.MethodPost, path: "/api/v1/calls/" + aCall + "/hangup", body: `{"version":5}`, header: key},
			switchboard.Command{Action: switchboard.HangUp, Call: aCall, Version: 5},
		},
		{
			"dial",
			request{method: http.MethodPost, path: "/api/v1/calls", body: `{"to":"+82 10-1234-5678","caller_id":"0206924100","service":"s-1"}`, header: key},
			switchboard.Command{Action: switchboard.Dial, To: "+82 10-1234-5678", CallerID: "0206924100", Service: "s-1"},
		},
		{"hold", about("hold", `{"version":6}`), switchboard.Command{Action: switchboard.Hold, Call: aCall, Version: 6}},
		{"resume", about("resume", `{"version":7}`), switchboard.Command{Action: switchboard.Resume, Call: aCall, Version: 7}},
		{"mute", about("mute", `{"version":8,"on":true}`), switchboard.Command{Action: switchboard.Mute, Call: aCall, Version: 8, On: true}},
		{"mute no more", about("mute", `{"version":8,"on":false}`), switchboard.Command{Action: switchboard.Mute, Call: aCall, Version: 8}},
		{"keys", about("keys", `{"version":9,"keys":"0123456789*#"}`), switchboard.Command{Action: switchboard.PressKeys, Call: aCall, Version: 9, Keys: "0123456789*#"}},
		{"consult", about("consult", `{"version":1,"to":"2042"}`), switchboard.Command{Action: switchboard.Consult, Call: aCall, Version: 1, To: "2042"}},
		{
			"transfer", about("transfer", `{"version":2,"to":"010-1234-5678","caller_id":"15004021"}`),
			switchboard.Command{Action: switchboard.Transfer, Call: aCall, Version: 2, To: "010-1234-5678", CallerID: "15004021"},
		},
		{"cancel the consult", about("cancel-consult", `{"version":3}`), switchboard.Command{Action: switchboard.CancelConsult, Call: aCall, Version: 3}},
		{"connect the customer", about("connect-customer", `{"version":4}`), switchboard.Command{Action: switchboard.ConnectCustomer, Call: aCall, Version: 4}},
		{"swap", about("swap", `{"version":5}`), switchboard.Command{Action: switchboard.Swap, Call: aCall, Version: 5}},
		{"three-way", about("three-way", `{"version":6}`), switchboard.Command{Action: switchboard.ThreeWay, Call: aCall, Version: 6}},
		{"drop the target", about("drop-target", `{"version":7}`), switchboard.Command{Action: switchboard.DropTarget, Call: aCall, Version: 7}},
		{"hostile end", about("end-hostile", `{"version":8}`), switchboard.Command{Action: switchboard.EndHostile, Call: aCall, Version: 8}},
		{
			"hostile end and why", about("end-hostile", `{"version":8,"reason":"profanity"}`),
			switchboard.Command{Action: switchboard.EndHostile, Call: aCall, Version: 8, Reason: "profanity"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			tt.send.as = "agent"
			w := r.send(tt.send)
			require.Equal(t, http.StatusNoContent, w.Code, "%s", w.Body)
			tt.want.Agent, tt.want.Key = "a-1", "k-1"
			require.Equal(t, []switchboard.Command{tt.want}, r.board.done)

			tt.send.header = nil
			r.send(tt.send)
			require.NoError(t, uuid.Validate(r.board.done[1].Key), "a key is made when there is none")
		})
	}
}

func TestRefusals(t *testing.T) {
	tests := map[switchboard.RefusalCode]int{
		switchboard.TooLate: 409, switchboard.NotYourCall: 404, switchboard.NotSignedIn: 409, switchboard.NoPhone: 403,
		switchboard.NotReachable: 409, switchboard.InCall: 409, switchboard.UnknownMode: 422, switchboard.UnknownAction: 422,
		switchboard.SwitchDown: 409, switchboard.KeyReused: 409, switchboard.InvalidCommand: 422, switchboard.BadNumber: 422,
		switchboard.NotAllowed: 403, switchboard.NotYourService: 403, switchboard.OwnNumber: 409, switchboard.ForeignNumber: 409,
		switchboard.PremiumNumber: 409, switchboard.CallerIDRefused: 409, switchboard.NoCallerID: 409, switchboard.TargetNotReady: 409,
		switchboard.TargetCustomer: 409, switchboard.QueueFull: 409, switchboard.QueueEmpty: 409,
	}
	for code, status := range tests {
		r := newRig(t)
		r.board.err = &switchboard.Refusal{Code: code, Params: map[string]string{"phase": "ended"}}
		w := r.send(request{method: http.MethodPost, path: "/api/v1/calls/" + aCall + "/accept", as: "agent", body: `{"version":3}`})
		require.Equal(t, status, w.Code, code)
		p := problemIn(t, w)
		require.Equal(t, string(code), string(p.Code))
		require.Equal(t, map[string]string{"phase": "ended"}, p.Params)
	}
}
