package switchboard

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"bellhop/cti/agent"
	"bellhop/cti/call"
)

// Journal keeps what the loop records, so that the death of this process loses nothing. Both methods return when the data
// would survive it, and never make the loop wait for long. seq is the number of the last fact up to and including data.
type Journal interface {
	Append(data []byte, seq uint64)
	// CheckpointDue says that the next record should be a whole one.
	CheckpointDue() bool
	Checkpoint(data []byte, seq uint64)
}

// record is one entry of the journal: what changed, as it is now. A whole one stands for everything before it.
type record struct {
	At        time.Time                  `json:"at"`
	Whole     bool                       `json:"whole,omitempty"`
	Seq       uint64                     `json:"seq"`             // of the last fact
	Boot      time.Time                  `json:"boot,omitzero"`   // of the switch
	Calls     map[call.ID]*call.Call     `json:"calls,omitempty"` // nil: it is over
	Seats     map[call.AgentID]savedSeat `json:"seats,omitempty"`
	Lanes     map[call.ID][]savedEffect  `json:"lanes,omitempty"` // empty: everything is done
	Answers   []savedAnswer              `json:"answers,omitempty"`
	Processes map[string]string          `json:"processes,omitempty"`
	Directory *Directory                 `json:"directory,omitempty"`
	Facts     []call.Fact                `json:"facts,omitempty"`
}

// savedSeat is what the journal keeps of an agent. The rest comes from the directory.
type savedSeat struct {
	Agent   agent.Agent `json:"agent"`
	Address string      `json:"address,omitempty"`
	Session string      `json:"session,omitempty"`
	Closed  string      `json:"closed,omitempty"`

	Offered map[call.QueueID]time.Time `json:"offered,omitempty"`
	Taken   int                        `json:"taken,omitempty"`
}

type savedAnswer struct {
	Command Command   `json:"command"`
	Refusal *Refusal  `json:"refusal,omitempty"`
	At      time.Time `json:"at"`
}

// savedEffect is an effect that is kept with the name of its type.
type savedEffect struct{ call.Effect }

type namedEffect struct {
	Name string          `json:"name"`
	Data json.RawMessage `json:"data"`
}

// MarshalJSON writes the effect with its name.
func (s savedEffect) MarshalJSON() ([]byte, error) {
	data, err := json.Marshal(s.Effect)
	if err != nil {
		return nil, err
	}
	return json.Marshal(namedEffect{effectName(s.Effect), data})
}

// UnmarshalJSON makes the effect of that name.
func (s *savedEffect) UnmarshalJSON(data []byte) error {
	var n namedEffect
	if err := json.Unmarshal(data, &n); err != nil {
		return err
	}
	read, known := effectsByName[n.Name]
	if !known {
		return fmt.Errorf("unknown effect %q", n.Name)
	}
	var err error
	s.Effect, err = read(n.Data)
	return err
}

// effectsByName makes an effect from what the journal kept of it.
var effectsByName = map[string]func(json.RawMessage) (call.Effect, error){
	"AnswerCustomer": load[call.AnswerCustomer],
	"PlayMusic":      load[call.PlayMusic],
	"Announce":       load[call.Announce],
	"Silence":        load[call.Silence],
	"RingAgent":      load[call.RingAgent],
	"PickUp":         load[call.PickUp],
	"DialOut":        load[call.DialOut],
	"RingBack":       load[call.RingBack],
	"JoinLegs":       load[call.JoinLegs],
	"SendKeys":       load[call.SendKeys],
	"ReleaseLeg":     load[call.ReleaseLeg],
	"DropBridge":     load[call.DropBridge],
}

func load[E call.Effect](data json.RawMessage) (call.Effect, error) {
	var e E
	err := json.Unmarshal(data, &e)
	return e, err
}

// changes is the record of everything that changed since the last one; nothing when nothing did.
func (b *board) changes() (record, bool) {
	r := record{At: b.now, Seq: b.seq, Boot: b.boot, Facts: b.out.facts, Answers: b.out.answers}
	for id := range b.out.calls {
		put(&r.Calls, id, b.saveCall(id))
	}
	for id := range b.out.seats {
		put(&r.Seats, id, b.seats[id].save())
	}
	for id := range b.out.lanes {
		put(&r.Lanes, id, b.saveLane(id))
	}
	if b.out.processes {
		r.Processes = maps.Clone(b.processes)
	}
	if b.out.directory {
		r.Directory = b.directory
	}
	empty := len(r.Calls)+len(r.Seats)+len(r.Lanes)+len(r.Answers)+len(r.Facts) == 0 && r.Directory == nil && !b.out.boot && !b.out.processes
	return r, !empty
}

// whole is the record of everything there is.
func (b *board) whole() record {
	r := record{At: b.now, Whole: true, Seq: b.seq, Boot: b.boot, Directory: b.directory, Facts: b.out.facts, Processes: maps.Clone(b.processes)}
	for id := range b.calls {
		put(&r.Calls, id, b.saveCall(id))
	}
	for id, s := range b.seats {
		put(&r.Seats, id, s.save())
	}
	for id := range b.lanes {
		put(&r.Lanes, id, b.saveLane(id))
	}
	r.Answers = b.answers.all()
	return r
}

func put[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = make(map[K]V)
	}
	(*m)[k] = v
}

func (b *board) saveCall(id call.ID) *call.Call {
	if c, live := b.calls[id]; live {
		return &c
	}
	return nil
}

func (b *board) saveLane(id call.ID) []savedEffect {
	l, ok := b.lanes[id]
	if !ok {
		return nil
	}
	var saved []savedEffect
	for _, e := range l.effects {
		saved = append(saved, savedEffect{e})
	}
	return saved
}

func (s *seat) save() savedSeat {
	return savedSeat{Agent: s.Agent, Address: s.address, Session: s.session, Closed: s.closed, Offered: s.offered, Taken: s.taken}
}

// FactsOf are the facts in one entry of the journal.
func FactsOf(data []byte) ([]call.Fact, error) {
	var r struct {
		Facts []call.Fact `json:"facts"`
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("switchboard: entry of the journal: %w", err)
	}
	return r.Facts, nil
}
