package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"bellhop/cti/switchboard"
	"bellhop/web/api"
)

func TestOpenPhone(t *testing.T) {
	r := newRig(t)
	send := request{method: http.MethodPost, path: "/api/v1/phone/session", as: "agent", header: http.Header{"Idempotency-Key": {"k-1"}}}
	w := r.send(send)
	require.Equal(t, http.StatusOK, w.Code)
	var got api.PhoneToken
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
	require.NoError(t, uuid.Validate(got.Session))
	require.Equal(t, api.PhoneToken{
		Session: got.Session, MediaURL: "ws://127.0.0.1:8081/phone", Token: "token of a-1 " + got.Session,
		ExpiresAt: "2026-11-20T03:00:00.000Z",
	}, got)
	require.Equal(t, []switchboard.Command{{Key: "k-1", Agent: "a-1", Action: switchboard.SignIn, Session: got.Session}}, r.board.done)

	again := r.send(send)
	require.Equal(t, w.Body.String(), again.Body.String(), "the same key opens the same session")
	require.Equal(t, r.board.done[0], r.board.done[1])
}

func TestOpenPhoneChangesNothingWithoutToken(t *testing.T) {
	r := newRig(t)
	r.tokens.err = errors.New("no secret")
	w := r.send(request{method: http.MethodPost, path: "/api/v1/phone/session", as: "agent"})
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Empty(t, r.board.done)
}

// open asks for the phone; the session is empty when it was refused.
func (r *rig) open(body string) (session string, status int) {
	r.t.Helper()
	w := r.send(request{method: http.MethodPost, path: "/api/v1/phone/session", as: "agent", body: body})
	var got api.PhoneToken
	if w.Code != http.StatusOK {
		require.Empty(r.t, r.board.done, "who is refused changes nothing")
		require.Equal(r.t, http.StatusConflict, w.Code, "%s", w.Body)
		p := problemIn(r.t, w)
		require.Equal(r.t, api.InUse, p.Code)
		require.Equal(r.t, map[string]string{"since": "2026-11-20T03:00:00.000Z"}, p.Params)
		return "", w.Code
	}
	require.NoError(r.t, json.Unmarshal(w.Body.Bytes(), &got))
	r.board.done = nil
	return got.Session, w.Code
}

func resume(session string) string { return fmt.Sprintf(`{"resume":%q}`, session) }

func TestASecondComputerIsAsked(t *testing.T) {
	r := newRig(t)
	first, _ := r.open(``)
	r.phones["a-1"] = first
	for _, body := range []string{``, `{}`, `{"take_over":false}`, resume(uuid.NewString())} {
		_, status := r.open(body)
		require.Equal(t, http.StatusConflict, status, body)
	}
	second, status := r.open(`{"take_over":true}`)
	require.Equal(t, http.StatusOK, status)
	r.phones["a-1"] = second
	_, status = r.open(resume(first))
	require.Equal(t, http.StatusConflict, status, "the first computer is asked, too, before it takes the phone back")
}

func TestNobodyIsAskedForAPhoneThatIsNotUp(t *testing.T) {
	r := newRig(t)
	r.open(``)
	_, status := r.open(``)
	require.Equal(t, http.StatusOK, status, "no browser came to the session")
	r.phones["a-3"] = uuid.NewString()
	_, status = r.open(``)
	require.Equal(t, http.StatusOK, status, "that is somebody else's")
	r.phones["a-1"], r.board.down = uuid.NewString(), true
	_, status = r.open(``)
	require.Equal(t, http.StatusOK, status, "the switchboard knows that it is gone")
}

func TestAReloadedPageIsNeverAsked(t *testing.T) {
	r := newRig(t)
	session, _ := r.open(``)
	r.phones["a-1"] = session
	for range 10 { // reloads before the audio of the page before was connected
		var status int
		session, status = r.open(resume(session))
		require.Equal(t, http.StatusOK, status)
	}
	_, status := r.open(resume(uuid.NewString()))
	require.Equal(t, http.StatusConflict, status)
}

func TestOpeningThePhoneTwiceWithOneKeyIsOnce(t *testing.T) {
	r := newRig(t)
	q := request{method: http.MethodPost, path: "/api/v1/phone/session", as: "agent", header: http.Header{"Idempotency-Key": {"k-1"}}}
	w := r.send(q)
	var got api.PhoneToken
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
	r.phones["a-1"] = got.Session
	require.Equal(t, http.StatusOK, r.send(q).Code, "its own session is no other browser's")
}
