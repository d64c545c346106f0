package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"

	"bellhop/deploy/config"
	"bellhop/deploy/local"
	"bellhop/deploy/schema"
)

// dev runs everything on this machine until ctx ends.
func dev(ctx context.Context, in invocation) error {
	if len(in.args) > 0 && in.args[0] == "--with-parent" {
		in.args = in.args[1:]
		if err := endWithParent(); err != nil {
			return err
		}
	}
	if err := noArguments(in); err != nil {
		return err
	}
	settings, err := config.Load[config.Dev](in.environ)
	if err != nil {
		return usage(err)
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the bellhop binary: %w", err)
	}
	// Whoever read our output may stop reading; that must not end us in the middle.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return local.Run(ctx, local.Options{
		Settings: settings,
		Program:  program,
		Environ:  in.environ,
		Migrate:  schema.Migrate,
		Seed:     seedDemo,
		Out:      in.stdout,
	})
}

// endWithParent has the kernel ask us to stop when the process that started us dies. The request belongs to the
// thread that makes it (prctl(2), PR_SET_PDEATHSIG), so that thread is kept.
func endWithParent() error {
	parent := os.Getppid()
	made := make(chan error)
	go func() {
		runtime.LockOSThread()
		made <- unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(syscall.SIGTERM), 0, 0, 0)
		select {}
	}()
	if err := <-made; err != nil {
		return fmt.Errorf("ask to end with the parent: %w", err)
	}
	if os.Getppid() != parent {
		return syscall.Kill(os.Getpid(), syscall.SIGTERM) // it died just now
	}
	return nil
}
