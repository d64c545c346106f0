package web

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

func TestKeypad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKeypad()
		press := func(agent call.AgentID, keys int) error {
			return k.refuses(switchboard.Command{Agent: agent, Action: switchboard.PressKeys, Keys: strings.Repeat("5", keys)})
		}
		require.NoError(t, press("a-1", 32))
		require.NoError(t, press("a-1", 32))
		var refusal *switchboard.Refusal
		require.ErrorAs(t, press("a-1", 1), &refusal)
		require.Equal(t, "too_fast", string(refusal.Code))
		require.NoError(t, press("a-2", 32), "each agent has his own")
		require.NoError(t, k.refuses(switchboard.Command{Agent: "a-1", Action: switchboard.HangUp}), "he may do everything else")
		<-time.After(time.Second)
		require.NoError(t, press("a-1", keysPerSecond))
		require.Error(t, press("a-1", 1))
	})
}
