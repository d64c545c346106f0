package process

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// record is what a pid file holds: enough to know the very same process again. A process id alone may belong to
// somebody else by now.
type record struct {
	PID int `json:"pid"`
	// Born is when it started, in clock ticks since the machine did (proc(5), field 22 of stat).
	Born uint64 `json:"born"`
	// Boot is the machine's start that Born counts from.
	Boot string `json:"boot"`
	// Stop is the number of the signal that asks it to end.
	Stop int `json:"stop"`
}

// write notes a process that we started.
func writeRecord(path string, pid int, stop syscall.Signal) error {
	born, err := birth(pid)
	if err != nil {
		return err
	}
	boot, err := bootID()
	if err != nil {
		return err
	}
	content, err := json.Marshal(record{PID: pid, Born: born, Boot: boot, Stop: int(stop)})
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.WriteFile(path, append(content, '\n'), 0o600)
}

// EndStale ends the process that a pid file of an earlier run names, if it is still that process: it is asked to
// stop and, when it has not within grace, killed. It returns its id, 0 if there was none.
func EndStale(path string, grace time.Duration) (pid int, err error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the pid file: %w", err)
	}
	defer func() {
		if removed := os.Remove(path); removed != nil && !errors.Is(removed, fs.ErrNotExist) {
			err = errors.Join(err, removed)
		}
	}()
	var old record
	if json.Unmarshal(content, &old) != nil || old.PID <= 1 {
		return 0, nil // cut off in the middle of writing: nothing to go by
	}
	left, err := os.FindProcess(old.PID) // holds the process itself (pidfd), not only its number
	if err != nil {
		return 0, fmt.Errorf("find process %d: %w", old.PID, err)
	}
	defer left.Release() //nolint:errcheck // only frees the handle
	if !old.isStill() {
		return 0, nil
	}
	return old.PID, end(left, syscall.Signal(old.Stop), grace)
}

// isStill says whether the process of that number is the one that was recorded.
func (r record) isStill() bool {
	boot, err := bootID()
	if err != nil || boot != r.Boot {
		return false
	}
	born, err := birth(r.PID)
	return err == nil && born == r.Born && !zombie(r.PID)
}

// end stops a process that is not our child.
func end(p *os.Process, stop syscall.Signal, grace time.Duration) error {
	for _, signal := range []syscall.Signal{stop, syscall.SIGKILL} {
		if err := p.Signal(signal); errors.Is(err, os.ErrProcessDone) {
			return nil
		} else if err != nil {
			return fmt.Errorf("end process %d of the run before: %w", p.Pid, err)
		}
		if gone(p, grace) {
			return nil
		}
	}
	return fmt.Errorf("process %d of the run before does not end", p.Pid)
}

// gone waits for a process that is not our child; there is nothing that tells us, so it looks again and again.
func gone(p *os.Process, patience time.Duration) bool {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for late := time.After(patience); ; {
		if errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone) || zombie(p.Pid) {
			return true
		}
		select {
		case <-look.C:
		case <-late:
			return false
		}
	}
}

// stat gives the fields of /proc/PID/stat that follow the command's name, which may itself hold blanks and
// brackets; the first of them is field 3.
func stat(pid int) ([]string, error) {
	content, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(string(content[bytes.LastIndexByte(content, ')')+1:]))
	if len(fields) < 20 {
		return nil, fmt.Errorf("process %d: its stat has only %d fields", pid, len(fields))
	}
	return fields, nil
}

func birth(pid int) (uint64, error) {
	fields, err := stat(pid)
	if err != nil {
		return 0, err
	}
	return strconv.ParseUint(fields[19], 10, 64)
}

// zombie says whether a process has ended and only waits for its parent to notice.
func zombie(pid int) bool {
	fields, err := stat(pid)
	return err == nil && fields[0] == "Z"
}

func bootID() (string, error) {
	content, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(content)), err
}
