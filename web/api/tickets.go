package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/tickets"
)

func (a *API) ticketRoutes() {
	register(a, signedIn, huma.Operation{
		OperationID: "listTickets", Method: http.MethodGet, Path: "/tickets",
		Summary: "Tickets, newest first", Tags: []string{"tickets"},
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, a.listTickets)
	register(a, signedIn, huma.Operation{
		OperationID: "getTicket", Method: http.MethodGet, Path: "/tickets/{number}",
		Summary: "One ticket with its events", Tags: []string{"tickets"},
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound},
	}, a.getTicket)
	a.noteRoutes()
}

// Ticket is one ticket, without what happened to it.
type Ticket struct {
	Number         int64   `json:"number"`
	Service        Named   `json:"service"`
	Channel        string  `json:"channel" enum:"phone"`
	Direction      string  `json:"direction" enum:"inbound,outbound"`
	Status         string  `json:"status" enum:"unassigned,processing,pending,resolved,completed"`
	Subject        string  `json:"subject" doc:"Empty when nobody gave one: the screen words it from channel and number."`
	CustomerNumber string  `json:"customer_number"`
	CustomerName   string  `json:"customer_name"`
	Agent          Named   `json:"agent" doc:"Who is in charge; empty when nobody is."`
	Call           string  `json:"call"`
	HostileAt      *string `json:"hostile_at" format:"date-time" doc:"When its call was ended with 강성종료; null when it was not."`
	Missed         string  `json:"missed" example:"switch_failure" doc:"Why nobody answered its call, a reason of calls; empty when somebody did."`
	CreatedAt      string  `json:"created_at" format:"date-time"`
	UpdatedAt      string  `json:"updated_at" format:"date-time"`
}

// TicketWithEvents is one ticket with what happened to it, oldest first.
type TicketWithEvents struct {
	Ticket
	Events []TicketEvent `json:"events" nullable:"false"`
}

// TicketEvent is one thing that happened.
type TicketEvent struct {
	At     string            `json:"at" format:"date-time"`
	Kind   string            `json:"kind" example:"connected"`
	Agent  Named             `json:"agent" doc:"The agent it is about; empty when it is about none."`
	Target Named             `json:"target" doc:"The other agent it is about, in a consult or a transfer; empty when there is none."`
	Params map[string]string `json:"params" doc:"What the screen's sentence has to fill in."`
}

// TicketPage is one page of a list.
type TicketPage struct {
	Tickets []Ticket `json:"tickets" nullable:"false"`
	Next    *int64   `json:"next" doc:"Ask for the next page with before=next; null on the last one."`
}

type ticketListRequest struct {
	Limit  int   `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Before int64 `query:"before" minimum:"1" doc:"Only tickets with a smaller number."`
}

type ticketListResponse struct{ Body TicketPage }

func (a *API) listTickets(ctx context.Context, c caller, in *ticketListRequest) (*ticketListResponse, error) {
	// One more than asked for tells whether there is another page, except at the store's own limit.
	limit := min(in.Limit+1, tickets.MaxList)
	found, err := a.Tickets.List(ctx, tickets.Viewer{User: c.User.ID}, tickets.ListOptions{Limit: limit, Before: in.Before})
	if err != nil {
		return nil, ticketProblem(err)
	}
	page := TicketPage{Tickets: []Ticket{}}
	more := len(found) > in.Limit || (len(found) == limit && limit == in.Limit)
	if len(found) > in.Limit {
		found = found[:in.Limit]
	}
	for _, t := range found {
		page.Tickets = append(page.Tickets, ticketOf(t))
	}
	if more {
		page.Next = &found[len(found)-1].Number
	}
	return &ticketListResponse{Body: page}, nil
}

type ticketRequest struct {
	Number int64 `path:"number" minimum:"1"`
}

type ticketResponse struct{ Body TicketWithEvents }

func (a *API) getTicket(ctx context.Context, c caller, in *ticketRequest) (*ticketResponse, error) {
	t, err := a.Tickets.Get(ctx, tickets.Viewer{User: c.User.ID}, in.Number)
	if err != nil {
		return nil, ticketProblem(err)
	}
	out := TicketWithEvents{Ticket: ticketOf(t), Events: []TicketEvent{}}
	for _, e := range t.Events {
		out.Events = append(out.Events, ticketEventOf(e))
	}
	return &ticketResponse{Body: out}, nil
}

func ticketOf(t tickets.Ticket) Ticket {
	return Ticket{
		Number:         t.Number,
		Service:        Named{ID: t.Service.ID, Name: t.Service.Name},
		Channel:        string(t.Channel),
		Direction:      string(t.Direction),
		Status:         string(t.Status),
		Subject:        t.Subject,
		CustomerNumber: t.CustomerNumber,
		CustomerName:   t.CustomerName,
		Agent:          Named{ID: t.Agent.ID, Name: t.Agent.Name},
		Call:           t.Call,
		HostileAt:      stampOrNull(t.HostileAt),
		Missed:         t.Missed,
		CreatedAt:      Stamp(t.CreatedAt),
		UpdatedAt:      Stamp(t.UpdatedAt),
	}
}

func ticketEventOf(e tickets.Event) TicketEvent {
	params := e.Params
	if params == nil {
		params = map[string]string{}
	}
	return TicketEvent{
		At: Stamp(e.At), Kind: string(e.Kind), Agent: Named{ID: e.Agent.ID, Name: e.Agent.Name},
		Target: Named{ID: e.Target.ID, Name: e.Target.Name}, Params: params,
	}
}

func ticketProblem(err error) error {
	if errors.Is(err, tickets.ErrNotFound) {
		return NewProblem(http.StatusNotFound, NotFound)
	}
	return err
}
