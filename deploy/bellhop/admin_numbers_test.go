package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAnAlarmRingsAtItsMoment: outbound numbers expire at midnight without a restart.
func TestAnAlarmRingsAtItsMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a alarm
		midnight := time.Now().Add(90 * time.Minute)
		var rang []time.Time
		var ring func()
		ring = func() {
			rang = append(rang, time.Now())
			if time.Now().Before(midnight) {
				a.set(midnight, ring)
			}
		}
		a.set(time.Now().Add(time.Minute), func() { t.Error("it was set to another moment") })
		a.set(midnight, ring)
		time.Sleep(2 * time.Hour) //nolint:forbidigo // the bubble's clock
		synctest.Wait()
		require.Equal(t, []time.Time{midnight.Add(-30 * time.Minute), midnight}, rang)
		a.set(time.Time{}, nil)
	})
}
