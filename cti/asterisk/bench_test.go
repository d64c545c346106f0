package asterisk_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"bellhop/cti/asterisk"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/deploy/asterisk/asterisktest"
)

// BenchmarkSocket is the whole way from a frame on the websocket to the posted event.
func BenchmarkSocket(b *testing.B) {
	f, e := newFakeARI(b), newEvents(b)
	connect(b, f.url(), "u", "p", e)
	conn := f.nextSocket()
	await[switchboard.SwitchConnected](e)
	frame := []byte(destroyed("0198c0de-0000-7000-8000-00000000000a", 16))
	b.ResetTimer()
	go func() {
		for range b.N {
			_ = conn.Write(context.Background(), websocket.MessageText, frame)
		}
	}()
	for range b.N {
		await[switchboard.LegEnded](e)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkArrival is from a customer's INVITE to the posted CallArrived, and to his 200 OK when the call is answered at
// once, on a real Asterisk.
func BenchmarkArrival(b *testing.B) {
	r := newRig(b)
	phone := asterisktest.NewPhone(b, "127.0.0.2", "01012345678")
	var arrived, answered []time.Duration
	for b.Loop() {
		started := time.Now()
		line := phone.Call("1000", r.in.SIPAddr)
		leg := await[switchboard.CallArrived](r.events).Leg
		arrived = append(arrived, time.Since(started))
		r.do(call.AnswerCustomer{Leg: leg})
		waitFor(b, line.Answered, "answer")
		answered = append(answered, line.AnsweredAfter())
		line.Hangup()
		awaitThat(r.events, func(ev switchboard.LegEnded) bool { return ev.Leg == leg })
	}
	for name, times := range map[string][]time.Duration{"arrived": arrived, "answered": answered} {
		slices.Sort(times)
		for _, p := range []int{50, 99} {
			b.ReportMetric(float64(times[len(times)*p/100].Microseconds())/1000, fmt.Sprintf("ms-%s-p%d", name, p))
		}
	}
}

// BenchmarkLook is one periodic look at a real Asterisk with 200 channels in it, from its first request to the posted
// SwitchSeen.
func BenchmarkLook(b *testing.B) {
	r := newRig(b)
	r.adapter.Stop()
	phone := asterisktest.NewPhone(b, "127.0.0.2", "01012345678")
	reg := prometheus.NewRegistry()
	e := newEvents(b)
	r.events = e
	r.adapter = connectWith(b, asterisk.Options{
		URL: r.in.ARIURL, Username: r.in.Username, Password: r.in.Password, LookEvery: 20 * time.Millisecond, Metrics: reg,
	}, e)
	await[switchboard.SwitchConnected](e)
	for range 200 {
		phone.Call("1000", r.in.SIPAddr)
		leg := await[switchboard.CallArrived](e).Leg
		r.do(call.AnswerCustomer{Leg: leg})
		r.do(call.PlayMusic{Leg: leg})
	}
	awaitThat(e, func(ev switchboard.SwitchSeen) bool { return len(ev.Seen.Legs) == 200 })
	seconds, times := looks(b, reg)
	for b.Loop() {
		await[switchboard.SwitchSeen](e)
	}
	s, n := looks(b, reg)
	b.ReportMetric((s-seconds)*1000/float64(n-times), "ms/look")
}

// looks is how long and how often was looked.
func looks(b *testing.B, reg *prometheus.Registry) (seconds float64, times uint64) {
	b.Helper()
	all, err := reg.Gather()
	require.NoError(b, err)
	for _, f := range all {
		if f.GetName() == "bellhop_ari_look_seconds" {
			h := f.GetMetric()[0].GetHistogram()
			return h.GetSampleSum(), h.GetSampleCount()
		}
	}
	return 0, 0
}
