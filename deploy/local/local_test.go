package local

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/cti/directory"
	"bellhop/deploy/config"
)

func TestSecondLockSaysWhoHasTheFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dev.lock")
	unlock, err := lock(path, "http://127.0.0.1:8080")
	require.NoError(t, err)
	_, err = lock(path, "http://127.0.0.1:9090")
	require.ErrorContains(t, err, "bellhop dev runs already: process "+strconv.Itoa(os.Getpid())+" at http://127.0.0.1:8080")

	unlock()
	unlock, err = lock(path, "http://127.0.0.1:9090")
	require.NoError(t, err)
	unlock()
}

// settings are those of bellhop dev with three addresses that are free.
func settings(t *testing.T, more ...string) config.Dev {
	t.Helper()
	loaded, err := config.Load[config.Dev](append([]string{
		"BELLHOP_STATE_DIR=" + t.TempDir(),
		"BELLHOP_HTTP_ADDR=" + free(t), "BELLHOP_METRICS_ADDR=" + free(t), "BELLHOP_SIP_ADDR=" + free(t),
	}, more...))
	require.NoError(t, err)
	return loaded
}

func free(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}

func TestChosenPortsAreFreeAndOurOwn(t *testing.T) {
	first, err := choosePorts(t.Context(), settings(t))
	require.NoError(t, err)
	defer first.release()
	second, err := choosePorts(t.Context(), settings(t))
	require.NoError(t, err)
	defer second.release()

	ranges := []config.Ports{first.asterisk, first.mediaRTP, second.asterisk, second.mediaRTP}
	for i, a := range ranges {
		require.Zero(t, a.From%2, "RTP begins at an even port")
		for _, b := range ranges[:i] {
			require.True(t, a.To < b.From || b.To < a.From, "%s and %s overlap", a, b)
		}
	}
	for _, addr := range []config.Addr{first.ari, first.signal, first.control, first.rtc, first.mediaInfo} {
		require.NoError(t, listen(t.Context(), "tcp", string(addr)))
		require.True(t, strings.HasPrefix(string(addr), "127.0.0.1:"))
	}
	require.NoError(t, listen(t.Context(), "udp", string(first.rtc)))
	require.NoError(t, listen(t.Context(), "udp", string(first.mediaSIP)))
	require.NoError(t, listen(t.Context(), "udp", string(first.carrier)))
	require.NoError(t, listen(t.Context(), "tcp", string(first.carrierHTTP)))
}

func TestRangesAreSharedWhenAllAreReserved(t *testing.T) {
	var runs []ports
	for range 8 {
		p, err := choosePorts(t.Context(), settings(t))
		require.NoError(t, err)
		runs = append(runs, p)
	}
	for _, p := range runs {
		require.NotZero(t, p.asterisk.From)
		require.NotZero(t, p.mediaRTP.From)
		p.release()
	}
}

func TestSetPortsAreKept(t *testing.T) {
	control := free(t)
	p, err := choosePorts(t.Context(), settings(t, "BELLHOP_MEDIA_CONTROL_ADDR="+control, "BELLHOP_RTP_PORTS=40000-40099",
		"BELLHOP_ARI_URL=http://127.0.0.1:"+strings.Split(free(t), ":")[1]+"/ari"))
	require.NoError(t, err)
	defer p.release()
	require.Equal(t, config.Addr(control), p.control)
	require.Equal(t, config.Ports{From: 40000, To: 40099}, p.asterisk)
}

func TestTakenPortIsNamedWithItsSetting(t *testing.T) {
	http, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer http.Close()
	sip, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	defer sip.Close()

	_, err = choosePorts(t.Context(), settings(t, "BELLHOP_HTTP_ADDR="+http.Addr().String(), "BELLHOP_SIP_ADDR="+sip.LocalAddr().String()))
	port := strconv.Itoa(http.Addr().(*net.TCPAddr).Port)
	require.ErrorContains(t, err, "port "+port+" of 127.0.0.1 is taken: end what uses it, or choose another with BELLHOP_HTTP_ADDR, such as BELLHOP_HTTP_ADDR=127.0.0.1:")
	require.ErrorContains(t, err, "with BELLHOP_SIP_ADDR")
	require.NotContains(t, err.Error(), "BELLHOP_METRICS_ADDR")
}

func TestOneAddressForTwoThings(t *testing.T) {
	addr := free(t)
	_, err := choosePorts(t.Context(), settings(t, "BELLHOP_HTTP_ADDR="+addr, "BELLHOP_METRICS_ADDR="+addr))
	require.EqualError(t, err, "BELLHOP_HTTP_ADDR and BELLHOP_METRICS_ADDR are both "+addr+": each needs an address of its own")
}

func TestAddressOfAnotherMachine(t *testing.T) {
	_, err := choosePorts(t.Context(), settings(t, "BELLHOP_HTTP_ADDR=192.0.2.1:8080"))
	require.EqualError(t, err, "BELLHOP_HTTP_ADDR is 192.0.2.1:8080, but 192.0.2.1 is not an address of this machine")
}

func TestSecretsAreMadeOnce(t *testing.T) {
	dir := t.TempDir()
	first, err := keepSecrets(dir, config.Dev{})
	require.NoError(t, err)
	require.Len(t, first.mediaSecret, 64)
	require.NotEqual(t, first.mediaSecret, first.ariPassword)
	again, err := keepSecrets(dir, config.Dev{})
	require.NoError(t, err)
	require.Equal(t, first, again)

	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 3)
	for _, entry := range entries {
		info, err := entry.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode(), entry.Name())
	}
}

func TestSetSecretsAreUsed(t *testing.T) {
	dir := t.TempDir()
	var s config.Dev
	s.ARIPassword = "chosen"
	kept, err := keepSecrets(dir, s)
	require.NoError(t, err)
	require.Equal(t, "chosen", kept.ariPassword)
	content, err := os.ReadFile(kept.file(fileARIPassword))
	require.NoError(t, err)
	require.Equal(t, "chosen\n", string(content), "the children read it there")
}

func TestDemoPasswordsAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.json")
	passwords, complete, err := demoPasswords(path)
	require.NoError(t, err)
	require.False(t, complete)
	require.Len(t, passwords, 5)

	s := settings(t)
	demo := directory.Demo{Number: "1000", Users: directory.DemoUsers()}
	require.NoError(t, writeDemo(path, Places{s.PublicURL, s.MetricsAddr, s.SIPAddr, &CarrierPlace{"127.0.0.1:5090", "http://127.0.0.1:5091"}}, demo, passwords))
	again, complete, err := demoPasswords(path)
	require.NoError(t, err)
	require.True(t, complete)
	require.Equal(t, passwords, again)

	var written map[string]any
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &written))
	require.Equal(t, string(s.PublicURL), written["url"])
	require.Equal(t, "http://"+string(s.MetricsAddr)+"/metrics", written["metrics_url"])
	require.Equal(t, string(s.SIPAddr), written["sip"])
	require.Equal(t, "1000", written["number"])
	require.Equal(t, map[string]any{"sip": "127.0.0.1:5090", "http": "http://127.0.0.1:5091"}, written["carrier"])
	require.Len(t, written["users"], 5)
}

func TestDamagedDemoFileMeansNewPasswords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"users":[{"login":"admin","password":"kept"},`), 0o600))
	passwords, complete, err := demoPasswords(path)
	require.NoError(t, err)
	require.False(t, complete)
	require.Len(t, passwords["admin"], 16)
}

func TestOptionsMustBeComplete(t *testing.T) {
	require.Error(t, Run(context.Background(), Options{}))
}
