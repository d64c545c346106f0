package queue_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/queue"
)

var t0 = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func at(s int) time.Time { return t0.Add(time.Duration(s) * time.Second) }

func TestOldestCallToLongestReadyAgent(t *testing.T) {
	b := queue.NewBook()
	b.Wait("late", "q", at(2))
	b.Wait("early", "q", at(1))
	_, ok := b.Next()
	require.False(t, ok)
	b.Ready("young", seats(at(9), "q"))
	b.Ready("old", seats(at(8), "q"))
	first, _ := b.Next()
	second, _ := b.Next()
	why := func(since, n int) call.Choice {
		return call.Choice{IdleSince: at(since), Ready: n, Waiting: n}
	}
	require.Equal(t, queue.Pair{Call: "early", Agent: "old", Queue: "q", Choice: why(8, 2)}, first)
	require.Equal(t, queue.Pair{Call: "late", Agent: "young", Queue: "q", Choice: why(9, 1)}, second)
}

func TestAgentOfTwoQueuesTakesTheOldestOfBoth(t *testing.T) {
	b := queue.NewBook()
	b.Wait("x", "q1", at(5))
	b.Wait("y", "q2", at(3))
	b.Ready("a", seats(at(9), "q1", "q2"))
	p, ok := b.Next()
	require.True(t, ok)
	require.Equal(t, call.ID("y"), p.Call)
	_, ok = b.Next()
	require.False(t, ok, "he is one agent")
}

func TestNotAMember(t *testing.T) {
	b := queue.NewBook()
	b.Wait("x", "q1", at(5))
	b.Ready("a", seats(at(9), "q2"))
	_, ok := b.Next()
	require.False(t, ok)
}

// TestAgainstOracle plays random changes against a model that searches everything.
func TestAgainstOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2)) // repeatable on purpose
	b, o := queue.NewBook(), oracle{calls: map[call.ID]waiting{}, agents: map[call.AgentID]idle{}}
	for i := range 200_000 {
		id := r.IntN(40)
		c, a := call.ID(fmt.Sprint("c", id)), call.AgentID(fmt.Sprint("a", id))
		switch r.IntN(6) {
		case 0, 1:
			q := queueName(r.IntN(5))
			b.Wait(c, q, at(i))
			o.calls[c] = waiting{q, at(i)}
		case 2:
			b.Leave(c)
			delete(o.calls, c)
		case 3, 4:
			qs := []call.QueueID{queueName(r.IntN(5)), queueName(5 + r.IntN(3))}
			b.Ready(a, seats(at(i), qs...))
			o.agents[a] = idle{qs, at(i)}
		case 5:
			b.Unready(a)
			delete(o.agents, a)
		}
		for {
			got, ok := b.Next()
			want, wantOK := o.next()
			require.Equal(t, wantOK, ok, "step %d", i)
			if !ok {
				break
			}
			got.Queue, got.Choice = "", call.Choice{}
			require.Equal(t, want, got, "step %d", i)
		}
	}
}

func seats(since time.Time, queues ...call.QueueID) []queue.Seat {
	var all []queue.Seat
	for _, q := range queues {
		all = append(all, queue.Seat{Queue: q, Since: since})
	}
	return all
}

func TestEachQueueRanksItsAgents(t *testing.T) {
	b := queue.NewBook()
	b.Ready("far", []queue.Seat{{Queue: "q", Priority: 2, Since: at(1)}, {Queue: "old", Since: at(1)}})
	b.Ready("near", []queue.Seat{{Queue: "q", Priority: 1, Since: at(9)}})
	b.Ready("idle", []queue.Seat{{Queue: "old", Since: at(0)}})
	b.Wait("x", "q", at(5))
	p, _ := b.Next()
	require.Equal(t, call.AgentID("near"), p.Agent, "the queue's rank counts, not who was ready first")
	b.Wait("y", "q", at(7))
	b.Wait("z", "old", at(6))
	p, _ = b.Next()
	require.Equal(t, call.ID("z"), p.Call, "far's older call goes first")
	require.Equal(t, call.AgentID("idle"), p.Agent, "to the one who stands first in its queue")
	p, _ = b.Next()
	require.Equal(t, call.AgentID("far"), p.Agent)
	require.Equal(t, call.QueueID("q"), p.Queue)
}

func queueName(i int) call.QueueID { return call.QueueID(fmt.Sprint("q", i)) }

type (
	waiting struct {
		q  call.QueueID
		at time.Time
	}
	idle struct {
		qs    []call.QueueID
		since time.Time
	}
	oracle struct {
		calls  map[call.ID]waiting
		agents map[call.AgentID]idle
	}
)

// next relies on there being at most one pair after each change: the change is what made it possible.
func (o oracle) next() (queue.Pair, bool) {
	var best queue.Pair
	found := false
	for c, w := range o.calls {
		for a, i := range o.agents {
			if !slices.Contains(i.qs, w.q) {
				continue
			}
			p := queue.Pair{Call: c, Agent: a}
			if !found || o.better(p, best) {
				best, found = p, true
			}
		}
	}
	if found {
		delete(o.calls, best.Call)
		delete(o.agents, best.Agent)
	}
	return best, found
}

func (o oracle) better(p, q queue.Pair) bool {
	if !o.agents[p.Agent].since.Equal(o.agents[q.Agent].since) {
		return o.agents[p.Agent].since.Before(o.agents[q.Agent].since)
	}
	return o.calls[p.Call].at.Before(o.calls[q.Call].at)
}

// BenchmarkReadyToOffer is the cost of one 대기 → offer with many others waiting and ready.
func BenchmarkReadyToOffer(b *testing.B) {
	for _, n := range []int{10, 1000, 10_000} {
		b.Run(fmt.Sprint(n, " waiting"), func(b *testing.B) {
			book := queue.NewBook()
			for i := range n {
				book.Wait(call.ID(fmt.Sprint(i)), "q", at(i))
			}
			for i := 0; b.Loop(); i++ {
				book.Ready("a", seats(t0, "q"))
				p, _ := book.Next()
				book.Wait(p.Call, "q", at(n+i))
			}
		})
	}
}
