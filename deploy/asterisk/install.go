package asterisk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// suites are Debian's suites that have Asterisk 22, the steadier one first.
var suites = []string{"forky", "sid"}

// versionFile is written last into an unpacked tree and names the version in it.
const versionFile = "VERSION"

// Install returns an Asterisk to run: an installed one of at least MinMajor with the modules we need, else Debian's,
// fetched with the machine's own apt sources and keys and unpacked below cacheDir. It needs neither root nor chroot. What
// was unpacked once is used again without network; a fetch that was interrupted leaves nothing behind that a later
// start could take for whole. Several processes may call it at once: one fetches, the others wait. Progress is told in
// short English sentences; it may be nil.
func Install(ctx context.Context, cacheDir string, progress func(string)) (Program, error) {
	if progress == nil {
		progress = func(string) {}
	}
	p, why := installed(ctx)
	if p.Binary != "" {
		return p, nil
	}
	cacheDir, err := filepath.Abs(cacheDir)
	if err != nil {
		return Program{}, fmt.Errorf("cache folder: %w", err)
	}
	root := filepath.Join(cacheDir, "asterisk")
	if p, err := unpacked(root); err == nil {
		return p, nil
	}
	if why != "" {
		progress("Not using the installed Asterisk: " + why + ".")
	}
	if err := os.MkdirAll(cacheDir, 0o755); err != nil { //nolint:gosec // programs for everybody, no secrets
		return Program{}, fmt.Errorf("cache folder: %w", err)
	}
	unlock, err := lockFile(ctx, root+".lock", progress)
	if err != nil {
		return Program{}, err
	}
	defer unlock()
	if p, err := unpacked(root); err == nil {
		return p, nil // another process unpacked it while we waited
	}
	if err := fetchInto(ctx, root, progress); err != nil {
		return Program{}, fmt.Errorf("get Asterisk: %w", err)
	}
	p, err = unpacked(root)
	if err != nil {
		return Program{}, err
	}
	progress("Asterisk " + p.Version + " is unpacked.")
	return p, nil
}

// fetchInto fetches and unpacks into a temporary folder beside root and renames it to root when all is there.
func fetchInto(ctx context.Context, root string, progress func(string)) error {
	for _, stale := range append(glob(root+".partial-*"), root) {
		if err := os.RemoveAll(stale); err != nil { //nolint:gosec // below the cache folder, which is the operator's choice
			return fmt.Errorf("remove what an interrupted fetch left: %w", err)
		}
	}
	work, err := os.MkdirTemp(filepath.Dir(root), filepath.Base(root)+".partial-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work) //nolint:errcheck // removed by the next fetch otherwise
	debs, err := download(ctx, work, progress)
	if err != nil {
		return err
	}
	progress(fmt.Sprintf("Unpacking %d packages …", len(debs)))
	tree := filepath.Join(work, "tree")
	for _, deb := range debs {
		if out, err := quiet(ctx, "dpkg", "-x", deb, tree); err != nil {
			return fmt.Errorf("unpack %s: %w: %s", filepath.Base(deb), err, out)
		}
	}
	whole := filepath.Join(work, "whole")
	if err := keep(tree, whole); err != nil {
		return err
	}
	p, err := unpacked(whole)
	if err != nil {
		return err
	}
	if _, err := p.probe(ctx); err != nil {
		return fmt.Errorf("the unpacked Asterisk does not run: %w", err)
	}
	if err := os.WriteFile(filepath.Join(whole, versionFile), []byte(p.Version+"\n"), 0o644); err != nil { //nolint:gosec // no secret
		return err
	}
	return os.Rename(whole, root) //nolint:gosec // as above
}

// keep moves what Asterisk needs at run time out of the tree, and drops the rest of Debian's base system, among it
// programs with the setuid bit that nobody would ever patch in there.
func keep(tree, whole string) error {
	parts := glob(filepath.Join(tree, "usr/lib/*/libc.so.6"))
	if len(parts) == 0 {
		return errors.New("the packages hold no C library")
	}
	for _, part := range []string{filepath.Dir(parts[0]), "usr/sbin/asterisk", "usr/share/asterisk", "usr/share/doc/asterisk"} {
		part = strings.TrimPrefix(part, tree+string(filepath.Separator))
		to := filepath.Join(whole, part)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil { //nolint:gosec // programs for everybody
			return err
		}
		if err := os.Rename(filepath.Join(tree, part), to); err != nil { //nolint:gosec // as above
			return err
		}
	}
	return dropPrivileges(whole)
}

// dropPrivileges takes the setuid and setgid bits off every file below dir.
func dropPrivileges(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // only read from
	return fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode()&(fs.ModeSetuid|fs.ModeSetgid) != 0 {
			err = root.Chmod(path, info.Mode().Perm())
		}
		return err
	})
}

// lockFile takes an exclusive lock that ends with the process.
func lockFile(ctx context.Context, name string, progress func(string)) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // below the cache folder
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	for told := false; ; told = true {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			_ = f.Close()
			return nil, fmt.Errorf("lock %s: %w", name, err)
		}
		if !told {
			progress("Another process is fetching Asterisk; waiting for it …")
		}
		select {
		case <-ctx.Done():
			_ = f.Close()
			return nil, context.Cause(ctx)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// quiet runs a program and returns the last lines of what it said.
func quiet(ctx context.Context, name string, args ...string) (string, error) {
	out, err := tool(ctx, name, args...).CombinedOutput()
	return tail(string(out)), err
}

// tool is a program of the machine, with plain English output, that dies with its children when ctx ends.
func tool(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	return cmd
}

func tail(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return strings.Join(lines[max(0, len(lines)-4):], " | ")
}
