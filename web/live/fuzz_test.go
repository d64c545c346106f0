package live_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"bellhop/cti/switchboard"
)

// FuzzPage: a page says anything, line by line, to the whole loop of a connection with a fake switchboard behind it. Nothing panics,
// every command that is answered with our own refusal has not reached the switchboard, and what has reached it is the
// page's own agent's, under the key that the page gave.
func FuzzPage(f *testing.F) {
	for _, seed := range []string{
		`{"type":"command","id":"1","action":"dismiss"}` + "\n" + `{"type":"command","id":"1","action":"dismiss"}`,
		`{"type":"pong"}` + "\n" + watch + "\n" + unwatch + "\n" + watch,
		`{"type":"command","id":"1","action":"accept","call":"` + aCall + `","version":3}` + "\n" + `{"type":"command","id":"2","action":"end_hostile","call":"` + aCall + `","version":4,"reason":"threat"}`,
		`{"type":"command","id":"1","action":"set_presence","presence":"work","kind":"ticket"}` + "\nhello",
		`{"type":"command","id":"1","action":"sign_in","session":"x"}` + "\n" + `{"type":"command","id":"1","agent":"a-2","action":"hang_up"}`,
		"\x00binary", "\xff", "\n\n\n", `[[[[[`, `{"type":"command","id":"` + "\u202e" + `","action":"dial","to":"119"}`,
		`{"type":"command","id":"1","action":"press_keys","call":"x","version":1,"keys":"99999999999999999999999999999999"}`,
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, script []byte, refuses bool) {
		inBubble(t, func(t *testing.T, r *rig) {
			if refuses {
				r.board.answer = &switchboard.Refusal{Code: switchboard.TooLate}
			}
			page := r.open("kim")
			heard := make(chan map[string]int, 1)
			go func() { heard <- results(page) }()
			play(t, page, script)
			_ = page.Close(websocket.StatusNormalClosure, "") // the server may have closed it already
			answered := <-heard
			r.hub.Stop()

			done := r.board.done()
			for _, c := range done {
				require.EqualValues(t, "a-1", c.Agent)
				require.NotEmpty(t, c.Key)
				require.NotEqual(t, switchboard.SignIn, c.Action)
			}
			known := map[bool]string{false: "", true: "too_late"}[refuses]
			// The last answer may not have been read when the connection ended.
			require.LessOrEqual(t, answered[known], len(done), "%v", answered)
			for _, e := range r.board.posted() {
				require.Contains(t, []switchboard.Event{switchboard.BrowserUp{Agent: "a-1"}, switchboard.BrowserDown{Agent: "a-1"}}, e)
			}
		})
	})
}

// play sends the lines of a script, as fast as a page may. Lines that begin with a zero are binary.
func play(t *testing.T, page *browser, script []byte) {
	for n, text := range bytes.Split(script, []byte{'\n'}) {
		kind := websocket.MessageText
		if len(text) > 0 && text[0] == 0 {
			kind = websocket.MessageBinary
		}
		if n%15 == 14 {
			<-time.After(time.Second)
		}
		if page.Write(t.Context(), kind, text) != nil {
			return
		}
	}
}

// results counts the answers to commands by their code, until the connection ends.
func results(page *browser) map[string]int {
	codes := map[string]int{}
	for {
		_, data, err := page.Read(page.t.Context())
		if err != nil {
			return codes
		}
		var m struct{ Type, Code string }
		if json.Unmarshal(data, &m) == nil && m.Type == "result" {
			codes[m.Code]++
		}
	}
}

// FuzzFrames: anything at all comes after the handshake. Nothing panics, nothing of it stays when the connection is gone,
// and it is gone within the time in which a silent page is.
func FuzzFrames(f *testing.F) {
	for _, seed := range []string{
		"\x81\x82\x00\x00\x00\x00{}", "\x81\x02{}", "\xc1\x80\x00\x00\x00\x00", "\x88\x82\x00\x00\x00\x00\x03\xe8", "\x88\x81\x00\x00\x00\x00\x03",
		"\x88\x84\x00\x00\x00\x00\x03\xe8\xff\xff", "\x89\x80\x00\x00\x00\x00", "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
		"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", "\x01\x80\x00\x00\x00\x00\x80\x80\x00\x00\x00\x00", "\x81\xfe\x00", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, frames []byte) {
		inBubble(t, func(t *testing.T, r *rig) {
			conn, err := r.listener.dial(t.Context(), "", "")
			require.NoError(t, err)
			defer conn.Close()
			go func() { _, _ = conn.Write(append([]byte(handshake), frames...)) }() // the server may cut it before all was sent
			_, err = io.Copy(io.Discard, conn)
			require.NoError(t, err)
			require.LessOrEqual(t, r.since(), 13*time.Second)
			for _, c := range r.board.done() {
				require.EqualValues(t, "a-1", c.Agent)
			}
		})
	})
}
