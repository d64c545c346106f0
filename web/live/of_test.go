package live_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/cti/switchboard"
	"bellhop/web/live"
)

func TestOfTakesTheRealSwitchboard(t *testing.T) {
	var b *switchboard.Switchboard
	require.NotNil(t, live.Of(b))
}
