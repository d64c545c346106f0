package asterisk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// fakeARI is no Asterisk: it does on command what a real one does only by accident.
type fakeARI struct {
	t   testing.TB
	srv *httptest.Server

	mu       sync.Mutex
	channels []map[string]any
	bridges  []map[string]any
	answers  map[string]func(http.ResponseWriter, *http.Request) // by "METHOD /path", instead of the usual answer
	requests []string
	owner    string // the one variable
	dials    []time.Time

	sockets chan *websocket.Conn // one for each connection, ready to be written to
}

func newFakeARI(t testing.TB) *fakeARI {
	t.Helper()
	f := &fakeARI{t: t, answers: map[string]func(http.ResponseWriter, *http.Request){}, sockets: make(chan *websocket.Conn, 16)}
	f.srv = httptest.NewServer(f)
	t.Cleanup(f.srv.Close)
	return f
}

func (f *fakeARI) url() string { return f.srv.URL + "/ari" }

// answer replaces the answer to a request such as "POST /channels/x/answer".
func (f *fakeARI) answer(request string, h func(http.ResponseWriter, *http.Request)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[request] = h
}

// hang lets a request wait until free is closed.
func (f *fakeARI) hang(request string, free <-chan struct{}) {
	f.answer(request, func(w http.ResponseWriter, _ *http.Request) {
		<-free
		w.WriteHeader(http.StatusServiceUnavailable)
	})
}

// usual takes back what answer, refuse or hang said.
func (f *fakeARI) usual(request string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.answers, request)
}

// refuse answers a request with a status and Asterisk's kind of message.
func (f *fakeARI) refuse(request string, status int) {
	f.answer(request, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"message":"status %d"}`, status)
	})
}

func (f *fakeARI) seen(prefix string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, r := range f.requests {
		if strings.HasPrefix(r, prefix) {
			n++
		}
	}
	return n
}

func (f *fakeARI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/ari")
	key := r.Method + " " + path
	f.mu.Lock()
	f.requests = append(f.requests, key+"?"+r.URL.RawQuery)
	special := f.answers[key]
	if path == "/events" {
		f.dials = append(f.dials, time.Now())
	}
	f.mu.Unlock()
	if user, password, _ := r.BasicAuth(); user != "u" || password != "p" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	switch {
	case special != nil:
		special(w, r)
	case path == "/events":
		f.socket(w, r)
	case key == "GET /channels":
		f.list(w, f.channels)
	case key == "GET /asterisk/info":
		_, _ = io.WriteString(w, `{"status":{"startup_time":"2026-01-01T00:00:00.000+0000"}}`)
	case path == "/asterisk/variable":
		f.variable(w, r)
	case strings.HasPrefix(key, "GET /playbacks/"):
		w.WriteHeader(http.StatusNotFound)
	case key == "GET /bridges":
		f.list(w, f.bridges)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func (f *fakeARI) variable(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Method == http.MethodPost {
		f.owner = r.URL.Query().Get("value")
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"value": f.owner})
}

func (f *fakeARI) list(w http.ResponseWriter, list []map[string]any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if list == nil {
		list = []map[string]any{}
	}
	_ = json.NewEncoder(w).Encode(list)
}

// socket gives the connection to the test, and answers its pings until it is closed.
func (f *fakeARI) socket(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	f.sockets <- conn
	for {
		if _, _, err := conn.Read(context.Background()); err != nil {
			return
		}
	}
}

func (f *fakeARI) nextSocket() *websocket.Conn {
	f.t.Helper()
	select {
	case c := <-f.sockets:
		return c
	case <-time.After(patience):
		f.t.Fatal("the adapter did not dial")
		return nil
	}
}

func (f *fakeARI) send(c *websocket.Conn, frames ...string) {
	f.t.Helper()
	for _, frame := range frames {
		require.NoError(f.t, c.Write(context.Background(), websocket.MessageText, []byte(frame)))
	}
}

// arrival is the StasisStart of a customer's call.
func arrival(leg, number string) string {
	return fmt.Sprintf(`{"type":"StasisStart","timestamp":"2026-01-01T00:00:00.000+0000","args":["in","1000"],"channel":{"id":%q,`+
		`"name":"PJSIP/customers-0","state":"Ring","caller":{"name":"","number":%q},"dialplan":{"context":"from-trunk","exten":"1000",`+
		`"priority":2,"app_name":"Stasis","app_data":"bellhop,in,1000"},"channelvars":{"BELLHOP_CALL":"","BELLHOP_ROLE":"customer"}},`+
		`"asterisk_id":"a","application":"bellhop"}`, leg, number)
}

// destroyed is the ChannelDestroyed of a leg.
func destroyed(leg string, cause int) string {
	return fmt.Sprintf(`{"type":"ChannelDestroyed","cause":%d,"cause_txt":"x","channel":{"id":%q,"state":"Up"},"application":"bellhop"}`, cause, leg)
}
