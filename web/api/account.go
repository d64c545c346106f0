package api

import (
	"context"
	"net/http"

	"bellhop/cti/admin"
	"bellhop/cti/admin/people"
	"bellhop/web/auth"
)

// OwnSettings are what everybody sets for himself (개인정보설정, AG-13).
type OwnSettings interface {
	Own(ctx context.Context, a admin.Actor) (people.Self, error)
	SetOwn(ctx context.Context, a admin.Actor, in people.Self) (people.Self, error)
	SetPassword(ctx context.Context, a admin.Actor, passwordHash string) error
}

func (a *API) accountRoutes() {
	const tag = "account"
	get := adminOperation("getAccount", http.MethodGet, "", tag, "개인정보설정")
	put := adminOperation("updateAccount", http.MethodPut, "", tag, "Change one's own name, address, language and, where allowed, 티켓 할당")
	password := adminOperation("changePassword", http.MethodPut, "", tag, "Change one's own password; the other sessions end")
	get.Path, put.Path, password.Path = "/account", "/account", "/account/password"
	get.Tags, put.Tags, password.Tags = []string{tag}, []string{tag}, []string{tag}
	password.DefaultStatus = http.StatusNoContent
	password.Errors = append([]int{http.StatusTooManyRequests}, password.Errors...)
	registerAdmin(a, ownRight, get, a.getAccount)
	registerAdmin(a, ownRight, put, a.updateAccount)
	registerAdmin(a, ownRight, password, a.changePassword)
}

// Account is one's own settings.
type Account struct {
	Version  int              `json:"version"`
	Login    string           `json:"login"`
	Name     string           `json:"name"`
	Email    string           `json:"email"`
	Locale   string           `json:"locale" enum:"ko,en"`
	Services []SessionService `json:"services" nullable:"false"`
}

func showAccount(s people.Self) Account {
	return Account{Version: s.Version, Login: s.Login, Name: s.Name, Email: s.Email, Locale: s.Locale, Services: showRights(s.Services)}
}

func (a *API) getAccount(ctx context.Context, who admin.Actor, _ *struct{}) (*itemResponse[Account], error) {
	own, err := a.Admin.People.Own(ctx, who)
	return shown(own, err, showAccount)
}

type updateAccountRequest struct {
	Body struct {
		Version    int    `json:"version" minimum:"1"`
		Name       string `json:"name" maxLength:"20000"`
		Email      string `json:"email" maxLength:"20000"`
		Locale     string `json:"locale" enum:"ko,en"`
		Assignable []struct {
			Service    string `json:"id" format:"uuid"`
			Assignable bool   `json:"assignable"`
		} `json:"assignable" nullable:"false" maxItems:"500" doc:"할당 제어: only where self_assign is on."`
	}
}

func (a *API) updateAccount(ctx context.Context, who admin.Actor, in *updateAccountRequest) (*itemResponse[Account], error) {
	self := people.Self{Version: in.Body.Version, Name: in.Body.Name, Email: in.Body.Email, Locale: in.Body.Locale}
	for _, m := range in.Body.Assignable {
		self.Services = append(self.Services, people.Membership{Service: m.Service, Assignable: m.Assignable})
	}
	own, err := a.Admin.People.SetOwn(ctx, who, self)
	if err == nil {
		a.userChanged(who.UserID)
	}
	return shown(own, err, showAccount)
}

type changePasswordRequest struct {
	Body struct {
		Old string `json:"old" minLength:"1" maxLength:"1024"`
		New string `json:"new" maxLength:"4096"`
	}
}

func (a *API) changePassword(ctx context.Context, who admin.Actor, in *changePasswordRequest) (*struct{}, error) {
	c, _ := ctx.Value(callerKey{}).(caller)
	own, err := a.Admin.People.Own(ctx, who)
	if err != nil {
		return nil, err
	}
	if err := a.Admin.Accounts.Confirm(ctx, auth.Attempt{Login: own.Login, Password: in.Body.Old, IP: c.IP, UserAgent: c.UserAgent}); err != nil {
		p := a.authProblem(ctx, err)
		if p.Code == BadCredentials { // he is signed in, only the password is wrong
			return nil, invalid(admin.Invalid{Field: "old", Code: "wrong"})
		}
		return nil, p
	}
	hash, err := a.newPassword(ctx, "new", in.Body.New, own.Login, own.Name, own.Email)
	if err != nil {
		return nil, err
	}
	if err := a.Admin.People.SetPassword(ctx, who, hash); err != nil {
		return nil, err
	}
	a.passwordSet(ctx, c, who.UserID, c.Token)
	return nil, nil //nolint:nilnil // 204
}
