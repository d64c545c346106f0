package asterisk_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"bellhop/cti/asterisk"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/deploy/asterisk/asterisktest"
	"bellhop/media/audio"
)

const (
	customerTone = 1000.0
	agentTone    = 440.0
)

// hears waits until the newest half second of a line is mostly the tone.
func hears(t testing.TB, l *asterisktest.Line, hz float64) {
	t.Helper()
	require.Eventually(t, func() bool {
		return audio.ToneShare(l.Heard(500*time.Millisecond), hz) > 0.9
	}, patience, 20*time.Millisecond, "%v Hz not heard", hz)
}

// hearsMusic waits until a line hears sound that is no test tone, for a whole second.
func hearsMusic(t *testing.T, l *asterisktest.Line) {
	t.Helper()
	require.Eventually(t, func() bool {
		s := l.Heard(time.Second)
		for i := 0; i+audio.SampleRate/10 <= len(s); i += audio.SampleRate / 10 {
			if audio.Level(s[i:i+audio.SampleRate/10]) < -55 {
				return false
			}
		}
		return len(s) == audio.SampleRate && audio.ToneShare(s, customerTone) < 0.05 && audio.ToneShare(s, agentTone) < 0.05
	}, patience, 50*time.Millisecond, "no hold music")
}

func TestWholeCall(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	customer, agent := asterisktest.NewPhone(t, "127.0.0.2", "01012345678"), asterisktest.NewPhone(t, "127.0.0.1", "2041")

	line := customer.Call("1000", r.in.SIPAddr, asterisktest.From("김하늘", "01012345678"))
	line.Speak(customerTone)
	arrived := await[switchboard.CallArrived](r.events)
	require.Equal(t, call.Party{Number: "01012345678", Name: "김하늘"}, arrived.Caller)
	require.Equal(t, "1000", arrived.Dialled)
	id, err := uuid.Parse(string(arrived.Call))
	require.NoError(t, err)
	require.Equal(t, uuid.Version(7), id.Version())

	r.do(call.AnswerCustomer{Leg: arrived.Leg})
	require.Equal(t, arrived.Leg, await[switchboard.LegAnswered](r.events).Leg)
	waitFor(t, line.Answered, "answer")
	r.do(call.AnswerCustomer{Leg: arrived.Leg})
	r.do(call.PlayMusic{Leg: arrived.Leg})
	hearsMusic(t, line)
	r.do(call.PlayMusic{Leg: arrived.Leg})
	line.Forget()
	hearsMusic(t, line)

	ring := call.RingAgent{Leg: newLeg(), Agent: "a", Address: agentURI(agent), Caller: arrived.Caller}
	r.do(ring)
	r.do(ring)
	phone := receiveLine(t, agent)
	require.Equal(t, string(ring.Leg), phone.Request.GetHeader("X-Bellhop-Leg").Value())
	require.Equal(t, "2041", phone.Request.Recipient.User)
	require.Equal(t, "01012345678", phone.Request.From().Address.User)
	require.Equal(t, "김하늘", phone.Request.From().DisplayName)
	require.Empty(t, agent.Incoming, "asked twice, rung once")
	require.NoError(t, phone.Ring())
	require.Equal(t, ring.Leg, await[switchboard.LegRang](r.events).Leg)
	phone.Speak(agentTone)
	require.NoError(t, phone.Answer())
	require.Equal(t, ring.Leg, await[switchboard.LegAnswered](r.events).Leg)

	join := call.JoinLegs{Bridge: string(arrived.Call) + "-b", Legs: [3]call.LegID{arrived.Leg, ring.Leg}}
	r.do(join)
	hears(t, line, agentTone)
	hears(t, phone, customerTone)
	r.do(join)
	line.Forget()
	phone.Forget()
	hears(t, line, agentTone)
	hears(t, phone, customerTone)

	r.do(call.ReleaseLeg{Leg: ring.Leg, Cause: call.CauseNormalClearing})
	require.Equal(t, switchboard.LegEnded{Leg: ring.Leg, Cause: 16}, await[switchboard.LegEnded](r.events))
	waitFor(t, phone.Ended, "end of the agent's leg")
	r.do(call.PlayMusic{Leg: arrived.Leg})
	hearsMusic(t, line)
	r.do(call.ReleaseLeg{Leg: arrived.Leg, Cause: call.CauseNormalClearing})
	require.Equal(t, switchboard.LegEnded{Leg: arrived.Leg, Cause: 16}, await[switchboard.LegEnded](r.events))
	waitFor(t, line.Ended, "end of the customer's leg")
	r.do(call.DropBridge{Bridge: join.Bridge})
	r.in.RequireIdle()

	for _, e := range []call.Effect{
		call.AnswerCustomer{Leg: arrived.Leg},
		call.PlayMusic{Leg: arrived.Leg},
		call.ReleaseLeg{Leg: ring.Leg, Cause: 16},
		call.DropBridge{Bridge: join.Bridge},
		call.Announce{Leg: arrived.Leg, Sound: call.SoundUnallocated, Number: 1},
	} {
		require.ErrorIs(t, r.try(e), switchboard.ErrGone, "%T", e)
	}
	require.ErrorIs(t, r.try(join), switchboard.ErrGone)
	r.do(call.DropBridge{Bridge: join.Bridge})
}

func TestNumberNotInService(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	line := asterisktest.NewPhone(t, "127.0.0.2", "01012345678").Call("0015551234567", r.in.SIPAddr)
	arrived := await[switchboard.CallArrived](r.events)
	announce := call.Announce{Leg: arrived.Leg, Sound: call.SoundUnallocated, Number: 1}
	r.do(announce)
	waitFor(t, line.Ringing, "early media")
	for _, hz := range []float64{950, 1400, 1800} { // the special information tone comes first
		require.Eventually(t, func() bool {
			return audio.ToneShare(line.Heard(150*time.Millisecond), hz) > 0.9
		}, patience, 10*time.Millisecond, "%v Hz of the special information tone", hz)
	}
	ended := await[switchboard.AnnouncementEnded](r.events)
	require.Equal(t, switchboard.AnnouncementEnded{Leg: arrived.Leg, Number: 1}, ended)
	select {
	case <-line.Answered:
		t.Fatal("the call was answered, and would be charged")
	default:
	}
	r.do(call.ReleaseLeg{Leg: arrived.Leg, Cause: call.CauseUnallocated})
	waitFor(t, line.Ended, "end")
	status, _ := line.Status()
	require.Equal(t, 404, status)
	require.Equal(t, 1, await[switchboard.LegEnded](r.events).Cause)
	r.in.RequireIdle()
}

func TestAnnouncementThatDoesNotExist(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	asterisktest.NewPhone(t, "127.0.0.2", "010").Call("4040", r.in.SIPAddr)
	leg := await[switchboard.CallArrived](r.events).Leg
	r.do(call.Announce{Leg: leg, Sound: "no-such-sound", Number: 1})
	require.Equal(t, switchboard.AnnouncementEnded{Leg: leg, Number: 1, Failed: true}, await[switchboard.AnnouncementEnded](r.events))
	require.ErrorIs(t, r.try(call.Announce{Leg: leg, Sound: "../../etc/passwd", Number: 1}), switchboard.ErrPermanent)
	r.do(call.ReleaseLeg{Leg: leg})
	r.in.RequireIdle()
}

func TestCustomerHangsUp(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	phone := asterisktest.NewPhone(t, "127.0.0.2", "010")

	early := phone.Call("1000", r.in.SIPAddr)
	leg := await[switchboard.CallArrived](r.events).Leg
	early.Hangup()
	require.Equal(t, leg, await[switchboard.LegEnded](r.events).Leg)

	late := phone.Call("1000", r.in.SIPAddr)
	leg = await[switchboard.CallArrived](r.events).Leg
	r.do(call.AnswerCustomer{Leg: leg})
	waitFor(t, late.Answered, "answer")
	r.do(call.PlayMusic{Leg: leg})
	late.Hangup()
	require.Equal(t, switchboard.LegEnded{Leg: leg, Cause: 16}, await[switchboard.LegEnded](r.events))
	r.in.RequireIdle()
}

func TestAgentDoesNotTakeTheCall(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	agent := asterisktest.NewPhone(t, "127.0.0.1", "2041")
	for _, c := range []struct{ status, cause int }{{486, 17}, {480, 19}, {603, 21}} {
		ring := call.RingAgent{Leg: newLeg(), Address: agentURI(agent)}
		r.do(ring)
		require.NoError(t, receiveLine(t, agent).Refuse(c.status))
		require.Equal(t, switchboard.LegEnded{Leg: ring.Leg, Cause: c.cause}, await[switchboard.LegEnded](r.events))
	}
	ring := call.RingAgent{Leg: newLeg(), Address: agentURI(agent)}
	r.do(ring)
	line := receiveLine(t, agent)
	require.NoError(t, line.Ring())
	r.do(call.ReleaseLeg{Leg: ring.Leg, Cause: call.CauseNoAnswer})
	waitFor(t, line.Ended, "CANCEL")
	require.Equal(t, ring.Leg, await[switchboard.LegEnded](r.events).Leg)
	r.in.RequireIdle()
}

func TestRingAgentPermanentFailures(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, address := range []string{"", "2041", "sip:", "sip:a b@127.0.0.1", "sip:a@127.0.0.1,PJSIP/customers/sip:b@c", "sip:a@h&Local/1", "sips:a@h", "sip:a@127.0.0.1:5060/n"} {
		require.ErrorIs(t, r.try(call.RingAgent{Leg: newLeg(), Address: address}), switchboard.ErrPermanent, address)
	}
	require.ErrorIs(t, r.try(call.PickUp{Leg: "x", Agent: "y"}), switchboard.ErrPermanent)
	r.in.RequireIdle()
}

func TestAgentPhoneThatDies(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	agent := asterisktest.NewPhone(t, "127.0.0.1", "2041")
	ring := call.RingAgent{Leg: newLeg(), Address: agentURI(agent)}
	r.do(ring)
	line := receiveLine(t, agent)
	require.NoError(t, line.Answer())
	await[switchboard.LegAnswered](r.events)
	line.Vanish()
	ended := await[switchboard.LegEnded](r.events)
	require.Equal(t, ring.Leg, ended.Leg)
	require.Equal(t, 44, ended.Cause, "requested channel not available: no sound for 5 s")
	r.in.RequireIdle()
}

func TestStrangeCallers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	phone := asterisktest.NewPhone(t, "127.0.0.3", "x")
	for name, c := range map[string]struct {
		display, user, dial string
		want                call.Party
		dialled             string
	}{
		"withheld":      {"Anonymous", "anonymous", "1000", call.Party{}, "1000"},
		"international": {"", "+821012345678", "+821000", call.Party{Number: "+821012345678"}, "+821000"},
		"html":          {"<script>alert(1)</script>", "010", "1000", call.Party{Number: "010", Name: "<script>alert(1)</script>"}, "1000"},
		"emoji":         {"👩 Kim", "010", "1000", call.Party{Number: "010", Name: "👩 Kim"}, "1000"},
		"decomposed":    {"\u1100\u1161\u11A8", "010", "1000", call.Party{Number: "010", Name: "\uAC01"}, "1000"},
		"bidi":          {"a\u202Eb", "010", "1000", call.Party{Number: "010", Name: "ab"}, "1000"},
		"letters":       {"", "alice", "alice", call.Party{}, "alice"},
		"star code":     {"", "010", "*98", call.Party{Number: "010"}, "*98"},
		"one digit":     {"", "010", "0", call.Party{Number: "010"}, "0"},
		"CP949":         {"\xb1\xe8\xc7\xcf\xb4\xc3", "010", "1000", call.Party{Number: "010", Name: "\uFFFD\uFFFD\uFFFD\u03F4\uFFFD"}, "1000"},
		"escaped":       {"", "%0d%0a010", "10%0d%0a00", call.Party{}, "10 00"},
		"no number":     {"", "010", "", call.Party{Number: "010"}, "s"},
		"quotes":        {`a"b\c`, "010", "1000", call.Party{Number: "010", Name: `a"b\c`}, "1000"},
		"commas":        {"a,b", "010", "10,00", call.Party{Number: "010", Name: "a,b"}, "10,00"},
		"substitution":  {"${SHELL(id)}", "010", "1%24%7BSHELL(id)%7D", call.Party{Number: "010", Name: "${SHELL(id)}"}, "1${SHELL(id)}"},
		"long number":   {"", "12345678901234567890123456789012345678901234567890", "1000", call.Party{}, "1000"},
	} {
		t.Run(name, func(t *testing.T) {
			line := phone.Call(c.dial, r.in.SIPAddr, asterisktest.From(c.display, c.user))
			arrived := await[switchboard.CallArrived](r.events)
			require.Equal(t, c.want, arrived.Caller)
			require.Equal(t, c.dialled, arrived.Dialled)
			line.Hangup()
			await[switchboard.LegEnded](r.events)
		})
	}
	r.in.RequireIdle()
}

// TestHugeCallerID: a display name of 3,000 bytes, more than a test phone would send.
func TestHugeCallerID(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	conn, err := net.Dial("udp", r.in.SIPAddr)
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "INVITE sip:%[1]s@%[2]s SIP/2.0\r\nVia: SIP/2.0/UDP %[3]s;branch=z9hG4bKhuge\r\nMax-Forwards: 70\r\n"+
		"From: \"%[4]s\" <sip:%[1]s@127.0.0.1>;tag=1\r\nTo: <sip:%[1]s@%[2]s>\r\nCall-ID: huge\r\nCSeq: 1 INVITE\r\n"+
		"Contact: <sip:x@%[3]s>\r\nContent-Length: 0\r\n\r\n", strings.Repeat("1", 300), r.in.SIPAddr, conn.LocalAddr(), strings.Repeat("가", 1000))
	require.NoError(t, err)
	arrived := await[switchboard.CallArrived](r.events)
	require.Empty(t, arrived.Caller.Number)
	require.LessOrEqual(t, len([]rune(arrived.Caller.Name)), call.MaxName)
	require.LessOrEqual(t, len(arrived.Dialled), call.MaxName)
	r.do(call.ReleaseLeg{Leg: arrived.Leg})
	r.in.RequireIdle()
}

func TestStatusErrorIsTyped(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	err := r.try(call.ReleaseLeg{Leg: "nobody", Cause: 16})
	var se *asterisk.StatusError
	require.ErrorAs(t, err, &se)
	require.Equal(t, 404, se.Status)
	require.NotContains(t, err.Error(), "http", "no addresses in errors")
}
