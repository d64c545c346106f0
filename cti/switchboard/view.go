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
	Call      *CallView // the call he is offered or in; nil when free
	SwitchUp  bool      // whether the telephone switch is connected
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
	Phase       call.Phase
	Caller      call.Party
	Dialled     string
	QueueID     call.QueueID
	QueueName   string
	ServiceID   call.ServiceID
	ServiceName string
	Reoffered   bool // it was offered to somebody before (호회수)
	Answering   bool // 전화받기 was pressed, audio is being connected
	QueuedAt    time.Time
	OfferedAt   time.Time
	OfferEndsAt time.Time
	ConnectedAt time.Time // zero until connected
}
