package main

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/media/handset"
)

// rounds is how often each race is run: the two sides do not always meet in the same order.
const rounds = 12

// TestRaces lets two parties act at once. Whatever the order: one outcome, the same on every screen, nothing left over.
func TestRaces(t *testing.T) {
	h := openHouse(t)
	races := []struct {
		name  string
		reach func(*house, *handset.Session)
		both  func(*house, *handset.Session) (one, other func())
	}{
		{
			"고객연결 while the colleague hangs up",
			func(h *house, _ *handset.Session) { h.consulting() },
			func(h *house, _ *handset.Session) (func(), func()) {
				return func() { h.press(h.a, "connect_customer") }, func() { h.press(h.b, "hang_up") }
			},
		},
		{
			"끊기 and the customer's hanging up",
			func(*house, *handset.Session) {},
			func(h *house, c *handset.Session) (func(), func()) {
				return func() { h.press(h.a, "hang_up") }, c.HangUp
			},
		},
		{
			"강성종료 and the customer's hanging up",
			func(*house, *handset.Session) {},
			func(h *house, c *handset.Session) (func(), func()) {
				return func() { h.press(h.a, "end_hostile") }, c.HangUp
			},
		},
		{
			"a consult is answered while it is cancelled",
			func(h *house, _ *handset.Session) { h.consult() },
			func(h *house, _ *handset.Session) (func(), func()) {
				return func() { h.press(h.b, "accept") }, func() { h.press(h.a, "cancel_consult") }
			},
		},
		{
			"보류 and the customer's hanging up",
			func(*house, *handset.Session) {},
			func(h *house, c *handset.Session) (func(), func()) {
				return func() { h.press(h.a, "hold") }, c.HangUp
			},
		},
	}
	for _, race := range races {
		t.Run(race.name, func(t *testing.T) {
			was := h.t
			h.t = t
			defer func() { h.t = was }()
			for round := range rounds {
				h.race(race.reach, race.both, time.Duration(round-rounds/2)*time.Millisecond)
			}
		})
	}
}

// race runs both sides, the other one that much later (or earlier), and then ends what goes on.
func (h *house) race(
	reach func(*house, *handset.Session), both func(*house, *handset.Session) (func(), func()), later time.Duration,
) {
	h.t.Helper()
	h.presence(h.b, "break")
	c := h.talk()
	reach(h, c)
	one, other := both(h, c)
	if later < 0 {
		one, other, later = other, one, -later
	}
	one()
	<-time.After(later)
	other()
	<-time.After(50 * time.Millisecond)
	c.HangUp()
	_, err := c.AwaitEnd(h.ctx())
	require.NoError(h.t, err)
	h.presence(h.a, "break")
	h.presence(h.b, "break")
	h.idle()
}

// TestAcceptAndReclaimMeet answers at the moment at which the call is taken back.
func TestAcceptAndReclaimMeet(t *testing.T) {
	h := openHouse(t, "BELLHOP_RECLAIM_AFTER=1s")
	for round := range rounds {
		h.presence(h.a, "ready")
		c, err := h.phone.Dial(t.Context(), handset.Call{
			Server: h.demo.SIP, To: h.demo.Number, From: handset.Caller{Number: "0100000" + strconv.Itoa(round)},
		})
		require.NoError(t, err)
		h.until(h.a, in("offering"))
		<-time.After(time.Second + time.Duration(round-rounds/2)*time.Millisecond)
		h.press(h.a, "accept")
		<-time.After(100 * time.Millisecond)
		c.HangUp()
		_, err = c.AwaitEnd(h.ctx())
		require.NoError(t, err)
		h.presence(h.a, "break")
		h.presence(h.b, "break")
		h.idle()
	}
}
