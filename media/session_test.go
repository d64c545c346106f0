package media_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/golang-jwt/jwt/v5"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"

	"bellhop/media/control"
)

func TestReloadOfThePageKeepsTheCall(t *testing.T) {
	r := newRig(t)
	old, l := r.talking("kim", "leg-1")
	old.speak(rtp.Header{SequenceNumber: 1}, frame(1))
	before := nextVoice(t, l.hears)

	fresh := r.open("kim", pcmu)
	require.Equal(t, "error replaced", old.told())
	r.hears("down kim " + old.session + " replaced")
	told := []string{fresh.told(), fresh.told()}
	require.ElementsMatch(t, []string{"leg up leg-1", "connected"}, told)
	fresh.live()
	r.hears("up kim " + fresh.session + " sip:kim@" + r.server.SIPAddr())

	fresh.speak(rtp.Header{SequenceNumber: 7, Timestamp: 7}, frame(2))
	after := nextVoice(t, l.hears)
	require.Equal(t, frame(2), after.Payload)
	require.Equal(t, before.SSRC, after.SSRC)
	require.Positive(t, after.SequenceNumber-before.SequenceNumber)
	l.speak(rtp.Header{SequenceNumber: 1, SSRC: 1}, frame(3))
	require.Equal(t, frame(3), next(t, fresh.hears).Payload)
	select {
	case <-l.bye:
		require.Fail(t, "the leg was touched")
	default:
	}
}

func TestAReloadedPageMayNotChangeTheCodecOfALiveLeg(t *testing.T) {
	r := newRig(t)
	r.talking("kim", "leg-1")
	p := newPage(t, r.server.PhoneURL(), pcma)
	p.send(map[string]string{"type": "hello", "token": issue(t, "kim", newSession()), "sdp": p.offer(false)})
	require.Equal(t, "error bad_offer", p.told())
}

func TestClosedPageIsReportedAtOnceAndTheLegKeptAlive(t *testing.T) {
	r := newRig(t)
	p, l := r.talking("kim", "leg-1")
	began := time.Now()
	require.NoError(t, p.ws.CloseNow())
	r.hearsGone("kim", p.session)
	require.Less(t, time.Since(began), time.Second)

	for len(l.hears) > 0 {
		<-l.hears
	}
	first := next(t, l.hears)
	for range 25 {
		require.True(t, silent(next(t, l.hears)))
	}
	require.True(t, silent(first))
	require.Equal(t, 1.0, r.metric("bellhop_media_legs", "up"))
	require.ErrorIs(t, r.serve.Close(t.Context(), "lee"), control.UnknownAgent)
}

func TestLostConnectionIsReported(t *testing.T) {
	r := newRig(t)
	p := r.signIn("kim")
	require.NoError(t, p.pc.GracefulClose())
	r.hears("down kim " + p.session + " connection_lost")
	require.Equal(t, "disconnected", p.told())
	l := r.asterisk.invite(r.server.SIPAddr(), "kim", "leg-1")
	require.Equal(t, 480, next(t, l.statuses))
}

func TestRestartOfICEKeepsTheAudio(t *testing.T) {
	r := newRig(t)
	p, l := r.talking("kim", "leg-1")
	p.send(map[string]string{"type": "offer", "sdp": p.offer(true)})
	p.answered()
	require.Equal(t, webrtc.SignalingStateStable, p.pc.SignalingState())
	require.Eventually(t, func() bool {
		p.speak(rtp.Header{SequenceNumber: 1}, frame(1))
		for len(l.hears) > 0 {
			if !silent(<-l.hears) {
				return true
			}
		}
		return false
	}, patient, 20*time.Millisecond)
}

func TestClosePhoneEndsPageAndLeg(t *testing.T) {
	r := newRig(t)
	p, l := r.talking("kim", "leg-1")
	require.NoError(t, r.serve.Close(t.Context(), "kim"))
	r.hears("down kim " + p.session + " closed")
	<-l.bye
	require.Equal(t, "error closed", p.told())
	require.Eventually(t, func() bool { return r.metric("bellhop_media_sessions") == 0 }, patient, 5*time.Millisecond)
}

func TestStopSaysGoodbyeToEverybody(t *testing.T) {
	r := newRig(t)
	p, up := r.talking("kim", "leg-1")
	other := r.signIn("lee")
	ringing := r.call("lee", "leg-2")
	require.Equal(t, "leg ringing leg-2", other.told())

	r.server.Stop()
	<-up.bye
	require.Equal(t, 503, next(t, ringing.statuses))
	require.Equal(t, "leg none leg-1", p.told())
	require.Equal(t, "error stopping", p.told())
	require.ErrorIs(t, r.serve.PickUp(t.Context(), "kim", "leg-1"), control.ErrNotConnected)
}

// raw is a websocket without a page behind it.
func raw(t *testing.T, r *rig) *websocket.Conn {
	t.Helper()
	ws, _, err := websocket.Dial(t.Context(), r.server.PhoneURL(), &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = ws.CloseNow() })
	return ws
}

// refusal is the code media ends the websocket with.
func refusal(t *testing.T, ws *websocket.Conn) string {
	t.Helper()
	for {
		_, data, err := ws.Read(t.Context())
		require.NoError(t, err)
		m := make(map[string]string)
		require.NoError(t, json.Unmarshal(data, &m))
		if m["type"] == "error" {
			_, _, err = ws.Read(t.Context())
			require.Equal(t, websocket.StatusPolicyViolation, websocket.CloseStatus(err))
			return m["code"]
		}
	}
}

func TestHelloIsRefused(t *testing.T) {
	r := newRig(t)
	offer := newPage(t, r.server.PhoneURL(), pcmu).offer(false)
	expired, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"iss": "bellhop", "aud": "bellhop-media", "sub": "kim", "sid": newSession(), "jti": newSession(), "exp": time.Now().Add(-time.Second).Unix(),
	}).SignedString(secret)
	require.NoError(t, err)
	used := issue(t, "kim", newSession())
	r.verify(used, offer)
	hello := func(token, sdp string) string {
		b, err := json.Marshal(map[string]string{"type": "hello", "token": token, "sdp": sdp})
		require.NoError(t, err)
		return string(b)
	}
	fine := func() string { return issue(t, "kim", newSession()) }
	for name, tt := range map[string]struct{ frame, code string }{
		"forged token":       {hello("a.b.c", offer), "bad_token"},
		"expired token":      {hello(expired, offer), "bad_token"},
		"token used before":  {hello(used, offer), "bad_token"},
		"no token":           {hello("", offer), "bad_message"},
		"rubbish for SDP":    {hello(fine(), "v=0"), "bad_offer"},
		"video":              {hello(fine(), strings.Replace(offer, "m=audio", "m=video", 1)), "bad_offer"},
		"two sections":       {hello(fine(), offer+offer[strings.Index(offer, "m=audio"):]), "bad_offer"},
		"no G.711":           {hello(fine(), strings.Replace(offer, "SAVPF 0", "SAVPF 111", 1)), "bad_offer"},
		"nobody listens":     {hello(fine(), strings.Replace(offer, "a=sendrecv", "a=sendonly", 1)), "bad_offer"},
		"no fingerprint":     {hello(fine(), strings.ReplaceAll(offer, "a=fingerprint", "a=x")), "bad_offer"},
		"offer before hello": {`{"type":"offer","sdp":"v=0"}`, "bad_message"},
		"ping before hello":  {`{"type":"ping"}`, "bad_message"},
		"unknown type":       {`{"type":"shout"}`, "bad_message"},
		"not JSON":           {`hello`, "bad_message"},
		"an array":           {`[1,2]`, "bad_message"},
		"nothing":            {``, "bad_message"},
	} {
		t.Run(name, func(t *testing.T) {
			ws := raw(t, r)
			require.NoError(t, ws.Write(t.Context(), websocket.MessageText, []byte(tt.frame)))
			require.Equal(t, tt.code, refusal(t, ws))
		})
	}
	require.Zero(t, r.metric("bellhop_media_phones_up"))
}

// verify has the token used up.
func (r *rig) verify(token, offer string) {
	r.t.Helper()
	ws := raw(r.t, r)
	data, err := json.Marshal(map[string]string{"type": "hello", "token": token, "sdp": offer})
	require.NoError(r.t, err)
	require.NoError(r.t, ws.Write(r.t.Context(), websocket.MessageText, data))
	_, answer, err := ws.Read(r.t.Context())
	require.NoError(r.t, err)
	require.Contains(r.t, string(answer), `"answer"`)
}

func TestFramesThatEndASession(t *testing.T) {
	r := newRig(t)
	for name, tt := range map[string]struct {
		code   string
		frames func(p *page)
	}{
		"a second hello": {"bad_message", func(p *page) {
			p.send(map[string]string{"type": "hello", "token": issue(t, "kim", newSession()), "sdp": "v=0"})
		}},
		"unknown":     {"bad_message", func(p *page) { p.send(map[string]string{"type": "shout"}) }},
		"a bad offer": {"bad_offer", func(p *page) { p.send(map[string]string{"type": "offer", "sdp": "v=0"}) }},
		"too many": {"too_fast", func(p *page) {
			for range 40 {
				_ = p.ws.Write(t.Context(), websocket.MessageText, []byte(`{"type":"pong"}`))
			}
		}},
		"binary": {"bad_message", func(p *page) { _ = p.ws.Write(t.Context(), websocket.MessageBinary, []byte(`{"type":"pong"}`)) }},
	} {
		t.Run(name, func(t *testing.T) {
			p := r.signIn("kim")
			tt.frames(p)
			require.Equal(t, "error "+tt.code, p.told())
			r.hears("down kim " + p.session + " " + tt.code)
		})
	}
	t.Run("huge", func(t *testing.T) {
		p := r.signIn("kim")
		_ = p.ws.Write(t.Context(), websocket.MessageText, []byte(strings.Repeat(" ", 65<<10)))
		r.hears("down kim " + p.session + " bad_message")
	})
}

func TestNoHelloInTime(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	began := time.Now()
	require.Equal(t, "bad_message", refusal(t, raw(t, r)))
	require.InDelta(t, 5, time.Since(began).Seconds(), 1)
}

func TestASilentPageIsGone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	offer := newPage(t, r.server.PhoneURL(), pcmu).offer(false)
	ws := raw(t, r)
	data, err := json.Marshal(map[string]string{"type": "hello", "token": issue(t, "kim", newSession()), "sdp": offer})
	require.NoError(t, err)
	require.NoError(t, ws.Write(t.Context(), websocket.MessageText, data))
	began := time.Now()
	require.Equal(t, "timeout", refusal(t, ws))
	require.InDelta(t, 15, time.Since(began).Seconds(), 1)
}

func TestOtherOriginsAreRefused(t *testing.T) {
	r := newRig(t)
	for name, header := range map[string]http.Header{
		"another site": {"Origin": {"http://evil.example"}},
		"another port": {"Origin": {"http://127.0.0.1:9999"}},
		"a suffix":     {"Origin": {origin + ".evil.example"}},
		"null":         {"Origin": {"null"}},
		"none":         {},
	} {
		t.Run(name, func(t *testing.T) {
			_, res, err := websocket.Dial(t.Context(), r.server.PhoneURL(), &websocket.DialOptions{HTTPHeader: header})
			require.Error(t, err)
			require.Equal(t, http.StatusForbidden, res.StatusCode)
		})
	}
}
