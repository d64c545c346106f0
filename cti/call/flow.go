package call

import "time"

// FlowAt is where a call is in its flow (시나리오): the switchboard, which knows the flows, says and understands it.
type FlowAt struct {
	ID      string
	Version int
	Step    string
	Tries   int
	Why     string
}

// FlowInput is what happened to a call in its flow.
type FlowInput struct {
	Kind FlowInputKind
	Key  string
}

// FlowInputKind is the kind of a FlowInput; the words are those of cti/scenario.
type FlowInputKind string

// The inputs.
const (
	FlowEntered  FlowInputKind = "entered"
	FlowFinished FlowInputKind = "finished"
	FlowPressed  FlowInputKind = "pressed"
	FlowTimedOut FlowInputKind = "timed_out"
	FlowLeft     FlowInputKind = "left"
	// QueuePlace asks not the flow but the queue: what the caller is told of his place.
	QueuePlace FlowInputKind = "place"
)

// FlowTold: what the flow says is to be done now. One of Sound, Queue, To and End is set; Wait with Sound asks for a key.
type FlowTold struct {
	At    FlowAt
	Sound Sound
	Wait  time.Duration // for a key, after the sound
	Queue *Queue
	After time.Duration // in the queue: when the flow is asked again; 0 = never
	To    *Target       // an outside number
	End   Reason        // after Sound, if there is one
}

// flowSoundTime is the longest that a sound of a flow may last.
const flowSoundTime = 5 * time.Minute

// ask wants the flow to be asked.
func (s *stepping) ask(kind FlowInputKind, key string) {
	s.Asks = FlowInput{kind, key}
	s.GiveUpAt = time.Time{}
}

// announce plays a sound to the customer.
func (s *stepping) announce(sound Sound) {
	s.Sounds++
	s.do(Announce{Leg: s.Customer, Sound: sound, Number: s.Sounds})
}

// inFlow: the customer is in his flow and in no queue.
func (s *stepping) inFlow(ev Event) {
	switch e := ev.(type) {
	case FlowTold:
		s.told(e)
	case AnnouncementEnded:
		if e.Number == 0 || e.Number == s.Sounds {
			s.heard()
		}
	case EffectFailed:
		if a, ok := e.Effect.(Announce); ok && a.Number == s.Sounds {
			s.heard() // a sound that is missing keeps nobody
		}
	case KeyPressed:
		if s.KeyWait > 0 && s.Asks.Kind == "" {
			s.do(Silence{Leg: s.Customer, Number: s.Sounds})
			if len(s.Pressed) < maxPressed {
				s.Pressed += e.Key
			}
			s.ask(FlowPressed, e.Key)
		}
	case DeadlineReached:
		switch {
		case !s.due(e):
		case s.Hearing:
			s.heard()
		default:
			s.ask(FlowTimedOut, "")
		}
	case LegAnswered:
		s.customerUp(e.Leg)
	case LegEnded:
		if s.customerGone(e.Leg) {
			s.end(AbandonedInFlow)
		}
	}
}

// maxPressed is how many keys of menus are remembered.
const maxPressed = 32

// heard: the sound is over, so that the flow goes on, or a key is waited for.
func (s *stepping) heard() {
	if !s.Hearing || s.Asks.Kind != "" {
		return
	}
	s.Hearing = false
	if s.KeyWait > 0 {
		s.GiveUpAt = s.now.Add(s.KeyWait)
		return
	}
	s.ask(FlowFinished, "")
}

// told does what the flow says.
func (s *stepping) told(e FlowTold) {
	if s.Asks.Kind == "" {
		return
	}
	s.Asks, s.Flow, s.KeyWait, s.Hearing = FlowInput{}, e.At, e.Wait, false
	if s.Phase == Waiting {
		s.quiet()
		s.fact(CallOverflowed, "")
	}
	s.SayAt = time.Time{}
	switch {
	case e.Queue != nil:
		s.queued(*e.Queue, e.After)
	case e.To != nil:
		s.LeaveAt = time.Time{}
		s.transfer(*e.To)
	case e.End != "" && e.Sound == "":
		s.end(e.End)
	case e.End != "":
		s.Reason, s.GiveUpAt, s.LeaveAt = e.End, s.now.Add(AnnouncementTime), time.Time{}
		s.enter(Announcing)
		s.announce(e.Sound)
	default:
		s.GiveUpAt, s.LeaveAt, s.Hearing = s.now.Add(flowSoundTime), time.Time{}, true
		if s.Phase != Arriving {
			s.enter(Arriving)
		}
		s.announce(e.Sound)
	}
}

// queued: the flow led to a queue. The place is that of the first queue it was in: who has waited keeps what he waited.
func (s *stepping) queued(q Queue, after time.Duration) {
	if s.QueuedAt.IsZero() {
		s.QueuedAt = s.now
	}
	s.Queue, s.LeaveAt = q, time.Time{}
	if after > 0 {
		s.LeaveAt = s.now.Add(after)
	}
	s.do(s.waitingMusic())
	s.sayLater()
	s.enter(Waiting)
	s.fact(CallQueued, "")
}
