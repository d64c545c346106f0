package carrier

import (
	"time"

	"github.com/emiago/sipgo/sip"
)

// plan is what becomes of a call.
type plan struct {
	deaf   bool          // it gets no reply at all
	refuse int           // the SIP status it is refused with, if not 0
	cause  int           // the Q.850 cause given with it, if not 0
	early  bool          // sound comes before the answer
	answer time.Duration // after which it is answered; never if negative
	hangUp time.Duration // after which it is ended once it is answered; never if 0
	echo   bool          // what is heard is sent back
	hz     float64       // the tone that is spoken once it is answered
}

// earlyHz is the tone before the answer: a ringing tone of Europe, which no telephone of ours makes by itself.
const earlyHz = 425

const never time.Duration = -1

// planFor reads the plan out of the number dialled.
func planFor(number string) plan {
	n := len(number)
	if n < 2 || !digit(number[n-2]) || !digit(number[n-1]) {
		return plan{refuse: sip.StatusNotFound, cause: 1}
	}
	last := int(number[n-2]-'0')*10 + int(number[n-1]-'0')
	p := plan{answer: time.Second, hz: float64(600 + 10*last)}
	switch last {
	case 70:
		p.refuse = sip.StatusBusyHere
	case 71:
		p.refuse = sip.StatusGlobalDecline
	case 72:
		p.answer = never
	case 73:
		p.refuse, p.cause = sip.StatusNotFound, 1
	case 74:
		p.early, p.answer = true, 3*time.Second
	case 75:
		p.hangUp = 3 * time.Second
	case 76:
		p.refuse = sip.StatusServiceUnavailable
	case 77:
		p.deaf = true
	case 78:
		p.answer = 5 * time.Second
	case 79:
		p.answer, p.echo = 0, true
	}
	return p
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

var reasons = map[int]string{
	sip.StatusRinging:                      "Ringing",
	sip.StatusSessionInProgress:            "Session Progress",
	sip.StatusOK:                           "OK",
	sip.StatusBadRequest:                   "Bad Request",
	sip.StatusNotFound:                     "Not Found",
	sip.StatusCallTransactionDoesNotExists: "Call/Transaction Does Not Exist",
	sip.StatusBusyHere:                     "Busy Here",
	sip.StatusNotAcceptableHere:            "Not Acceptable Here",
	sip.StatusServiceUnavailable:           "Service Unavailable",
	sip.StatusGlobalDecline:                "Decline",
}
