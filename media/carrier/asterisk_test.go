package carrier_test

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/asterisk"
	"bellhop/deploy/asterisk/asterisktest"
	"bellhop/media/carrier"
)

// TestCalledByAsterisk: a real Asterisk calls out, and its hold music is heard.
func TestCalledByAsterisk(t *testing.T) {
	t.Parallel()
	c := start(t)
	in := asterisktest.StartForTest(t, func(conf *asterisk.Config) { conf.CarrierAddr = c.Addr() })
	for _, number := range []string{"01012345600", "+12125550101", "01012345674", "01012345670", "01012345677", "01012345675"} {
		body := fmt.Sprintf(`{"endpoint":"PJSIP/%s@carrier","context":"from-trunk","extension":"1000","callerId":"<0206924100>"}`, number)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, in.ARIURL+"/channels", bytes.NewBufferString(body))
		require.NoError(t, err)
		req.SetBasicAuth(in.Username, in.Password)
		req.Header.Set("Content-Type", "application/json")
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		resp, err := client.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusOK, resp.StatusCode)
	}
	of := func(number string) carrier.Record {
		for _, r := range c.Calls() {
			if r.Number == number {
				require.Equal(t, "0206924100", r.CallerID)
				return r
			}
		}
		return carrier.Record{}
	}
	for _, number := range []string{"01012345600", "+12125550101", "01012345674"} {
		require.Eventually(t, func() bool { r := of(number); return r.State == carrier.Up && r.Heard > -40 }, 10*time.Second, 50*time.Millisecond, number)
	}
	require.Equal(t, 486, of("01012345670").Status)
	require.Equal(t, carrier.Calling, of("01012345677").State)
	require.Eventually(t, func() bool { return of("01012345675").EndedBy == "carrier" }, 10*time.Second, 50*time.Millisecond)
	require.Len(t, c.Calls(), 6, "repeated packets are one call")
}
