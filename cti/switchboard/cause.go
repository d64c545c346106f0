package switchboard

import (
	"fmt"
	"strings"
	"time"

	"bellhop/cti/agent"
	"bellhop/cti/call"
)

// causeOf names what is folded, for the facts that follow from it: a code, with a parameter behind a colon.
func causeOf(ev Event) string {
	switch e := ev.(type) {
	case CallArrived:
		return "arrived"
	case LegRang:
		return "leg_rang"
	case LegAnswered:
		return "leg_answered"
	case LegEnded:
		return fmt.Sprintf("leg_ended:%d", e.Cause)
	case AnnouncementEnded:
		return "announcement_ended"
	case KeyPressed:
		return "key_pressed"
	case SwitchConnected, SwitchSeen:
		return "switch_seen"
	case PhoneUp:
		return "phone_up"
	case PhoneDown:
		return "phone_down:" + e.Reason
	case PhoneStalled:
		return "phone_stalled"
	case PhoneFlows:
		return "phone_flows"
	case PhonesLost, PhonesSeen:
		return "phones_lost"
	case BrowserUp:
		return "browser_up"
	case BrowserDown:
		return "browser_down"
	case deadlineReached:
		if strings.HasPrefix(e.key, agentKey) {
			return "agent_unreachable"
		}
		return "deadline"
	case effectEnded:
		if e.outcome == done {
			return "done:" + effectName(e.effect)
		}
		return "failed:" + effectName(e.effect)
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", ev), "switchboard.")
}

// deadlineReached: a deadline of the schedule has passed.
type deadlineReached struct {
	key string
	at  time.Time
}

func (deadlineReached) isEvent() {}

// agentKey keeps an agent's deadline apart from a call's.
const agentKey = "agent:"

func (b *board) deadline(e deadlineReached) {
	id, isAgent := strings.CutPrefix(e.key, agentKey)
	if !isAgent {
		b.toCall(call.ID(e.key), call.DeadlineReached{Deadline: e.at})
		return
	}
	b.graceOver(call.AgentID(id), e.at.Add(-agent.Grace))
}
