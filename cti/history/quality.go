package history

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bellhop/cti/call"
)

// Grade says in one word how a call sounded.
type Grade string

// The grades.
const (
	Good Grade = "good"
	Fair Grade = "fair"
	Bad  Grade = "bad"
)

// Sound is what was measured of an agent's line into a call.
type Sound struct {
	Duration                time.Duration // for how long it was measured
	Loss                    float64       // the share of packets lost, 0 to 1
	Jitter, JitterMax       time.Duration // mean and worst
	RoundTrip, RoundTripMax time.Duration // mean and worst
	// For how long one of the two heard nothing, and why.
	NoIncoming, NoOutgoing, DeadMicrophone time.Duration
}

// Part is one stretch of a call that was measured in one go, say by one page between two reloads.
type Part struct {
	Call      call.ID
	Agent     call.AgentID
	ID        string // a UUID: the same part is kept once
	StartedAt time.Time
	Sound
}

// Quality is how an agent's part in a call sounded, over all that was measured of it.
type Quality struct {
	Sound
	Score float64 // mean opinion score, 1 to 4.5
	Grade Grade
}

const (
	// maxParts is how many stretches of one agent's call are kept; nobody reloads that often.
	maxParts = 32
	// oneWayBad is how long one of the two may hear nothing before a call is bad.
	oneWayBad = 5 * time.Second
)

// Why a part is not kept.
var (
	// ErrNoCall says that the agent's history has no such call that he was connected to at that time. It is written a
	// moment after the call.
	ErrNoCall = errors.New("history: no such call")
	// ErrTooManyParts says that there are maxParts already.
	ErrTooManyParts = errors.New("history: too many parts")
)

// Score is the mean opinion score (1 to 4.5) of the E-model (ITU-T G.107), from the delay there and back, the jitter and
// the loss.
func (s Sound) Score() float64 {
	latency := milliseconds(s.RoundTrip) + 2*milliseconds(s.Jitter) + 10
	r := 94.768 - (latency-120)/10
	if latency < 160 {
		r = 94.768 - latency/40
	}
	r = math.Max(r-250*s.Loss, 6.52)
	return 1 + 0.035*r + 0.000007*r*(r-60)*(100-r)
}

// Grade is bad when much was lost or late or one of the two heard nothing for long, and fair when something was wrong.
func (s Sound) Grade() Grade {
	oneWay := s.NoIncoming + s.NoOutgoing + s.DeadMicrophone
	switch {
	case s.Score() < 3, s.Loss > 0.05, oneWay >= oneWayBad:
		return Bad
	case s.Jitter > 30*time.Millisecond, s.RoundTrip > 400*time.Millisecond, s.Loss > 0.01, oneWay > 0:
		return Fair
	}
	return Good
}

// savePart keeps a part ($3) of the agent's ($2) call ($1) with the line of his history to which it belongs, measured for
// no longer than that lasted.
const savePart = `
	with line as (
		select id, ended_at from call_history
		where call_id = $1 and agent_id = $2 and connected_at <= $4::timestamptz + interval '5 s' and ended_at > $4
		order by connected_at desc limit 1
	), room as (
		select count(*) < $16 as is from call_quality where call_id = $1 and agent_id = $2
	), added as (
		insert into call_quality (call_id, agent_id, part, history_id, started_at, duration_ms, loss, jitter_ms, jitter_max_ms,
		                          rtt_ms, rtt_max_ms, no_incoming_ms, no_outgoing_ms, dead_microphone_ms, mos, grade)
		select $1, $2, $3, line.id, $4,
		       greatest(1, least($5::bigint, (extract(epoch from line.ended_at - $4::timestamptz) * 1000)::bigint + 5000)),
		       $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
		from line, room where room.is
		on conflict on constraint call_quality_once do nothing
	)
	select exists (select from line), (select room.is from room)
	       or exists (select from call_quality where call_id = $1 and agent_id = $2 and part = $3)`

// SaveQuality keeps a part, once: one that is there stays as it is. It fails with ErrNoCall, ErrTooManyParts and
// ErrRejected.
func (s *Store) SaveQuality(ctx context.Context, p Part) error {
	if !isID(string(p.Agent)) || !isID(p.ID) {
		return ErrNoCall
	}
	var line, room bool
	err := s.pool.QueryRow(ctx, savePart, string(p.Call), string(p.Agent), p.ID, p.StartedAt, p.Duration.Milliseconds(),
		p.Loss, milliseconds(p.Jitter), milliseconds(p.JitterMax), milliseconds(p.RoundTrip), milliseconds(p.RoundTripMax),
		p.NoIncoming.Milliseconds(), p.NoOutgoing.Milliseconds(), p.DeadMicrophone.Milliseconds(), p.Score(), string(p.Grade()),
		maxParts).Scan(&line, &room)
	var refused *pgconn.PgError
	switch {
	case errors.As(err, &refused) &&
		(strings.HasPrefix(refused.Code, dataException) || strings.HasPrefix(refused.Code, constraintViolation)):
		return fmt.Errorf("save a call's quality: %w: %w", ErrRejected, err)
	case err != nil:
		return fmt.Errorf("save a call's quality: %w", err)
	case !line:
		return ErrNoCall
	case !room:
		return ErrTooManyParts
	}
	return nil
}

// qualities sums the parts of each line of a history up: means weighted by how long they were measured.
const qualities = `
	select history_id, sum(duration_ms)::bigint,
	       sum(loss::float8 * duration_ms) / sum(duration_ms), sum(jitter_ms::float8 * duration_ms) / sum(duration_ms),
	       max(jitter_max_ms)::float8, sum(rtt_ms::float8 * duration_ms) / sum(duration_ms), max(rtt_max_ms)::float8,
	       sum(no_incoming_ms)::bigint, sum(no_outgoing_ms)::bigint, sum(dead_microphone_ms)::bigint
	from call_quality where agent_id = $1 and history_id = any($2) group by history_id`

// Qualities are how calls of the agent's history sounded, by Call.ID. Those that nobody measured are left out.
func (s *Store) Qualities(ctx context.Context, agent string, calls []int64) (map[int64]Quality, error) {
	if !isID(agent) || len(calls) == 0 {
		return nil, nil
	}
	found, err := s.pool.Query(ctx, qualities, agent, calls)
	if err != nil {
		return nil, fmt.Errorf("read calls' quality: %w", err)
	}
	all := make(map[int64]Quality, len(calls))
	var id, duration, incoming, outgoing, dead int64
	var loss, jitter, jitterMax, trip, tripMax float64
	_, err = pgx.ForEachRow(found, []any{&id, &duration, &loss, &jitter, &jitterMax, &trip, &tripMax, &incoming, &outgoing, &dead},
		func() error {
			sound := Sound{
				Duration: time.Duration(duration) * time.Millisecond, Loss: loss,
				Jitter: span(jitter), JitterMax: span(jitterMax), RoundTrip: span(trip), RoundTripMax: span(tripMax),
				NoIncoming:     time.Duration(incoming) * time.Millisecond,
				NoOutgoing:     time.Duration(outgoing) * time.Millisecond,
				DeadMicrophone: time.Duration(dead) * time.Millisecond,
			}
			all[id] = Quality{Sound: sound, Score: sound.Score(), Grade: sound.Grade()}
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("read calls' quality: %w", err)
	}
	return all, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func span(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
