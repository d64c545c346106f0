package asterisktest

import (
	"os/exec"
	"syscall"
	"time"
)

// process is one run of Asterisk.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
}

// patience is how long Asterisk may take to end by itself in a test.
const patience = 4 * time.Second

// end sends s and waits for the process to be gone, killing it when it takes too long.
func (p *process) end(s syscall.Signal) {
	_ = p.cmd.Process.Signal(s)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.done:
		return
	case <-timer.C:
	}
	_ = p.cmd.Process.Kill()
	<-p.done
}
