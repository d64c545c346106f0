package asterisk_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/asterisk"
)

func TestHostileEndIsWhatAsteriskPlays(t *testing.T) {
	text, wav, err := asterisk.HostileEnd()
	require.NoError(t, err)
	require.Contains(t, text, "통화를 종료합니다.")
	played, err := os.ReadFile("sound/hostile-end.wav")
	require.NoError(t, err)
	require.Equal(t, played, wav)
}
