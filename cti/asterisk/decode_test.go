package asterisk

import (
	"bufio"
	"bytes"
	_ "embed"
	"log/slog"
	"testing"

	"github.com/CyCoreSystems/ari/v5"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// recordedFrames were sent by Asterisk 22.10.1 during the tests against a real one.
//
//go:embed testdata/frames.jsonl
var recordedFrames []byte

func frames() [][]byte {
	var all [][]byte
	sc := bufio.NewScanner(bytes.NewReader(recordedFrames))
	for sc.Scan() {
		all = append(all, bytes.Clone(sc.Bytes()))
	}
	return all
}

// deaf is an adapter without a connection whose events go to post.
func deaf(t testing.TB, post func(switchboard.Event)) *Adapter {
	t.Helper()
	a, err := New(Options{URL: "http://127.0.0.1:1/ari", Username: "u", Post: post, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	a.ctx, a.cancel = t.Context(), func() {}
	a.inbox.release(switchboard.Snapshot{})
	for range cap(a.slots) {
		a.slots <- struct{}{} // no request is ever sent
	}
	return a
}

func TestDecodeAgreesWithLibrary(t *testing.T) {
	require.NotEmpty(t, frames())
	for _, frame := range frames() {
		ours, err := decode(frame)
		require.NoError(t, err)
		theirs, err := ari.DecodeEvent(frame)
		require.NoError(t, err)
		require.Equal(t, theirs.GetType(), ours.Type)
		switch ev := theirs.(type) {
		case *ari.StasisStart:
			require.Equal(t, ev.Channel.ID, ours.Channel.ID)
			require.Equal(t, ev.Channel.Caller.Name, ours.Channel.Caller.Name)
			require.Equal(t, ev.Channel.Dialplan.Exten, ours.Channel.Dialplan.Exten)
			require.Equal(t, ev.Channel.ChannelVars, ours.Channel.Vars)
		case *ari.ChannelStateChange:
			require.Equal(t, ev.Channel.State, ours.Channel.State)
		case *ari.ChannelDestroyed:
			require.Equal(t, ev.Cause, ours.Cause)
		case *ari.PlaybackFinished:
			require.Equal(t, ev.Playback, ours.Playback)
		}
	}
}

func TestLegStates(t *testing.T) {
	for state, want := range map[string]call.LegState{
		"Up": call.Up, "Ring": call.Ringing, "Ringing": call.Ringing,
		"Down": call.Asked, "Dialing": call.Asked, "": call.Asked, "Busy": call.Asked, "new": call.Asked,
	} {
		require.Equal(t, want, channel{State: state}.legState(), state)
	}
}

func TestInApplication(t *testing.T) {
	for data, want := range map[string]bool{"bellhop,in,1000": true, "bellhop": true, "bellhop2,in": false, "": false, "in,bellhop": false} {
		require.Equal(t, want, channel{Dialplan: dialplan{AppName: "Stasis", AppData: data}}.inApplication("bellhop"), data)
		require.False(t, channel{Dialplan: dialplan{AppName: "MusicOnHold", AppData: data}}.inApplication("bellhop"), data)
	}
}

// BenchmarkReceive is decoding, translating and posting, without the network.
func BenchmarkReceive(b *testing.B) {
	n := 0
	a := deaf(b, func(switchboard.Event) { n++ })
	ring := []byte(`{"type":"ChannelStateChange","timestamp":"2026-01-01T00:00:00.000+0000","channel":{"id":"0198c0de-0000-7000-8000-00000000000a","name":"PJSIP/agent-00000001","state":"Ringing","protocol_id":"x","caller":{"name":"","number":""},"connected":{"name":"","number":"01012345678"},"accountcode":"","dialplan":{"context":"nowhere","exten":"s","priority":1,"app_name":"AppDial2","app_data":"(Outgoing Line)"},"creationtime":"2026-01-01T00:00:00.000+0000","language":"en","channelvars":{"BELLHOP_CALL":"0198c0de-0000-7000-8000-00000000000b","BELLHOP_ROLE":"agent"}},"asterisk_id":"02:00:00:00:00:01","application":"bellhop"}`)
	b.SetBytes(int64(len(ring)))
	b.ReportAllocs()
	for b.Loop() {
		if err := a.receive(ring); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}
