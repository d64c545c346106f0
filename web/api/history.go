package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/history"
	"bellhop/tickets"
)

// History is what each agent took part in on the phone.
type History interface {
	// List answers history.ErrBadCursor when ListOptions.Before is none.
	List(ctx context.Context, agent string, o history.ListOptions) (history.Page, error)
	Quality
}

func (a *API) historyRoutes() {
	register(a, hasPhone, huma.Operation{
		OperationID: "listCalls", Method: http.MethodGet, Path: "/phone/history",
		Summary: "The agent's own calls, newest first", Tags: []string{"phone"},
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity},
	}, a.listCalls)
	a.qualityRoutes()
}

// PastCall is an agent's part in a call that is over for him.
type PastCall struct {
	ID          int64   `json:"id"`
	Call        string  `json:"call"`
	Direction   string  `json:"direction" enum:"inbound,outbound,internal"`
	Number      string  `json:"number" doc:"Empty when withheld; of an internal call the colleague's extension."`
	Name        string  `json:"name"`
	Queue       string  `json:"queue" doc:"Its name, or empty."`
	Service     string  `json:"service" doc:"Its name, or empty."`
	Result      string  `json:"result" enum:"answered,missed,declined,lost,busy,no_answer,refused,unallocated,network_error,cancelled,no_agent,caller_gone,transferred"`
	EndedBy     string  `json:"ended_by" enum:"customer,agent,target,system"`
	Reason      string  `json:"reason" example:"customer_hangup"`
	StartedAt   string  `json:"started_at" format:"date-time"`
	ConnectedAt *string `json:"connected_at" format:"date-time"`
	EndedAt     string  `json:"ended_at" format:"date-time"`
	TalkMS      int64   `json:"talk_ms" doc:"Connected, without hold, in milliseconds."`
	HoldMS      int64   `json:"hold_ms"`
	Ticket      *int64  `json:"ticket" doc:"The number of its ticket, where there is one that he may see."`

	Quality *CallQuality `json:"quality" doc:"How it sounded; null when nobody measured it."`
}

// PastCallPage is one page of an agent's history.
type PastCallPage struct {
	Calls []PastCall `json:"calls" nullable:"false"`
	Next  *string    `json:"next" doc:"Ask for the next page with before=next; null on the last one."`
}

type historyRequest struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Before string `query:"before" maxLength:"128" doc:"The next of the page before."`
	Missed bool   `query:"missed" doc:"Only calls that the agent missed."`
}

type historyResponse struct{ Body PastCallPage }

func (a *API) listCalls(ctx context.Context, c caller, in *historyRequest) (*historyResponse, error) {
	page, err := a.History.List(ctx, c.User.AgentID, history.ListOptions{Limit: in.Limit, Before: in.Before, Missed: in.Missed})
	if errors.Is(err, history.ErrBadCursor) {
		p := NewProblem(http.StatusUnprocessableEntity, InvalidRequest)
		p.Errors = []FieldError{{Location: "query.before", Code: "format"}}
		return nil, p
	}
	if err != nil {
		return nil, err
	}
	numbers, err := a.ticketsOf(ctx, c, page.Calls)
	if err != nil {
		return nil, err
	}
	qualities, err := a.qualitiesOf(ctx, c, page.Calls)
	if err != nil {
		return nil, err
	}
	out := PastCallPage{Calls: []PastCall{}}
	for _, past := range page.Calls {
		shown := pastCallOf(past)
		if number, ok := numbers[past.Call]; ok {
			shown.Ticket = &number
		}
		if q, ok := qualities[past.ID]; ok {
			shown.Quality = qualityOf(q)
		}
		out.Calls = append(out.Calls, shown)
	}
	if page.Next != "" {
		out.Next = &page.Next
	}
	return &historyResponse{Body: out}, nil
}

// ticketsOf are the numbers of the calls' tickets by call, as far as the caller may see them.
func (a *API) ticketsOf(ctx context.Context, c caller, calls []history.Call) (map[string]int64, error) {
	if len(calls) == 0 {
		return nil, nil
	}
	ids := make([]string, 0, len(calls))
	for _, past := range calls {
		ids = append(ids, past.Call)
	}
	return a.Tickets.NumbersOfCalls(ctx, tickets.Viewer{User: c.User.ID}, ids)
}

// qualitiesOf are how the calls sounded, by their id.
func (a *API) qualitiesOf(ctx context.Context, c caller, calls []history.Call) (map[int64]history.Quality, error) {
	if len(calls) == 0 {
		return nil, nil
	}
	ids := make([]int64, 0, len(calls))
	for _, past := range calls {
		ids = append(ids, past.ID)
	}
	return a.History.Qualities(ctx, c.User.AgentID, ids)
}

func pastCallOf(c history.Call) PastCall {
	return PastCall{
		ID: c.ID, Call: c.Call, Direction: string(c.Direction), Number: c.Number, Name: c.Name, Queue: c.Queue,
		Service: c.Service, Result: string(c.Result), EndedBy: string(c.EndedBy), Reason: c.Reason,
		StartedAt: Stamp(c.StartedAt), ConnectedAt: stampOrNull(c.ConnectedAt), EndedAt: Stamp(c.EndedAt),
		TalkMS: c.Talk.Milliseconds(), HoldMS: c.Hold.Milliseconds(),
	}
}
