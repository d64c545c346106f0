package asterisk

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// hostile are frames that nobody should send: B13 and B20 of the bad inputs.
func hostile() []string {
	who := func(name, number string) string {
		return `{"type":"StasisStart","channel":{"id":"x","caller":{"name":"` + name + `","number":"` + number + `"},` +
			`"dialplan":{"exten":"` + number + `","app_name":"Stasis","app_data":"bellhop,in"},"channelvars":{"BELLHOP_ROLE":"customer"}}}`
	}
	return []string{
		`{"type":"StasisStart","channel":{"id":"x","channelvars":{"A":"` + strings.Repeat("v", 100_000) + `"}}}`,
		`{"type":"StasisStart","args":` + strings.Repeat(`[`, 20_000) + strings.Repeat(`]`, 20_000) + `,"channel":{"id":"x"}}`,
		strings.Repeat(`[`, 100_000), strings.Repeat(`{"a":`, 20_000) + `1` + strings.Repeat(`}`, 20_000),
		`hello`, `"StasisStart"`, "\x00", `{"type":"StasisStart","channel":{"id":"x"}}{"type":"StasisEnd"}`,
		`{"type":"ChannelDestroyed","cause":99999999999999999999,"channel":{"id":"nobody"}}`,
		`{"type":"ChannelDestroyed","cause":-1e999,"channel":{"id":"nobody"}}`,
		`{"type":"Dial","dialstatus":"PROGRESS","peer":{"id":"nobody"}}`, `{"type":"Dial","peer":null,"dialstatus":{}}`,
		`{"type":"PlaybackFinished","playback":{"id":"x-ringback","target_uri":"channel:x"}}`,
		`{"type":"PlaybackFinished","playback":{"id":[],"target_uri":"channel:x","state":1}}`,
		`{"type":"ChannelStateChange","channel":{"id":"x","state":"Up","creationtime":"0000-99-99T99:99:99.999+9999"}}`,
		`{"type":"StasisStart","channel":{"id":"x","creationtime":"9999-12-31T23:59:59.999+0000"}}`,
		who(strings.Repeat("a", 4096), strings.Repeat("1", 4096)), who(`<script>alert(1)</script>`, `010`), who(`\"><img onerror>`, `010`),
		who(`'; DROP TABLE`, `010`), who(`a\r\nCall-Info: x`, `010\r\n`), who("\u202e\u200b\U0001F469\u200d\U0001F467", `+8210`),
		who(`\ud800`, `\udfff`), who(`\ud83d\u0041`, `010`), who("\uac01\u1100\u1161\u11a8", `010`), who(`\u0000`, `010\u0000`),
		who("\xb1\xe8\xc7\xcf\xb4\xc3", `010`), who(`\\\"`, `anonymous`), who(`%n%s\u001b[31m`, `010`),
	}
}

func FuzzReceive(f *testing.F) {
	for _, frame := range frames() {
		f.Add(frame)
	}
	for _, s := range []string{
		``, `null`, `{}`, `[]`, `{"type":"StasisStart"}`, `{"type":"StasisStart","channel":{"id":"x","caller":{"name":"\ud800"}}}`,
		`{"type":"StasisStart","args":[1],"channel":{"id":"x","channelvars":[]}}`, `{"type":"Unknown","channel":7}`,
		`{"type":"ApplicationReplaced"}`, `{"type":"PlaybackFinished","playback":{"target_uri":"channel:x","state":"failed"}}`,
		`{"TYPE":"StasisEnd","channel":{"id":"x"}}`, strings.Repeat(`{"channel":`, 500), "\xff",
	} {
		f.Add([]byte(s))
	}
	for _, s := range hostile() {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		var posted []switchboard.Event
		a := deaf(t, func(ev switchboard.Event) { posted = append(posted, ev) })
		posted = nil
		err := a.receive(frame)
		require.LessOrEqual(t, len(posted), 2, "an arrival of a call that is up is two events")
		if err != nil {
			require.ErrorIs(t, err, errReplaced)
		}
		for _, ev := range posted {
			switch ev := ev.(type) {
			case switchboard.CallArrived:
				require.Equal(t, ev.Caller, call.CleanParty(ev.Caller.Number, ev.Caller.Name))
				require.NotEmpty(t, ev.Leg)
				require.Len(t, ev.Call, 36)
			case switchboard.LegEnded:
				require.NotEmpty(t, ev.Leg)
			case switchboard.LegRang, switchboard.LegAnswered, switchboard.AnnouncementEnded:
			default:
				t.Fatalf("unexpected %T", ev)
			}
		}
		for _, timer := range a.leaving {
			timer.Stop()
		}
	})
}

// answers lets every REST request be answered with the body that belongs to its path.
type answers map[string][]byte

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	body, ok := a[strings.TrimPrefix(r.URL.Path, "/ari")]
	resp := &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(body)), Request: r}
	if !ok {
		resp.StatusCode = http.StatusNotFound
	}
	return resp, nil
}

// FuzzLook: whatever lists of channels and bridges Asterisk answers with, a look is an error or a snapshot of legs with ids.
func FuzzLook(f *testing.F) {
	const one = `{"id":"1795183497.0","state":"Ring","caller":{"name":"010","number":"010"},"dialplan":{"exten":"1000","app_name":"Stasis",` +
		`"app_data":"bellhop,in,1000"},"creationtime":"2026-11-20T14:04:57.214+0000","channelvars":{"BELLHOP_CALL":"","BELLHOP_ROLE":"customer"}}`
	agent := strings.NewReplacer(`"1795183497.0"`, `"a"`, `"customer"`, `"agent"`).Replace(one)
	for _, channels := range []string{`[]`, `null`, `{}`, `[` + one + `]`, `[` + one + `,` + one + `]`, `[` + agent + `]`, `[null,1,{}]`, `[{"id":7}]`, `[[`} {
		for _, bridges := range []string{
			`[]`, `[{"id":"bellhop-hold","channels":["1795183497.0"]}]`, `[{"id":"0198c0de-0000-7000-8000-00000000000a-b","channels":["a","a",""]}]`, `[{"channels":1}]`,
		} {
			f.Add([]byte(channels), []byte(bridges), true)
			f.Add([]byte(channels), []byte(bridges), false)
		}
	}
	f.Fuzz(func(t *testing.T, channels, bridges []byte, first bool) {
		a := deaf(t, func(switchboard.Event) {})
		a.rest.client.Transport = answers{"/channels": channels, "/bridges": bridges}
		seen, err := a.look(t.Context(), first)
		if err != nil {
			require.Empty(t, seen)
			return
		}
		require.LessOrEqual(t, len(seen.Legs), len(channels))
		for _, l := range seen.Legs {
			require.NotEmpty(t, l.Leg)
			require.Contains(t, []call.LegState{call.Asked, call.Ringing, call.Up}, l.State)
			require.Equal(t, call.CleanParty("", l.Caller.Name).Name, l.Caller.Name)
		}
		for _, b := range seen.Bridges {
			require.Equal(t, b.ID == HoldBridge, b.Hold)
		}
	})
}
