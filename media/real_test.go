package media_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"bellhop/deploy/asterisk/asterisktest"
)

// application keeps an ARI application alive, so that originated legs have one.
func application(t *testing.T, in *asterisktest.Instance) {
	t.Helper()
	at := strings.Replace(in.ARIURL, "http://", "ws://", 1) + "/events?app=bellhop&api_key=" + url.QueryEscape(in.Username+":"+in.Password)
	var ws *websocket.Conn
	require.Eventually(t, func() bool {
		var err error
		ws, _, err = websocket.Dial(t.Context(), at, nil)
		return err == nil
	}, patient, 20*time.Millisecond)
	ws.SetReadLimit(1 << 20)
	t.Cleanup(func() { _ = ws.CloseNow() })
	go func() {
		for {
			if _, _, err := ws.Read(t.Context()); err != nil {
				return
			}
		}
	}()
}

// ari asks for something and returns the status.
func ari(t *testing.T, in *asterisktest.Instance, method, path string, body any) int {
	t.Helper()
	var data []byte // ARI takes no body for none, but not null
	if body != nil {
		var err error
		data, err = json.Marshal(body)
		require.NoError(t, err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, in.ARIURL+path, bytes.NewReader(data))
	require.NoError(t, err)
	req.SetBasicAuth(in.Username, in.Password)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = res.Body.Close() }()
	return res.StatusCode
}

// ring has the real Asterisk call the agent.
func (r *rig) ring(in *asterisktest.Instance, agent, leg string) {
	r.t.Helper()
	status := ari(r.t, in, http.MethodPost, "/channels", map[string]any{
		"endpoint": "PJSIP/agent/sip:" + agent + "@" + r.server.SIPAddr(), "app": "bellhop", "channelId": leg,
		"callerId":  `"김 철수" <01012345678>`,
		"variables": map[string]string{"PJSIP_HEADER(add,X-Bellhop-Leg)": leg},
	})
	require.Equal(r.t, http.StatusOK, status)
}

func TestRealAsteriskCallsAnAgent(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a real Asterisk")
	}
	in := asterisktest.StartForTest(t)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	application(t, in)
	r := newRig(t)
	p := r.signIn("kim")

	const first, second = "0192f0c1-0000-7000-8000-000000000001", "0192f0c1-0000-7000-8000-000000000002"
	r.ring(in, "kim", first)
	require.Equal(t, "leg ringing "+first, p.told())
	require.NoError(t, r.serve.PickUp(t.Context(), "kim", first))
	require.Equal(t, "leg up "+first, p.told())

	require.Eventually(t, func() bool { // 409 until the answered channel has entered the application
		return ari(t, in, http.MethodPost, "/channels/"+first+"/play", map[string]string{"media": "tone:440;tonezone=us"}) == http.StatusCreated
	}, patient, 20*time.Millisecond)
	for i := range uint16(10) {
		p.speak(rtp.Header{SequenceNumber: i, Timestamp: uint32(i) * 160}, frame(int(i)))
		require.Len(t, next(t, p.hears).Payload, 160)
	}
	var statistics struct {
		Received int `json:"rxcount"`
		Lost     int `json:"rxploss"`
	}
	require.Eventually(t, func() bool {
		require.NoError(t, in.Get("/channels/"+first+"/rtp_statistics", &statistics))
		return statistics.Received >= 10
	}, patient, 20*time.Millisecond)
	require.Zero(t, statistics.Lost)
	require.Zero(t, r.metric("bellhop_media_rtp_dropped_total"))

	// Asterisk dies without a word, comes back and calls the same agent.
	in.Kill()
	in.Start()
	application(t, in)
	r.ring(in, "kim", second)
	require.Equal(t, "leg none "+first, p.told())
	require.Equal(t, "leg ringing "+second, p.told())
	require.NoError(t, r.serve.PickUp(t.Context(), "kim", second))
	require.Equal(t, "leg up "+second, p.told())
	require.Equal(t, http.StatusNoContent, ari(t, in, http.MethodDelete, "/channels/"+second, nil))
	require.Equal(t, "leg none "+second, p.told())
}
