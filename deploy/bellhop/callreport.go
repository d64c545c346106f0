package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"bellhop/media/handset"
)

// Up to this many calls are told in every detail; of more, only what fails.
const detailedCalls = 3

// callReport tells what happens in the calls, and counts.
type callReport struct {
	opts  *callOptions
	start time.Time

	mu       sync.Mutex
	out      io.Writer
	calls    []*oneCall
	progress time.Time
}

// oneCall is what is known of one of the calls. Its report's mutex guards it.
type oneCall struct {
	report *callReport
	number int

	began    time.Time
	setup    time.Duration
	answered bool
	heard    bool
	over     bool
	problem  string
}

// callLine is one line of --json.
type callLine struct {
	T        float64            `json:"t"`
	Call     int                `json:"call,omitempty"`
	Event    string             `json:"event"`
	DBFS     *float64           `json:"dbfs,omitempty"`
	Tones    map[string]float64 `json:"tones,omitempty"`
	Hz       float64            `json:"hz,omitempty"`
	Key      string             `json:"key,omitempty"`
	Status   int                `json:"status,omitempty"`
	Cause    int                `json:"cause,omitempty"`
	By       handset.Party      `json:"by,omitempty"`
	Reason   string             `json:"reason,omitempty"`
	Answered *bool              `json:"answered,omitempty"`
	Heard    *bool              `json:"heard,omitempty"`
}

func newCallReport(opts *callOptions, out io.Writer) *callReport {
	return &callReport{opts: opts, start: time.Now(), out: out}
}

// call returns the place for the facts of one more call.
func (r *callReport) call(number int) *oneCall {
	c := &oneCall{report: r, number: number, began: time.Now()}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, c)
	return c
}

// tell writes one event, as JSON or as text for people. The mutex is held.
func (c *oneCall) tell(line callLine, at time.Time, text string, important bool) {
	r := c.report
	since := at.Sub(r.start).Seconds()
	if r.opts.json {
		line.Call = c.number
		r.write(line, since)
		return
	}
	r.tellProgress(at)
	if r.opts.calls > detailedCalls && !important {
		return
	}
	who := ""
	if r.opts.calls > 1 {
		who = fmt.Sprintf("#%-3d ", c.number)
	}
	fmt.Fprintf(r.out, "%8.3f  %s%s\n", since, who, text)
}

func (r *callReport) write(line any, since float64) {
	if l, ok := line.(callLine); ok {
		l.T = float64(int64(since*1000)) / 1000
		line = l
	}
	encoder := json.NewEncoder(r.out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(line) // a closed pipe ends us by its signal
}

// tellProgress tells once a second how many calls are where, if there are many.
func (r *callReport) tellProgress(now time.Time) {
	if r.opts.calls <= detailedCalls || now.Sub(r.progress) < time.Second {
		return
	}
	r.progress = now
	var ringing, talking, over int
	for _, c := range r.calls {
		switch {
		case c.over:
			over++
		case c.answered:
			talking++
		default:
			ringing++
		}
	}
	fmt.Fprintf(r.out, "%8.3f  %d calling, %d talking, %d over\n", now.Sub(r.start).Seconds(), ringing, talking, over)
}

// event takes an event of the telephone.
func (c *oneCall) event(e handset.Event) {
	if e.Kind == handset.Ended {
		return // told by ended, with what the session then knows
	}
	c.report.mu.Lock()
	defer c.report.mu.Unlock()
	line := callLine{Event: string(e.Kind), Hz: e.Hz, Status: e.Status, Reason: e.Reason}
	text := strings.ReplaceAll(string(e.Kind), "_", " ")
	o := c.report.opts
	switch e.Kind {
	case handset.Calling:
		text = fmt.Sprintf("calling %s at %s as %s", o.to, o.server, cmp.Or(o.from, "nobody"))
	case handset.Progress:
		text = fmt.Sprintf("progress: %d %s", e.Status, printable(e.Reason))
	case handset.Answered:
		c.answered, c.setup = true, e.At.Sub(c.began)
	case handset.HeardSound:
		c.heard = true
		text = "hears something"
	case handset.ToneOn:
		text = "tone of " + formatHertz(e.Hz) + " Hz comes"
	case handset.ToneOff:
		text = "tone of " + formatHertz(e.Hz) + " Hz goes"
	case handset.KeyPressed:
		line.Key = string(e.Key)
		text = "pressed " + line.Key
	case handset.Renegotiated:
		text = "call changed by the other side"
	default: // its name says it all
	}
	c.tell(line, e.At, text, false)
}

// level tells how loud it was since the last time.
func (c *oneCall) level(dbfs float64, tones map[string]float64) {
	c.report.mu.Lock()
	defer c.report.mu.Unlock()
	const width = 12
	filled := max(0, min(width, int((dbfs+60)/60*width+0.5)))
	text := fmt.Sprintf("hears %6.1f dBFS  %s%s", dbfs, strings.Repeat("█", filled), strings.Repeat("░", width-filled))
	var shares strings.Builder
	for _, hz := range slices.Sorted(maps.Keys(tones)) {
		fmt.Fprintf(&shares, "  %s Hz %.0f %%", hz, 100*tones[hz])
	}
	c.tell(callLine{Event: "level", DBFS: &dbfs, Tones: tones}, time.Now(), text+shares.String(), false)
}

// failed tells why the call could not be placed.
func (c *oneCall) failed(err error) {
	c.trouble(err)
	c.report.mu.Lock()
	defer c.report.mu.Unlock()
	c.over = true
}

// trouble tells of something that went wrong on our side.
func (c *oneCall) trouble(err error) {
	c.report.mu.Lock()
	defer c.report.mu.Unlock()
	c.problem = err.Error()
	c.tell(callLine{Event: "failed", Reason: c.problem}, time.Now(), "failed: "+c.problem, true)
}

// ended tells how the call ended.
func (c *oneCall) ended(session *handset.Session) {
	end := session.End()
	c.report.mu.Lock()
	defer c.report.mu.Unlock()
	c.over = true
	switch {
	case c.problem != "": // has been told
	case !end.Answered:
		c.problem = printable(end.Reason)
		if end.Status != 0 {
			c.problem = fmt.Sprintf("%d %s", end.Status, c.problem)
		}
	case end.RecordErr != nil:
		c.problem = end.RecordErr.Error()
	case !c.heard:
		c.problem = "answered, but nothing was heard"
	}
	text := fmt.Sprintf("ended by %s: %s", end.By, printable(end.Reason))
	if end.Status != 0 {
		text += fmt.Sprintf(" (status %d)", end.Status)
	}
	if end.Cause != 0 {
		text += fmt.Sprintf(" (cause %d)", end.Cause)
	}
	if end.RecordErr != nil {
		text += "; the recording is incomplete: " + end.RecordErr.Error()
	}
	line := callLine{
		Event: "ended", By: end.By, Reason: end.Reason, Status: end.Status, Cause: end.Cause,
		Answered: &end.Answered, Heard: &c.heard,
	}
	c.tell(line, end.At, text, c.problem != "")
}

// printable keeps what the other side said from moving the cursor.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7F && r < 0xA0 {
			return '?'
		}
		return r
	}, s)
}

// summary tells the counts and returns whether all went well.
func (r *callReport) summary() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	sum := struct {
		T        float64        `json:"t"`
		Event    string         `json:"event"`
		Calls    int            `json:"calls"`
		Answered int            `json:"answered"`
		Heard    int            `json:"heard"`
		Failures map[string]int `json:"failures"`
		P50      float64        `json:"setup_p50_ms"`
		P99      float64        `json:"setup_p99_ms"`
	}{T: float64(time.Since(r.start).Milliseconds()) / 1000, Event: "summary", Calls: len(r.calls), Failures: map[string]int{}}
	var setups []time.Duration
	for _, c := range r.calls {
		if c.answered {
			sum.Answered++
			setups = append(setups, c.setup)
		}
		if c.heard {
			sum.Heard++
		}
		if c.problem != "" {
			sum.Failures[c.problem]++
		}
	}
	if missing := r.opts.calls - len(r.calls); missing > 0 {
		sum.Failures["not placed: interrupted"] = missing
	}
	slices.Sort(setups)
	sum.P50, sum.P99 = percentile(setups, 50), percentile(setups, 99)
	if r.opts.json {
		r.write(sum, sum.T)
	} else {
		fmt.Fprintf(r.out, "%8.3f  %d of %d answered, %d heard something", sum.T, sum.Answered, r.opts.calls, sum.Heard)
		if len(setups) > 0 {
			fmt.Fprintf(r.out, "; answered after %.1f ms (p50), %.1f ms (p99)", sum.P50, sum.P99)
		}
		fmt.Fprintln(r.out)
		for _, reason := range slices.Sorted(maps.Keys(sum.Failures)) {
			fmt.Fprintf(r.out, "%10s%d × %s\n", "", sum.Failures[reason], reason)
		}
	}
	return len(sum.Failures) == 0
}

// percentile returns the p-th percentile of sorted times in milliseconds.
func percentile(sorted []time.Duration, p int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := min(len(sorted)-1, len(sorted)*p/100)
	return float64(sorted[at].Microseconds()) / 1000
}
