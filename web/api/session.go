package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/web/auth"
)

func (a *API) sessionRoutes() {
	register(a, anybody, huma.Operation{
		OperationID: "signIn", Method: http.MethodPost, Path: "/session",
		Summary: "Sign in", Tags: []string{"session"},
		Errors: []int{http.StatusUnauthorized, http.StatusTooManyRequests},
	}, a.signIn)
	register(a, signedIn, huma.Operation{
		OperationID: "getSession", Method: http.MethodGet, Path: "/session",
		Summary: "Who is signed in", Tags: []string{"session"},
		Errors: []int{http.StatusUnauthorized},
	}, a.getSession)
	register(a, anybody, huma.Operation{
		OperationID: "signOut", Method: http.MethodDelete, Path: "/session",
		Summary: "Sign out", Tags: []string{"session"}, DefaultStatus: http.StatusNoContent,
	}, a.signOut)
}

// User is who is signed in.
type User struct {
	ID    string `json:"id"`
	Login string `json:"login"`
	Name  string `json:"name"`
	Role  string `json:"role" enum:"admin,manager,supervisor,agent"`

	Supervisor bool   `json:"supervisor" doc:"May look at people, queues and what happens."`
	Locale     string `json:"locale" doc:"ko or en."`
}

// SessionService is a service of the signed-in user, with what he may do in it.
type SessionService struct {
	Service       string `json:"id"`
	Name          string `json:"name"`
	Manage        bool   `json:"manage"`
	Tickets       bool   `json:"tickets"`
	Phone         bool   `json:"phone"`
	Forward       bool   `json:"forward"`
	BlindTransfer bool   `json:"blind_transfer"`
	AccessLog     bool   `json:"access_log"`
	Assignable    bool   `json:"assignable"`
	SelfAssign    bool   `json:"self_assign"`
}

// Session is the body of the answers about a session.
type Session struct {
	User     User             `json:"user"`
	Services []SessionService `json:"services" nullable:"false" doc:"His services, the one he begins in first."`
}

func sessionOf(u auth.User) Session {
	s := Session{User: User{
		ID: u.ID, Login: u.Login, Name: u.Name, Role: string(u.Role), Supervisor: u.Supervisor, Locale: u.Locale,
	}, Services: []SessionService{}}
	for _, r := range u.Rights {
		s.Services = append(s.Services, SessionService(r))
	}
	return s
}

type signInRequest struct {
	Body struct {
		Login    string `json:"login" minLength:"1" maxLength:"256"`
		Password string `json:"password" minLength:"1" maxLength:"1024"`
	}
}

type signInResponse struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Session
}

// signIn gives a wrong password and an unknown user the same answer. A session that the browser had before ends.
func (a *API) signIn(ctx context.Context, c caller, in *signInRequest) (*signInResponse, error) {
	signed, err := a.Sessions.SignIn(ctx, auth.Attempt{
		Login: in.Body.Login, Password: in.Body.Password, IP: c.IP, UserAgent: c.UserAgent,
	})
	if err != nil {
		return nil, a.authProblem(ctx, err)
	}
	if err := a.end(ctx, c.Token); err != nil {
		a.Log.WarnContext(ctx, "the session before this sign-in was not ended", "error", err)
	}
	return &signInResponse{SetCookie: *a.Sessions.Cookie(signed), Body: sessionOf(signed.User)}, nil
}

type sessionResponse struct{ Body Session }

func (a *API) getSession(_ context.Context, c caller, _ *struct{}) (*sessionResponse, error) {
	return &sessionResponse{Body: sessionOf(c.User)}, nil
}

type signOutResponse struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (a *API) signOut(ctx context.Context, c caller, _ *struct{}) (*signOutResponse, error) {
	if err := a.end(ctx, c.Token); err != nil {
		return nil, a.authProblem(ctx, err)
	}
	return &signOutResponse{SetCookie: *a.Sessions.ClearedCookie()}, nil
}

// end ends a session and closes its live connections.
func (a *API) end(ctx context.Context, token string) error {
	if token == "" {
		return nil
	}
	if err := a.Sessions.SignOut(ctx, token); err != nil {
		return err
	}
	if a.SessionEnded != nil {
		a.SessionEnded(token)
	}
	return nil
}
