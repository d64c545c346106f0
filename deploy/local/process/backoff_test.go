package process

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestNextDelay(t *testing.T) {
	tests := []struct {
		name                 string
		previous, ran, delay time.Duration
	}{
		{"first death", 0, time.Millisecond, 200 * time.Millisecond},
		{"second death", 200 * time.Millisecond, time.Millisecond, 400 * time.Millisecond},
		{"sixth death", 6400 * time.Millisecond, 0, 10 * time.Second},
		{"for ever after", 10 * time.Second, 29 * time.Second, 10 * time.Second},
		{"after a long life", 10 * time.Second, 30 * time.Second, 200 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.delay, nextDelay(tt.previous, tt.ran))
		})
	}
}
