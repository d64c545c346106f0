package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/admin"
	"bellhop/cti/admin/people"
	"bellhop/web/auth"
)

// Invitations are one-time links: to set a password, and to make the first 조직관리자.
type Invitations interface {
	// Look fails with one of people's errors of links.
	Look(ctx context.Context, token string) (people.Invitation, error)
	Accept(ctx context.Context, token, passwordHash string, from admin.Actor) (people.Invitation, error)
	AcceptFirst(ctx context.Context, token, passwordHash string, in people.First, from admin.Actor) (id string, err error)
}

func (a *API) invitationRoutes() {
	operation := func(id, path, summary string) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: http.MethodPost, Path: "/invitation" + path, Summary: summary, Tags: []string{"invitation"},
			Errors: []int{http.StatusNotFound, http.StatusGone, http.StatusConflict, http.StatusUnprocessableEntity},
		}
	}
	register(a, anybody, operation("lookAtInvitation", "", "What a one-time link is for; it is not used up"), a.lookAtInvitation)
	register(a, anybody, operation("acceptInvitation", "/password", "Set a password with a link, which is used up"), a.acceptInvitation)
	register(a, anybody, operation("makeFirstAdmin", "/first-admin", "Make the organisation and its 조직관리자 with the link of the first start"), a.makeFirstAdmin)
}

// Invitation is what a one-time link is for.
type Invitation struct {
	Purpose      string `json:"purpose" enum:"invite,reset,first_admin"`
	Login        string `json:"login"`
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	Expires      string `json:"expires_at" format:"date-time"`
}

// LinkToken is the secret of a one-time link.
type LinkToken struct {
	Token string `json:"token" minLength:"1" maxLength:"200"`
}

type lookRequest struct{ Body LinkToken }

type invitationResponse struct{ Body Invitation }

func (a *API) lookAtInvitation(ctx context.Context, _ caller, in *lookRequest) (*invitationResponse, error) {
	i, err := a.Admin.People.Look(ctx, in.Body.Token)
	if err != nil {
		return nil, linkProblem(err)
	}
	return &invitationResponse{Invitation{
		Purpose: i.Purpose, Login: i.Login, Name: i.Name, Organisation: i.Organisation, Expires: Stamp(i.Expires),
	}}, nil
}

type acceptRequest struct {
	Body struct {
		LinkToken
		Password string `json:"password" maxLength:"4096"`
	}
}

// acceptInvitation sets a password. Whoever is signed in with the old one is not any more.
func (a *API) acceptInvitation(ctx context.Context, c caller, in *acceptRequest) (*invitationResponse, error) {
	i, err := a.Admin.People.Look(ctx, in.Body.Token)
	if err != nil {
		return nil, linkProblem(err)
	}
	hash, err := a.newPassword(ctx, "password", in.Body.Password, i.Login, i.Name, i.Email)
	if err != nil {
		return nil, err
	}
	if i, err = a.Admin.People.Accept(ctx, in.Body.Token, hash, admin.Actor{IP: c.IP}); err != nil {
		return nil, linkProblem(err)
	}
	a.passwordSet(ctx, c, i.UserID, "")
	return &invitationResponse{Invitation{
		Purpose: i.Purpose, Login: i.Login, Name: i.Name, Organisation: i.Organisation, Expires: Stamp(i.Expires),
	}}, nil
}

// passwordSet ends the sessions that were begun with the password before, except one.
func (a *API) passwordSet(ctx context.Context, c caller, user, but string) {
	a.Admin.Accounts.Note(ctx, user, auth.PasswordSet, c.IP, c.UserAgent)
	if _, err := a.Admin.Accounts.EndOf(ctx, user, but); err != nil {
		a.Log.ErrorContext(ctx, "sessions of an old password go on", "user", user, "error", err)
	}
	a.Admin.Pages.UserEnded(user, but)
}

// newPassword is the hash of a password that may be set.
func (a *API) newPassword(ctx context.Context, field, password string, names ...string) (string, error) {
	if weak := auth.Weak(password, names...); weak != "" {
		return "", invalid(admin.Invalid{Field: field, Code: weak})
	}
	return a.Admin.Accounts.Hash(ctx, password)
}

type firstAdminRequest struct {
	Body struct {
		LinkToken
		Organisation string `json:"organisation" maxLength:"20000"`
		Login        string `json:"login" maxLength:"20000"`
		Name         string `json:"name" maxLength:"20000"`
		Email        string `json:"email" maxLength:"20000"`
		Locale       string `json:"locale" enum:"ko,en"`
		Password     string `json:"password" maxLength:"4096"`
	}
}

func (a *API) makeFirstAdmin(ctx context.Context, c caller, in *firstAdminRequest) (*struct{}, error) {
	b := in.Body
	if i, err := a.Admin.People.Look(ctx, b.Token); err != nil || i.Purpose != "first_admin" {
		return nil, linkProblem(errors.Join(err, people.ErrLinkUnknown))
	}
	hash, err := a.newPassword(ctx, "password", b.Password, b.Login, b.Name, b.Email)
	if err != nil {
		return nil, err
	}
	first := people.First{Organisation: b.Organisation, Login: b.Login, Name: b.Name, Email: b.Email, Locale: b.Locale}
	id, err := a.Admin.People.AcceptFirst(ctx, b.Token, hash, first, admin.Actor{IP: c.IP})
	if err != nil {
		return nil, linkProblem(err)
	}
	a.Admin.Accounts.Note(ctx, id, auth.PasswordSet, c.IP, c.UserAgent)
	a.Log.InfoContext(ctx, "the first 조직관리자 was made", "user", id)
	return nil, nil //nolint:nilnil // 204
}

// linkProblem is the answer to a link that does not work.
func linkProblem(err error) error {
	switch {
	case errors.Is(err, people.ErrLinkUsed):
		return NewProblem(http.StatusGone, LinkUsed)
	case errors.Is(err, people.ErrLinkExpired):
		return NewProblem(http.StatusGone, LinkExpired)
	case errors.Is(err, people.ErrLinkUnknown):
		return NewProblem(http.StatusNotFound, LinkUnknown)
	}
	return adminProblem(err)
}
