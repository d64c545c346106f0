package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/call"
	"bellhop/cti/history"
)

// Quality keeps how calls sounded.
type Quality interface {
	// SaveQuality keeps a part once; history.ErrNoCall, history.ErrTooManyParts or history.ErrRejected.
	SaveQuality(ctx context.Context, p history.Part) error
	// Qualities are those of calls in the agent's history, by history.Call's ID.
	Qualities(ctx context.Context, agent string, calls []int64) (map[int64]history.Quality, error)
}

// TooManyParts says that a call has as many measured parts as are kept.
const TooManyParts Code = "too_many_parts"

func (a *API) qualityRoutes() {
	register(a, hasPhone, huma.Operation{
		OperationID: "saveCallQuality", Method: http.MethodPut, Path: "/calls/{call}/quality/{part}",
		Summary: "How a stretch of the agent's call sounded, measured by his browser", Tags: []string{"calls"},
		DefaultStatus: http.StatusNoContent, Errors: callErrors,
	}, a.saveQuality)
}

// CallQuality is how an agent's part in a call sounded. The browser's figures are of the worse of the two directions.
type CallQuality struct {
	Grade            string  `json:"grade" enum:"good,fair,bad"`
	MOS              float64 `json:"mos" doc:"Mean opinion score, 1 to 4.5 (ITU-T G.107)."`
	DurationMS       int64   `json:"duration_ms" doc:"For how long it was measured."`
	Loss             float64 `json:"loss" doc:"The share of packets lost, 0 to 1."`
	JitterMS         float64 `json:"jitter_ms"`
	JitterMaxMS      float64 `json:"jitter_max_ms"`
	RTTMS            float64 `json:"rtt_ms"`
	RTTMaxMS         float64 `json:"rtt_max_ms"`
	NoIncomingMS     int64   `json:"no_incoming_ms" doc:"For how long the agent heard nothing of the customer."`
	NoOutgoingMS     int64   `json:"no_outgoing_ms" doc:"For how long the agent's voice did not arrive."`
	DeadMicrophoneMS int64   `json:"dead_microphone_ms" doc:"For how long the microphone gave nothing."`
}

type saveQualityRequest struct {
	Call string `path:"call" format:"uuid"`
	Part string `path:"part" format:"uuid" doc:"Made by the page that measured: the same part is kept once."`
	Body struct {
		StartedAt        time.Time `json:"started_at" doc:"By the server's clock."`
		DurationMS       int64     `json:"duration_ms" minimum:"1" maximum:"86400000"`
		Loss             float64   `json:"loss" minimum:"0" maximum:"1"`
		JitterMS         float64   `json:"jitter_ms" minimum:"0" maximum:"60000"`
		JitterMaxMS      float64   `json:"jitter_max_ms" minimum:"0" maximum:"60000"`
		RTTMS            float64   `json:"rtt_ms" minimum:"0" maximum:"60000"`
		RTTMaxMS         float64   `json:"rtt_max_ms" minimum:"0" maximum:"60000"`
		NoIncomingMS     int64     `json:"no_incoming_ms" minimum:"0" maximum:"86400000"`
		NoOutgoingMS     int64     `json:"no_outgoing_ms" minimum:"0" maximum:"86400000"`
		DeadMicrophoneMS int64     `json:"dead_microphone_ms" minimum:"0" maximum:"86400000"`
	}
}

func (a *API) saveQuality(ctx context.Context, c caller, in *saveQualityRequest) (*struct{}, error) {
	b := in.Body
	err := a.History.SaveQuality(ctx, history.Part{
		Call: call.ID(in.Call), Agent: c.Agent(), ID: in.Part, StartedAt: b.StartedAt,
		Sound: history.Sound{
			Duration: whole(b.DurationMS), Loss: b.Loss,
			Jitter: part(b.JitterMS), JitterMax: part(b.JitterMaxMS), RoundTrip: part(b.RTTMS), RoundTripMax: part(b.RTTMaxMS),
			NoIncoming: whole(b.NoIncomingMS), NoOutgoing: whole(b.NoOutgoingMS), DeadMicrophone: whole(b.DeadMicrophoneMS),
		},
	})
	switch {
	case errors.Is(err, history.ErrNoCall):
		return nil, NewProblem(http.StatusNotFound, NotFound)
	case errors.Is(err, history.ErrTooManyParts):
		return nil, NewProblem(http.StatusConflict, TooManyParts)
	case errors.Is(err, history.ErrRejected):
		return nil, NewProblem(http.StatusUnprocessableEntity, InvalidRequest)
	}
	return nil, err
}

func qualityOf(q history.Quality) *CallQuality {
	return &CallQuality{
		Grade: string(q.Grade), MOS: rounded(q.Score, 100), DurationMS: q.Duration.Milliseconds(), Loss: rounded(q.Loss, 10_000),
		JitterMS: tenths(q.Jitter), JitterMaxMS: tenths(q.JitterMax), RTTMS: tenths(q.RoundTrip), RTTMaxMS: tenths(q.RoundTripMax),
		NoIncomingMS: q.NoIncoming.Milliseconds(), NoOutgoingMS: q.NoOutgoing.Milliseconds(),
		DeadMicrophoneMS: q.DeadMicrophone.Milliseconds(),
	}
}

func whole(ms int64) time.Duration { return time.Duration(ms) * time.Millisecond }

func part(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

func tenths(d time.Duration) float64 { return rounded(float64(d)/float64(time.Millisecond), 10) }

func rounded(value, steps float64) float64 { return float64(int64(value*steps+0.5)) / steps }
