package api

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/admin"
	"bellhop/cti/admin/people"
	"bellhop/web/auth"
	"bellhop/web/sheet"
)

// AdminPeople keeps people, their rights and their one-time links (AG-01 … AG-13).
type AdminPeople interface {
	List(ctx context.Context, a admin.Actor, l admin.List, f people.Filter) (admin.Page[people.Person], error)
	Get(ctx context.Context, a admin.Actor, id string) (people.Person, error)
	Invite(ctx context.Context, a admin.Actor, p people.Person) (people.Person, people.Link, error)
	Update(ctx context.Context, a admin.Actor, p people.Person) (people.Person, error)
	SetDisabled(ctx context.Context, a admin.Actor, id string, version int, disabled bool) (people.Person, error)
	Delete(ctx context.Context, a admin.Actor, id string) error
	NewLink(ctx context.Context, a admin.Actor, id string) (people.Link, error)
	Import(ctx context.Context, a admin.Actor, lines []admin.Line[people.Row], dry bool) (admin.Report, error)
	AdminGroups
	Invitations
	OwnSettings
}

// Accounts are passwords and sessions, as changes of people need them.
type Accounts interface {
	// Hash is a password's hash; Confirm fails as a sign-in does.
	Hash(ctx context.Context, password string) (string, error)
	Confirm(ctx context.Context, at auth.Attempt) error
	// EndOf ends every session of a user, except the one of the token but.
	EndOf(ctx context.Context, user, but string) (int, error)
	// Changed says that a user is another than he was; empty: everybody may be.
	Changed(user string)
	Note(ctx context.Context, user string, event auth.Event, ip netip.Addr, userAgent string)
}

// Pages are the open pages of users.
type Pages interface {
	// UserChanged has them ask who their user is; empty: everybody's.
	UserChanged(user string)
	// UserEnded closes them, except those of the session of the token but.
	UserEnded(user, but string)
	// SendOut ends the sessions of a user, after the call that he is in as that agent.
	SendOut(ctx context.Context, user, agent string) error
	// Stay keeps the sessions of a user who is about to be disabled while he is in a call.
	Stay(ctx context.Context, user, agent string) error
}

func (a *API) adminPeopleRoutes() {
	const path, tag = "/people", "people"
	registerAdmin(a, peopleRight, adminOperation("listPeople", http.MethodGet, path, tag, "상담원·권한: who may sign in, and what each may do"), a.listPeople)
	registerAdmin(a, serviceRight, adminOperation("invitePerson", http.MethodPost, path, tag, "회원 초대: make somebody, and the link with which he sets his password"), a.invitePerson)
	registerAdmin(a, peopleRight, adminOperation("getPerson", http.MethodGet, path+"/{id}", tag, "One of them"), a.getPerson)
	registerAdmin(a, serviceRight, adminOperation("updatePerson", http.MethodPut, path+"/{id}", tag, "Change somebody and what he may do"), a.updatePerson)
	registerAdmin(a, serviceRight, adminOperation("deletePerson", http.MethodDelete, path+"/{id}", tag, "Delete somebody of whom nothing is told anywhere"), a.deletePerson)
	registerAdmin(a, serviceRight, adminOperation("linkPerson", http.MethodPost, path+"/{id}/link", tag, "A one-time link to set a first or another password"), a.linkPerson)
	disable := adminOperation("disablePerson", http.MethodPut, path+"/{id}/disabled", tag, "Keep somebody out, after the call that he is in, or let him in again")
	registerAdmin(a, serviceRight, disable, a.disablePerson)
	out := adminOperation("sendOutPerson", http.MethodPost, path+"/{id}/sign-out", tag, "End somebody's sessions, after the call that he is in")
	out.DefaultStatus = http.StatusNoContent
	registerAdmin(a, serviceRight, out, a.sendOutPerson)
	registerAdmin(a, serviceRight, exportOperation("exportPeople", path, tag), a.exportPeople)
	registerImport(a, serviceRight, "importPeople", path, tag, peopleColumns, parsePerson, func(ctx context.Context, who admin.Actor, lines []admin.Line[people.Row], dry bool) (admin.Report, error) {
		report, err := a.Admin.People.Import(ctx, who, lines, dry)
		if report.Applied {
			a.userChanged("")
		}
		return report, err
	})
}

// PersonSettings are what an admin sets of somebody.
type PersonSettings struct {
	Login      string          `json:"login" maxLength:"20000"`
	Name       string          `json:"name" maxLength:"20000"`
	Email      string          `json:"email" maxLength:"20000"`
	Role       string          `json:"role" enum:"admin,manager,supervisor,agent" doc:"조직관리자, 관리자, 상담원."`
	Supervisor bool            `json:"supervisor" doc:"May look at people, queues and what happens."`
	Locale     string          `json:"locale" enum:"ko,en"`
	Services   []ServiceRights `json:"services" nullable:"false" maxItems:"500" doc:"The one he begins in first."`
	Groups     []string        `json:"groups" nullable:"false" maxItems:"500" format:"uuid"`
}

// ServiceRights are what somebody may do in a service (AG-08 … AG-12).
type ServiceRights struct {
	Service       string `json:"id" format:"uuid"`
	Manage        bool   `json:"manage" doc:"Manages the service, as 관리자."`
	Tickets       bool   `json:"tickets"`
	Phone         bool   `json:"phone" doc:"전화 권한 (PH-04)."`
	Forward       bool   `json:"forward" doc:"티켓 전달."`
	BlindTransfer bool   `json:"blind_transfer" doc:"바로전환."`
	AccessLog     bool   `json:"access_log" doc:"접속 로그 조회."`
	Assignable    bool   `json:"assignable" doc:"티켓 할당."`
	SelfAssign    bool   `json:"self_assign" doc:"할당 제어: he may switch 티켓 할당 himself."`
}

// AdminPerson is somebody as admins see him.
type AdminPerson struct {
	ID         string           `json:"id"`
	Version    int              `json:"version"`
	Login      string           `json:"login"`
	Name       string           `json:"name"`
	Email      string           `json:"email"`
	Role       string           `json:"role" enum:"admin,manager,supervisor,agent"`
	Supervisor bool             `json:"supervisor"`
	Locale     string           `json:"locale"`
	State      string           `json:"state" enum:"invited,active,disabled"`
	Services   []SessionService `json:"services" nullable:"false"`
	Groups     []Named          `json:"groups" nullable:"false"`
	CTIID      string           `json:"cti_id"`
	Extension  string           `json:"extension" doc:"CTI 번호."`
	SignedIn   bool             `json:"signed_in" doc:"He has a session."`
	Editable   bool             `json:"editable" doc:"Whether all of him can be changed, or only what he may do in these services."`
	CreatedAt  string           `json:"created_at" format:"date-time"`
}

func showPerson(p people.Person) AdminPerson {
	out := AdminPerson{
		ID: p.ID, Version: p.Version, Login: p.Login, Name: p.Name, Email: p.Email, Role: p.Role, Supervisor: p.Supervisor,
		Locale: p.Locale, State: string(p.State), Services: showRights(p.Services), Groups: []Named{},
		CTIID: p.CTIID, Extension: p.Extension, SignedIn: p.SignedIn, Editable: p.Yours, CreatedAt: Stamp(p.CreatedAt),
	}
	for _, g := range p.Groups {
		out.Groups = append(out.Groups, Named(g))
	}
	return out
}

func showRights(rights []people.Membership) []SessionService {
	out := []SessionService{}
	for _, m := range rights {
		out = append(out, SessionService(m))
	}
	return out
}

func (s PersonSettings) of(id string, version int) people.Person {
	p := people.Person{
		ID: id, Version: version, Login: s.Login, Name: s.Name, Email: s.Email, Role: s.Role, Supervisor: s.Supervisor, Locale: s.Locale,
	}
	for _, r := range s.Services {
		p.Services = append(p.Services, people.Membership{
			Service: r.Service, Manage: r.Manage, Tickets: r.Tickets, Phone: r.Phone, Forward: r.Forward, BlindTransfer: r.BlindTransfer,
			AccessLog: r.AccessLog, Assignable: r.Assignable, SelfAssign: r.SelfAssign,
		})
	}
	for _, id := range s.Groups {
		p.Groups = append(p.Groups, people.Ref{ID: id})
	}
	return p
}

type listPeopleRequest struct {
	ListQuery
	Service string `query:"service" maxLength:"36"`
	Group   string `query:"group" maxLength:"36"`
	Role    string `query:"role" maxLength:"20"`
	State   string `query:"state" maxLength:"20"`
}

func (a *API) listPeople(ctx context.Context, who admin.Actor, in *listPeopleRequest) (*listResponse[AdminPerson], error) {
	found, err := a.Admin.People.List(ctx, who, in.list(), people.Filter{
		Service: in.Service, Group: in.Group, Role: in.Role, State: people.State(in.State),
	})
	if err != nil {
		return nil, err
	}
	return listed(found, showPerson), nil
}

func (a *API) getPerson(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[AdminPerson], error) {
	found, err := a.Admin.People.Get(ctx, who, in.ID)
	return shown(found, err, showPerson)
}

// PersonLink is a one-time link. The screen puts the token behind the # of its address, which no server is sent.
type PersonLink struct {
	Token   string `json:"token"`
	Expires string `json:"expires_at" format:"date-time"`
}

func showLink(l people.Link) PersonLink { return PersonLink{Token: l.Token, Expires: Stamp(l.Expires)} }

// InvitedPerson is somebody new, with his link.
type InvitedPerson struct {
	Person AdminPerson `json:"person"`
	Link   PersonLink  `json:"link"`
}

type invitePersonRequest struct{ Body PersonSettings }

func (a *API) invitePerson(ctx context.Context, who admin.Actor, in *invitePersonRequest) (*itemResponse[InvitedPerson], error) {
	made, link, err := a.Admin.People.Invite(ctx, who, in.Body.of("", 0))
	if err != nil {
		return nil, err
	}
	return &itemResponse[InvitedPerson]{Body: InvitedPerson{showPerson(made), showLink(link)}}, nil
}

type updatePersonRequest struct {
	ItemPath
	Body struct {
		Version int `json:"version" minimum:"1" doc:"The version that the editor saw."`
		PersonSettings
	}
}

func (a *API) updatePerson(ctx context.Context, who admin.Actor, in *updatePersonRequest) (*itemResponse[AdminPerson], error) {
	changed, err := a.Admin.People.Update(ctx, who, in.Body.of(in.ID, in.Body.Version))
	if err == nil {
		a.userChanged(in.ID)
	}
	return shown(changed, err, showPerson)
}

// userChanged has the pages of a user learn what he may do now.
func (a *API) userChanged(user string) {
	a.Admin.Accounts.Changed(user)
	a.Admin.Pages.UserChanged(user)
}

func (a *API) deletePerson(ctx context.Context, who admin.Actor, in *ItemPath) (*struct{}, error) {
	if err := a.Admin.People.Delete(ctx, who, in.ID); err != nil {
		return nil, err
	}
	return nil, a.Admin.Pages.SendOut(ctx, in.ID, "")
}

func (a *API) linkPerson(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[PersonLink], error) {
	link, err := a.Admin.People.NewLink(ctx, who, in.ID)
	return shown(link, err, showLink)
}

type disablePersonRequest struct {
	ItemPath
	Body struct {
		Version  int  `json:"version" minimum:"1"`
		Disabled bool `json:"disabled"`
	}
}

func (a *API) disablePerson(ctx context.Context, who admin.Actor, in *disablePersonRequest) (*itemResponse[AdminPerson], error) {
	have, err := a.Admin.People.Get(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Body.Disabled && have.Yours {
		if err := a.Admin.Pages.Stay(ctx, in.ID, have.AgentID); err != nil {
			return nil, err
		}
	}
	changed, err := a.Admin.People.SetDisabled(ctx, who, in.ID, in.Body.Version, in.Body.Disabled)
	if err == nil && in.Body.Disabled {
		err = a.Admin.Pages.SendOut(ctx, in.ID, have.AgentID)
	}
	return shown(changed, err, showPerson)
}

func (a *API) sendOutPerson(ctx context.Context, who admin.Actor, in *ItemPath) (*struct{}, error) {
	have, err := a.Admin.People.Get(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	if !have.Yours {
		return nil, admin.ErrForbidden
	}
	return nil, a.Admin.Pages.SendOut(ctx, in.ID, have.AgentID)
}

var peopleColumns = []sheet.Column{
	{Key: "login", KO: "아이디", EN: "ID"},
	{Key: "name", KO: "이름", EN: "Name"},
	{Key: "email", KO: "이메일", EN: "E-mail", Optional: true},
	{Key: "role", KO: "역할", EN: "Role", Optional: true, Words: map[string][2]string{
		"admin": {"조직관리자", "Organisation administrator"}, "manager": {"관리자", "Administrator"}, "agent": {"상담원", "Agent"},
	}},
	{Key: "supervisor", KO: "감독 권한", EN: "Supervises", Optional: true},
	{Key: "locale", KO: "언어", EN: "Language", Optional: true, Words: map[string][2]string{"ko": {"한국어", "Korean"}, "en": {"영어", "English"}}},
	{Key: "services", KO: "서비스", EN: "Services", Optional: true},
	{Key: "tickets", KO: "티켓 권한", EN: "Tickets in", Optional: true},
	{Key: "phone", KO: "전화 권한", EN: "Phone in", Optional: true},
	{Key: "forward", KO: "티켓 전달", EN: "Forwards in", Optional: true},
	{Key: "blind_transfer", KO: "바로전환", EN: "Blind transfer in", Optional: true},
	{Key: "assignable", KO: "티켓 할당", EN: "Assignable in", Optional: true},
	{Key: "self_assign", KO: "할당 제어", EN: "Controls assignment in", Optional: true},
	{Key: "manage", KO: "서비스 관리", EN: "Manages", Optional: true},
	{Key: "access_log", KO: "접속 로그 조회", EN: "Access log in", Optional: true},
	{Key: "groups", KO: "그룹", EN: "Groups", Optional: true},
}

func (a *API) exportPeople(ctx context.Context, who admin.Actor, in *ExportQuery) (*huma.StreamResponse, error) {
	found, err := a.Admin.People.List(ctx, who, in.list(), people.Filter{})
	if err != nil {
		return nil, err
	}
	rows := make([][]any, len(found.Items))
	for i, p := range found.Items {
		row := []any{p.Login, p.Name, p.Email, p.Role, p.Supervisor, p.Locale}
		for _, right := range people.Rights {
			names := []string{}
			for _, m := range p.Services {
				if right == "services" || *people.Right(&m, right) {
					names = append(names, m.Name)
				}
			}
			row = append(row, names)
		}
		groups := []string{}
		for _, g := range p.Groups {
			groups = append(groups, g.Name)
		}
		rows[i] = append(row, groups)
	}
	return exported("people", in.Lang, peopleColumns, rows), nil
}

func parsePerson(r *sheet.Row) people.Row {
	row := people.Row{Login: r.Text("login"), Name: r.Text("name"), Rights: map[string][]string{}}
	text := func(key string, value string) *string {
		if !r.Has(key) || value == "" && key != "email" {
			return nil
		}
		return &value
	}
	row.Email, row.Role, row.Locale = text("email", r.Text("email")), text("role", r.Code("role")), text("locale", r.Code("locale"))
	if r.Has("supervisor") {
		supervisor := r.Flag("supervisor", false)
		row.Supervisor = &supervisor
	}
	several := func(key string) []string {
		if !r.Has(key) {
			return nil
		}
		return append([]string{}, r.Texts(key)...)
	}
	for _, right := range people.Rights {
		if names := several(right); names != nil {
			row.Rights[right] = names
		}
	}
	row.Groups = several("groups")
	return row
}
