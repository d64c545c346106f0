package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"bellhop/media/audio"
	"bellhop/media/handset"
)

const callHelp = `bellhop call: a customer's telephone. It dials Bellhop over SIP, speaks, listens, and tells what happens.

  bellhop call                                      calls the demo and talks until somebody hangs up
  bellhop call --from 01012345678 --play hello.wav --record heard.wav --hangup-after 10s
  bellhop call --dtmf ,1,2# --hangup-after 5s       presses keys; a comma waits half a second
  bellhop call --calls 50 --rate 5 --from 0101234{n} --hangup-after 20s
  bellhop call --json --tone 440 --probe 1000       for scripts: who hears whom, proved by tones

`

const callHelpEnd = `
It exits with 0 if every call was answered and heard something (hold music counts), 1 if not, 2 if it was not
understood. Ctrl-C hangs up. {n} in --from and --name stands for the number of the call.

With --json every line is an object with "t" (seconds since the start), "call" (1, 2, …) and "event":
  calling, progress, ringing, early_media, answered   with "status" and "reason" of the SIP answer
  failed         the call could not be placed, or the keys not pressed; "reason"
  level          "dbfs" heard since the last one; "tones": the share of the energy, 0 to 1, at each --probe
  heard          sound above --level was heard for 200 ms in all, for the first time
  tone_on/_off   the --probe "hz" came or went; exact to about 40 ms
  dtmf           "key" was sent
  renegotiated   a re-INVITE was answered
  ended          "by" us, them or nobody, "reason", "answered", "heard"; "status" and Q.850 "cause" if there are any
  summary        last and without "call": "calls", "answered", "heard", "failures" by reason, "setup_p50_ms", "setup_p99_ms"
`

// callOptions are what the command line asks for.
type callOptions struct {
	to, from, name, server, local string
	play, record, dtmf            string
	tones, probes                 frequencies
	repeat, json                  bool
	hangUpAfter, timeout, every   time.Duration
	calls                         int
	rate, level                   float64

	speech []int16
	addr   netip.Addr
}

// frequencies is a flag that may be repeated or hold a list with commas.
type frequencies []float64

// String returns the list as it would be given.
func (f *frequencies) String() string {
	parts := make([]string, len(*f))
	for i, hz := range *f {
		parts[i] = formatHertz(hz)
	}
	return strings.Join(parts, ",")
}

// Set adds frequencies in hertz.
func (f *frequencies) Set(list string) error {
	for part := range strings.SplitSeq(list, ",") {
		hz, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(hz > 0 && hz < audio.SampleRate/2) {
			return errors.New("a frequency is a number of hertz below 4000")
		}
		*f = append(*f, hz)
	}
	return nil
}

func formatHertz(hz float64) string { return strconv.FormatFloat(hz, 'g', -1, 64) }

// runCall is the role of a customer's telephone. It returns the exit code.
func runCall(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	opts, flags := newCallFlags()
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		printCallHelp(stdout, flags)
		return exitDone
	}
	if err == nil {
		err = opts.complete(flags.Args())
	}
	if err != nil {
		fmt.Fprintf(stderr, "bellhop call: %v; bellhop call --help tells more\n", err)
		return exitUsage
	}
	phone, err := handset.New(handset.Options{LocalIP: opts.addr})
	if err != nil {
		fmt.Fprintf(stderr, "bellhop call: %v\n", err)
		return exitFailed
	}
	told := newCallReport(opts, stdout)
	opts.placeAll(ctx, phone, told)
	if err := phone.Close(); err != nil {
		fmt.Fprintf(stderr, "bellhop call: %v\n", err)
	}
	if !told.summary() {
		return exitFailed
	}
	return exitDone
}

// printCallHelp prints what call does, every flag, and what it tells.
func printCallHelp(w io.Writer, flags *flag.FlagSet) {
	fmt.Fprint(w, callHelp)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	flags.VisitAll(func(f *flag.Flag) {
		value, about := flag.UnquoteUsage(f)
		if value != "" {
			value = " " + strings.ToUpper(value)
		}
		fmt.Fprintf(table, "  --%s%s\t%s\n", f.Name, value, about)
	})
	_ = table.Flush() // an error of w: there is nowhere left to say so
	fmt.Fprint(w, callHelpEnd)
}

func newCallFlags() (*callOptions, *flag.FlagSet) {
	o := new(callOptions)
	f := flag.NewFlagSet("bellhop call", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	f.StringVar(&o.to, "to", "", "`number` to call (that of the demo, or 1000)")
	f.StringVar(&o.from, "from", "01012345678", "`number` of the caller (01012345678); empty sends none, \"anonymous\" withholds it")
	f.StringVar(&o.name, "name", "", "display `name` of the caller")
	f.StringVar(&o.server, "server", "", "`host:port` to call at (BELLHOP_SIP_ADDR, or that of the demo, or 127.0.0.1:5060)")
	f.StringVar(&o.local, "local", "", "IP `address` to call from (the one that reaches the server)")
	f.StringVar(&o.play, "play", "", "WAV `file` to speak once (a pattern of tones, for ever)")
	f.BoolVar(&o.repeat, "repeat", false, "speak the WAV file again and again")
	f.Var(&o.tones, "tone", "`hertz` to speak instead; several sound together")
	f.StringVar(&o.record, "record", "", "WAV `file` for what is heard; with several calls -1, -2, … is put behind its name")
	f.StringVar(&o.dtmf, "dtmf", "", "`keys` to press half a second after the answer: 0-9 * # A-D and , to wait")
	f.DurationVar(&o.hangUpAfter, "hangup-after", 0, "hang up this `time` after the answer, as in 4s (default: talk until the other side hangs up)")
	f.DurationVar(&o.timeout, "timeout", time.Minute, "give up if not answered after this `time` (1m); 0 waits for ever")
	f.IntVar(&o.calls, "calls", 1, "`number` of calls to place (1)")
	f.Float64Var(&o.rate, "rate", 10, "`number` of them to start in a second (10)")
	f.Float64Var(&o.level, "level", handset.HeardLevel, "`dbfs` above which something counts as heard (-50)")
	f.DurationVar(&o.every, "level-every", 0, "`time` between two levels, at most 1s (1s; with --json 250ms)")
	f.Var(&o.probes, "probe", "`hertz` to listen for and report; may be repeated")
	f.BoolVar(&o.json, "json", false, "tell everything as JSON, one object per line")
	return o, f
}

// complete checks the options and fills in what was left open.
func (o *callOptions) complete(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("%q is one word too many: the number to call goes behind --to", rest[0])
	case o.calls < 1 || o.calls > 10000:
		return errors.New("--calls goes from 1 to 10000")
	case !(o.rate > 0 && o.rate <= 1000):
		return errors.New("--rate is above 0 and at most 1000 calls per second")
	case o.play != "" && len(o.tones) > 0:
		return errors.New("--play and --tone exclude each other")
	case o.hangUpAfter < 0 || o.timeout < 0 || o.every < 0 || o.every > time.Second:
		return errors.New("no time may be below zero, and --level-every is at most a second")
	case !(o.level > audio.Floor && o.level < 0):
		return fmt.Errorf("--level is between %v and 0 dBFS", audio.Floor)
	}
	if err := handset.ValidKeys(o.dtmf); err != nil {
		return fmt.Errorf("--dtmf: %w", err)
	}
	if o.every == 0 {
		o.every = time.Second
		if o.json {
			o.every = 250 * time.Millisecond
		}
	}
	o.findServer()
	if err := o.findLocal(); err != nil {
		return err
	}
	return o.readSpeech()
}

// findServer takes what was not given from the settings and the running demo.
func (o *callOptions) findServer() {
	state := os.Getenv("BELLHOP_STATE_DIR")
	if state == "" {
		state = ".run"
	}
	var demo struct{ SIP, Number string }
	if content, err := os.ReadFile(filepath.Join(state, "demo.json")); err == nil { //nolint:gosec // the state folder is the user's to name
		_ = json.Unmarshal(content, &demo) // an unreadable demo is as good as none
	}
	for _, server := range []string{os.Getenv("BELLHOP_SIP_ADDR"), demo.SIP, "127.0.0.1:5060"} {
		if o.server == "" {
			o.server = server
		}
	}
	for _, number := range []string{demo.Number, "1000"} {
		if o.to == "" {
			o.to = number
		}
	}
}

// findLocal finds the address of this machine that reaches the server.
func (o *callOptions) findLocal() error {
	if o.local != "" {
		addr, err := netip.ParseAddr(o.local)
		o.addr = addr
		if err != nil {
			return fmt.Errorf("--local %q is no IP address", o.local)
		}
		return nil
	}
	target := o.server
	if _, _, err := net.SplitHostPort(target); err != nil {
		target = net.JoinHostPort(strings.Trim(target, "[]"), "5060")
	}
	conn, err := net.Dial("udp", target) //nolint:noctx // nothing is sent: this asks the kernel for a route
	if err != nil {
		return fmt.Errorf("--server %q cannot be reached: %w", o.server, err)
	}
	if udp, ok := conn.LocalAddr().(*net.UDPAddr); ok {
		o.addr = udp.AddrPort().Addr().Unmap()
	}
	_ = conn.Close() // nothing was sent through it
	return nil
}

func (o *callOptions) readSpeech() error {
	if o.play == "" {
		return nil
	}
	file, err := os.Open(o.play)
	if err != nil {
		return fmt.Errorf("--play: %w", err)
	}
	defer func() { _ = file.Close() }()
	if o.speech, err = audio.ReadWAV(file); err != nil {
		return fmt.Errorf("--play %s: %w", o.play, err)
	}
	return nil
}

// speaker returns what one caller says.
func (o *callOptions) speaker() audio.Source {
	switch {
	case o.speech != nil:
		return audio.Clip(o.speech, o.repeat)
	case len(o.tones) > 0:
		return audio.Tones(audio.DefaultLevel, o.tones...)
	}
	const beat = 180 * time.Millisecond
	return audio.Melody(audio.DefaultLevel,
		audio.Note{Hz: 440, For: beat}, audio.Note{Hz: 554, For: beat}, audio.Note{Hz: 659, For: beat},
		audio.Note{Hz: 554, For: beat}, audio.Note{For: 2 * beat})
}

// placeAll places the calls at their rate and returns when all are over.
func (o *callOptions) placeAll(ctx context.Context, phone *handset.Phone, told *callReport) {
	var calls sync.WaitGroup
	defer calls.Wait()
	pace := audio.NewPacer(time.Duration(float64(time.Second) / o.rate))
	for placed := 0; placed < o.calls; {
		due, err := pace.Wait(ctx)
		if err != nil {
			return
		}
		for range min(due, o.calls-placed) {
			placed++
			number := placed
			calls.Go(func() { o.place(ctx, phone, told.call(number)) })
		}
	}
}

// place carries one call to its end.
func (o *callOptions) place(ctx context.Context, phone *handset.Phone, told *oneCall) {
	fill := strings.NewReplacer("{n}", strconv.Itoa(told.number))
	call := handset.Call{
		Server: o.server, To: o.to, Speak: o.speaker(), HeardLevel: o.level, Probe: o.probes,
		From:          handset.Caller{Number: fill.Replace(o.from), Name: fill.Replace(o.name), Anonymous: o.from == "anonymous"},
		AnswerTimeout: o.timeout, HangUpAfter: o.hangUpAfter, OnEvent: told.event,
	}
	if o.record != "" {
		file, err := os.Create(o.recordName(told.number))
		if err != nil {
			told.failed(err)
			return
		}
		defer func() { _ = file.Close() }()
		call.Record = file
	}
	session, err := phone.Dial(ctx, call)
	if err != nil {
		told.failed(err)
		return
	}
	var keys sync.WaitGroup
	keys.Go(func() { o.press(ctx, session, told) })
	o.listen(session, told)
	keys.Wait()
	told.ended(session)
}

func (o *callOptions) recordName(number int) string {
	if o.calls == 1 {
		return o.record
	}
	ext := filepath.Ext(o.record)
	return strings.TrimSuffix(o.record, ext) + "-" + strconv.Itoa(number) + ext
}

// press presses the keys once the call is answered.
func (o *callOptions) press(ctx context.Context, session *handset.Session, told *oneCall) {
	if o.dtmf == "" || session.AwaitAnswer(ctx) != nil {
		return
	}
	if err := session.SendDTMF(ctx, ","+o.dtmf); err != nil && ctx.Err() == nil {
		told.trouble(fmt.Errorf("keys: %w", err))
	}
}

// listen tells the level until the call is over.
func (o *callOptions) listen(session *handset.Session, told *oneCall) {
	ticker := time.NewTicker(o.every)
	defer ticker.Stop()
	for {
		select {
		case <-session.Done():
			return
		case <-ticker.C:
			if session.Stats().Received == 0 {
				continue
			}
			tones := make(map[string]float64, len(o.probes))
			for _, hz := range o.probes {
				tones[formatHertz(hz)] = session.ToneShare(hz, o.every)
			}
			told.level(math.Round(10*session.HeardOver(o.every))/10, tones)
		}
	}
}
