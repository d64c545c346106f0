package media_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/media"
)

// processEnv makes the test's own binary a media process, which can be killed as one.
const processEnv = "BELLHOP_TEST_MEDIA_PROCESS"

// addresses are where a media process listens.
type addresses struct{ Phone, Control, SIP, RTC string }

// runProcess is the media process: it takes its addresses, says where it listens, and ends with its standard input.
func runProcess() {
	var at addresses
	if err := json.Unmarshal([]byte(os.Getenv(processEnv)), &at); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	s, err := media.New(media.Options{
		Addr: at.Phone, ControlAddr: at.Control, SIPAddr: at.SIP, RTCAddr: at.RTC,
		RTPPorts: media.PortRange{From: 28000, To: 29999}, AsteriskIP: netip.MustParseAddr("127.0.0.1"),
		Secret: secret, Origins: []string{origin}, Log: testLog(),
	})
	if err == nil {
		err = s.Start(context.Background())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	host := func(url string) string { h, _, _ := strings.Cut(strings.TrimPrefix(url, "ws://"), "/"); return h }
	out, _ := json.Marshal(addresses{host(s.PhoneURL()), host(s.ControlURL()), s.SIPAddr(), s.RTCAddr()})
	_, _ = fmt.Fprintln(os.Stdout, string(out))
	_, _ = bufio.NewReader(os.Stdin).ReadByte()
	s.Stop()
}

// process is a media process of its own.
type process struct {
	t   *testing.T
	at  addresses
	cmd *exec.Cmd
}

func startProcess(t *testing.T, at addresses) *process {
	t.Helper()
	asked, err := json.Marshal(at)
	require.NoError(t, err)
	p := &process{t: t, cmd: exec.Command(os.Args[0])} //nolint:gosec // this very binary
	p.cmd.Env = append(os.Environ(), processEnv+"="+string(asked))
	p.cmd.Stderr = os.Stderr
	_, err = p.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(p.kill)
	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(line, &p.at))
	return p
}

// kill ends the process as kill -9 does. Twice is as good as once.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(s))
}
