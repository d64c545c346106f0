package pjsip

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Report is what a comparison found and did.
type Report struct {
	Made, Removed int
	// Refused are the objects that Asterisk did not take, with its words.
	Refused map[string]string
}

// Sync brings Asterisk to the wanted objects. An object that Asterisk refuses does not keep the others back, and nothing is
// removed for which its successor was refused: what worked goes on working. Any other failure ends it; asked again, it goes
// on from there.
func (c *Client) Sync(ctx context.Context, want []Object) (Report, error) {
	report := Report{Refused: map[string]string{}}
	have, err := c.have(ctx)
	if err != nil {
		return report, err
	}
	missing, extra := plan(want, have)
	for _, o := range missing {
		err := c.create(ctx, o)
		if refused, ok := errors.AsType[*Refused](err); ok && refused.Status < http.StatusInternalServerError {
			report.Refused[o.ID] = refused.Words
			continue
		}
		if err != nil {
			return report, fmt.Errorf("make %s %s: %w", o.Kind, o.ID, err)
		}
		report.Made++
	}
	for _, k := range extra {
		if report.keeps(k.id) {
			continue
		}
		if err := c.remove(ctx, k); err != nil {
			return report, fmt.Errorf("remove %s %s: %w", k.kind, k.id, err)
		}
		report.Removed++
	}
	return report, nil
}

// Differences counts what Asterisk lacks of the wanted objects and what it has too much.
func (c *Client) Differences(ctx context.Context, want []Object) (missing, extra int, err error) {
	have, err := c.have(ctx)
	m, e := plan(want, have)
	return len(m), len(e), err
}

// keeps says whether an object is what one that Asterisk refused was to replace.
func (r Report) keeps(id string) bool {
	for refused := range r.Refused {
		if base(refused) == base(id) {
			return true
		}
	}
	return false
}

// base is a name without the mark of its content.
func base(id string) string {
	name, _, _ := strings.Cut(id, "-")
	return name
}

// Endpoint states as ARI has them.
const (
	Online  = "online"
	Offline = "offline"
)

// State is what is known of an endpoint.
type State struct {
	Resource string   `json:"resource"`
	State    string   `json:"state"`
	Channels []string `json:"channel_ids"`
}

// Endpoints lists the endpoints with their states.
func (c *Client) Endpoints(ctx context.Context) ([]State, error) {
	var all []State
	err := c.rest(ctx, http.MethodGet, "/endpoints/PJSIP", nil, &all)
	return all, err
}

// Registrations are the states of our registrations at carriers, by the object's name: Registered, Unregistered, Rejected.
func (c *Client) Registrations(ctx context.Context) (map[string]string, error) {
	events, err := c.Action(ctx, requestTime, "PJSIPShowRegistrationsOutbound")
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, e := range events {
		if e["Event"] == "OutboundRegistrationDetail" {
			found[e["ObjectName"]] = e["Status"]
		}
	}
	return found, nil
}

// Endpoint is one endpoint with its channels.
func (c *Client) Endpoint(ctx context.Context, name string) (State, error) {
	var s State
	err := c.rest(ctx, http.MethodGet, "/endpoints/PJSIP/"+url.PathEscape(name), nil, &s)
	return s, err
}

// Talk asks the telephone at the far end of a channel that rings to answer.
func (c *Client) Talk(ctx context.Context, channel string) error {
	var found struct {
		Name string `json:"name"`
	}
	if err := c.rest(ctx, http.MethodGet, "/channels/"+url.PathEscape(channel), nil, &found); err != nil {
		return err
	}
	_, err := c.Action(ctx, requestTime, "PJSIPNotify", "Channel", found.Name, "Variable", "Event=talk")
	return err
}
