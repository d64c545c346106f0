package switchboard

import (
	"time"

	"bellhop/cti/agent"
	"bellhop/cti/call"
)

// AgentView is everything an agent's own screen shows of him: a value, complete, safe to keep.
type AgentView struct {
	Agent     agent.Agent
	Name      string
	Extension string
	Blind     bool      // he may use 바로전환
	Call      *CallView // the call he is offered or in; nil when free
	SwitchUp  bool      // whether the telephone switch is connected
	// Fenced: another server has the switch. Draining: this server is about to be replaced.
	Fenced, Draining bool
	// JournalOK: live calls survive the server's death. RecordsLate: tickets and history wait for the database.
	JournalOK, RecordsLate bool
	// Waiting is how many calls wait in his queues now.
	Waiting int
	// Changed rises with every change of this view; a later view has a higher number.
	Changed uint64
	// At is the server's time when the view was made.
	At time.Time
}

// CallView is a call as its agent may see it.
type CallView struct {
	ID          call.ID
	Version     int
	Direction   call.Direction
	Phase       call.Phase
	Caller      call.Party
	Dialled     string
	QueueID     call.QueueID
	QueueName   string
	ServiceID   call.ServiceID
	ServiceName string
	Pressed     string // the keys of its flow's menus (누른 메뉴), the last at the end
	Reoffered   bool   // it was offered to somebody before (호회수)
	Answering   bool   // 전화받기 was pressed, audio is being connected
	QueuedAt    time.Time
	OfferedAt   time.Time
	OfferEndsAt time.Time
	ConnectedAt time.Time // zero until connected
	ParkEndsAt  time.Time // while parked: until when the agent can come back to it
	HeldAt      time.Time // since when the customer hears music; zero while he does not
	HeldFor     time.Duration
	Muted       bool
	Swapped     bool
	// Consulted says that the agent is the one who is consulted or called by a colleague: From.
	Consulted bool
	From      string
	Target    *TargetView // whom he consults, or calls inside
}

// TargetView is the target of a consult.
type TargetView struct {
	Kind   call.TargetKind
	Number string
	Name   string
	Up     bool
	At     time.Time // since when it is called
}

func (b *board) callView(c call.Call, s *seat) *CallView {
	v := &CallView{
		ID: c.ID, Version: c.Version, Direction: c.Direction, Phase: c.Phase, Caller: c.Caller, Dialled: c.Dialled,
		QueueID: c.Queue.ID, QueueName: c.Queue.Name, ServiceID: c.Queue.Service, ServiceName: c.Queue.ServiceName,
		Pressed: c.Pressed, Reoffered: c.Offers > 1, QueuedAt: c.QueuedAt, ConnectedAt: c.ConnectedAt,
		HeldAt: c.HeldAt, HeldFor: c.HeldFor, Muted: c.Muted, Swapped: c.Swapped,
	}
	if c.Phase == call.Parked {
		v.ParkEndsAt = c.GiveUpAt
		if d := s.Deadline(); !d.IsZero() && d.Before(v.ParkEndsAt) {
			v.ParkEndsAt = d
		}
	}
	line := c.Line
	if c.Consulted() == s.ID {
		line, v.Consulted = &c.Target.Line, true
		v.Muted = line.Muted
		if from, ok := b.seats[c.Agent()]; ok {
			v.From = from.entry.Name
		}
	}
	if line != nil {
		v.OfferedAt, v.OfferEndsAt = line.At, line.Deadline
		v.Answering = s.Occupation == agent.Offered && line.Accepted
	}
	if c.Target != nil && !v.Consulted {
		v.Target = &TargetView{
			Kind: c.Target.Kind, Number: c.Target.Number, Name: c.Target.Name,
			Up: c.Target.Line.LegState == call.Up, At: c.Target.Line.At,
		}
	}
	return v
}
