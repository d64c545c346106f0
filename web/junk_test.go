package web_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestJunkOverTheWire: strangers and an agent send nonsense to the house from eight connections at once. Every answer is below
// 500, and an agent at work is answered as ever (quality B16, S6).
func TestJunkOverTheWire(t *testing.T) {
	d := newHouse(t).sitDown("seoyeon")
	other := d.signIn("jihun")
	var senders sync.WaitGroup
	wrong := make(chan string, 8)
	for n := range uint64(8) {
		senders.Go(func() {
			if err := junk(d.server.Addr(), other, rand.New(rand.NewPCG(n, 2026)), 400); err != nil { //nolint:gosec // not a secret
				wrong <- err.Error()
			}
		})
	}
	done := make(chan struct{})
	go func() {
		senders.Wait()
		close(wrong)
		close(done)
	}()
	for n, busy := 0, true; busy; n++ {
		presence := []string{"ready", "default"}[n%2]
		began := time.Now()
		require.True(t, d.screen.command(fmt.Sprint("k-", n), `"action":"set_presence","presence":"`+presence+`"`).OK)
		require.Less(t, time.Since(began), 3*time.Second)
		select {
		case <-done:
			busy = false
		case <-time.After(100 * time.Millisecond): // no flood of his own
		}
	}
	for text := range wrong {
		t.Error(text)
	}
}

// junk sends so many requests of nonsense and says which one was answered with a 5xx, if one was.
func junk(addr, cookie string, rng *rand.Rand, count int) error {
	pick := func(from ...string) string { return from[rng.IntN(len(from))] }
	word := func() string {
		return pick("session", "phone", "calls", "tickets", "presence", "favourites", "history", "1", "-1", "99999999999999999999", "%00", "%ff", "..%2f", "é",
			"01995f3e-0000-7000-8000-000000000001", "accept", "card", "%0d%0aX:%20y", strings.Repeat("x", 3000))
	}
	for range count {
		body := pick("", "{", `{"version":1e999}`, `{"a":1,"a":2}`, strings.Repeat("[", 5000), "\xff\xfe", `{"login":"\ud800","password":"x"}`, `{"to":"0601234567","version":-1}`)
		request := pick("GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "get", "\x01") + " /" + pick("api/v1", "api/v1", "api", "assets", "") + "/" + word() + "/" + word() +
			pick("", "?limit=-1", "?before=%zz", "?limit=1e9&limit=2") + pick(" HTTP/1.1", " HTTP/1.1", " HTTP/1.0", " HTTP/9.9", "") +
			"\r\nHost: " + pick("bellhop.test", "evil.test", "\x7f") + "\r\nCookie: " + pick(cookie, "bellhop_session=forged", "bellhop_session="+strings.Repeat("t", 9000)) +
			"\r\nContent-Type: " + pick("application/json", "text/xml", "\x00") + "\r\n" + pick("", "Origin: https://evil.test\r\n", "Content-Encoding: gzip\r\n") +
			fmt.Sprintf("Connection: close\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		status, err := answer(addr, request)
		if err != nil {
			return err
		}
		if status >= http.StatusInternalServerError && status != http.StatusHTTPVersionNotSupported {
			return fmt.Errorf("%.300q: %d", request, status)
		}
	}
	return nil
}

// answer is the status of the answer to a request; 0 for one that was not worth an answer.
func answer(addr, request string) (int, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	defer conn.Close() //nolint:errcheck // the answer is read
	if _, err := io.WriteString(conn, request); err != nil {
		return 0, nil // cut before all was sent
	}
	line, _ := bufio.NewReader(conn).ReadString('\n')
	var minor, status int
	_, _ = fmt.Sscanf(line, "HTTP/1.%d %d", &minor, &status)
	return status, nil
}
