package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/directory"
)

// Directory is the services of an agent, the numbers that he may show, and those he keeps.
type Directory interface {
	// Oversees says whether a service, or an agent, belongs to the user's organisation. Either may be empty.
	Oversees(ctx context.Context, user, service, agent string) (bool, error)
	// Serves says whether an agent works for a service.
	Serves(ctx context.Context, agent, service string) (bool, error)

	// CallerIDs are in the admin's order; the first is 기본. An empty service is the agent's first; directory.ErrNotFound
	// when it is not his.
	CallerIDs(ctx context.Context, agent, service string) ([]directory.CallerID, error)

	Favourites(ctx context.Context, agent string) ([]directory.Favourite, error)
	AddFavourite(ctx context.Context, agent, name, number string) (directory.Favourite, error)
	ChangeFavourite(ctx context.Context, agent, id, name, number string) (directory.Favourite, error)
	DeleteFavourite(ctx context.Context, agent, id string) error
	OrderFavourites(ctx context.Context, agent string, ids []string) error
}

func (a *API) numberRoutes() {
	register(a, hasPhone, huma.Operation{
		OperationID: "listCallerIDs", Method: http.MethodGet, Path: "/phone/caller-ids",
		Summary: "발신번호: the numbers registered for a service of the agent", Tags: []string{"phone"},
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound},
	}, a.listCallerIDs)
	favourite := func(id, method, path, summary string, status int, errs ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: "/phone/favourites" + path, Summary: summary, Tags: []string{"phone"},
			DefaultStatus: status, Errors: append([]int{http.StatusUnauthorized, http.StatusForbidden}, errs...),
		}
	}
	register(a, hasPhone, favourite("listFavourites", http.MethodGet, "", "자주 사용되는 번호, in the agent's order",
		http.StatusOK), a.listFavourites)
	register(a, hasPhone, favourite("addFavourite", http.MethodPost, "", "Put a number at the end of them",
		http.StatusCreated, http.StatusConflict, http.StatusUnprocessableEntity), a.addFavourite)
	register(a, hasPhone, favourite("changeFavourite", http.MethodPut, "/{id}", "Give one another name and number",
		http.StatusOK, http.StatusNotFound, http.StatusUnprocessableEntity), a.changeFavourite)
	register(a, hasPhone, favourite("deleteFavourite", http.MethodDelete, "/{id}", "Take one away",
		http.StatusNoContent, http.StatusNotFound), a.deleteFavourite)
	register(a, hasPhone, favourite("orderFavourites", http.MethodPut, "/order", "Put them into another order",
		http.StatusNoContent, http.StatusUnprocessableEntity), a.orderFavourites)
}

// CallerID is a number that may be shown to whom the agent calls.
type CallerID struct {
	Number  string `json:"number"`
	Name    string `json:"name"`
	Default bool   `json:"default" doc:"기본: shown when none is chosen."`
}

// CallerIDs are the numbers that may be shown, in the admin's order.
type CallerIDs struct {
	CallerIDs []CallerID `json:"caller_ids" nullable:"false"`
}

type callerIDsRequest struct {
	Service string `query:"service" maxLength:"64" doc:"The service he is in; empty is his first."`
}

type callerIDsResponse struct{ Body CallerIDs }

func (a *API) listCallerIDs(ctx context.Context, c caller, in *callerIDsRequest) (*callerIDsResponse, error) {
	found, err := a.Directory.CallerIDs(ctx, c.User.AgentID, in.Service)
	if err != nil {
		return nil, directoryProblem(err)
	}
	out := CallerIDs{CallerIDs: []CallerID{}}
	for n, id := range found {
		out.CallerIDs = append(out.CallerIDs, CallerID{Number: id.Number, Name: id.Name, Default: n == 0})
	}
	return &callerIDsResponse{Body: out}, nil
}

// Favourite is one of an agent's 자주 사용되는 번호.
type Favourite struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Number string `json:"number" doc:"An outside number stands as 9 and the number."`
}

// Favourites are an agent's, in his order.
type Favourites struct {
	Favourites []Favourite `json:"favourites" nullable:"false"`
}

type favouritesResponse struct{ Body Favourites }

func (a *API) listFavourites(ctx context.Context, c caller, _ *struct{}) (*favouritesResponse, error) {
	found, err := a.Directory.Favourites(ctx, c.User.AgentID)
	if err != nil {
		return nil, directoryProblem(err)
	}
	out := Favourites{Favourites: []Favourite{}}
	for _, f := range found {
		out.Favourites = append(out.Favourites, Favourite(f))
	}
	return &favouritesResponse{Body: out}, nil
}

type favouriteBody struct {
	Name   string `json:"name" minLength:"1" maxLength:"64"`
	Number string `json:"number" minLength:"1" maxLength:"64" example:"010-1234-5678" doc:"A number in any usual form, an extension or a queue's number."`
}

type favouriteResponse struct{ Body Favourite }

type addFavouriteRequest struct {
	Idempotent
	Body favouriteBody
}

func (a *API) addFavourite(ctx context.Context, c caller, in *addFavouriteRequest) (*favouriteResponse, error) {
	agent := c.User.AgentID
	f, err := a.added.once(ctx, agent+" "+in.key(), in.Body, func() (directory.Favourite, error) {
		return a.Directory.AddFavourite(ctx, agent, in.Body.Name, in.Body.Number)
	})
	if err != nil {
		return nil, directoryProblem(err)
	}
	return &favouriteResponse{Body: Favourite(f)}, nil
}

type changeFavouriteRequest struct {
	ID   string `path:"id" format:"uuid"`
	Body favouriteBody
}

func (a *API) changeFavourite(ctx context.Context, c caller, in *changeFavouriteRequest) (*favouriteResponse, error) {
	f, err := a.Directory.ChangeFavourite(ctx, c.User.AgentID, in.ID, in.Body.Name, in.Body.Number)
	if err != nil {
		return nil, directoryProblem(err)
	}
	return &favouriteResponse{Body: Favourite(f)}, nil
}

type deleteFavouriteRequest struct {
	ID string `path:"id" format:"uuid"`
}

func (a *API) deleteFavourite(ctx context.Context, c caller, in *deleteFavouriteRequest) (*struct{}, error) {
	return nil, directoryProblem(a.Directory.DeleteFavourite(ctx, c.User.AgentID, in.ID))
}

type orderFavouritesRequest struct {
	Body struct {
		IDs []string `json:"ids" nullable:"false" maxItems:"200" format:"uuid" doc:"Every favourite of the agent, each once."`
	}
}

func (a *API) orderFavourites(ctx context.Context, c caller, in *orderFavouritesRequest) (*struct{}, error) {
	return nil, directoryProblem(a.Directory.OrderFavourites(ctx, c.User.AgentID, in.Body.IDs))
}

// directoryProblems are the answers to what the directory refuses.
var directoryProblems = []struct {
	err    error
	status int
	code   Code
}{
	{directory.ErrNotFound, http.StatusNotFound, NotFound},
	{directory.ErrTooMany, http.StatusConflict, TooManyFavourites},
	{directory.ErrBadName, http.StatusUnprocessableEntity, BadName},
	{directory.ErrBadNumber, http.StatusUnprocessableEntity, BadNumber},
	{directory.ErrBadOrder, http.StatusUnprocessableEntity, BadOrder},
}

func directoryProblem(err error) error {
	for _, p := range directoryProblems {
		if errors.Is(err, p.err) {
			return NewProblem(p.status, p.code)
		}
	}
	return err
}
