package faults

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	everyCase = flag.Bool("faults", false, "run every case, not only the short choice")
	calls     = flag.Int("calls", 10, "calls of the cases with many")
	longTime  = flag.Bool("long", false, "outages as long as the requirements say")
)

// row is what a case says of a fault.
type row struct {
	fault         string
	before, after int           // calls
	toAgent       gap           // the longest of all talkers
	toCustomer    gap           //
	control       time.Duration // until a command is accepted; 0: not measured
	records       records
	notes         []string
	failed        bool
}

// gap is what was missing of a voice.
type gap struct {
	longest time.Duration // without a frame
	missing int           // frames that were spoken and never came
}

func (g gap) String() string {
	return fmt.Sprintf("%d (%d lost)", max(0, g.longest-20*time.Millisecond).Milliseconds(), g.missing)
}

var table struct {
	sync.Mutex
	rows []*row
}

// report begins a row, which is printed when all cases are over.
func report(t *testing.T, fault string) *row {
	r := &row{fault: fault}
	table.Lock()
	defer table.Unlock()
	table.rows = append(table.rows, r)
	t.Cleanup(func() { r.failed = t.Failed() })
	return r
}

func (r *row) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

func printTable() {
	table.Lock()
	defer table.Unlock()
	if len(table.rows) == 0 {
		return
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nfault\tcalls before\tafter\tgap to agents, ms\tto customers, ms\tcontrol\trecords expected\tfound\tdoubled\t")
	for _, r := range table.rows {
		verdict := "PASS"
		if r.failed {
			verdict = "FAIL"
		}
		control := "-"
		if r.control > 0 {
			control = fmt.Sprintf("%d ms", r.control.Milliseconds())
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t%s\t%d\t%d\t%d\t%s\t%s\n", r.fault, r.before, r.after, r.toAgent, r.toCustomer, control,
			r.records.expected, r.records.found, r.records.doubled, verdict, strings.Join(r.notes, "; "))
	}
	_ = w.Flush()
}

// sumOf adds up a metric over its labels in Prometheus' text.
func sumOf(t testing.TB, from io.Reader, name string) float64 {
	t.Helper()
	sum := 0.0
	for lines := bufio.NewScanner(from); lines.Scan(); {
		rest, ok := strings.CutPrefix(lines.Text(), name)
		if !ok || (!strings.HasPrefix(rest, "{") && !strings.HasPrefix(rest, " ")) {
			continue
		}
		value, err := strconv.ParseFloat(rest[strings.LastIndexByte(rest, ' ')+1:], 64)
		require.NoError(t, err)
		sum += value
	}
	return sum
}
