package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/history"
	"bellhop/web/api"
)

const aPart = "01995f3e-0000-4000-8000-0000000000aa"

// noCall is a call that nobody has in his history.
var noCall = strings.TrimSuffix(aCall, "1") + "2"

func (f *fakeHistory) SaveQuality(_ context.Context, p history.Part) error {
	if string(p.Call) == noCall {
		return history.ErrNoCall
	}
	f.saved = append(f.saved, p)
	return nil
}

// Qualities knows that of the call with the id 2.
func (f *fakeHistory) Qualities(_ context.Context, agent string, calls []int64) (map[int64]history.Quality, error) {
	if agent == "" || len(calls) == 0 {
		return nil, nil
	}
	sound := history.Sound{
		Duration: 59 * time.Second, Loss: 0.0123456, Jitter: 4260 * time.Microsecond, JitterMax: 9 * time.Millisecond,
		RoundTrip: 40 * time.Millisecond, RoundTripMax: 61 * time.Millisecond, NoIncoming: 1500 * time.Millisecond,
	}
	return map[int64]history.Quality{2: {Sound: sound, Score: 4.378, Grade: history.Fair}}, nil
}

const figures = `"duration_ms":10000,"loss":0.01,"jitter_ms":4.5,"jitter_max_ms":9,"rtt_ms":40,"rtt_max_ms":61,` +
	`"no_incoming_ms":0,"no_outgoing_ms":0,"dead_microphone_ms":750`

func saveQuality(call, body string) request {
	return request{method: http.MethodPut, path: "/api/v1/calls/" + call + "/quality/" + aPart, as: "agent", body: body}
}

func TestSaveQuality(t *testing.T) {
	r := newRig(t)
	w := r.send(saveQuality(aCall, `{"started_at":"2026-11-20T03:00:00.000Z",`+figures+`}`))
	require.Equal(t, http.StatusNoContent, w.Code, "%s", w.Body)
	require.Equal(t, []history.Part{{
		Call: aCall, Agent: "a-1", ID: aPart, StartedAt: noon,
		Sound: history.Sound{
			Duration: 10 * time.Second, Loss: 0.01, Jitter: 4500 * time.Microsecond, JitterMax: 9 * time.Millisecond,
			RoundTrip: 40 * time.Millisecond, RoundTripMax: 61 * time.Millisecond, DeadMicrophone: 750 * time.Millisecond,
		},
	}}, r.history.saved)

	w = r.send(saveQuality(noCall, `{"started_at":"2026-11-20T03:00:00.000Z",`+figures+`}`))
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Equal(t, api.NotFound, problemIn(t, w).Code)
}

func TestHostileQuality(t *testing.T) {
	with := func(name, value string) string {
		body := `{"started_at":"2026-11-20T03:00:00.000Z",` + figures + `}`
		begin := strings.Index(body, `"`+name+`":`) + len(name) + 3
		end := begin + strings.IndexAny(body[begin:], ",}")
		return body[:begin] + value + body[end:]
	}
	bodies := []string{
		`{}`, `[]`, `null`, with("loss", "1.01"), with("loss", "-0.1"), with("loss", `"0"`), with("loss", "1e999"),
		with("jitter_ms", "60001"), with("rtt_max_ms", "1e300"), with("duration_ms", "0"), with("duration_ms", "86400001"),
		with("duration_ms", "1.5"), with("no_incoming_ms", "-1"), with("started_at", `"yesterday"`), with("started_at", "0"),
		with("started_at", `"2026-11-20T03:00:00.000Z","grade":"good"`),
	}
	for i, body := range bodies {
		r := newRig(t)
		w := r.send(saveQuality(aCall, body))
		require.Contains(t, []int{400, 422}, w.Code, "%d %s: %s", i, body, w.Body)
		require.Empty(t, r.history.saved)
	}
	for _, path := range []string{"/calls/1/quality/" + aPart, "/calls/" + aCall + "/quality/1", "/calls/" + aCall + "/quality/" + aPart + "0"} {
		w := newRig(t).send(request{method: "PUT", path: "/api/v1" + path, as: "agent", body: fmt.Sprintf(`{"started_at":"2026-11-20T03:00:00Z",%s}`, figures)})
		require.Equal(t, 422, w.Code, path)
	}
	w := newRig(t).send(request{method: "PUT", path: "/api/v1/calls/" + aCall + "/quality/" + aPart, as: "supervisor", body: `{}`})
	require.Equal(t, http.StatusForbidden, w.Code)
}
