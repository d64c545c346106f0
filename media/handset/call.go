package handset

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"bellhop/media/audio"
)

// Call says what to dial and what to do on the line.
type Call struct {
	// Server is the SIP server, host:port (5060 if no port is given).
	Server string
	// To is the number dialled.
	To string
	// From is who calls.
	From Caller

	// Codecs are offered in this order; PCMU and PCMA if empty.
	Codecs []Codec
	// Speak is what the caller says from the moment he is answered; nil, and
	// what comes after its end, is silence.
	Speak audio.Source
	// Record, if not nil, receives what is heard as a WAV file, gaps filled
	// with silence. It is complete when the session is done, and not closed.
	Record io.WriteSeeker
	// HeardLevel is the level in dBFS above which sound counts as heard; [HeardLevel] if zero.
	HeardLevel float64
	// Probe are frequencies in hertz whose coming and going is reported
	// as [ToneOn] and [ToneOff].
	Probe []float64

	// ReplyTimeout ends the call if the server says nothing at all, 10 s if zero.
	ReplyTimeout time.Duration
	// AnswerTimeout ends the call if it has not been answered; zero waits for ever.
	AnswerTimeout time.Duration
	// HangUpAfter ends the call this long after it was answered; zero does not.
	HangUpAfter time.Duration

	// OnSound is told the samples of every packet that is heard, when it came. It
	// must not block, nor keep pcm.
	OnSound func(at time.Time, pcm []int16)
	// OnEvent is told what happens, one event at a time and in order. It must
	// not block, or what it holds up is the call.
	OnEvent func(Event)
}

// Codec is a G.711 law, named as in SDP.
type Codec string

// The codecs a telephone understands.
const (
	PCMU Codec = "PCMU" // µ-law
	PCMA Codec = "PCMA" // A-law
)

func (c *Call) validate() error {
	if c.To == "" {
		return errors.New("handset: no number to dial")
	}
	if len(c.Codecs) == 0 {
		c.Codecs = []Codec{PCMU, PCMA}
	}
	for i, codec := range c.Codecs {
		if codec != PCMU && codec != PCMA || slices.Contains(c.Codecs[:i], codec) {
			return fmt.Errorf("handset: codec %q is unknown or named twice", codec)
		}
	}
	for _, hz := range c.Probe {
		if !(hz > 0 && hz < audio.SampleRate/2) {
			return fmt.Errorf("handset: a tone of %v Hz cannot be heard on this line", hz)
		}
	}
	if c.HeardLevel == 0 {
		c.HeardLevel = HeardLevel
	}
	if c.ReplyTimeout <= 0 {
		c.ReplyTimeout = defaultReplyTimeout
	}
	if c.OnEvent == nil {
		c.OnEvent = func(Event) {}
	}
	return nil
}

// server resolves the address of the SIP server.
func (c *Call) server() (host string, addr netip.AddrPort, err error) {
	hostport := c.Server
	if _, _, err := net.SplitHostPort(hostport); err != nil {
		hostport = net.JoinHostPort(strings.Trim(hostport, "[]"), "5060")
	}
	udp, err := net.ResolveUDPAddr("udp", hostport)
	if err != nil {
		return "", netip.AddrPort{}, fmt.Errorf("handset: server %q: %w", c.Server, err)
	}
	addr = udp.AddrPort()
	addr = netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
	if !addr.Addr().IsValid() || addr.Port() == 0 {
		return "", netip.AddrPort{}, fmt.Errorf("handset: server %q has no address", c.Server)
	}
	return addr.Addr().String(), addr, nil
}

// EventKind says what an [Event] is about.
type EventKind string

// What can happen in a call.
const (
	Calling      EventKind = "calling"      // the INVITE was sent
	Progress     EventKind = "progress"     // another provisional answer than the next two, with its status
	Ringing      EventKind = "ringing"      // 180
	EarlyMedia   EventKind = "early_media"  // sound may come before the answer
	Answered     EventKind = "answered"     // 200, and the ACK was sent
	HeardSound   EventKind = "heard"        // [HeardEnough] of sound was heard for the first time
	ToneOn       EventKind = "tone_on"      // a probed frequency came
	ToneOff      EventKind = "tone_off"     // a probed frequency went
	KeyPressed   EventKind = "dtmf"         // a key was sent
	Renegotiated EventKind = "renegotiated" // a re-INVITE was answered
	Ended        EventKind = "ended"        // always the last one; see [Session.End]
)

// Event is one thing that happened in a call.
type Event struct {
	At   time.Time
	Kind EventKind

	Status int     // the SIP status, for Progress, Ringing, EarlyMedia and Answered
	Reason string  // its reason phrase
	Hz     float64 // the frequency, for ToneOn and ToneOff
	Key    rune    // for KeyPressed
}
