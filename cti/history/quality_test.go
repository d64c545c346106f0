package history_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/history"
	"bellhop/deploy/schema/schematest"
)

const ms = time.Millisecond

func TestGrade(t *testing.T) {
	tests := []struct {
		name  string
		sound history.Sound
		want  history.Grade
	}{
		{"clear", history.Sound{Jitter: 4 * ms, RoundTrip: 40 * ms}, history.Good},
		{"jitter", history.Sound{Jitter: 31 * ms, RoundTrip: 40 * ms}, history.Fair},
		{"late", history.Sound{RoundTrip: 401 * ms}, history.Fair},
		{"some loss", history.Sound{Loss: 0.02}, history.Fair},
		{"a moment of silence", history.Sound{NoIncoming: ms}, history.Fair},
		{"much loss", history.Sound{Loss: 0.06}, history.Bad},
		{"very late", history.Sound{Jitter: 150 * ms, RoundTrip: 900 * ms, Loss: 0.04}, history.Bad},
		{"one way for long", history.Sound{NoOutgoing: 3 * time.Second, DeadMicrophone: 2 * time.Second}, history.Bad},
		{"nothing at all arrives", history.Sound{Loss: 1, RoundTrip: time.Minute, Jitter: time.Minute}, history.Bad},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, tt.sound.Grade(), tt.name)
		require.GreaterOrEqual(t, tt.sound.Score(), 1.0, tt.name)
		require.LessOrEqual(t, tt.sound.Score(), 4.5, tt.name)
	}
}

// part is a stretch of the n-th call of the first agent, begun so long after its connect.
func (h house) part(n int, after time.Duration) history.Part {
	e := h.entry(n)
	return history.Part{
		Call: e.Call, Agent: e.Agent, ID: uuid.NewString(), StartedAt: e.ConnectedAt.Add(after),
		Sound: history.Sound{Duration: 10 * time.Second, Jitter: 4 * ms, JitterMax: 9 * ms, RoundTrip: 40 * ms, RoundTripMax: 60 * ms},
	}
}

// only is the quality of the one call in the first agent's history.
func (h house) only(t *testing.T) (history.Quality, bool) {
	t.Helper()
	page, err := h.List(t.Context(), h.agents[0].ID, history.ListOptions{})
	require.NoError(t, err)
	require.Len(t, page.Calls, 1)
	all, err := h.Qualities(t.Context(), h.agents[0].ID, []int64{page.Calls[0].ID})
	require.NoError(t, err)
	q, ok := all[page.Calls[0].ID]
	return q, ok
}

func TestQualityOfACall(t *testing.T) {
	h := furnish(t, schematest.Pool(t))
	require.NoError(t, h.Save(t.Context(), []history.Entry{h.entry(1)}))
	_, ok := h.only(t)
	require.False(t, ok, "nobody measured it")

	first := h.part(1, 0)
	require.NoError(t, h.SaveQuality(t.Context(), first))
	q, ok := h.only(t)
	require.True(t, ok)
	require.Equal(t, history.Good, q.Grade)
	require.Equal(t, 10*time.Second, q.Duration)

	again := first
	again.Loss = 1
	require.NoError(t, h.SaveQuality(t.Context(), again), "sent again it is the part that is there")
	q, _ = h.only(t)
	require.Zero(t, q.Loss)

	second := h.part(1, 12*time.Second)
	second.Loss, second.JitterMax, second.NoIncoming = 0.3, 80*ms, 4*time.Second
	require.NoError(t, h.SaveQuality(t.Context(), second))
	q, _ = h.only(t)
	require.Equal(t, history.Bad, q.Grade)
	require.InDelta(t, 0.15, q.Loss, 0.001)
	require.InDelta(t, 80, float64(q.JitterMax)/float64(ms), 0.01)
	require.Equal(t, 20*time.Second, q.Duration)
	require.Equal(t, 4*time.Second, q.NoIncoming)
}

func TestQualityIsOnlyOfOnesOwnCalls(t *testing.T) {
	h := furnish(t, schematest.Pool(t))
	missed := h.entry(2)
	missed.Result, missed.ConnectedAt = history.Missed, time.Time{}
	require.NoError(t, h.Save(t.Context(), []history.Entry{h.entry(1), missed}))

	tests := map[string]func(p *history.Part){
		"another agent's":    func(p *history.Part) { p.Agent = call.AgentID(h.agents[1].ID) },
		"no agent's":         func(p *history.Part) { p.Agent = "nobody" },
		"no such call":       func(p *history.Part) { p.Call = "call-9" },
		"not a part":         func(p *history.Part) { p.ID = "1" },
		"never connected":    func(p *history.Part) { p.Call, p.StartedAt = missed.Call, missed.StartedAt },
		"before the connect": func(p *history.Part) { p.StartedAt = p.StartedAt.Add(-time.Minute) },
		"after the end":      func(p *history.Part) { p.StartedAt = p.StartedAt.Add(time.Hour) },
	}
	for name, change := range tests {
		p := h.part(1, 0)
		change(&p)
		require.ErrorIs(t, h.SaveQuality(t.Context(), p), history.ErrNoCall, name)
	}
	beyond := h.part(1, 0)
	beyond.Loss = 1.5
	require.ErrorIs(t, h.SaveQuality(t.Context(), beyond), history.ErrRejected)
}

func TestQualityIsBounded(t *testing.T) {
	h := furnish(t, schematest.Pool(t))
	require.NoError(t, h.Save(t.Context(), []history.Entry{h.entry(1)}))
	first := h.part(1, 0)
	first.Duration = 20 * time.Hour
	require.NoError(t, h.SaveQuality(t.Context(), first))
	q := func() history.Quality {
		page, err := h.List(t.Context(), h.agents[0].ID, history.ListOptions{})
		require.NoError(t, err)
		all, err := h.Qualities(t.Context(), h.agents[0].ID, []int64{page.Calls[0].ID})
		require.NoError(t, err)
		return all[page.Calls[0].ID]
	}()
	require.Equal(t, 35*time.Second, q.Duration, "no longer than the call, and 5 s")
	for range 31 {
		require.NoError(t, h.SaveQuality(t.Context(), h.part(1, 0)))
	}
	require.ErrorIs(t, h.SaveQuality(t.Context(), h.part(1, 0)), history.ErrTooManyParts)
	require.NoError(t, h.SaveQuality(t.Context(), first), "one that is there already")
}
