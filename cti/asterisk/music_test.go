package asterisk_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/asterisk"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	deploy "bellhop/deploy/asterisk"
	"bellhop/deploy/asterisk/asterisktest"
	"bellhop/media/audio"
)

const (
	quietHz, brightHz, wordsHz = 700.0, 1900.0, 1200.0
	quietClass, brightClass    = "0198c0de-0000-7000-8000-000000000001", "0198c0de-0000-7000-8000-000000000002"
	words                      = call.Sound("0198c0de-0000-7000-8000-000000000003")
)

// writeTone puts a tone where Asterisk finds uploaded sounds.
func (r *rig) writeTone(name string, hz, seconds float64) {
	r.t.Helper()
	samples := make([]int16, int(seconds*audio.SampleRate))
	for i := range samples {
		samples[i] = int16(6000 * math.Sin(2*math.Pi*hz*float64(i)/audio.SampleRate))
	}
	var file bytes.Buffer
	require.NoError(r.t, audio.WriteWAV(&file, samples))
	require.NoError(r.t, os.WriteFile(filepath.Join(deploy.SoundsDir(r.in.Dir), name+".wav"), file.Bytes(), 0o600))
}

// writeMusic writes the classes as the server does, each of one sound of the same name, and has them read.
func (r *rig) writeMusic(classes ...string) {
	r.t.Helper()
	folder := deploy.SoundsDir(r.in.Dir)
	var text bytes.Buffer
	for _, class := range classes {
		fmt.Fprintf(&text, "[%s]\nmode=playlist\nentry=%s/%s\n", class, folder, class)
	}
	require.NoError(r.t, os.WriteFile(filepath.Join(folder, "new"), text.Bytes(), 0o600))
	require.NoError(r.t, os.Rename(filepath.Join(folder, "new"), filepath.Join(folder, deploy.MusicConf)))
	require.NoError(r.t, r.adapter.ReloadMusic(r.t.Context()))
}

func (r *rig) waiting() (*asterisktest.Line, switchboard.CallArrived) {
	r.t.Helper()
	line := asterisktest.NewPhone(r.t, "127.0.0.2", "01012345678").Call("1000", r.in.SIPAddr)
	line.Speak(customerTone)
	arrived := await[switchboard.CallArrived](r.events)
	r.do(call.AnswerCustomer{Leg: arrived.Leg})
	return line, arrived
}

// TestMusicOfQueues: each caller hears the music of his queue, made while Asterisk runs; a change leaves who hears it alone; he
// hears another when he is led into another queue, also by a server that did not put him there.
func TestMusicOfQueues(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.writeTone(quietClass, quietHz, 30)
	r.writeMusic(quietClass)
	line, a := r.waiting()
	r.do(call.PlayMusic{Leg: a.Leg, Class: quietClass})
	hears(t, line, quietHz)

	r.writeTone(brightClass, brightHz, 30)
	line.Forget()
	r.writeMusic(brightClass, quietClass)
	line.LongestSilence()
	require.Eventually(t, func() bool { return audio.ToneShare(line.Heard(time.Second), quietHz) > 0.98 }, patience, 20*time.Millisecond)
	require.Less(t, line.LongestSilence(), time.Second, "the change was heard")
	line2, a2 := r.waiting()
	r.do(call.PlayMusic{Leg: a2.Leg, Class: brightClass})
	hears(t, line2, brightHz)
	hears(t, line, quietHz)

	r.do(call.PlayMusic{Leg: a.Leg, Class: brightClass})
	hears(t, line, brightHz)
	r.do(call.PlayMusic{Leg: a.Leg})
	hearsMusic(t, line)

	r.adapter.Stop()
	events := newEvents(t)
	adapter := connect(t, r.in.ARIURL, r.in.Username, r.in.Password, events)
	seen := await[switchboard.SwitchConnected](events).Seen
	require.Contains(t, seen.Bridges, switchboard.SeenBridge{ID: asterisk.HoldBridge + "-" + brightClass, Hold: true, Legs: []call.LegID{a2.Leg}})
	require.NoError(t, adapter.Perform(t.Context(), a2.Call, call.PlayMusic{Leg: a2.Leg}))
	hearsMusic(t, line2)
	require.NoError(t, adapter.Perform(t.Context(), a2.Call, call.PlayMusic{Leg: a2.Leg, Class: quietClass}))
	hears(t, line2, quietHz)
	require.ErrorIs(t, adapter.Perform(t.Context(), a2.Call, call.PlayMusic{Leg: a2.Leg, Class: "../x"}), switchboard.ErrPermanent)
	require.NoError(t, adapter.Perform(t.Context(), a.Call, call.ReleaseLeg{Leg: a.Leg}))
	require.NoError(t, adapter.Perform(t.Context(), a2.Call, call.ReleaseLeg{Leg: a2.Leg}))
	r.in.RequireIdle()
}

// TestPlaceWhileWaiting: music, his place in the queue, what an admin uploaded, music again; and an agent who accepts in the
// middle of it has him at once.
func TestPlaceWhileWaiting(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.writeTone(quietClass, quietHz, 30)
	r.writeTone(string(words), wordsHz, 4)
	r.writeMusic(quietClass)
	line, a := r.waiting()
	perform := func(e call.Effect) {
		t.Helper()
		require.NoError(t, r.adapter.Perform(t.Context(), a.Call, e))
	}
	music := call.PlayMusic{Leg: a.Leg, Class: quietClass}
	perform(music)
	hears(t, line, quietHz)

	perform(call.Announce{Leg: a.Leg, Sound: "queue-place-3", Number: 1})
	ended := await[switchboard.AnnouncementEnded](r.events)
	require.False(t, ended.Failed, "the place is there")
	spoken := line.Heard(time.Second)
	require.Less(t, audio.ToneShare(spoken, quietHz), 0.5, "no music meanwhile")
	require.Greater(t, audio.Level(spoken), -40.0)
	perform(music)
	hears(t, line, quietHz)

	perform(call.Announce{Leg: a.Leg, Sound: words, Number: 2})
	hears(t, line, wordsHz)
	agents := asterisktest.NewPhone(t, "127.0.0.1", "2041")
	ring := call.RingAgent{Leg: newLeg(), Agent: "a", Address: agentURI(agents), Caller: a.Caller}
	perform(call.Silence{Leg: a.Leg, Number: 2})
	perform(music)
	perform(ring)
	phone := receiveLine(t, agents)
	phone.Speak(agentTone)
	require.NoError(t, phone.Answer())
	awaitThat(r.events, func(ev switchboard.LegAnswered) bool { return ev.Leg == ring.Leg })
	perform(call.JoinLegs{Bridge: call.Call{ID: a.Call}.Bridge(), Legs: [3]call.LegID{a.Leg, ring.Leg}})
	hears(t, line, agentTone)
	hears(t, phone, customerTone)
	perform(call.ReleaseLeg{Leg: ring.Leg})
	perform(call.ReleaseLeg{Leg: a.Leg})
}
