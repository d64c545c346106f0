package explain

import (
	"strconv"
	"strings"

	"bellhop/cti/call"
	"bellhop/cti/facts"
)

// why is what goes with an event: why him, how long it took, for what reason.
func (t *teller) why(r facts.Record) []Clause {
	switch r.Kind {
	case call.CallOffered:
		return t.chosen(r)
	case call.OfferDeclined, call.OfferMissed, call.OfferLost:
		return span("rang", "rang_ms", func(p map[string]string) { since(p, "rang_ms", t.offered, r.At) })
	case call.CallConnected:
		return spent("waited", "wait_ms", r.Payload.WaitMS)
	case call.CallResumed:
		return span("was_held", "held_ms", func(p map[string]string) { since(p, "held_ms", t.held, r.At) })
	case call.CallRejoined:
		return span("was_parked", "parked_ms", func(p map[string]string) { since(p, "parked_ms", t.parked, r.At) })
	case call.ConsultEnded:
		return t.consultEnded(r)
	case call.HostileEndStarted:
		if hostile[r.Payload.Detail] {
			return []Clause{{Code: "hostile_" + r.Payload.Detail}}
		}
	case call.CallEnded:
		all := spent("talked", "talk_ms", r.Payload.TalkMS)
		all = append(all, spent("on_hold", "hold_ms", r.Payload.HoldMS)...)
		if r.Payload.TalkMS == 0 {
			all = append(all, spent("waited_in_vain", "wait_ms", r.Payload.WaitMS)...)
		}
		return all
	default:
	}
	return nil
}

// hostile are the agent's reasons for 강성종료.
var hostile = map[string]bool{"profanity": true, "threat": true, "sexual": true, "repeated": true, "other": true}

// chosen is why that agent.
func (t *teller) chosen(r facts.Record) []Clause {
	c := r.Payload.Choice
	if c == nil {
		return []Clause{{Code: "asked_by_name"}}
	}
	p := map[string]string{"ready": strconv.Itoa(c.Ready), "waiting": strconv.Itoa(c.Waiting), "rule": c.Rule}
	since(p, "idle_ms", c.IdleSince, r.At)
	first := Clause{Code: "chosen", Params: p}
	switch _, idle := p["idle_ms"]; {
	case c.Rule != call.LongestIdle || !idle:
	case c.Ready > 1:
		first.Code = "chosen_longest_idle"
	default:
		first.Code = "chosen_only_one"
	}
	all := []Clause{first}
	if c.Waiting > 1 {
		all = append(all, Clause{Code: "others_waiting", Params: map[string]string{"waiting": strconv.Itoa(c.Waiting)}})
	}
	return append(all, spent("waited_so_far", "wait_ms", r.Payload.WaitMS)...)
}

func (t *teller) consultEnded(r facts.Record) []Clause {
	all := span("consulted", "consult_ms", func(p map[string]string) { since(p, "consult_ms", t.consults, r.At) })
	if reasons[r.Payload.Why] {
		all = append(all, Clause{Code: "consult_" + string(r.Payload.Why)})
	}
	return all
}

// worthTelling is the shortest span, in milliseconds, that is told.
const worthTelling = 1000

func span(code, name string, fill func(map[string]string)) []Clause {
	p := map[string]string{}
	if fill(p); p[name] == "" {
		return nil
	}
	took, err := strconv.ParseInt(p[name], 10, 64)
	if err != nil || took < worthTelling {
		return nil
	}
	return []Clause{{Code: code, Params: p}}
}

func spent(code, name string, milliseconds int64) []Clause {
	if milliseconds < worthTelling {
		return nil
	}
	return []Clause{{Code: code, Params: map[string]string{name: strconv.FormatInt(milliseconds, 10)}}}
}

// causes are what led to an event where that is not plain from the event itself, most of all what was not done by a
// person: by the beginning of the cause's code.
var causes = []struct{ begins, code string }{
	{"restart", "because_restart"},
	{"recovered", "because_restart"},
	{"repair", "because_repair"},
	{"switch_restarted", "because_switch_restarted"},
	{"switch_seen", "because_switch_seen"},
	{"phones_lost", "because_phones_lost"},
	{"phone_down", "because_phone_down"},
	{"phone_stalled", "because_phone_down"},
	{"browser_down", "because_unreachable"},
	{"agent_unreachable", "because_unreachable"},
	{"failed:", "because_failed"},
}

// because is what led to an event.
func because(r facts.Record) []Clause {
	if r.Kind == call.CallRecovered {
		return nil // says so itself
	}
	for _, c := range causes {
		if strings.HasPrefix(r.Cause, c.begins) {
			return []Clause{{Code: c.code, Params: map[string]string{"cause": r.Cause}}}
		}
	}
	return nil
}
