package api

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"bellhop/cti/call"
	"bellhop/web/auth"
)

// access says who may use a route. Its zero value lets nobody in.
type access int

const (
	nobody   access = iota
	anybody         // no session needed
	signedIn        // every signed-in user
	hasPhone        // agents with phone permission and a CTI number
)

// sessionScheme names the cookie in the OpenAPI document.
const sessionScheme = "session"

// caller is who sent a request.
type caller struct {
	User      auth.User // zero when nobody is signed in
	Token     string
	IP        netip.Addr
	UserAgent string
}

// Agent is the agent that the caller is, or empty.
func (c caller) Agent() call.AgentID { return call.AgentID(c.User.AgentID) }

type callerKey struct{}

// timeOf is the entry of an operation's metadata that gives it another time limit than others have.
const timeOf = "time"

// register adds one route. The handler runs only for those whom access lets in.
func register[I, O any](a *API, who access, op huma.Operation, handle func(context.Context, caller, *I) (*O, error)) {
	op.Path = Prefix + op.Path
	op.MaxBodyBytes = MaxBody
	op.Middlewares = append(huma.Middlewares{a.guard(who)}, op.Middlewares...)
	if who > anybody {
		op.Security = []map[string][]string{{sessionScheme: {}}}
	}
	limit := requestTime
	if op.Method == http.MethodGet {
		limit = readTime
	}
	if own, ok := op.Metadata[timeOf].(time.Duration); ok {
		limit = own
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		who, _ := ctx.Value(callerKey{}).(caller)
		out, err := handle(ctx, who, in)
		if err == nil {
			return out, nil
		}
		p, expected := problemOf(ctx, err)
		if !expected {
			a.Log.ErrorContext(ctx, "request failed", "operation", op.OperationID, "code", string(p.Code), "error", err)
		}
		return nil, p
	})
}

// guard lets a request through or answers it.
func (a *API) guard(who access) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
			NewProblem(http.StatusBadRequest, BadRequest).Write(w)
			return
		}
		c, refusal := a.admit(r, who)
		if refusal != nil {
			refusal.Write(w)
			return
		}
		next(huma.WithValue(ctx, callerKey{}, c))
	}
}

// admit finds out who sent the request and whether he may.
func (a *API) admit(r *http.Request, who access) (caller, *Problem) {
	c := caller{Token: a.Sessions.Token(r), IP: auth.ClientIP(r), UserAgent: r.UserAgent()}
	if who == anybody {
		return c, nil
	}
	user, err := a.Sessions.UserOf(r)
	if err != nil {
		return c, a.authProblem(r.Context(), err)
	}
	c.User = user
	switch who {
	case signedIn:
		return c, nil
	case hasPhone:
		if user.AgentID == "" {
			return c, NewProblem(http.StatusForbidden, NoPhone)
		}
		return c, a.mayPhone(r.Context(), c.Agent())
	default:
		return c, NewProblem(http.StatusForbidden, Forbidden)
	}
}

// mayPhone says what is wrong if the switchboard knows no phone of the agent.
func (a *API) mayPhone(ctx context.Context, id call.AgentID) *Problem {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	if _, ok := a.Switchboard.View(ctx, id); ok {
		return nil
	}
	if ctx.Err() != nil {
		return NewProblem(http.StatusServiceUnavailable, Unavailable)
	}
	return NewProblem(http.StatusForbidden, NoPhone)
}

// authProblem is the answer for an error of Sessions.
func (a *API) authProblem(ctx context.Context, err error) *Problem {
	p := signInProblem(err)
	if p.Status >= http.StatusInternalServerError {
		a.Log.ErrorContext(ctx, "sessions cannot be checked", "error", err)
	}
	return p
}
