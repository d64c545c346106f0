package signalling

import (
	"errors"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"type":"hello","token":"a.b.c","sdp":"v=0"}`, `{"type":"offer","sdp":"v=0"}`, `{"type":"ping"}`, `{"type":"pong","x":1}`,
		`{"type":"echo","on":true}`, `{"type":"echo"}`, `{"type":"echo","on":"yes"}`, `{"type":"quality","loss":1e999}`,
		`{"type":"hello"}`, `{"type":7}`, `{"type":"leg","leg":"x"}`, `{}`, `[]`, `null`, `"hello"`, `{"type":"hello","token":{},"sdp":[]}`, "\xff", ``,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := decode(websocket.MessageText, data)
		if err != nil {
			e, ok := errors.AsType[*ended](err)
			require.True(t, ok)
			require.Equal(t, CodeBadMessage, e.code)
			return
		}
		require.Contains(t, []string{typeHello, typeOffer, typePing, typePong, typeEcho}, m.Type)
		require.False(t, m.Type == typeHello && (m.Token == "" || m.SDP == ""))
	})
}
