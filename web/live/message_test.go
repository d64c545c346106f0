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
		`[[[[[[`, "\xff", ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		id, c, err := decode(data)
		require.True(t, id == "" || validID(id))
		if err != nil {
			var refusal *switchboard.Refusal
			require.ErrorAs(t, err, &refusal)
			require.Nil(t, c)
			return
		}
		if c == nil {
			require.Empty(t, id, "a pong")
			return
		}
		require.Equal(t, id, c.Key)
		require.True(t, validID(c.Key))
		require.Empty(t, c.Agent, "who commands is not the page's to say")
		require.Empty(t, c.Session)
		require.NotEqual(t, switchboard.SignIn, c.Action)
		require.GreaterOrEqual(t, c.Version, 0)
		require.LessOrEqual(t, len(c.Call), maxWord)
	})
}
