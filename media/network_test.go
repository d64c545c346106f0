package media_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
)

// far is an agent in a call, with a network of his own below his page's audio and its websocket.
type far struct {
	*page
	leg  *leg
	lane *lane
	tube *tube
	talk *talk
}

func (r *rig) far(agent string) *far {
	r.t.Helper()
	f := &far{tube: newTube(r.t, strings.TrimSuffix(strings.TrimPrefix(r.server.PhoneURL(), "ws://"), "/phone"))}
	f.page = newPage(r.t, f.tube.through(r.server.PhoneURL()), pcmu)
	f.lane = newLane(r.t, r.server.RTCAddr(), "127.0.0.1")
	f.page.lane = f.lane
	f.hello(agent)
	f.connected()
	r.hears(fmt.Sprintf("up %s %s sip:%s@%s", agent, f.session, agent, r.server.SIPAddr()))
	f.leg = r.connect(f.page, agent, "leg-"+agent)
	f.talk = startTalk(r.t, f.page, f.leg)
	f.flows()
	return f
}

// flows waits until both hear each other, and tells how long that took.
func (f *far) flows() time.Duration {
	f.t.Helper()
	began := time.Now()
	f.talk.up.take()
	f.talk.down.take()
	heard := func(e *ear) bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		return len(e.got) > 2
	}
	require.Eventually(f.t, func() bool { return heard(f.talk.up) && heard(f.talk.down) }, patient, 5*time.Millisecond)
	took := time.Since(began)
	f.talk.up.take()
	f.talk.down.take()
	return took
}

func (f *far) cut() {
	f.lane.cut.Store(true)
	f.tube.stop()
}

func (f *far) mend() {
	f.lane.cut.Store(false)
	f.tube.flow()
}

// TestEightSecondsWithoutNetwork: F14. The session and the call survive, and nobody is told that they have not.
func TestEightSecondsWithoutNetwork(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	f := r.far("kim")
	f.cut()
	<-time.After(8 * time.Second)
	f.mend()
	t.Logf("audio back %v after the network", f.flows().Round(time.Millisecond))
	require.Equal(t, "disconnected", f.told())
	require.Equal(t, "connected", f.told())
	f.talk.whole(t, "afterwards")
	require.Empty(t, r.heard, "serve was told nothing")
	require.Equal(t, 1.0, r.metric("bellhop_media_legs", "up"))
}

// TestFortySecondsWithoutNetwork: F14. Serve is told in time to put the customer on hold, and the session ends; the leg
// is serve's to end. When the network is back, a new hello has the same call.
func TestFortySecondsWithoutNetwork(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	f := r.far("kim")
	f.cut()
	began := time.Now()
	select {
	case told := <-r.heard:
		require.Equal(t, "down kim "+f.session+" connection_lost", told)
	case <-time.After(15 * time.Second):
		require.Fail(t, "serve was not told")
	}
	t.Logf("serve told after %v", time.Since(began).Round(time.Millisecond))
	require.InDelta(t, 11, time.Since(began).Seconds(), 3)
	require.Eventually(t, func() bool { return r.metric("bellhop_media_sessions") == 0 }, 20*time.Second, 50*time.Millisecond)
	t.Logf("session gone after %v", time.Since(began).Round(time.Millisecond))
	<-time.After(time.Until(began.Add(40 * time.Second)))
	f.mend()
	f.talk.stop()
	back := r.open("kim", pcmu)
	told := []string{back.told(), back.told()}
	require.ElementsMatch(t, []string{"leg up leg-kim", "connected"}, told)
	back.live()
	r.hears("up kim " + back.session + " sip:kim@" + r.server.SIPAddr())
	startTalk(t, back, f.leg).whole(t, "afterwards")
}

// TestAnotherNetworkInTheMiddleOfACall: F12. The page restarts ICE, the call stays, and whoever has the old address now
// is not listened to, although he has the keys.
func TestAnotherNetworkInTheMiddleOfACall(t *testing.T) {
	r := newRig(t)
	f := r.far("kim")
	f.lane.move("127.0.0.5", true)
	f.send(map[string]string{"type": "offer", "sdp": f.offer(true)})
	f.answered()
	require.Eventually(t, func() bool { return r.metric("bellhop_media_rtc_dropped_total", "unknown_address") > 20 }, patient, 10*time.Millisecond)
	f.talk.up.take()
	require.Eventually(t, func() bool { return r.metric("bellhop_media_rtc_dropped_total", "unknown_address") > 60 }, patient, 10*time.Millisecond)
	require.Zero(t, f.talk.up.take().got, "the old address is heard")
	f.lane.mu.Lock()
	_, f.lane.old = f.lane.old.Close(), nil
	f.lane.mu.Unlock()
	t.Logf("audio back %v after it came from the new address", f.flows().Round(time.Millisecond))
	f.talk.whole(t, "afterwards")
	require.Empty(t, r.heard, "serve was told nothing")
}

// TestMovesOfTheNetworkKeepTheCall: F12, measured from the moment the old address is dead.
func TestMovesOfTheNetworkKeepTheCall(t *testing.T) {
	r := newRig(t)
	f := r.far("kim")
	t.Run("with a restart of ICE", func(t *testing.T) {
		f.lane.move("127.0.0.5", false)
		f.send(map[string]string{"type": "offer", "sdp": f.offer(true)})
		f.answered()
		took := f.flows()
		t.Logf("audio back after %v", took.Round(time.Millisecond))
		require.Less(t, took, 2*time.Second)
	})
	t.Run("by a NAT that nobody was told of", func(t *testing.T) {
		began := time.Now()
		f.lane.move("127.0.0.6", false)
		for f.told() != "disconnected" { // connected, of the restart before
		}
		f.send(map[string]string{"type": "offer", "sdp": f.offer(true)})
		f.answered()
		f.flows()
		t.Logf("audio back after %v", time.Since(began).Round(time.Millisecond))
		require.Less(t, time.Since(began), 9*time.Second)
	})
	f.talk.whole(t, "afterwards")
}

// TestBadNetworksLoseWhatTheyLoseAndNoMore: F13.
func TestBadNetworksLoseWhatTheyLoseAndNoMore(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	f := r.far("kim")
	for name, bad := range map[string]faults{
		"5 % loss":                      {loss: 0.05},
		"10 % loss":                     {loss: 0.10},
		"20 % loss":                     {loss: 0.20},
		"1 % reordered":                 {reorder: 0.01},
		"1 % doubled":                   {duplicate: 0.01},
		"20 to 80 ms late":              {delay: 20 * time.Millisecond, jitter: 60 * time.Millisecond},
		"everything, and all at a time": {loss: 0.1, duplicate: 0.1, reorder: 0.1, delay: 5 * time.Millisecond, jitter: 20 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			f.flows()
			since := f.talk.up.number()
			f.lane.spoil(bad)
			<-time.After(3 * time.Second)
			lostUp, lostDown := f.lane.spoil(faults{})
			for way, e := range map[string]struct {
				ear  *ear
				lost int
			}{"up": {f.talk.up, lostUp}, "down": {f.talk.down, lostDown}} {
				extra := e.ear.missing(t, since) - e.lost
				got := e.ear.take()
				t.Logf("%s: %d sent, the network lost %d, %d more missing, longest gap %v", way, got.sent, e.lost, extra, got.longest.Round(time.Millisecond))
				allowed := 3
				if got.longest > 200*time.Millisecond { // this machine stood still: silence took the place of what came late
					allowed += int(got.longest / (20 * time.Millisecond))
				}
				require.LessOrEqual(t, extra, allowed, way)
				require.Zero(t, got.twice, way)
				require.Zero(t, got.foreign, way)
			}
		})
	}
	require.Empty(t, r.heard, "serve was told nothing")
}

// TestAPageThatSendsTooMuchIsCapped: B10.
func TestAPageThatSendsTooMuchIsCapped(t *testing.T) {
	r := newRig(t)
	p, l := r.talking("kim", "leg-1")
	began := time.Now()
	flood(2000, time.Second, func(n int) {
		p.speak(rtp.Header{SequenceNumber: uint16(n), Timestamp: uint32(n) * 160}, frame(n))
	})
	require.Eventually(t, func() bool { return r.metric("bellhop_media_rtp_dropped_total", "rate") > 0 }, patient, time.Millisecond)
	voices := 0
	for len(l.hears) > 0 {
		if !silent(<-l.hears) {
			voices++
		}
	}
	seconds := int(time.Since(began).Seconds()) + 2 // of the clock on the wall, begun and ended in the middle
	require.LessOrEqual(t, voices, 200*seconds)
	require.Positive(t, voices)
	l.speak(rtp.Header{SequenceNumber: 1, SSRC: 1}, frame(3))
	require.Equal(t, frame(3), next(t, p.hears).Payload)
}
