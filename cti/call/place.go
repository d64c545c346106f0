package call

// Place is where a leg that is up has to be in the switch.
type Place string

// The places.
const (
	Together Place = "together" // in the call's bridge
	Music    Place = "music"    // with the hold music (대기음)
)

// Places says where legs that are up have to be while nothing is under way, so that customer and agent hear what their
// phase says. Legs that may be anywhere are not in it.
func (c Call) Places() map[LegID]Place {
	if c.Joining != "" {
		return nil
	}
	places := make(map[LegID]Place, 3)
	put := func(p Place, leg LegID, state LegState) {
		if leg != "" && state == Up {
			places[leg] = p
		}
	}
	line := func(p Place, l *Line) {
		if l != nil {
			put(p, l.Leg, l.LegState)
		}
	}
	var target *Line
	if c.Target != nil {
		target = &c.Target.Line
	}
	switch c.Phase {
	case Waiting:
		if !c.Hearing {
			put(Music, c.Customer, c.CustomerState)
		}
	case Offering, Holding, ConsultRinging, Transferring, Parked:
		put(Music, c.Customer, c.CustomerState)
	case Talking, ThreeWay, TransferredOut:
		put(Together, c.Customer, c.CustomerState)
		line(Together, c.Line)
		line(Together, target)
	case Consulting:
		customer, other := Music, Together
		if c.Swapped {
			customer, other = Together, Music
		}
		put(customer, c.Customer, c.CustomerState)
		line(Together, c.Line)
		line(other, target)
	case Arriving, Dialling, Announcing, Ended:
	}
	return places
}

// Put is the effect that brings the leg where it has to be.
func (c Call) Put(leg LegID, p Place) Effect {
	if p == Music {
		return PlayMusic{Leg: leg, Class: c.Queue.Music}
	}
	j := JoinLegs{Bridge: c.Bridge(), Purpose: ToRepair}
	j.Legs[0] = leg
	return j
}
