package switchboard

import (
	"cmp"
	"slices"

	"bellhop/cti/agent"
	"bellhop/cti/call"
)

// Everything is every call and agent, as they were last written down.
func (s *State) Everything() (map[call.ID]call.Call, []agent.Agent) {
	calls := make(map[call.ID]call.Call, len(s.record.Calls))
	for id, c := range s.record.Calls {
		calls[id] = *c
	}
	var agents []agent.Agent
	for _, saved := range s.record.Seats {
		agents = append(agents, saved.Agent)
	}
	slices.SortFunc(agents, func(x, y agent.Agent) int { return cmp.Compare(x.ID, y.ID) })
	return calls, agents
}
