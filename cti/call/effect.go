package call

// Effect is something the world has to do for one call. Names are imperative. Every effect is idempotent:
// doing it twice, or to something that is gone, is the same as doing it once.
type Effect interface{ isEffect() }

// AnswerCustomer picks up the customer's call.
type AnswerCustomer struct{ Leg LegID }

// PlayMusic moves a leg to hold music (대기음), out of whatever bridge it is in.
type PlayMusic struct {
	Leg   LegID
	Class string // of the music, as the telephone switch knows it; empty is the usual one
}

// Announce plays a sound to the customer without answering the call if it is not answered yet. Its end is
// reported as AnnouncementEnded. Number tells the announcements of one leg apart.
type Announce struct {
	Leg    LegID
	Sound  Sound
	Number int
}

// Silence ends that announcement.
type Silence struct {
	Leg    LegID
	Number int
}

// Sound names an announcement.
type Sound string

// SoundUnallocated tells the caller that the number he dialled leads nowhere.
const SoundUnallocated Sound = "number-not-in-service"

// SoundHostileEnd is the announcement of 강성종료 (PH-65).
const SoundHostileEnd Sound = "hostile-end"

// RingAgent makes the agent's phone at Address (a SIP URI) ring. The switch reports LegRang, LegAnswered and
// LegEnded for Leg.
type RingAgent struct {
	Leg     LegID
	Agent   AgentID
	Address string
	Caller  Party
}

// PickUp answers the ringing leg at the agent's phone, for the agent pressed 전화받기.
type PickUp struct {
	Leg   LegID
	Agent AgentID
}

// DialOut calls an outside number over the carrier, shows CallerID there, and puts the new leg and With into the bridge
// at once, so that early media is heard; until there is some, With hears ringback. The switch reports LegRang,
// LegAnswered and LegEnded for Leg.
type DialOut struct {
	Leg      LegID
	Number   string
	CallerID string
	Bridge   string
	With     LegID // who hears it ring; empty: nobody does
}

// RingBack lets the leg hear that somebody is being called, until it is switched off or joined to somebody.
type RingBack struct {
	Leg LegID
	On  bool
}

// JoinLegs puts the legs into the call's bridge, made if it does not exist, out of whatever bridge they are in. It ends
// ringback. Success is reported as LegsJoined.
type JoinLegs struct {
	Bridge  string
	Legs    [3]LegID // unused ones are empty
	Purpose JoinPurpose
}

// SendKeys sends DTMF (RFC 4733) towards the leg's far end.
type SendKeys struct {
	Leg  LegID
	Keys string
}

// ReleaseLeg hangs a leg up with the given Q.850 cause.
type ReleaseLeg struct {
	Leg   LegID
	Cause int
}

// DropBridge removes the call's bridge.
type DropBridge struct{ Bridge string }

// The Q.850 causes with which we release legs.
const (
	CauseUnallocated    = 1
	CauseNormalClearing = 16
	CauseNoAnswer       = 19
)

func (AnswerCustomer) isEffect() {}
func (PlayMusic) isEffect()      {}
func (Announce) isEffect()       {}
func (Silence) isEffect()        {}
func (RingAgent) isEffect()      {}
func (PickUp) isEffect()         {}
func (DialOut) isEffect()        {}
func (JoinLegs) isEffect()       {}
func (RingBack) isEffect()       {}
func (SendKeys) isEffect()       {}
func (ReleaseLeg) isEffect()     {}
func (DropBridge) isEffect()     {}
