// Package directory is what admins set up, kept in PostgreSQL: organisations, their services and users, and for
// telephony the agents (CTI 상담원), queues (큐) and numbers. It is read whole into memory; call control never
// waits for the database.
package directory

import (
	"time"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// Role is what a user may do.
type Role string

// The roles.
const (
	RoleAdmin      Role = "admin"
	RoleSupervisor Role = "supervisor"
	RoleAgent      Role = "agent"
)

// User is somebody who can sign in.
type User struct {
	ID           string
	Organisation string
	Login        string // as it was set up; compared by FoldLogin
	Name         string
	Role         Role
	PasswordHash string // argon2id in PHC form
	Disabled     bool
	AgentID      string // the agent he is, or empty
}

// Organisation is a customer of Bellhop's: everything belongs to one.
type Organisation struct{ ID, Name string }

// Service is what an organisation offers its customers; tickets belong to one (서비스).
type Service struct{ ID, Organisation, Name string }

// Agent is a user who is registered for telephony (PH-08).
type Agent struct {
	ID        string
	User      string
	Name      string
	CTIID     string // PH-09
	Extension string // CTI 번호 (PH-10)
	Phone     bool   // 전화 권한 (PH-04)
	Queues    []string
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
}

// Directory is everything, at one moment.
type Directory struct {
	Organisations []Organisation
	Services      []Service
	Queues        []Queue
	Agents        []Agent
	Numbers       map[string]string // dialled number → queue
}

// Switchboard is the part of the directory that call control knows. Agents without the phone permission or whose
// user is disabled are not in it: they have no phone.
func (d Directory) Switchboard() switchboard.Directory {
	out := switchboard.Directory{Numbers: make(map[string]call.QueueID, len(d.Numbers))}
	for _, q := range d.Queues {
		out.Queues = append(out.Queues, switchboard.Queue{
			ID: call.QueueID(q.ID), Name: q.Name,
			Service: call.ServiceID(q.Service), ServiceName: q.ServiceName,
			Reclaim: q.Reclaim, MissLimit: q.MissLimit,
		})
	}
	for number, queue := range d.Numbers {
		out.Numbers[number] = call.QueueID(queue)
	}
	for _, a := range d.Agents {
		if !a.Phone {
			continue
		}
		entry := switchboard.AgentEntry{ID: call.AgentID(a.ID), Name: a.Name, Extension: a.Extension}
		for _, queue := range a.Queues {
			entry.Queues = append(entry.Queues, call.QueueID(queue))
		}
		out.Agents = append(out.Agents, entry)
	}
	return out
}
