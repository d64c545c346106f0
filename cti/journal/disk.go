package journal

import (
	"io"
	"os"
	"path/filepath"
)

// disk is where a journal is written to; tests put a failing one in between.
type disk interface {
	create(name string) (file, error)
	open(name string) (file, error)
	rename(from, to string) error
	remove(name string) error
	sync() error // of the directory: names
}

type file interface {
	io.WriterAt
	Truncate(size int64) error
	Sync() error
	Close() error
}

// folder is a directory of this machine.
type folder string

func (d folder) path(name string) string { return filepath.Join(string(d), name) }

func (d folder) create(name string) (file, error) {
	return os.OpenFile(d.path(name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
}

func (d folder) open(name string) (file, error) {
	return os.OpenFile(d.path(name), os.O_CREATE|os.O_WRONLY, 0o600)
}

func (d folder) rename(from, to string) error { return os.Rename(d.path(from), d.path(to)) }

func (d folder) remove(name string) error { return os.Remove(d.path(name)) }

func (d folder) sync() error {
	dir, err := os.Open(string(d))
	if err != nil {
		return err
	}
	err = dir.Sync()
	if closed := dir.Close(); err == nil {
		err = closed
	}
	return err
}
