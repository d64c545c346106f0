package doctor

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Folder has to be writable and have room.
func Folder(dir string) Check {
	const check = "journal"
	return func(context.Context) []Finding {
		existing := dir
		for _, err := os.Stat(existing); errors.Is(err, os.ErrNotExist) && existing != filepath.Dir(existing); _, err = os.Stat(existing) {
			existing = filepath.Dir(existing) // it is made at the start
		}
		probe, err := os.CreateTemp(existing, ".doctor-*")
		if err != nil {
			return []Finding{found(check, Failing, "journal_not_writable", "dir", existing, "error", err.Error())}
		}
		_ = probe.Close()
		_ = os.Remove(probe.Name())
		var disk unix.Statfs_t
		if err := unix.Statfs(existing, &disk); err != nil {
			return []Finding{found(check, Warning, "disk_unknown", "dir", existing, "error", err.Error())}
		}
		free := disk.Bavail * uint64(max(disk.Bsize, 0)) >> 20 //nolint:gosec // not negative
		params := []string{"dir", existing, "mb", strconv.FormatUint(free, 10)}
		switch {
		case free < 200:
			return []Finding{found(check, Failing, "disk_full", params...)}
		case free < 2000:
			return []Finding{found(check, Warning, "disk_low", params...)}
		}
		return []Finding{found(check, OK, "journal_ok", params...)}
	}
}

// Clock has to be kept by NTP: tokens, calls and certificates have times.
func Clock(context.Context) []Finding {
	var t unix.Timex
	state, err := unix.Adjtimex(&t)
	if err != nil || state == unix.TIME_ERROR || t.Status&unix.STA_UNSYNC != 0 {
		return []Finding{found("clock", Warning, "clock_unsynchronised")}
	}
	return []Finding{found("clock", OK, "clock_ok")}
}

// openFiles is what 300 agents with their calls need.
const openFiles = 8192

// Limits are those of the process.
func Limits(context.Context) []Finding {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return nil
	}
	params := []string{"have", strconv.FormatUint(l.Max, 10), "want", strconv.Itoa(openFiles)}
	if l.Max < openFiles { // Go raises the soft limit to the hard one itself
		return []Finding{found("limits", Warning, "files_few", params...)}
	}
	return []Finding{found("limits", OK, "limits_ok", params...)}
}

// Program has to be there: the first word of the command.
func Program(command string) Check {
	return func(context.Context) []Finding {
		words := strings.Fields(command)
		if len(words) == 0 {
			return []Finding{found("speech", Warning, "speech_none")}
		}
		path, err := exec.LookPath(words[0])
		if err != nil {
			return []Finding{found("speech", Warning, "speech_missing", "program", words[0])}
		}
		return []Finding{found("speech", OK, "speech_ok", "program", path)}
	}
}

// Listener is an address that one of our processes listens on.
type Listener struct {
	Setting, Addr string
	UDP           bool
}

// Ports have to be ours or free, and on this machine.
func Ports(all []Listener) Check {
	return func(ctx context.Context) []Finding {
		var bad []Finding
		for _, l := range all {
			if l.Addr == "" {
				continue
			}
			var config net.ListenConfig
			var err error
			var c interface{ Close() error }
			if l.UDP {
				c, err = config.ListenPacket(ctx, "udp", l.Addr)
			} else {
				c, err = config.Listen(ctx, "tcp", l.Addr)
			}
			switch {
			case err == nil:
				_ = c.Close()
				bad = append(bad, found("ports", Warning, "port_unused", "setting", l.Setting, "addr", l.Addr))
			case errors.Is(err, syscall.EADDRINUSE): // by us, as the other checks show, or they fail
			case errors.Is(err, syscall.EADDRNOTAVAIL):
				bad = append(bad, found("ports", Failing, "port_elsewhere", "setting", l.Setting, "addr", l.Addr))
			case errors.Is(err, syscall.EACCES):
				bad = append(bad, found("ports", Failing, "port_forbidden", "setting", l.Setting, "addr", l.Addr))
			default:
				bad = append(bad, found("ports", Failing, "port_failed", "setting", l.Setting, "addr", l.Addr, "error", err.Error()))
			}
		}
		if bad == nil {
			return []Finding{found("ports", OK, "ports_ok")}
		}
		return bad
	}
}
