package scenario

import (
	"maps"
	"slices"
	"strings"
)

// passive are the steps that a call may go on to from a step without its caller doing anything.
func (s Step) passive() []string {
	switch s.Kind {
	case Hours:
		return []string{s.Next, s.Else}
	case Say:
		return []string{s.Next}
	case Menu, Queue:
		return []string{s.Else}
	case Number, Hangup:
	}
	return nil
}

// onward are all steps that a call may go on to from a step.
func (s Step) onward() []string {
	if s.Kind != Menu {
		return s.passive()
	}
	return append(s.passive(), slices.Sorted(maps.Values(s.Keys))...)
}

func (c *checking) reachable() {
	if len(c.flow.Steps) == 0 {
		return
	}
	seen := make(map[string]bool, len(c.flow.Steps))
	for ahead := []string{c.flow.Steps[0].ID}; len(ahead) > 0; {
		id := ahead[0]
		ahead = ahead[1:]
		if s, ok := c.flow.step(id); ok && !seen[id] {
			seen[id] = true
			ahead = append(ahead, s.onward()...)
		}
	}
	for _, s := range c.flow.Steps {
		if s.ID != "" && !seen[s.ID] {
			c.odd(s.ID, Unreachable)
			seen[s.ID] = true
		}
	}
}

// rounds finds the ways that lead a caller who does nothing back to where he was. Each round is told once, at its first
// step in the flow's order.
func (c *checking) rounds() {
	done := make(map[string]bool, len(c.flow.Steps))
	for _, s := range c.flow.Steps {
		c.follow(s.ID, nil, done)
	}
}

// follow goes on from a step; path is how it came there. Its depth is the number of the flow's steps at most.
func (c *checking) follow(id string, path []string, done map[string]bool) {
	s, ok := c.flow.step(id)
	if !ok || done[id] {
		return
	}
	if at := slices.Index(path, id); at >= 0 {
		c.round(path[at:])
		return
	}
	path = append(path, id)
	for _, to := range s.passive() {
		c.follow(to, path, done)
	}
	done[id] = true
}

func (c *checking) round(steps []string) {
	code, first := OverflowRound, len(c.flow.Steps)
	queues := 0
	for _, id := range steps {
		at := slices.IndexFunc(c.flow.Steps, func(s Step) bool { return s.ID == id })
		first = min(first, at)
		switch c.flow.Steps[at].Kind {
		case Queue:
			queues++
		case Say:
		default:
			code = Loop
		}
	}
	if queues == 0 {
		code = Loop
	}
	c.wrong(c.flow.Steps[first].ID, code, "steps", strings.Join(steps, " "))
}
