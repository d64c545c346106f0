package asterisk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/asterisk/asterisktest"
)

func TestStarts(t *testing.T) {
	in := asterisktest.StartForTest(t)
	require.NoError(t, in.Get("/channels", nil))
	t.Log(in.Log())
}
