package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/call"
	"bellhop/cti/directory"
	"bellhop/cti/explain"
)

// Stories tell what became of calls.
type Stories interface {
	// OfCall is what became of a call; its story has no lines when there is no such call.
	OfCall(ctx context.Context, id call.ID) (Story, error)
}

// Story is what became of a call, as far as that is known now.
type Story struct {
	explain.Story

	Complete bool // every place that may know something was asked
}

func (a *API) storyRoutes() {
	register(a, signedIn, huma.Operation{
		OperationID: "getCallEvents", Method: http.MethodGet, Path: "/calls/{call}/events",
		Summary: "What became of a call, and why: for agents, those they took part in", Tags: []string{"calls"},
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound},
	}, a.getCallEvents)
}

// CallEvents is what became of a call, in the order in which it did.
type CallEvents struct {
	Call     string      `json:"call"`
	Complete bool        `json:"complete" doc:"Whether every place that may know something could be asked."`
	Events   []CallEvent `json:"events" nullable:"false"`
}

// CallEvent is one thing that became of a call.
type CallEvent struct {
	At     string            `json:"at" format:"date-time"`
	Code   string            `json:"code" example:"offered" doc:"The screen has words for it."`
	Params map[string]string `json:"params" doc:"What the words are filled with. Names that end in _ms are spans in milliseconds, in number telephone numbers."`
	Why    []CallClause      `json:"why" nullable:"false" doc:"Why it came to that, and how long it took."`
}

// CallClause is a statement about an event.
type CallClause struct {
	Code   string            `json:"code" example:"chosen_longest_idle"`
	Params map[string]string `json:"params"`
}

type callEventsRequest struct {
	Call string `path:"call" format:"uuid"`
}

type callEventsResponse struct{ Body CallEvents }

func (a *API) getCallEvents(ctx context.Context, c caller, in *callEventsRequest) (*callEventsResponse, error) {
	if a.Stories == nil {
		return nil, NewProblem(http.StatusNotFound, NotFound)
	}
	story, err := a.Stories.OfCall(ctx, call.ID(strings.ToLower(in.Call)))
	if err != nil {
		return nil, err
	}
	mine, err := a.maySee(ctx, c, story.Story)
	if err != nil {
		return nil, err
	}
	if !mine {
		return nil, NewProblem(http.StatusNotFound, NotFound)
	}
	return &callEventsResponse{Body: callEventsOf(story)}, nil
}

// maySee says whether a call is the caller's to look at: he took part, or oversees whose it is.
func (a *API) maySee(ctx context.Context, c caller, s explain.Story) (bool, error) {
	if len(s.Lines) == 0 || s.Has(c.Agent()) || c.User.Role == directory.RoleAgent && !c.User.Supervisor {
		return len(s.Lines) > 0 && s.Has(c.Agent()), nil
	}
	agent := ""
	if len(s.Agents) > 0 {
		agent = string(s.Agents[0])
	}
	return a.Directory.Oversees(ctx, c.User.ID, string(s.Service), agent)
}

func callEventsOf(s Story) CallEvents {
	out := CallEvents{Call: string(s.Call), Complete: s.Complete, Events: []CallEvent{}}
	for _, line := range s.Lines {
		event := CallEvent{At: Stamp(line.At), Code: line.Code, Params: paramsOf(line.Clause), Why: []CallClause{}}
		for _, why := range line.Why {
			event.Why = append(event.Why, CallClause{Code: why.Code, Params: paramsOf(why)})
		}
		out.Events = append(out.Events, event)
	}
	return out
}

func paramsOf(c explain.Clause) map[string]string {
	if c.Params == nil {
		return map[string]string{}
	}
	return c.Params
}
