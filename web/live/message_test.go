package live

import (
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/cti/switchboard"
)

// FuzzPageMessage: whatever a page sends, it is a pong, a command that the switchboard can judge, or refused.
func FuzzPageMessage(f *testing.F) {
	for _, seed := range []string{
		`{"type":"pong"}`,
		`{"type":"command","id":"1","action":"set_presence","presence":"work","kind":"ticket"}`,
		`{"type":"command","id":"1","action":"accept","call":"01995f3e-0000-7000-8000-000000000001","version":3}`,
		`{"type":"command","id":"1","action":"sign_in"}`,
		`{"type":"command","id":"","action":"hang_up","version":-1}`,
		`{"type":"command","type":"pong"}`,
		`{"type":"command","id":"\u0000","action":"dismiss"}`,
		`{"TYPE":"command","ID":"1","ACTION":"dismiss"}`,
		`{"type":null,"version":1e999}`,
		`{"type":"watch","topic":"roster"}`,
		`{"type":"unwatch","topic":"roster","id":7}`,
		`{"type":"watch","topic":"everything","id":"1"}`,
		`{"type":"command","id":"1","action":"dial","to":"010-1234-5678","caller_id":"0212345678","service":"s-1"}`,
		`{"type":"command","id":"1","action":"press_keys","call":"x","version":1,"keys":"0123456789*#"}`,
		`{"type":"command","id":"1","action":"mute","call":"x","version":1,"on":1}`,
		`{"type":"command","id":"1","action":"transfer","call":"x","to":{"number":"7100"}}`,
		`{"type":"command","id":"1","action":"end_hostile","call":"x","version":1,"reason":"threat"}`,
		`{"type":"command","id":"1","action":"clear_next"}`,
		`[[[[[[`, "\xff", ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		asked, err := decode(data)
		require.True(t, asked.id == "" || validID(asked.id))
		c := asked.command
		if err != nil {
			var refusal *switchboard.Refusal
			require.ErrorAs(t, err, &refusal)
			require.Nil(t, c)
			return
		}
		if c == nil {
			require.Empty(t, asked.id, "a pong, or a topic")
			require.False(t, asked.watch && asked.unwatch)
			return
		}
		require.Equal(t, asked.id, c.Key)
		require.True(t, validID(c.Key))
		require.Empty(t, c.Agent, "who commands is not the page's to say")
		require.Empty(t, c.Session)
		require.NotEqual(t, switchboard.SignIn, c.Action)
		require.GreaterOrEqual(t, c.Version, 0)
		for _, word := range []string{string(c.Call), c.To, c.CallerID, string(c.Service)} {
			require.LessOrEqual(t, len(word), maxWord)
		}
		require.LessOrEqual(t, len(c.Keys), maxKeys)
		require.Contains(t, hostileReasons, c.Reason)
	})
}
