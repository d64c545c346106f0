package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/admin"
	"bellhop/cti/admin/phone"
	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/web/sheet"
)

// AdminPhones keeps who has which telephone (PH-08 … PH-10).
type AdminPhones interface {
	List(ctx context.Context, a admin.Actor, l admin.List, which phone.Filter) (admin.Page[phone.Phone], error)
	Get(ctx context.Context, a admin.Actor, user string) (phone.Phone, error)
	Set(ctx context.Context, a admin.Actor, p phone.Phone) (phone.Phone, error)
	Remove(ctx context.Context, a admin.Actor, user string) error
	Range(ctx context.Context, a admin.Actor, users []string, first string, dry bool) (admin.Report, error)
	Issue(ctx context.Context, a admin.Actor, user string, version int) (phone.Phone, phone.Credentials, error)
	Import(ctx context.Context, a admin.Actor, lines []admin.Line[phone.Phone], dry bool) (admin.Report, error)
}

// Desks is what is known of desk phones in the telephone switch, and who is signed in.
type Desks interface {
	// Registered says whether the desk phone of that name is there.
	Registered(sipUser string) bool
	// Server is where desk phones register, host:port.
	Server() string
	// Has says whether an agent's telephone is on his desk.
	Has(agent call.AgentID) bool
	// SignIn connects the desk phone of an agent who signs in; false when it is not registered.
	SignIn(agent call.AgentID) bool
	// ForceOut signs an agent out of the phone; after says that it happens when the call ends that he is in.
	ForceOut(ctx context.Context, agent call.AgentID) (after bool, err error)
}

func (a *API) adminCTIRoutes() {
	const path, tag = "/phones", "phones"
	registerAdmin(a, organisationRight, adminOperation("listPhones", http.MethodGet, path, tag, "CTI 상담원, with who is signed in now"), a.listPhones)
	registerAdmin(a, organisationRight, adminOperation("getAdminPhone", http.MethodGet, path+"/{id}", tag, "One user's telephone"), a.getAdminPhone)
	registerAdmin(a, organisationRight, adminOperation("setPhone", http.MethodPut, path+"/{id}", tag, "Give a user a CTI ID and a CTI 번호"), a.setPhone)
	registerAdmin(a, organisationRight, adminOperation("removePhone", http.MethodDelete, path+"/{id}", tag, "Take a user's telephone away"), a.removePhone)
	numbers := adminOperation("setPhoneRange", http.MethodPost, path+"/range", tag, "Give many users numbers, one after the other")
	numbers.DefaultStatus = http.StatusOK
	registerAdmin(a, organisationRight, numbers, a.setPhoneRange)
	issue := adminOperation("issuePhone", http.MethodPost, path+"/{id}/credentials", tag, "Issue credentials for a desk phone; they are shown once")
	registerAdmin(a, organisationRight, issue, a.issuePhone)
	out := adminOperation("forcePhoneOut", http.MethodPost, path+"/{id}/sign-out", tag, "CTI 로그아웃, when the call is over that he is in")
	out.DefaultStatus = http.StatusOK
	registerAdmin(a, organisationRight, out, a.forcePhoneOut)
	registerAdmin(a, organisationRight, exportOperation("exportPhones", path, tag), a.exportPhones)
	registerImport(a, organisationRight, "importPhones", path, tag, phoneColumns, parsePhone, func(ctx context.Context, who admin.Actor, lines []admin.Line[phone.Phone], dry bool) (admin.Report, error) {
		return a.Admin.Phones.Import(ctx, who, lines, dry)
	})
}

// PhoneSettings are what an admin sets of a user's telephone.
type PhoneSettings struct {
	CTIID  string `json:"cti_id" maxLength:"200" doc:"CTI ID (PH-09)."`
	Number string `json:"cti_number" maxLength:"200" doc:"CTI 번호 (PH-10)."`
	Phone  string `json:"phone" enum:"browser,desk"`
}

// AdminPhone is a user's telephone as admins see it. Its id is the user's.
type AdminPhone struct {
	ID      string `json:"id"`
	Version int    `json:"version" doc:"0: he has none."`
	Name    string `json:"name"`
	Login   string `json:"login"`
	PhoneSettings
	SIPUser    string `json:"sip_user" doc:"What his desk phone registers as; empty: nothing was issued."`
	Registered bool   `json:"registered" doc:"His desk phone is there."`
	State      string `json:"state" doc:"What he is in now, or says; signed_out; empty when he has no phone permission or no telephone."`
	Server     string `json:"server" doc:"Where desk phones register."`
}

func (a *API) showPhone(ctx context.Context) func(phone.Phone) AdminPhone {
	return func(p phone.Phone) AdminPhone {
		shown := AdminPhone{
			ID: p.User, Version: p.Version, Name: p.Name, Login: p.Login, SIPUser: p.SIPUser,
			PhoneSettings: PhoneSettings{CTIID: p.CTIID, Number: p.Number, Phone: p.Kind},
		}
		if p.Agent != "" {
			if view, ok := a.Switchboard.View(ctx, call.AgentID(p.Agent)); ok {
				shown.State = string(view.Agent.Mode.Presence)
				if view.Agent.Occupation != agent.Free {
					shown.State = string(view.Agent.Occupation)
				}
			}
		}
		if a.Admin.Desks != nil {
			shown.Server, shown.Registered = a.Admin.Desks.Server(), p.SIPUser != "" && a.Admin.Desks.Registered(p.SIPUser)
		}
		return shown
	}
}

type listPhonesRequest struct {
	ListQuery
	Which string `query:"which" enum:"registered,missing" doc:"Only users with a CTI 번호, or without."`
}

func (a *API) listPhones(ctx context.Context, who admin.Actor, in *listPhonesRequest) (*listResponse[AdminPhone], error) {
	found, err := a.Admin.Phones.List(ctx, who, in.list(), phone.Filter(in.Which))
	if err != nil {
		return nil, err
	}
	return listed(found, a.showPhone(ctx)), nil
}

func (a *API) getAdminPhone(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[AdminPhone], error) {
	found, err := a.Admin.Phones.Get(ctx, who, in.ID)
	return shown(found, err, a.showPhone(ctx))
}

type setPhoneRequest struct {
	ItemPath
	Body struct {
		Version int `json:"version" minimum:"0" doc:"The version that the editor saw."`
		PhoneSettings
	}
}

func (a *API) setPhone(ctx context.Context, who admin.Actor, in *setPhoneRequest) (*itemResponse[AdminPhone], error) {
	set, err := a.Admin.Phones.Set(ctx, who, phone.Phone{
		User: in.ID, Version: in.Body.Version, CTIID: in.Body.CTIID, Number: in.Body.Number, Kind: in.Body.Phone,
	})
	return shown(set, err, a.showPhone(ctx))
}

func (a *API) removePhone(ctx context.Context, who admin.Actor, in *ItemPath) (*struct{}, error) {
	return nil, a.Admin.Phones.Remove(ctx, who, in.ID)
}

type setPhoneRangeRequest struct {
	Body struct {
		Users  []string `json:"users" maxItems:"1000" nullable:"false" doc:"In the order in which they get numbers."`
		First  string   `json:"first" maxLength:"20" example:"3001"`
		DryRun bool     `json:"dry_run,omitempty" doc:"Only say what would change."`
	}
}

func (a *API) setPhoneRange(ctx context.Context, who admin.Actor, in *setPhoneRangeRequest) (*importResponse, error) {
	report, err := a.Admin.Phones.Range(ctx, who, in.Body.Users, in.Body.First, in.Body.DryRun)
	if err != nil {
		return nil, err
	}
	return &importResponse{Body: reportOf(report)}, nil
}

type issuePhoneRequest struct {
	ItemPath
	Body struct {
		Version int `json:"version" minimum:"0"`
	}
}

// DeskCredentials are what a desk phone registers with.
type DeskCredentials struct {
	Server   string     `json:"server"`
	User     string     `json:"user"`
	Password string     `json:"password" doc:"It is never shown again."`
	Phone    AdminPhone `json:"phone"`
}

func (a *API) issuePhone(ctx context.Context, who admin.Actor, in *issuePhoneRequest) (*itemResponse[DeskCredentials], error) {
	now, made, err := a.Admin.Phones.Issue(ctx, who, in.ID, in.Body.Version)
	if err != nil {
		return nil, err
	}
	show := a.showPhone(ctx)(now)
	return &itemResponse[DeskCredentials]{Body: DeskCredentials{Server: show.Server, User: made.User, Password: made.Password, Phone: show}}, nil
}

// ForcedOut says when somebody who was signed out is.
type ForcedOut struct {
	After bool `json:"after" doc:"When the call is over that he is in."`
}

func (a *API) forcePhoneOut(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[ForcedOut], error) {
	p, err := a.Admin.Phones.Get(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	if p.Agent == "" {
		return nil, admin.ErrNotFound
	}
	after, err := a.Admin.Desks.ForceOut(ctx, call.AgentID(p.Agent))
	return shown(after, err, func(after bool) ForcedOut { return ForcedOut{After: after} })
}

var phoneColumns = []sheet.Column{
	{Key: "login", KO: "아이디", EN: "Login"},
	{Key: "name", KO: "이름", EN: "Name", Optional: true},
	{Key: "cti_id", KO: "CTI ID", EN: "CTI ID"},
	{Key: "cti_number", KO: "CTI 번호", EN: "CTI number"},
	{Key: "phone", KO: "전화기", EN: "Telephone", Optional: true, Words: map[string][2]string{"browser": {"브라우저", "Browser"}, "desk": {"전화기", "Desk phone"}}},
}

func parsePhone(r *sheet.Row) phone.Phone {
	p := phone.Phone{Login: r.Text("login"), CTIID: r.Text("cti_id"), Number: r.Text("cti_number"), Kind: phone.Browser}
	if r.Has("phone") {
		p.Kind = r.Code("phone")
	}
	return p
}

func (a *API) exportPhones(ctx context.Context, who admin.Actor, in *ExportQuery) (*huma.StreamResponse, error) {
	found, err := a.Admin.Phones.List(ctx, who, in.list(), phone.Registered)
	if err != nil {
		return nil, err
	}
	rows := make([][]any, len(found.Items))
	for i, p := range found.Items {
		rows[i] = []any{p.Login, p.Name, p.CTIID, p.Number, p.Kind}
	}
	return exported("cti", in.Lang, phoneColumns, rows), nil
}
