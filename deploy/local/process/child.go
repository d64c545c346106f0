package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// probePause is the time between two questions whether a child is ready yet.
const probePause = 20 * time.Millisecond

// Options say what a child is and how it is treated.
type Options struct {
	// Name is what people call it.
	Name string
	// Command makes the command, anew for every start. Its output goes to the log.
	Command func() *exec.Cmd
	// Log is the file its output is appended to.
	Log string
	// Record is its pid file.
	Record string
	// Stop is the signal that asks it to end in order; Grace is how long it may take before it is killed.
	Stop  syscall.Signal
	Grace time.Duration
	// Orphaned is the signal it gets from the kernel when we die.
	Orphaned syscall.Signal
	// Ready gives nil when it can do its work; the time of one question is bounded by its context.
	Ready func(context.Context) error
	// Report is told what becomes of it, from the child's own goroutine.
	Report func(Event)
}

func (o Options) validate() error {
	switch {
	case o.Name == "" || o.Command == nil || o.Log == "" || o.Record == "" || o.Ready == nil || o.Report == nil:
		return errors.New("process: name, command, log, record, ready and report must be given")
	case o.Stop == 0 || o.Orphaned == 0 || o.Grace <= 0:
		return errors.New("process: stop, orphaned and grace must be given")
	}
	return nil
}

// Event is something that happened to a child.
type Event struct {
	Name string
	// Ready says that it is ready, for the first time or again after a restart; else it has died.
	Ready bool
	// Starts counts how often it was started.
	Starts int
	// After is how long it took to be ready, or how long it had lived.
	After time.Duration
	// Err is why it died.
	Err error
	// Delay is how long it stays down before it is started again.
	Delay time.Duration
	// Tail are the last lines it wrote to its log in this life.
	Tail []string
}

// Child is a process that is kept running.
type Child struct {
	options  Options
	launcher *Launcher

	stop  chan struct{}
	once  sync.Once
	ended chan struct{}

	firstReady chan struct{}
	deaths     chan Event            // to AwaitReady, if it listens
	answer     atomic.Pointer[error] // the newest of Ready that was not nil
}

// Start starts a child and keeps it running until Stop.
func Start(launcher *Launcher, options Options) (*Child, error) {
	if err := options.validate(); err != nil {
		return nil, err
	}
	c := &Child{
		options:    options,
		launcher:   launcher,
		stop:       make(chan struct{}),
		ended:      make(chan struct{}),
		firstReady: make(chan struct{}),
		deaths:     make(chan Event),
	}
	go c.run()
	return c, nil
}

// deathsBeforeReady is how often a child may die before it was ever ready until AwaitReady gives up.
const deathsBeforeReady = 3

// AwaitReady returns when the child was ready for the first time, or with the reason if it keeps dying.
func (c *Child) AwaitReady(ctx context.Context) error {
	for {
		select {
		case <-c.firstReady:
			return nil
		case death := <-c.deaths:
			if death.Starts >= deathsBeforeReady {
				return fmt.Errorf("%s does not start: %w", c.options.Name, death.Err)
			}
		case <-c.ended:
			return fmt.Errorf("%s was stopped", c.options.Name)
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w%s", c.options.Name, context.Cause(ctx), c.lastAnswer())
		}
	}
}

// lastAnswer ends the sentence that the child is not ready.
func (c *Child) lastAnswer() string {
	if err := c.answer.Load(); err != nil {
		return fmt.Sprintf(" (%v)", *err)
	}
	return ""
}

// Stop ends the child for good and returns when it has ended.
func (c *Child) Stop() {
	c.once.Do(func() { close(c.stop) })
	<-c.ended
}

// run is the child's goroutine: one life after the other.
func (c *Child) run() {
	defer close(c.ended)
	var delay time.Duration
	for starts := 1; ; starts++ {
		death, stopped := c.live(starts)
		if stopped {
			return
		}
		delay = nextDelay(delay, death.After)
		death.Delay = delay
		c.options.Report(death)
		select {
		case c.deaths <- death:
		default:
		}
		select {
		case <-time.After(delay):
		case <-c.stop:
			return
		}
	}
}

// live is one life of the child. It tells how it died, or that it was stopped.
func (c *Child) live(starts int) (death Event, stopped bool) {
	begin := time.Now()
	death = Event{Name: c.options.Name, Starts: starts}
	cmd := c.options.Command()
	log, from, err := openLog(c.options.Log)
	if err == nil {
		cmd.Stdout, cmd.Stderr = log, log
		err = c.launcher.Start(cmd, c.options.Orphaned)
		err = errors.Join(err, log.Close())
	}
	if err == nil {
		err = c.watch(cmd, starts)
		if err == nil {
			return Event{}, true
		}
	}
	death.Err, death.After, death.Tail = err, time.Since(begin), tail(c.options.Log, from)
	return death, false
}

// watch stays with a running process until its end: nil when it was stopped, else why it died.
func (c *Child) watch(cmd *exec.Cmd, starts int) error {
	// Without its record the child runs all the same: only the clean-up after a crash would not find it.
	_ = writeRecord(c.options.Record, cmd.Process.Pid, c.options.Stop)
	defer os.Remove(c.options.Record) //nolint:errcheck // a record of a process that has ended is recognised
	life, end := context.WithCancel(context.Background())
	exited := make(chan error, 1)
	go func() {
		exited <- reap(cmd)
		end()
	}()
	var probing sync.WaitGroup
	probing.Go(func() { c.probe(life, starts) })
	defer func() { end(); probing.Wait() }()

	select {
	case err := <-exited:
		if err == nil {
			err = errors.New("it ended by itself (exit status 0)")
		}
		return err
	case <-c.stop:
		c.end(cmd, exited)
		return nil
	}
}

// end asks the process to stop, and kills it when it takes too long.
func (c *Child) end(cmd *exec.Cmd, exited <-chan error) {
	_ = cmd.Process.Signal(c.options.Stop) // an error means that it has ended: the next line notices
	select {
	case <-exited: //nolint:errcheck // it was told to end: how it ended says nothing
	case <-time.After(c.options.Grace):
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-exited //nolint:errcheck // it was killed
	}
}

// reap waits for the end of a process and of whatever it left behind in its group. The group is killed before the
// leader is reaped: until then its number cannot be anybody else's.
func reap(cmd *exec.Cmd) error {
	for {
		err := unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	return cmd.Wait()
}

// probe asks until the child is ready, and says so.
func (c *Child) probe(life context.Context, starts int) {
	begin := time.Now()
	again := time.NewTicker(probePause)
	defer again.Stop()
	for life.Err() == nil {
		question, cancel := context.WithTimeout(life, 2*time.Second)
		err := c.options.Ready(question)
		cancel()
		if err == nil && life.Err() == nil {
			if !c.wasReady() {
				close(c.firstReady)
			}
			c.options.Report(Event{Name: c.options.Name, Ready: true, Starts: starts, After: time.Since(begin)})
			return
		}
		if life.Err() == nil {
			c.answer.Store(&err)
		}
		select {
		case <-again.C:
		case <-life.Done():
		}
	}
}

func (c *Child) wasReady() bool {
	select {
	case <-c.firstReady:
		return true
	default:
		return false
	}
}
