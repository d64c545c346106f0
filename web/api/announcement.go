package api

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"bellhop/cti/call"
)

// Announcements are what customers are told by the machine.
type Announcements interface {
	// HostileEnd is what a customer of a service hears at 강성종료 (PH-65): its words, and the very sound as a WAV file.
	HostileEnd(ctx context.Context, service call.ServiceID) (text string, sound []byte, err error)
}

func (a *API) announcementRoutes() {
	errs := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}
	register(a, hasPhone, huma.Operation{
		OperationID: "getHostileEnd", Method: http.MethodGet, Path: "/calls/{call}/hostile-end",
		Summary: "What the customer of the call would hear at 강성종료", Tags: []string{"calls"}, Errors: errs,
	}, a.getHostileEnd)
	register(a, hasPhone, huma.Operation{
		OperationID: "getHostileEndSound", Method: http.MethodGet, Path: "/calls/{call}/hostile-end/sound",
		Summary: "The same, as the sound itself", Tags: []string{"calls"}, Errors: errs,
		Responses: map[string]*huma.Response{"200": {
			Description: "A WAV file",
			Content:     map[string]*huma.MediaType{soundType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
		}},
	}, a.getHostileEndSound)
}

const soundType = "audio/wav"

// Announcement is something that the machine says.
type Announcement struct {
	Text string `json:"text" doc:"Word for word, in the language in which it is spoken."`
}

type announcementRequest struct {
	Call string `path:"call" format:"uuid"`
}

type announcementResponse struct{ Body Announcement }

func (a *API) getHostileEnd(ctx context.Context, c caller, in *announcementRequest) (*announcementResponse, error) {
	text, _, err := a.hostileEnd(ctx, c, in)
	if err != nil {
		return nil, err
	}
	return &announcementResponse{Body: Announcement{Text: text}}, nil
}

// getHostileEndSound answers ranges too: without them a browser does not know how long a sound lasts (RFC 9110, section 14).
func (a *API) getHostileEndSound(ctx context.Context, c caller, in *announcementRequest) (*huma.StreamResponse, error) {
	_, sound, err := a.hostileEnd(ctx, c, in)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		r, w := humago.Unwrap(ctx)
		w.Header().Set("Content-Type", soundType)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(sound))
	}}, nil
}

// hostileEnd is for the agent who is in the call; for everybody else there is no such call.
func (a *API) hostileEnd(ctx context.Context, c caller, in *announcementRequest) (string, []byte, error) {
	view, ok := a.Switchboard.View(ctx, c.Agent())
	if !ok || view.Call == nil || view.Call.ID != call.ID(in.Call) {
		return "", nil, NewProblem(http.StatusNotFound, NotFound)
	}
	return a.Announcements.HostileEnd(ctx, view.Call.ServiceID)
}
