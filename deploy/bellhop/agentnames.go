package main

import (
	"sync/atomic"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// agentNames are the agents' names, for the stories of calls.
type agentNames struct {
	names atomic.Pointer[map[call.AgentID]string]
}

func newAgentNames() *agentNames {
	a := &agentNames{}
	a.set(nil)
	return a
}

func (a *agentNames) set(agents []switchboard.AgentEntry) {
	names := make(map[call.AgentID]string, len(agents))
	for _, each := range agents {
		names[each.ID] = each.Name
	}
	a.names.Store(&names)
}

// of is the agent's name, or the beginning of his id when he is not known.
func (a *agentNames) of(id call.AgentID) string {
	if name := (*a.names.Load())[id]; name != "" {
		return name
	}
	return "#" + string(id)[:min(8, len(id))]
}
