package faults

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/facts"
	"bellhop/cti/invariant"
	"bellhop/cti/journal"
	"bellhop/cti/switchboard"
)

// records are tickets, rows of the history and facts together.
type records struct{ expected, found, doubled int }

// settle waits until everything that happened is in the database, and checks it: the facts are whole and keep the invariants,
// every customer who was connected has one ticket, every part of an agent in a call has one row of the history.
func (h *house) settle(within time.Duration) records {
	h.t.Helper()
	var kept journal.Recovered
	told := 0
	h.eventually(within, "all facts are in the database", func() bool {
		var err error
		kept, err = journal.Read(h.journal)
		require.NoError(h.t, err)
		for _, e := range kept.Entries {
			told = max(told, int(e.Seq)) //nolint:gosec // counts from 1
		}
		return told > 0 && h.count(`select count(*) from call_facts`) >= told
	})
	require.Empty(h.t, kept.Cut, "of the journal")
	all := h.facts(kept.Epoch)
	h.holds(all)
	r := records{expected: told, found: len(all)}
	require.Zero(h.t, h.count(`select count(*) from facts_rejected`), "facts were rejected")
	r.add(h.tickets(all))
	r.add(h.histories(all))
	require.Equal(h.t, r.expected, r.found, "records")
	require.Zero(h.t, r.doubled, "records")
	return r
}

func (r *records) add(o records) {
	r.expected, r.found, r.doubled = r.expected+o.expected, r.found+o.found, r.doubled+o.doubled
}

func (s *stack) count(query string, args ...any) int {
	s.t.Helper()
	n := 0
	require.NoError(s.t, s.pool.QueryRow(s.t.Context(), query, args...).Scan(&n))
	return n
}

// facts are all facts in the database, in their order.
func (h *house) facts(epoch string) []call.Fact {
	h.t.Helper()
	rows, err := h.pool.Query(h.t.Context(), `
		select seq, kind, at, coalesce(agent::text, ''), coalesce(target::text, ''), coalesce(queue::text, ''), call_id::text, cause, payload
		from call_facts where epoch = $1::uuid order by seq`, epoch)
	require.NoError(h.t, err)
	defer rows.Close()
	connected := make(map[call.ID]time.Time)
	var all []call.Fact
	for rows.Next() {
		var f call.Fact
		var payload []byte
		var p facts.Payload
		require.NoError(h.t, rows.Scan(&f.Seq, &f.Kind, &f.At, &f.Agent, &f.Target, &f.Call.Queue.ID, &f.Call.ID, &f.Cause, &payload))
		require.NoError(h.t, json.Unmarshal(payload, &p))
		f.Call.Phase, f.Call.Direction, f.Call.Caller.Number, f.Call.Reason = p.Phase, p.Direction, p.Number, p.Reason
		if f.Kind == call.CallConnected && connected[f.Call.ID].IsZero() {
			connected[f.Call.ID] = f.At
		}
		until := f.At
		if at := connected[f.Call.ID]; !at.IsZero() {
			until = at
		}
		f.Call.QueuedAt = until.Add(-time.Duration(p.WaitMS) * time.Millisecond)
		if p.Choice != nil {
			f.Choice = &call.Choice{Ready: p.Choice.Ready, Waiting: p.Choice.Waiting}
		}
		all = append(all, f)
	}
	require.NoError(h.t, rows.Err())
	return all
}

// holds checks the invariants of everything that happened.
func (h *house) holds(all []call.Fact) {
	h.t.Helper()
	var check invariant.Facts
	for _, f := range all {
		for _, v := range check.Next(f) {
			require.NoError(h.t, v, "at fact %d: %s of %s", f.Seq, f.Kind, f.Call.ID)
		}
	}
	for _, v := range check.Balance() {
		require.NoError(h.t, v)
	}
}

// tickets: one for each customer who was connected, by the number of his telephone. His telephone is the witness: it heard an
// agent.
func (h *house) tickets(all []call.Fact) records {
	h.t.Helper()
	connected := make(map[string]bool)
	for _, f := range all {
		if f.Kind == call.CallConnected && f.Call.Direction == call.Inbound {
			connected[f.Call.Caller.Number] = true
		}
	}
	for _, c := range h.callers {
		require.Equal(h.t, c.ear.Met(), connected[c.number], "%s heard an agent, and that he was connected is a fact", c.number)
	}
	r := records{
		expected: len(connected),
		found:    h.count(`select count(distinct customer_number) from tickets where connected_at is not null`),
	}
	r.doubled = h.count(`select count(*) from tickets where connected_at is not null`) - r.found
	return r
}

// histories: one row for each time an agent was rung for a call that he was done with.
func (h *house) histories(all []call.Fact) records {
	h.t.Helper()
	type part struct {
		call  call.ID
		agent call.AgentID
	}
	parts, ended := make(map[part]bool), make(map[call.ID]bool)
	for _, f := range all {
		switch f.Kind {
		case call.CallEnded:
			ended[f.Call.ID] = true
		case call.CallConnected:
			parts[part{f.Call.ID, f.Agent}] = true
		default:
		}
	}
	r := records{}
	for p := range parts {
		if !ended[p.call] {
			continue
		}
		r.expected++
		rows := h.count(`select count(*) from call_history where call_id = $1 and agent_id = $2::uuid and connected_at is not null`, string(p.call), string(p.agent))
		r.found += min(rows, 1)
		r.doubled += max(0, rows-1)
	}
	return r
}

// consistent checks, once nothing is under way any more, that calls, agents and what exists in Asterisk agree.
func (h *house) consistent(within time.Duration) {
	h.t.Helper()
	var found []invariant.Violation
	for end := time.Now().Add(within); ; pass(100 * time.Millisecond) {
		found = h.violations()
		if len(found) == 0 || time.Now().After(end) {
			break
		}
	}
	for _, v := range found {
		require.NoError(h.t, v, "%d in all", len(found))
	}
}

func (h *house) violations() []invariant.Violation {
	h.t.Helper()
	kept, err := journal.Read(h.journal)
	require.NoError(h.t, err)
	var entries [][]byte
	for _, e := range kept.Entries {
		entries = append(entries, e.Data)
	}
	state, err := switchboard.Recover(entries, kept.Next)
	require.NoError(h.t, err)
	calls, agents := state.Everything()
	return slices.Concat(invariant.Agents(calls, agents), invariant.Settled(calls, h.legs()))
}

const holdBridge = "bellhop-hold"

// legs are what exists in Asterisk.
func (h *house) legs() []invariant.Leg {
	h.t.Helper()
	var channels []struct{ ID string }
	var bridges []struct {
		ID       string
		Channels []string
	}
	h.get("/channels", &channels)
	h.get("/bridges", &bridges)
	in := make(map[string]string)
	for _, b := range bridges {
		for _, c := range b.Channels {
			in[c] = b.ID
		}
	}
	var legs []invariant.Leg
	for _, c := range channels {
		legs = append(legs, invariant.Leg{ID: call.LegID(c.ID), Bridge: in[c.ID], Hold: in[c.ID] == holdBridge})
	}
	return legs
}
