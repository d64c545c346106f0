// Package directory is what admins set up, kept in PostgreSQL: organisations, their services and users, and for
// telephony the agents (CTI 상담원), queues (큐) and numbers. It is read whole into memory; call control never
// waits for the database.
package directory

import (
	"time"

	"bellhop/cti/call"
	"bellhop/cti/scenario"
	"bellhop/cti/switchboard"
)

// Role is what a user may do.
type Role string

// The roles.
const (
	RoleAdmin      Role = "admin"      // 조직관리자: everything in his organisation (AG-05)
	RoleManager    Role = "manager"    // 관리자: the services that he manages (AG-06)
	RoleSupervisor Role = "supervisor" // the right to supervise alone, as it was before it became a right
	RoleAgent      Role = "agent"      // 상담원 (AG-07)
)

// User is somebody who can sign in.
type User struct {
	ID           string
	Organisation string
	Login        string // as it was set up; compared by FoldLogin
	Name         string
	Role         Role
	Supervisor   bool   // sees who works and what happens
	Locale       string // ko or en
	PasswordHash string // argon2id in PHC form; empty until he has set one
	Disabled     bool
	AgentID      string   // the agent he is, or empty
	Rights       []Rights // in each of his services, the one he begins in first
}

// Organisation is a customer of Bellhop's: everything belongs to one.
type Organisation struct{ ID, Name string }

// Service is what an organisation offers its customers; tickets belong to one (서비스).
type Service struct {
	ID           string
	Organisation string
	Name         string
	CallerIDs    []CallerID // in the admin's order, whatever their state (PH-44, PH-46)
	Foreign      bool       // numbers abroad may be dialled
	Premium      bool       // 060 and the like may be dialled
	Phone        bool       // 전화 CTI 사용 (PH-01): without it neither Inbound nor Outbound counts
	Inbound      bool       // PH-02
	Outbound     bool       // PH-03
	AfterCall    string     // notice, ticket_work or ready (D1)
	StayReady    bool       // who declines stays in 대기 (D3)
	HostileEnd   string     // the sound of 강성종료 (D15); empty: the usual one
}

// CallerID is a number that a service shows when it calls, or wants to (발신번호).
type CallerID struct {
	Number string // national form, digits only
	Name   string
	State  CallerIDState
}

// CallerIDState says how far a number's registration is.
type CallerIDState string

// The states of a registration.
const (
	CallerIDRequested CallerIDState = "requested"
	CallerIDReviewing CallerIDState = "reviewing"
	CallerIDCompleted CallerIDState = "completed" // 등록 완료: the only ones that may be used (PH-45)
	CallerIDRejected  CallerIDState = "rejected"
	CallerIDExpired   CallerIDState = "expired"
)

// Completed are the numbers that may be shown, in the admin's order; the first is 기본 (D6).
func (s Service) Completed() []CallerID {
	var completed []CallerID
	for _, c := range s.CallerIDs {
		if c.State == CallerIDCompleted {
			completed = append(completed, c)
		}
	}
	return completed
}

// Agent is a user who is registered for telephony (PH-08).
type Agent struct {
	ID        string
	User      string
	Name      string
	CTIID     string // PH-09
	Extension string // CTI 번호 (PH-10)
	Phone     bool   // 전화 권한 (PH-04)
	Queues    []string
	// Priorities are his places in his queues, 1 the first.
	Priorities map[string]int
	Services   []string // in which he may call out, the one he begins in first
	Groups     []string // names of his groups (PH-54)
	BlindIn    []string // the services in which he may transfer without consulting (바로전환, D7)
}

// Queue is where calls of a service wait for its members (PH-11).
type Queue struct {
	ID          string
	Service     string
	ServiceName string
	Name        string
	Number      string        // the number by which colleagues reach it
	Reclaim     time.Duration // 호회수 시간, 1 s to 600 s (PH-36)
	MissLimit   int           // misses in a row that lead to 휴식(미응답); 0 = never
	Limit       int           // how many calls may wait; 0 = any number

	Strategy     string        // how it chooses among its agents
	Music        string        // class of its hold music; empty: the usual one
	SayEvery     time.Duration // how often callers are told their place; 0 = never
	AnswerWithin time.Duration // T of the service level
}

// Directory is everything, at one moment.
type Directory struct {
	Organisations []Organisation
	Services      []Service
	Queues        []Queue
	Agents        []Agent
	Numbers       map[string]string // dialled number → queue
	Flows         []scenario.Flow   // the newest version of each (PH-12)
	Entries       map[string]string // dialled number → flow
	NextExpiry    time.Time         // when the next outbound number expires; zero: none does
}

// Switchboard is the part of the directory that call control knows. Agents without the phone permission or whose
// user is disabled are not in it: they have no phone.
func (d Directory) Switchboard() switchboard.Directory {
	out := switchboard.Directory{
		Numbers: spelled[call.QueueID](d.Numbers), Flows: d.Flows, Entries: spelled[string](d.Entries),
	}
	for _, s := range d.Services {
		out.Services = append(out.Services, s.entry())
	}
	for _, q := range d.Queues {
		out.Queues = append(out.Queues, switchboard.Queue{
			ID: call.QueueID(q.ID), Name: q.Name, Number: q.Number,
			Service: call.ServiceID(q.Service), ServiceName: q.ServiceName,
			Reclaim: q.Reclaim, MissLimit: q.MissLimit, Limit: q.Limit,
			Strategy: q.Strategy, Music: q.Music, SayEvery: q.SayEvery,
		})
	}
	for _, a := range d.Agents {
		if a.Phone {
			out.Agents = append(out.Agents, a.entry())
		}
	}
	return out
}

func (s Service) entry() switchboard.Service {
	entry := switchboard.Service{
		ID: call.ServiceID(s.ID), Name: s.Name, Foreign: s.Foreign, Premium: s.Premium,
		Phone: s.Phone, Inbound: s.Inbound, Outbound: s.Outbound, AfterCall: s.AfterCall, StayReady: s.StayReady,
		HostileEnd: call.Sound(s.HostileEnd),
	}
	for _, c := range s.Completed() {
		entry.CallerIDs = append(entry.CallerIDs, c.Number)
	}
	return entry
}

func (a Agent) entry() switchboard.AgentEntry {
	entry := switchboard.AgentEntry{
		ID: call.AgentID(a.ID), Name: a.Name, Extension: a.Extension, Groups: a.Groups,
		Priorities: make(map[call.QueueID]int, len(a.Queues)),
	}
	for _, queue := range a.Queues {
		entry.Queues = append(entry.Queues, call.QueueID(queue))
		entry.Priorities[call.QueueID(queue)] = a.Priorities[queue]
	}
	for _, service := range a.Services {
		entry.Services = append(entry.Services, call.ServiceID(service))
	}
	for _, service := range a.BlindIn {
		entry.BlindIn = append(entry.BlindIn, call.ServiceID(service))
	}
	return entry
}
