// Command bench measures the first call on a running Bellhop (bellhop dev) and prints each figure with its conditions:
//
//   - INVITE → offer on the agent's live websocket, with an idle agent;
//   - 대기 → offer, with a caller who waits;
//   - 전화받기 → audio both ways, from the command's sending to the later of: the first 20 ms frame in the agent's WebRTC
//     connection in which the caller's tone is, and the moment the caller's telephone knows the agent's tone (it looks at the
//     last 50 ms, so that figure is up to 25 ms too high).
//
// Agent and caller are real: WebRTC by pion, SIP by sipgo, over the loopback. Every call is placed after the one before it
// has ended, so these are latencies of an idle server; the load generator shares the machine.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"bellhop/deploy/bot"
	"bellhop/media/audio"
	"bellhop/media/handset"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	calls := flag.Int("calls", 60, "calls for each figure, at least 50 to be quoted")
	state := flag.String("state", ".run", "state folder of the running bellhop dev")
	flag.Parse()
	if err := run(ctx, *state, *calls); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type demo struct {
	URL    string `json:"url"`
	SIP    string `json:"sip"`
	Number string `json:"number"`
	Users  []struct {
		Login, Password, Role string
	} `json:"users"`
}

func readDemo(state string) (demo, error) {
	var d demo
	text, err := os.ReadFile(filepath.Join(state, "demo.json"))
	if err != nil {
		return d, fmt.Errorf("is bellhop dev running? %w", err)
	}
	return d, json.Unmarshal(text, &d)
}

const (
	agentHertz  = 1000 // the first agent's microphone
	targetHertz = 1300 // the second agent's
	callerHz    = 440
)

// bench is one agent and one caller's telephone at a running server.
type bench struct {
	demo  demo
	agent *bot.Agent
	phone *handset.Phone

	target *bot.Agent

	toOffer, readyToOffer, toAudio                     []time.Duration
	toHold, toResume, toConsult, toConnected, toReload []time.Duration
}

func run(ctx context.Context, state string, calls int) error {
	d, err := readDemo(state)
	if err != nil {
		return err
	}
	b := &bench{demo: d}
	if b.phone, err = handset.New(handset.Options{}); err != nil {
		return err
	}
	defer func() { _ = b.phone.Close() }()
	if err := b.signIn(ctx); err != nil {
		return err
	}
	for range calls {
		if err := errors.Join(b.callToIdleAgent(ctx), b.pause(ctx)); err != nil {
			return err
		}
		if err := errors.Join(b.readyWithCallerWaiting(ctx), b.pause(ctx)); err != nil {
			return err
		}
		if err := errors.Join(b.workOnACall(ctx), b.pause(ctx)); err != nil {
			return err
		}
	}
	fmt.Printf("conditions: %d calls one after another, %d CPUs shared with the load, %s, G.711, loopback\n",
		calls, runtime.NumCPU(), runtime.Version())
	report("INVITE → offer at the agent's websocket", b.toOffer, 100, 30)
	report("대기 → offer, a caller waiting", b.readyToOffer, 100, 30)
	report("전화받기 → audio both ways", b.toAudio, 250, 80)
	report("보류 → the caller hears music", b.toHold, 80, 80)
	report("해제 → the caller hears the agent", b.toResume, 80, 80)
	report("전화받기 of a consult → the agent hears", b.toConsult, 80, 80)
	report("고객연결 → the caller hears the target", b.toConnected, 80, 80)
	report("reload in mid-call → audio both ways", b.toReload, 2000, 500)
	return nil
}

// signIn signs in the first two demo agents.
func (b *bench) signIn(ctx context.Context) error {
	for _, u := range b.demo.Users {
		if u.Role != "agent" || b.target != nil {
			continue
		}
		hertz := float64(agentHertz)
		if b.agent != nil {
			hertz = targetHertz
		}
		a, err := bot.SignIn(ctx, b.demo.URL, u.Login, u.Password, hertz)
		if err != nil {
			return fmt.Errorf("agent %s: %w", u.Login, err)
		}
		if b.agent == nil {
			b.agent = a
		} else {
			b.target = a
		}
	}
	if b.target == nil {
		return errors.New("two demo agents are needed")
	}
	_, err := b.target.Presence(ctx, "break")
	return err
}

func report(what string, took []time.Duration, must, aim int) {
	slices.Sort(took)
	at := func(p float64) float64 {
		return float64(took[min(len(took)-1, int(p*float64(len(took))))].Microseconds()) / 1000
	}
	fmt.Printf("%-42s n=%d  p50 %.1f ms  p99 %.1f ms  max %.1f ms  (must: p99 ≤ %d ms, aim: ≤ %d ms)\n",
		what, len(took), at(0.5), at(0.99), at(1), must, aim)
}

func (b *bench) dial(ctx context.Context) (*handset.Session, error) {
	return b.phone.Dial(ctx, handset.Call{
		Server: b.demo.SIP, To: b.demo.Number, From: handset.Caller{Number: "01012345678"},
		Speak: audio.Tones(audio.DefaultLevel, callerHz),
	})
}

const (
	patience = 15 * time.Second
	// between is the pause after a call: the server's limit on a page's messages must not be what is measured.
	between = 400 * time.Millisecond
)

func (b *bench) pause(ctx context.Context) error {
	select {
	case <-time.After(between):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func offered(v bot.View) bool { return v.Occupation == "offered" && v.Call != nil }

// callToIdleAgent measures INVITE → offer and 전화받기 → audio, and hangs up as the agent.
func (b *bench) callToIdleAgent(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := b.idle(ctx, "ready"); err != nil {
		return err
	}
	invited := time.Now()
	caller, err := b.dial(ctx)
	if err != nil {
		return err
	}
	offer, err := b.agent.Until(ctx, offered)
	if err != nil {
		return err
	}
	b.toOffer = append(b.toOffer, offer.At.Sub(invited))
	if err := caller.AwaitAnswer(ctx); err != nil {
		return err
	}
	b.agent.Audio.Listen(callerHz)
	pressed, err := b.agent.OnCall(ctx, "accept")
	if err != nil {
		return err
	}
	heard, err := b.bothHear(ctx, caller)
	if err != nil {
		return err
	}
	b.toAudio = append(b.toAudio, heard.Sub(pressed))
	_, err = b.agent.Until(ctx, func(v bot.View) bool { return v.Occupation == "talking" })
	if err != nil {
		return err
	}
	if _, err := b.agent.OnCall(ctx, "hang_up"); err != nil {
		return err
	}
	_, err = caller.AwaitEnd(ctx)
	return err
}

// bothHear waits until each side hears the other's tone and says when the later one did.
func (b *bench) bothHear(ctx context.Context, caller *handset.Session) (time.Time, error) {
	callerAt, err := hears(ctx, caller, agentHertz)
	if err != nil {
		return callerAt, err
	}
	agentAt, err := heard(ctx, b.agent.Audio)
	if agentAt.After(callerAt) {
		return agentAt, err
	}
	return callerAt, err
}

// readyWithCallerWaiting measures 대기 → offer; the caller hangs up while it rings.
func (b *bench) readyWithCallerWaiting(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := b.idle(ctx, "default"); err != nil {
		return err
	}
	caller, err := b.dial(ctx)
	if err != nil {
		return err
	}
	if err := caller.AwaitAnswer(ctx); err != nil {
		return err
	}
	pressed, err := b.agent.Presence(ctx, "ready")
	if err != nil {
		return err
	}
	offer, err := b.agent.Until(ctx, offered)
	if err != nil {
		return err
	}
	b.readyToOffer = append(b.readyToOffer, offer.At.Sub(pressed))
	caller.HangUp()
	_, err = caller.AwaitEnd(ctx)
	return err
}

// idle waits until the agent has no call and chooses the presence.
func (b *bench) idle(ctx context.Context, presence string) error {
	if _, err := b.agent.Presence(ctx, "break"); err != nil {
		return err
	}
	for {
		v, err := b.agent.Until(ctx, func(v bot.View) bool { return v.Occupation == "free" })
		if err != nil {
			return err
		}
		if v.Presence == "break" {
			break
		}
		if _, err := b.agent.Presence(ctx, "break"); err != nil {
			return err
		}
	}
	if _, err := b.agent.Presence(ctx, presence); err != nil {
		return err
	}
	_, err := b.agent.Until(ctx, func(v bot.View) bool { return v.Occupation == "free" && v.Presence == presence })
	return err
}
