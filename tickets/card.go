package tickets

import "time"

// CardTickets is how many tickets stand on a card.
const CardTickets = 3

// Card is what an agent is shown of a caller while his phone rings.
type Card struct {
	Customer *Customer // nil when the number is nobody's that is known
	Tickets  []Ticket  // the last CardTickets of this number, newest first, without events
	Hostile  Hostile
}

// Customer is who a number belongs to.
type Customer struct {
	ID    string
	Name  string
	Grade string // as the organisation words it; may be empty
}

// Hostile is how often calls of a number were ended with 강성종료.
type Hostile struct {
	Count  int
	LastAt time.Time // zero when Count is
}
