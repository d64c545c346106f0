package api

import (
	"context"
	"time"

	"bellhop/cti/admin"
	"bellhop/cti/scenario"
)

// FlowPart is a queue or a sound that steps can name.
type FlowPart struct {
	ID       string `json:"id" doc:"What stands in a step."`
	Name     string `json:"name"`
	Number   string `json:"number,omitempty"`
	LengthMS int64  `json:"length_ms,omitempty"`
}

// FlowParts are what the flows of a service can be made of.
type FlowParts struct {
	Queues []FlowPart `json:"queues" nullable:"false"`
	Sounds []FlowPart `json:"sounds" nullable:"false"`
}

type flowPartsRequest struct {
	Service string `query:"service" format:"uuid" required:"true"`
}

func (a *API) listFlowParts(ctx context.Context, who admin.Actor, in *flowPartsRequest) (*itemResponse[FlowParts], error) {
	found, err := a.Admin.Flows.Parts(ctx, who, in.Service)
	if err != nil {
		return nil, err
	}
	out := FlowParts{Queues: []FlowPart{}, Sounds: []FlowPart{}}
	for _, q := range found.Queues {
		out.Queues = append(out.Queues, FlowPart{ID: q.ID, Name: q.Name, Number: q.Number})
	}
	for _, s := range found.Sounds {
		out.Sounds = append(out.Sounds, FlowPart{ID: s.Name, Name: s.Label, LengthMS: s.Length.Milliseconds()})
	}
	return &itemResponse[FlowParts]{Body: out}, nil
}

type checkFlowRequest struct {
	Body struct {
		Service string `json:"service" format:"uuid"`
		FlowSteps
	}
}

// FlowFindings are what is wrong with a flow.
type FlowFindings struct {
	Findings []scenario.Finding `json:"findings" nullable:"false"`
}

func (a *API) checkFlow(ctx context.Context, who admin.Actor, in *checkFlowRequest) (*itemResponse[FlowFindings], error) {
	parts, err := a.Admin.Flows.Parts(ctx, who, in.Body.Service)
	if err != nil {
		return nil, err
	}
	found := scenario.Check(scenario.Flow{TimeZone: in.Body.TimeZone, Steps: in.Body.Steps}, parts.Known())
	if found == nil {
		found = []scenario.Finding{}
	}
	return &itemResponse[FlowFindings]{Body: FlowFindings{Findings: found}}, nil
}

type tryFlowRequest struct {
	Body struct {
		At    string   `json:"at" pattern:"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$" example:"2026-11-22T03:00" doc:"As the clock at the service shows it."`
		Keys  []string `json:"keys" nullable:"false" maxItems:"20" maxLength:"1" doc:"One for each time that a key is waited for; empty: none is pressed."`
		Queue string   `json:"queue" enum:",full,nobody,too_long" doc:"What becomes of him in queues that lead on; empty: he is answered."`
		FlowSteps
	}
}

// FlowWay is the way of a caller through a flow.
type FlowWay struct {
	Taken []scenario.Taken `json:"taken" nullable:"false"`
}

func (a *API) tryFlow(_ context.Context, _ admin.Actor, in *tryFlowRequest) (*itemResponse[FlowWay], error) {
	zone, err := time.LoadLocation(in.Body.TimeZone)
	if err != nil || in.Body.TimeZone == "" {
		return nil, admin.Invalid{Field: "time_zone", Code: "not_allowed"}
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", in.Body.At, zone)
	if err != nil {
		return nil, admin.Invalid{Field: "at", Code: "format"}
	}
	flow := scenario.Flow{TimeZone: in.Body.TimeZone, Steps: in.Body.Steps}
	if len(flow.Steps) > scenario.MaxSteps {
		return nil, admin.Invalid{Field: "steps", Code: string(scenario.TooManySteps)}
	}
	taken := scenario.DryRun(flow, scenario.Trial{At: at, Keys: in.Body.Keys, Queue: scenario.Reason(in.Body.Queue)})
	return &itemResponse[FlowWay]{Body: FlowWay{Taken: taken}}, nil
}
