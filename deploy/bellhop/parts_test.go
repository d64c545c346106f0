package main

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/schema/schematest"
)

func TestMigrateMakesTheDemo(t *testing.T) {
	state := t.TempDir()
	environ := []string{
		"BELLHOP_DATABASE_URL=" + databaseURL(t), "BELLHOP_STATE_DIR=" + state,
		"BELLHOP_HTTP_ADDR=127.0.0.1:9191", "BELLHOP_SIP_ADDR=127.0.0.1:5555",
	}
	code, out, errors := say(environ, "migrate", "--demo")
	require.Equal(t, exitDone, code, errors)
	require.Contains(t, out, "the demo organisation answers to 1000")
	first, err := os.ReadFile(filepath.Join(state, "demo.json"))
	require.NoError(t, err)
	var demo map[string]any
	require.NoError(t, json.Unmarshal(first, &demo))
	require.Equal(t, "http://127.0.0.1:9191", demo["url"])
	require.Equal(t, "127.0.0.1:5555", demo["sip"])

	code, _, errors = say(environ, "migrate", "--demo")
	require.Equal(t, exitDone, code, errors)
	again, err := os.ReadFile(filepath.Join(state, "demo.json"))
	require.NoError(t, err)
	require.Equal(t, string(first), string(again), "the passwords are kept")
}

// databaseURL is the address of an empty database; schematest gives it on a Unix socket.
func databaseURL(t *testing.T) string {
	t.Helper()
	return schematest.Pool(t).Config().ConnString()
}

func TestAsteriskAlone(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	ari := "http://" + listener.Addr().String() + "/ari"
	environ := append(places(t, t.TempDir()), "BELLHOP_ARI_URL="+ari, "BELLHOP_ARI_USERNAME=desk", "BELLHOP_ARI_PASSWORD=only-here", "BELLHOP_RTP_PORTS=19000-19099")
	for i, entry := range environ {
		if strings.HasPrefix(entry, "BELLHOP_HTTP") || strings.HasPrefix(entry, "BELLHOP_METRICS") {
			environ[i] = "UNUSED=" // not its settings
		}
	}
	cmd := exec.Command(os.Args[0], "asterisk")
	cmd.Env = append(os.Environ(), environ...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	require.Contains(t, get(t, strings.Replace(ari, "http://", "http://desk:only-here@", 1)+"/asterisk/info?only=system"), "entity_id")
}
