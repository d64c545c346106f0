// Package people is who may sign in, and what each may do: 조직관리자, 관리자 and 상담원, their rights in each service, their
// groups, and the one-time links with which they set their passwords (AG-01 … AG-17, PH-04).
package people

import (
	"net/mail"
	"time"

	"bellhop/cti/admin"
	"bellhop/cti/directory"
)

// The limits of what is kept.
const (
	maxName  = 64
	maxEmail = 254
)

// The names of people and groups in the audit log.
const (
	Subject      = "person"
	GroupSubject = "group"
)

// Roles are the roles that can be given. Who had the role supervisor before it became a right keeps it until he gets another.
var Roles = []string{admin.RoleAdmin, admin.RoleManager, admin.RoleAgent}

// State says how far somebody is.
type State string

// The states.
const (
	Invited  State = "invited" // has no password yet
	Active   State = "active"
	Disabled State = "disabled"
)

// Person is somebody of the organisation as its admins see him. Its JSON is what the audit log shows.
type Person struct {
	ID         string       `json:"-"`
	Login      string       `json:"login"`
	Name       string       `json:"name"`
	Email      string       `json:"email"`
	Role       string       `json:"role"`
	Supervisor bool         `json:"supervisor"`
	Locale     string       `json:"locale"`
	Services   []Membership `json:"services"` // the one he begins in first; to a manager those that he manages
	Groups     []Ref        `json:"groups"`
	Version    int          `json:"-"`

	State     State     `json:"state"`
	AgentID   string    `json:"-"` // the agent he is, or empty
	CTIID     string    `json:"-"`
	Extension string    `json:"-"` // CTI 번호
	SignedIn  bool      `json:"-"` // he has a session
	CreatedAt time.Time `json:"-"`
	// Yours says that the actor may change all of him; otherwise only what he may do in the services that are shown.
	Yours bool `json:"-"`
}

// Ref names something.
type Ref struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Membership is what somebody may do in a service (AG-08 … AG-12).
type Membership = directory.Rights

// check cleans what was typed and says what is wrong with it.
func (p *Person) check() (key string, wrong admin.Invalids) {
	p.Name = wrong.Text("name", p.Name, 1, maxName)
	p.Login = wrong.Text("login", p.Login, 1, directory.MaxLogin)
	key, ok := directory.FoldLogin(p.Login)
	if !ok && len(wrong) == 0 {
		wrong.Add("login", "bad_characters")
	}
	p.Email = wrong.Text("email", p.Email, 0, maxEmail)
	if address, err := mail.ParseAddress(p.Email); p.Email != "" && (err != nil || address.Address != p.Email || len(p.Email) > maxEmail) {
		wrong.Add("email", "format")
	}
	if p.Locale == "" {
		p.Locale = "ko"
	}
	wrong.OneOf("locale", p.Locale, "ko", "en")
	wrong.OneOf("role", p.Role, append([]string{string(directory.RoleSupervisor)}, Roles...)...)
	if p.Role == admin.RoleAdmin {
		p.Supervisor = false // he may all of it
	}
	seen := map[string]bool{}
	for _, m := range p.Services {
		if !admin.IsID(m.Service) || seen[m.Service] {
			wrong.Add("services", "duplicate")
		}
		seen[m.Service] = true
	}
	return key, wrong
}

// his says whether all of somebody is the actor's to change: a 관리자 changes the agents of his own services.
func his(a admin.Actor, p Person, services []string) bool {
	if a.Admin() {
		return true
	}
	if p.Role != admin.RoleAgent || p.Supervisor || len(services) == 0 {
		return false
	}
	for _, service := range services {
		if !a.MayManage(service) {
			return false
		}
	}
	return true
}
