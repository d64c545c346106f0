package asterisk_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/coder/websocket"

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
