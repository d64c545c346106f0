package web_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// hostile is text from a stranger that would like to be a line of the log, a command of the terminal, or another word.
const hostile = "owned\r\ntime=now level=ERROR msg=owned\x1b[2J\u009b31m\u202e%n\x00\u2028\xff"

// TestStrangersTextInLogsAndMetrics: whatever strangers write, a line of the log is one line of visible characters that is not
// long, and no label of a metric is theirs (quality B13, B24).
func TestStrangersTextInLogsAndMetrics(t *testing.T) {
	d := newHouse(t).sitDown("seoyeon")
	require.True(t, d.screen.command("k-1", `"action":"set_presence","presence":"ready"`).OK)
	stranger := call.CleanParty(hostile, strings.Repeat(hostile, 20_000)) // as what listens to the switch does
	d.board.Post(switchboard.CallArrived{
		Call: "01995f3e-0000-7000-8000-000000000001", Leg: "customer", Dialled: call.CleanParty("", hostile).Name, Caller: stranger,
	})
	d.board.Post(switchboard.CallArrived{
		Call: "01995f3e-0000-7000-8000-000000000002", Leg: "customer-2", Dialled: "1000", Caller: stranger,
	})
	d.screen.until(func(m said) bool { return m.Phone.Call != nil })
	d.ask("POST", "/api/v1/session", "", fmt.Sprintf(`{"login":%q,"password":"x"}`, "owned\n\x1b[2J\u202e"), nil)
	d.ask("GET", "/api/v1/tickets/owned%0d%0a%1b%5b2J?x=owned%0a", d.cookie, "", nil)
	d.ask("BREW", "/api/v1/owned", d.cookie, "", nil)
	for n, action := range []string{"owned", `owned\nx`, `\u001b[2J`} {
		require.Equal(t, "unknown_action", d.screen.command(fmt.Sprint("o-", n), `"action":"`+action+`"`).Code)
	}
	for _, request := range []string{
		"GET /api/v1/session HTTP/1.1\r\nHost: a\r\nConnection: close\r\nUser-Agent: owned\x1b[2J\u202e\r\nCookie: bellhop_session=owned\x1b[2J\r\nX-Forwarded-For: owned\r\n\r\n",
		"GET /owned\x1b[2J HTTP/1.1\r\nHost: owned\x1b\r\nConnection: close\r\n\r\n",
		"owned\x1b[2J\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", d.server.Addr())
		require.NoError(t, err)
		_, err = io.WriteString(conn, request)
		require.NoError(t, err)
		_, _ = io.Copy(io.Discard, conn) // until the server has had enough
		require.NoError(t, conn.Close())
	}

	lines := strings.Split(strings.TrimSuffix(d.log.String(), "\n"), "\n")
	require.Greater(t, len(lines), 5)
	for _, line := range lines {
		require.True(t, strings.HasPrefix(line, "time=20"), "%q", line)
		require.Less(t, len(line), 4<<10, "%.200q", line)
		require.True(t, utf8.ValidString(line) && !strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }), "%q", line)
	}
	families, err := d.registry.Gather()
	require.NoError(t, err)
	require.NotEmpty(t, families)
	for _, f := range families {
		require.LessOrEqual(t, len(f.GetMetric()), 200, "%s", f.GetName())
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				require.NotContains(t, l.GetValue(), "owned", "%s %s", f.GetName(), l.GetName())
				require.Regexp(t, `^[ -~]{1,80}$`, l.GetValue(), "%s %s", f.GetName(), l.GetName())
			}
		}
	}
}
