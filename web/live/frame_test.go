package live_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// handshake is what a browser with a session asks for.
const handshake = "GET /api/v1/live HTTP/1.1\r\nHost: bellhop.test\r\nOrigin: " + origin + "\r\nCookie: " + cookie + "=kim\r\n" +
	"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
	"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"

// TestBrokenFrames sends what no websocket library sends (quality B18), over a bare connection.
func TestBrokenFrames(t *testing.T) {
	piece := "\x00\xfe\x0f\xff\x00\x00\x00\x00" + strings.Repeat("x", 0x0fff) // a continuation that is not the last
	const cut = websocket.StatusCode(0)
	tests := []struct {
		name, sent string
		want       websocket.StatusCode
	}{
		{"not masked", "\x81\x02{}", websocket.StatusProtocolError},
		{"reserved bits", "\xf1\x80\x00\x00\x00\x00", websocket.StatusProtocolError},
		{"unknown kind of frame", "\x83\x80\x00\x00\x00\x00", websocket.StatusProtocolError},
		{"says it is 1 GB long", "\x81\xff\x00\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00\x00" + strings.Repeat("x", 17<<10), websocket.StatusMessageTooBig},
		{"compressed although nobody agreed to it", "\xc1\x80\x00\x00\x00\x00", websocket.StatusProtocolError},
		{"a ping that is too long", "\x89\xfe\x00\x7e\x00\x00\x00\x00" + strings.Repeat("x", 126), websocket.StatusProtocolError},
		{"a ping in pieces", "\x09\x80\x00\x00\x00\x00", websocket.StatusProtocolError},
		{"a message within a message", "\x01\x80\x00\x00\x00\x00\x81\x80\x00\x00\x00\x00", websocket.StatusProtocolError},
		{"the rest of no message", "\x80\x80\x00\x00\x00\x00", websocket.StatusProtocolError},
		{"pieces of nothing for ever", "\x01\x80\x00\x00\x00\x00" + strings.Repeat("\x00\x80\x00\x00\x00\x00", 30_000), websocket.StatusPolicyViolation},
		{"pongs for ever", strings.Repeat("\x8a\x80\x00\x00\x00\x00", 30_000), websocket.StatusPolicyViolation},
		{"not UTF-8 in pieces", "\x01\x81\x00\x00\x00\x00\xed\x80\x82\x00\x00\x00\x00\xa0\x80", websocket.StatusInvalidFramePayloadData},
		{"an overlong slash", "\x81\x82\x00\x00\x00\x00\xc0\xaf", websocket.StatusInvalidFramePayloadData},
		{"in endless pieces", "\x01\x80\x00\x00\x00\x00" + strings.Repeat(piece, 10), websocket.StatusMessageTooBig},
		{"never ends its message", "\x01\x81\x00\x00\x00\x00x", cut},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				conn, err := r.listener.dial(t.Context(), "", "")
				require.NoError(t, err)
				defer conn.Close()
				go func() {
					// The server may cut the connection before all was sent.
					_, _ = io.WriteString(conn, handshake+tt.sent)
				}()
				heard, err := io.ReadAll(conn)
				require.NoError(t, err)
				require.Contains(t, string(heard), "101 Switching Protocols")
				require.NotContains(t, string(heard), "Sec-Websocket-Extensions", "what is not compressed cannot be a bomb")
				require.LessOrEqual(t, r.since(), 13*time.Second)
				require.Empty(t, r.board.done())

				code := cut
				if at := bytes.LastIndexByte(heard, 0x88); at >= 0 && at+4 <= len(heard) {
					code = websocket.StatusCode(binary.BigEndian.Uint16(heard[at+2:]))
				}
				require.Equal(t, tt.want, code, "%q", heard)
			})
		})
	}
}
