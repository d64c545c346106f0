package local

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"bellhop/cti/directory"
	"bellhop/deploy/config"
	"bellhop/deploy/local/process"
)

// console is where people read what happens, one line for each thing.
type console struct {
	mu  sync.Mutex
	out io.Writer
}

func newConsole(out io.Writer) *console { return &console{out: out} }

// say prints a line about a part.
func (c *console) say(about, text string) {
	c.print(fmt.Sprintf("  %-10s %s\n", about, text))
}

// print prints at once. Nothing is done about an error: there is nowhere left to say so, and the rest runs on.
func (c *console) print(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = io.WriteString(c.out, text)
}

// report prints what became of a child.
func (c *console) report(e process.Event, log string) {
	if e.Ready && e.Starts == 1 {
		c.say(e.Name, "ready after "+seconds(e.After))
		return
	}
	if e.Ready {
		c.say(e.Name, "runs again, ready after "+seconds(e.After))
		return
	}
	var text strings.Builder
	fmt.Fprintf(&text, "  %-10s stopped after %s (%v) and is started again in %s; its log is %s\n",
		e.Name, seconds(e.After), e.Err, seconds(e.Delay), log)
	for _, line := range e.Tail {
		fmt.Fprintf(&text, "  %-10s | %s\n", "", line)
	}
	c.print(text.String())
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// welcome prints that everything is ready, who can sign in, and what to call.
func (c *console) welcome(s config.Dev, demo directory.Demo, path string, took time.Duration) {
	var text strings.Builder
	fmt.Fprintf(&text, "  %-10s everything is up after %s; state and logs are in %s\n", "bellhop", seconds(took), s.StateDir)
	fmt.Fprintf(&text, "bellhop ready %s\n\nSign in there as (the same in %s):\n", s.PublicURL, path)
	for _, user := range readDemo(path).Users {
		fmt.Fprintf(&text, "  %-11s 아이디 %-11s 비밀번호 %s   %s\n", user.Role, user.Login, user.Password, user.Name)
	}
	fmt.Fprintf(&text, "Call %s at %s: make call, or any SIP softphone to sip:%s@%s\nCtrl-C stops everything.\n",
		demo.Number, s.SIPAddr, demo.Number, s.SIPAddr)
	c.print(text.String())
}

// readDemo reads demo.json; nothing, if it cannot be read.
func readDemo(path string) demoFile {
	var demo demoFile
	content, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(content, &demo) != nil {
		return demoFile{}
	}
	return demo
}
