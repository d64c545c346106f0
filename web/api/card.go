package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/call"
	"bellhop/tickets"
)

func (a *API) cardRoutes() {
	register(a, hasPhone, huma.Operation{
		OperationID: "getCard", Method: http.MethodGet, Path: "/calls/{call}/card",
		Summary: "Who calls: the customer, his last tickets, earlier hostile calls", Tags: []string{"calls"},
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound},
	}, a.getCard)
	register(a, hasPhone, huma.Operation{
		OperationID: "lookUpNumber", Method: http.MethodGet, Path: "/phone/lookup",
		Summary: "Whose number it is, before it is called: the card of a call, as one service of the agent knows it", Tags: []string{"phone"},
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity},
	}, a.lookUp)
}

// Card is what is known of the customer of a call.
type Card struct {
	Customer *CardCustomer `json:"customer" doc:"Null when the number is nobody's that is known."`
	Tickets  []CardTicket  `json:"tickets" nullable:"false" maxItems:"3" doc:"The last ones of this number, newest first."`
	Hostile  CardHostile   `json:"hostile"`
}

// CardCustomer is who the number belongs to.
type CardCustomer struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Grade string `json:"grade" doc:"As the organisation words it; may be empty."`
}

// CardTicket is an earlier ticket of the number.
type CardTicket struct {
	Number    int64  `json:"number"`
	Channel   string `json:"channel" enum:"phone"`
	Direction string `json:"direction" enum:"inbound,outbound"`
	Subject   string `json:"subject" doc:"Empty when nobody gave one."`
	Status    string `json:"status" enum:"unassigned,processing,pending,resolved,completed"`
	Missed    string `json:"missed" example:"switch_failure" doc:"Why nobody answered its call; empty when somebody did."`
	CreatedAt string `json:"created_at" format:"date-time"`
}

// CardHostile is how often calls of the number were ended with 강성종료.
type CardHostile struct {
	Count  int     `json:"count"`
	LastAt *string `json:"last_at" format:"date-time"`
}

// TransformSchema says that the customer may be null.
func (Card) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return orNull(s, "customer")
}

type cardRequest struct {
	Call string `path:"call" format:"uuid"`
}

type cardResponse struct{ Body Card }

// getCard is for the agent who is offered the call or is in it; for everybody else there is no such call.
func (a *API) getCard(ctx context.Context, c caller, in *cardRequest) (*cardResponse, error) {
	view, ok := a.Switchboard.View(ctx, c.Agent())
	if !ok || view.Call == nil || view.Call.ID != call.ID(in.Call) {
		return nil, NewProblem(http.StatusNotFound, NotFound)
	}
	card := tickets.Card{}
	if number := view.Call.Caller.Number; number != "" && view.Call.Direction != call.Internal {
		var err error
		if card, err = a.Tickets.Card(ctx, tickets.Viewer{User: c.User.ID}, number, in.Call); err != nil {
			return nil, err
		}
	}
	return &cardResponse{Body: cardOf(card)}, nil
}

type lookUpRequest struct {
	Service string `query:"service" required:"true" minLength:"1" maxLength:"64" doc:"One that the agent works for."`
	Number  string `query:"number" required:"true" minLength:"1" maxLength:"64" example:"010-1234-5678" doc:"A number in any usual form."`
}

// lookUp is for agents of the service; for everybody else there is no such service. Nothing of other services is shown.
func (a *API) lookUp(ctx context.Context, c caller, in *lookUpRequest) (*cardResponse, error) {
	serves, err := a.Directory.Serves(ctx, c.User.AgentID, in.Service)
	if err != nil {
		return nil, err
	}
	if !serves {
		return nil, NewProblem(http.StatusNotFound, NotFound)
	}
	card, err := a.Tickets.CardIn(ctx, tickets.Viewer{User: c.User.ID}, in.Service, in.Number)
	if err != nil {
		return nil, err
	}
	return &cardResponse{Body: cardOf(card)}, nil
}

func cardOf(c tickets.Card) Card {
	out := Card{
		Tickets: []CardTicket{},
		Hostile: CardHostile{Count: c.Hostile.Count, LastAt: stampOrNull(c.Hostile.LastAt)},
	}
	if c.Customer != nil {
		out.Customer = &CardCustomer{ID: c.Customer.ID, Name: c.Customer.Name, Grade: c.Customer.Grade}
	}
	for _, t := range c.Tickets {
		out.Tickets = append(out.Tickets, CardTicket{
			Number: t.Number, Channel: string(t.Channel), Direction: string(t.Direction), Subject: t.Subject,
			Status: string(t.Status), Missed: t.Missed, CreatedAt: Stamp(t.CreatedAt),
		})
	}
	return out
}
