package web_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// desk is an agent at work: signed in, with a page and a phone.
type desk struct {
	*house
	screen         page
	cookie, agent  string
	session, phone string // the media session, and what opening it said
}

func (h *house) sitDown(login string) *desk {
	h.t.Helper()
	d := &desk{house: h, cookie: h.signIn(login)}
	d.screen = h.open(d.cookie)
	h.t.Cleanup(func() { _ = d.screen.CloseNow() })
	var me struct{ Agent struct{ ID string } }
	d.ask("GET", "/api/v1/phone", d.cookie, "", &me)
	d.agent = me.Agent.ID
	require.Equal(h.t, http.StatusOK, d.openPhone(`{}`))
	h.connect(d.agent, d.session)
	d.screen.until(func(m said) bool { return m.Phone.PhoneUp })
	return d
}

// openPhone asks for the phone; d.session is the new one.
func (d *desk) openPhone(body string) int {
	d.t.Helper()
	var phone struct{ Session, Code string }
	status, _ := d.ask("POST", "/api/v1/phone/session", d.cookie, body, &phone)
	d.phone = phone.Code
	if phone.Session != "" {
		d.session = phone.Session
	}
	return status
}

// get reads something of the agent's.
func (d *desk) get(path string, into any) {
	d.t.Helper()
	status, _ := d.ask("GET", "/api/v1"+path, d.cookie, "", into)
	require.Equal(d.t, http.StatusOK, status, path)
}

// press sends a command about the call as it is now; it may change in between.
func (d *desk) press(verb, rest string) {
	d.t.Helper()
	for {
		var now struct {
			Call struct {
				ID      string
				Version int
			}
		}
		d.get("/phone", &now)
		status, _ := d.ask("POST", "/api/v1/calls/"+now.Call.ID+"/"+verb, d.cookie, fmt.Sprintf(`{"version":%d%s}`, now.Call.Version, rest), nil)
		if status == http.StatusNoContent {
			return
		}
		require.Equal(d.t, http.StatusConflict, status, verb)
	}
}

// phase waits until the call is in a phase.
func (d *desk) phase(want string) {
	d.t.Helper()
	require.Eventually(d.t, func() bool {
		var now struct{ Call struct{ Phase string } }
		d.get("/phone", &now)
		return now.Call.Phase == want
	}, 10*time.Second, 10*time.Millisecond)
}

// TestOutboundCall goes through a call out, by REST and the live connection, with the real switchboard.
func TestOutboundCall(t *testing.T) {
	d := newHouse(t).sitDown("seoyeon")
	var ids struct {
		CallerIDs []struct {
			Number  string
			Default bool
		} `json:"caller_ids"`
	}
	d.get("/phone/caller-ids", &ids)
	require.NotEmpty(t, ids.CallerIDs)
	require.True(t, ids.CallerIDs[0].Default)

	dial := fmt.Sprintf(`"action":"dial","to":"010-0482-7735","caller_id":%q`, ids.CallerIDs[0].Number)
	require.Equal(t, "caller_id_refused", d.screen.command("k-0", `"action":"dial","to":"010-0482-7735","caller_id":"0299999999"`).Code)
	require.True(t, d.screen.command("k-1", dial).OK)
	require.True(t, d.screen.command("k-1", dial).OK, "the same key is answered again, and dials once")
	require.Equal(t, "in_call", d.screen.command("k-2", dial).Code)
	d.phase("talking")

	var now struct{ Call struct{ ID string } }
	d.get("/phone", &now)
	var card struct{ Customer struct{ Name, Grade string } }
	d.get("/calls/"+now.Call.ID+"/card", &card)
	require.Equal(t, "이수진", card.Customer.Name)
	status, _ := d.ask("GET", "/api/v1/calls/"+now.Call.ID+"/card", d.signIn("jihun"), "", nil)
	require.Equal(t, http.StatusNotFound, status)

	d.press("mute", `,"on":true`)
	d.press("keys", `,"keys":"12#"`)
	d.press("hold", "")
	d.phase("holding")
	d.press("resume", "")
	d.phase("talking")
	d.press("hangup", "")
	d.screen.until(func(m said) bool { return m.Phone.Notice != nil && m.Phone.Notice.Reason == "agent_hangup" })
	var past struct{ Calls []any }
	d.get("/phone/history", &past)
	require.NotNil(t, past.Calls)
}

func TestFavouritesAreOnesOwn(t *testing.T) {
	h := newHouse(t)
	seoyeon, jihun := h.signIn("seoyeon"), h.signIn("jihun")
	var first, second struct{ ID, Name, Number string }
	add := func(body string, into any) int {
		status, _ := h.ask("POST", "/api/v1/phone/favourites", seoyeon, body, into)
		return status
	}
	require.Equal(t, http.StatusCreated, add(`{"name":"<b>택배</b>","number":"010-1234-5678"}`, &first))
	require.Equal(t, "901012345678", first.Number)
	require.Equal(t, "<b>택배</b>", first.Name, "text stays text")
	require.Equal(t, http.StatusCreated, add(`{"name":"결제","number":"7200"}`, &second))
	require.Equal(t, "7200", second.Number)
	require.Equal(t, http.StatusUnprocessableEntity, add(`{"name":"x","number":"abc"}`, nil))

	order := fmt.Sprintf(`{"ids":[%q,%q]}`, second.ID, first.ID)
	status, _ := h.ask("PUT", "/api/v1/phone/favourites/order", jihun, order, nil)
	require.Equal(t, http.StatusUnprocessableEntity, status, "they are not his")
	status, _ = h.ask("PUT", "/api/v1/phone/favourites/order", seoyeon, order, nil)
	require.Equal(t, http.StatusNoContent, status)
	one := "/api/v1/phone/favourites/" + first.ID
	status, _ = h.ask("PUT", one, jihun, `{"name":"x","number":"7200"}`, nil)
	require.Equal(t, http.StatusNotFound, status)
	status, _ = h.ask("DELETE", one, jihun, "", nil)
	require.Equal(t, http.StatusNotFound, status)

	var list struct{ Favourites []struct{ ID string } }
	h.ask("GET", "/api/v1/phone/favourites", seoyeon, "", &list)
	require.Len(t, list.Favourites, 2)
	require.Equal(t, second.ID, list.Favourites[0].ID)
	h.ask("GET", "/api/v1/phone/favourites", jihun, "", &list)
	require.Empty(t, list.Favourites)
	status, _ = h.ask("DELETE", one, seoyeon, "", nil)
	require.Equal(t, http.StatusNoContent, status)
}

func TestASecondComputer(t *testing.T) {
	d := newHouse(t).sitDown("seoyeon")
	old := d.session
	require.Equal(t, http.StatusConflict, d.openPhone(``))
	require.Equal(t, "in_use", d.phone)
	require.Equal(t, http.StatusOK, d.openPhone(fmt.Sprintf(`{"resume":%q}`, old)))
	require.Equal(t, http.StatusOK, d.openPhone(`{"take_over":true}`))
	d.connect(d.agent, d.session)
	require.Equal(t, http.StatusConflict, d.openPhone(fmt.Sprintf(`{"resume":%q}`, old)))
}

func TestRosterOfTheHouse(t *testing.T) {
	d := newHouse(t).sitDown("seoyeon")
	require.NoError(t, d.screen.send(`{"type":"watch","topic":"roster"}`))
	m := d.screen.until(func(m said) bool { return m.Type == "roster" })
	states := map[string]string{}
	for _, a := range m.Agents {
		states[a.Name] = a.State
	}
	require.Equal(t, "default", states["김서연"])
	require.Equal(t, "signed_out", states["박지훈"])
	require.True(t, d.screen.command("k-1", `"action":"set_presence","presence":"ready"`).OK)
	d.screen.until(func(m said) bool {
		for _, a := range m.Agents {
			if a.Name == "김서연" {
				return a.State == "ready" && a.Available
			}
		}
		return false
	})
}
