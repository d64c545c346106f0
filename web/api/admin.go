package api

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"bellhop/cti/admin"
)

// Actors says who a signed-in user is to the administration, as the database has it now.
type Actors interface {
	Actor(ctx context.Context, user string, ip netip.Addr) (admin.Actor, error)
}

// Admin is what admins set up: one store for each thing.
type Admin struct {
	Actors Actors
	// Changed is told after every change, so that the running switchboard learns of it; may be nil.
	Changed func()

	Services AdminServices
	People   AdminPeople
	// Accounts and Pages end and renew what changes of people concern.
	Accounts Accounts
	Pages    Pages
	Logs     AdminLogs
	Flows    AdminFlows
	Setup    AdminSetup

	Queues    AdminQueues
	CallerIDs AdminCallerIDs
	Trunks    AdminTrunks
	Lines     Lines
	Phones    AdminPhones
	Desks     Desks
	Numbers   AdminNumbers
	Sounds    AdminSounds
}

func (a *API) adminRoutes() {
	a.adminServiceRoutes()
	a.adminPeopleRoutes()
	a.adminGroupRoutes()
	a.accountRoutes()
	a.invitationRoutes()
	a.adminAuditRoutes()
	a.adminSetupRoutes()
	a.adminFlowRoutes()
	a.adminQueueRoutes()
	a.adminTrunkRoutes()
	a.adminCTIRoutes()
	a.adminCallerIDRoutes()
	a.adminNumberRoutes()
	a.adminSoundRoutes()
}

// adminProblems are what every admin route may answer.
var adminProblems = []int{
	http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity,
}

// adminOperation is an operation below /admin.
func adminOperation(id, method, path, tag, summary string) huma.Operation {
	op := huma.Operation{
		OperationID: id, Method: method, Path: "/admin" + path, Summary: summary, Tags: []string{"admin: " + tag}, Errors: adminProblems,
	}
	switch method {
	case http.MethodPost:
		op.DefaultStatus = http.StatusCreated
	case http.MethodDelete:
		op.DefaultStatus = http.StatusNoContent
	}
	return op
}

// registerAdmin adds one route of the administration. The handler runs only for whom the right lets in, and gets who he
// is; what he may see of it is for the store to say. After a change that was made the switchboard is told.
func registerAdmin[I, O any](a *API, need right, op huma.Operation, handle func(context.Context, admin.Actor, *I) (*O, error)) {
	reads := op.Method == http.MethodGet
	op.Middlewares = append(huma.Middlewares{a.adminGuard(need, reads)}, op.Middlewares...)
	register(a, signedIn, op, func(ctx context.Context, _ caller, in *I) (*O, error) {
		actor, _ := ctx.Value(actorKey{}).(admin.Actor)
		out, err := handle(ctx, actor, in)
		if err != nil {
			return nil, adminProblem(err)
		}
		if !reads && a.Admin.Changed != nil {
			a.Admin.Changed()
		}
		return out, nil
	})
}

type actorKey struct{}

// adminGuard lets a request of the administration through, before anything of it is read, or answers it.
func (a *API) adminGuard(need right, reads bool) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		_, w := humago.Unwrap(ctx)
		who, _ := ctx.Context().Value(callerKey{}).(caller)
		within, cancel := context.WithTimeout(ctx.Context(), readTime)
		actor, err := a.Admin.Actors.Actor(within, who.User.ID, who.IP)
		cancel()
		switch {
		case errors.Is(err, admin.ErrNotFound):
			NewProblem(http.StatusUnauthorized, NotSignedIn).Write(w)
		case err != nil:
			p, _ := problemOf(ctx.Context(), err)
			a.Log.ErrorContext(ctx.Context(), "who acts is not known", "code", string(p.Code), "error", err)
			p.Write(w)
		case !may(actor, need, reads):
			NewProblem(http.StatusForbidden, Forbidden).Write(w)
		default:
			next(huma.WithValue(ctx, actorKey{}, actor))
		}
	}
}

// Use is a place where something is used that was to be deleted.
type Use struct {
	Subject string `json:"subject" example:"queue"`
	ID      string `json:"id"`
	Name    string `json:"name"`
}

// adminProblem is the answer to what the administration refuses.
func adminProblem(err error) error {
	var conflict admin.Conflict
	var used admin.InUse
	var one admin.Invalid
	var wrong admin.Invalids
	switch {
	case errors.Is(err, admin.ErrNotFound):
		return NewProblem(http.StatusNotFound, NotFound)
	case errors.Is(err, admin.ErrForbidden):
		return NewProblem(http.StatusForbidden, Forbidden)
	case errors.As(err, &conflict):
		p := NewProblem(http.StatusConflict, EditConflict)
		p.Params = map[string]string{"who": conflict.By, "at": Stamp(conflict.At)}
		return p
	case errors.As(err, &used):
		p := NewProblem(http.StatusConflict, InUse)
		for _, u := range used.By {
			p.Uses = append(p.Uses, Use(u))
		}
		return p
	case errors.As(err, &one):
		return invalid(one)
	case errors.As(err, &wrong):
		return invalid(wrong...)
	}
	return err
}

func invalid(wrong ...admin.Invalid) *Problem {
	p := NewProblem(http.StatusUnprocessableEntity, InvalidRequest)
	for _, w := range wrong {
		p.Errors = append(p.Errors, FieldError{Location: "body." + w.Field, Code: w.Code, Params: w.Params})
	}
	return p
}

// ListQuery is what every list can be asked for. Embed it in a request.
type ListQuery struct {
	Query   string `query:"q" maxLength:"200" doc:"Every word of it must be found somewhere."`
	Sort    string `query:"sort" maxLength:"40" doc:"A column; with - before it: from the end."`
	Page    int    `query:"page" minimum:"1" maximum:"100000" default:"1"`
	PerPage int    `query:"per_page" minimum:"1" maximum:"100" default:"50"`
}

func (r ListQuery) list() admin.List {
	return admin.List{Query: r.Query, Sort: r.Sort, Page: r.Page, PerPage: r.PerPage}
}

// Listed is one page of a list.
type Listed[T any] struct {
	Items   []T `json:"items" nullable:"false"`
	Total   int `json:"total"`
	Page    int `json:"page"`
	PerPage int `json:"per_page"`
}

type listResponse[T any] struct{ Body Listed[T] }

func listed[S, T any](p admin.Page[S], show func(S) T) *listResponse[T] {
	out := Listed[T]{Items: make([]T, 0, len(p.Items)), Total: p.Total, Page: p.Page, PerPage: p.PerPage}
	for _, item := range p.Items {
		out.Items = append(out.Items, show(item))
	}
	return &listResponse[T]{Body: out}
}

// ItemPath names one thing. itemResponse shows it.
type ItemPath struct {
	ID string `path:"id" format:"uuid"`
}

type itemResponse[T any] struct{ Body T }

func shown[S, T any](item S, err error, show func(S) T) (*itemResponse[T], error) {
	if err != nil {
		return nil, err
	}
	return &itemResponse[T]{Body: show(item)}, nil
}

// patience gives a request that carries or makes a file more time than others have (web's limits are for one message).
func patience(ctx huma.Context, next func(huma.Context)) {
	_, w := humago.Unwrap(ctx)
	limit := time.Now().Add(uploadTime)
	control := http.NewResponseController(w)
	// A connection without deadlines (a test's recorder) needs none.
	_ = control.SetReadDeadline(limit)
	_ = control.SetWriteDeadline(limit)
	next(ctx)
}
