package asterisk

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v5"

	"bellhop/cti/call"
)

// event is what we need of any ARI event. The types of ari/v5 are used where they are whole: its ChannelData drops the
// application a channel is in and refuses an event for an odd time stamp.
type event struct {
	Type     string           `json:"type"`
	Args     []string         `json:"args"`
	Cause    int              `json:"cause"`
	Channel  channel          `json:"channel"`
	Peer     channel          `json:"peer"`       // of Dial: the channel that is called
	Status   string           `json:"dialstatus"` // of Dial
	Digit    string           `json:"digit"`      // of ChannelDtmfReceived
	Playback ari.PlaybackData `json:"playback"`
	Endpoint endpoint         `json:"endpoint"` // of EndpointStateChange
}

// endpoint is a trunk or a telephone.
type endpoint struct {
	Technology string `json:"technology"`
	Resource   string `json:"resource"`
	State      string `json:"state"`
}

// channel is an ARI channel, in events and in lists.
type channel struct {
	ID       string            `json:"id"`
	State    string            `json:"state"`
	Caller   callerID          `json:"caller"`
	Dialplan dialplan          `json:"dialplan"`
	Vars     map[string]string `json:"channelvars"`
	Created  string            `json:"creationtime"`
}

type callerID struct {
	Name   string `json:"name"`
	Number string `json:"number"`
}

type dialplan struct {
	Exten   string `json:"exten"`
	AppName string `json:"app_name"`
	AppData string `json:"app_data"`
}

// errNoEvent marks a frame that is JSON but no event.
var errNoEvent = errors.New("no event type")

// decode reads one frame of the websocket. A field of another type than ours is left empty, for a newer Asterisk must not
// make us deaf; JSON that is broken, or nested deeper than encoding/json allows, is an error.
func decode(frame []byte) (event, error) {
	var ev event
	err := json.Unmarshal(frame, &ev)
	var wrong *json.UnmarshalTypeError
	if err != nil && !errors.As(err, &wrong) {
		return event{}, fmt.Errorf("decode event: %w", err)
	}
	if ev.Type == "" {
		return event{}, errNoEvent
	}
	return ev, nil
}

// role says whose line the channel is; empty when it does not say.
func (c channel) role() string { return c.Vars[varRole] }

// inApplication says whether the channel is in the ARI application now, and not elsewhere in the dialplan.
func (c channel) inApplication(app string) bool {
	name, _, _ := strings.Cut(c.Dialplan.AppData, ",")
	return c.Dialplan.AppName == "Stasis" && name == app
}

// at is when the channel was made; zero when that is not known, or is still to come.
func (c channel) at() time.Time {
	at := timeOf(c.Created)
	if at.After(time.Now()) {
		return time.Time{}
	}
	return at
}

// timeOf reads a time as ARI writes it; zero when it is none.
func timeOf(s string) time.Time {
	at, err := time.Parse("2006-01-02T15:04:05.999-0700", s)
	if err != nil {
		return time.Time{}
	}
	return at
}

// legState translates the states of Asterisk's channels (main/channel_state.c).
func (c channel) legState() call.LegState {
	switch c.State {
	case "Up":
		return call.Up
	case "Ring", "Ringing":
		return call.Ringing
	}
	return call.Asked
}

// party is who is at the channel's far end.
func (c channel) party() call.Party { return call.CleanParty(c.Caller.Number, unquoted(c.Caller.Name)) }

// unquoted resolves the quoted pairs of a SIP display name (RFC 3261, section 25.1), which Asterisk leaves as they came.
func unquoted(name string) string {
	if !strings.Contains(name, `\`) {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] == '\\' && i+1 < len(name) {
			i++
		}
		b.WriteByte(name[i])
	}
	return b.String()
}

// dialled is what the customer called: the extension, as text that is safe to show and to log.
func (c channel) dialled() string { return call.CleanParty("", c.Dialplan.Exten).Name }
