package switchboard

import (
	"time"

	"bellhop/cti/call"
	"bellhop/cti/scenario"
)

// Event is anything that reaches the switchboard's mailbox through Post. Adapters make these and do nothing else.
type Event interface{ isEvent() }

// CallArrived: a customer's channel entered our application.
type CallArrived struct {
	Call    call.ID // made by the adapter, and set as a variable of the channel
	Leg     call.LegID
	Caller  call.Party
	Dialled string
	At      time.Time // when the channel was made: before we were there, he heard music; zero = now
}

// LegRang, LegAnswered and LegEnded are what the switch says about a leg, the customer's or an agent's.
type (
	// LegRang: the far end rings.
	LegRang struct{ Leg call.LegID }
	// LegAnswered: the far end picked up.
	LegAnswered struct{ Leg call.LegID }
	// LegEnded: the leg is gone, with its Q.850 cause (0 when unknown).
	LegEnded struct {
		Leg   call.LegID
		Cause int
	}
)

// AnnouncementEnded: a sound started by call.Announce ended.
type AnnouncementEnded struct {
	Leg    call.LegID
	Number int // of call.Announce; 0 when unknown
	Failed bool
}

// KeyPressed: a party pressed a key (RFC 4733).
type KeyPressed struct {
	Leg call.LegID
	Key string // 0-9 * #
}

// SwitchConnected: the connection to the switch is up, first or again. Seen is everything of ours that exists there.
// It is posted before any event that happened after the snapshot was taken.
type SwitchConnected struct{ Seen Snapshot }

// SwitchLost: the connection to the switch is down.
type SwitchLost struct{ Reason string }

// SwitchSeen: a look at the switch, taken every few seconds while the connection is up. It is posted after every event that
// was received before the look began.
type SwitchSeen struct{ Seen Snapshot }

// SwitchFenced: another server took our application over. We do nothing more until we are restarted.
type SwitchFenced struct{}

// TrunksSeen: whether every trunk is down, so that nobody outside can be called.
type TrunksSeen struct{ Down bool }

// HealthChanged: what agents are told of the server itself.
type HealthChanged struct {
	JournalBroken bool // the journal cannot be written
	RecordsLate   bool // tickets and history wait for the database
}

// Snapshot is what exists in the switch.
type Snapshot struct {
	Boot    time.Time // when the switch was started; zero when unknown
	Legs    []SeenLeg
	Bridges []SeenBridge // those that belong to calls, and the hold music's
}

// SeenBridge is one bridge in the switch.
type SeenBridge struct {
	ID   string
	Legs []call.LegID
	Hold bool // it is the one in which customers hear the hold music
}

// SeenLeg is one channel in our application.
type SeenLeg struct {
	Leg      call.LegID
	Call     call.ID // from the channel's variable; empty when it was never set
	Customer bool    // the customer's line, not an agent's or a target's
	Outbound bool    // we called him; Dialled is the number he was shown
	State    call.LegState
	Caller   call.Party
	Dialled  string
	Playing  bool      // an announcement is being played to it
	At       time.Time // when the channel was made
}

// PhoneUp: an agent's media session is connected; Address is the SIP URI at which his phone rings.
type PhoneUp struct {
	Agent   call.AgentID
	Session string
	Address string
}

// PhoneDown: an agent's media session lost its browser. Reason is a code for the log.
type PhoneDown struct {
	Agent   call.AgentID
	Session string
	Reason  string
}

// PhoneStalled: the agent is in a call, and nothing at all comes of his browser any more. The session may still come back.
type PhoneStalled struct {
	Agent   call.AgentID
	Session string
}

// PhoneFlows: packets come again of the browser that had stalled.
type PhoneFlows struct {
	Agent   call.AgentID
	Session string
}

// PhonesLost: the media process at Address (its SIP host:port) is gone, with every session in it.
type PhonesLost struct{ Address string }

// PhonesSeen: the media process at Address (its SIP host:port) can be reached, and these are all its sessions; those that
// are connected are also told by PhoneUp. Another Process than before means that the legs of the earlier one are dead.
type PhonesSeen struct {
	Address  string
	Process  string
	Sessions []string
}

// BrowserUp: an agent has at least one page open that answers the heartbeat.
type BrowserUp struct{ Agent call.AgentID }

// BrowserDown: the agent's last page is gone or silent.
type BrowserDown struct{ Agent call.AgentID }

// DirectoryChanged: what admins set up, whole.
type DirectoryChanged struct{ Directory Directory }

// Directory is what the switchboard knows of the organisation.
type Directory struct {
	Services []Service
	Queues   []Queue
	Numbers  map[string]call.QueueID // dialled number → queue, for numbers without a flow
	Flows    []scenario.Flow         // the newest version of each; older ones are kept while calls go through them
	Entries  map[string]string       // dialled number → id of its flow
	Agents   []AgentEntry
}

// Service is a service with what its agents may dial.
type Service struct {
	ID   call.ServiceID
	Name string
	// CallerIDs are the registered numbers (등록 완료) that may be shown, in the admin's order; the first is 기본 (D6). In
	// national form, digits only.
	CallerIDs []string
	Foreign   bool // numbers abroad may be dialled
	Premium   bool // 060 and the like may be dialled
	// Phone, Inbound and Outbound are the service's switches (PH-01 … PH-03): without Phone neither of the others counts.
	Phone, Inbound, Outbound bool
	// AfterCall is rule D1: notice (also when empty), ticket_work or ready.
	AfterCall string
	// StayReady is rule D3: who declines a call stays in 대기.
	StayReady bool
	// HostileEnd is what its customers hear at 강성종료 (D15); empty: call.SoundHostileEnd.
	HostileEnd call.Sound
}

// Queue is a queue with its settings.
type Queue struct {
	ID          call.QueueID
	Name        string
	Number      string // 큐 번호: what an agent dials to transfer to it (PH-50)
	Service     call.ServiceID
	ServiceName string
	Reclaim     time.Duration
	MissLimit   int // misses in a row that lead to 휴식(미응답); 0 = never (D4)
	Limit       int // how many calls may wait; 0 = any number
	// Strategy is the rule by which it chooses among its ready agents; empty is call.LongestIdle.
	Strategy string
	// Music is the class of its hold music, empty for the usual one. SayEvery is how often callers are told their place and
	// how long it may take; 0 = never.
	Music    string
	SayEvery time.Duration
}

// forCall is what a call keeps of its queue.
func (q Queue) forCall() call.Queue {
	return call.Queue{ID: q.ID, Name: q.Name, Service: q.Service, ServiceName: q.ServiceName, Reclaim: q.Reclaim, Music: q.Music, SayEvery: q.SayEvery}
}

// AgentEntry is an agent with phone permission and a CTI number.
type AgentEntry struct {
	ID        call.AgentID
	Name      string
	Extension string // CTI 번호
	Queues    []call.QueueID
	Services  []call.ServiceID // in which he may call out
	Groups    []string         // names of his groups (PH-54)
	BlindIn   []call.ServiceID // in which he may transfer without consulting (바로전환, D7)
	// Priorities are his ranks in his queues, 1 the first; 0 counts as 5.
	Priorities map[call.QueueID]int
}

func (CallArrived) isEvent()       {}
func (LegRang) isEvent()           {}
func (LegAnswered) isEvent()       {}
func (LegEnded) isEvent()          {}
func (AnnouncementEnded) isEvent() {}
func (KeyPressed) isEvent()        {}
func (SwitchConnected) isEvent()   {}
func (SwitchLost) isEvent()        {}
func (PhoneUp) isEvent()           {}
func (PhoneDown) isEvent()         {}
func (PhoneStalled) isEvent()      {}
func (PhoneFlows) isEvent()        {}
func (PhonesLost) isEvent()        {}
func (PhonesSeen) isEvent()        {}
func (SwitchSeen) isEvent()        {}
func (SwitchFenced) isEvent()      {}
func (HealthChanged) isEvent()     {}
func (TrunksSeen) isEvent()        {}
func (BrowserUp) isEvent()         {}
func (BrowserDown) isEvent()       {}
func (DirectoryChanged) isEvent()  {}
