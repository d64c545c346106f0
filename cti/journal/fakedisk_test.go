package journal

import "sync"

// fakeDisk is a real directory with made faults: before every operation fault is asked, and may fail it, or wait.
type fakeDisk struct {
	folder
	mu    sync.Mutex
	fault func(op, name string) error
	short int // a write that fails has written so many bytes
	files []*fakeFile
}

func newFakeDisk(dir string) *fakeDisk { return &fakeDisk{folder: folder(dir)} }

// breaks sets the fault; nil ends it.
func (d *fakeDisk) breaks(fault func(op, name string) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = fault
}

func (d *fakeDisk) ask(op, name string) error {
	d.mu.Lock()
	fault := d.fault
	d.mu.Unlock()
	if fault == nil {
		return nil
	}
	return fault(op, name)
}

func (d *fakeDisk) create(name string) (file, error) {
	if err := d.ask("create", name); err != nil {
		return nil, err
	}
	f, err := d.folder.create(name)
	return d.file(f, name), err
}

func (d *fakeDisk) open(name string) (file, error) {
	if err := d.ask("open", name); err != nil {
		return nil, err
	}
	f, err := d.folder.open(name)
	return d.file(f, name), err
}

func (d *fakeDisk) file(f file, name string) file {
	d.mu.Lock()
	defer d.mu.Unlock()
	fake := &fakeFile{f, d, name}
	d.files = append(d.files, fake)
	return fake
}

func (d *fakeDisk) rename(from, to string) error {
	if err := d.ask("rename", from); err != nil {
		return err
	}
	d.mu.Lock()
	for _, f := range d.files {
		if f.name == from {
			f.name = to
		}
	}
	d.mu.Unlock()
	return d.folder.rename(from, to)
}

func (d *fakeDisk) remove(name string) error {
	if err := d.ask("remove", name); err != nil {
		return err
	}
	return d.folder.remove(name)
}

func (d *fakeDisk) sync() error {
	if err := d.ask("names", ""); err != nil {
		return err
	}
	return d.folder.sync()
}

type fakeFile struct {
	file
	disk *fakeDisk
	name string // as it is now
}

func (f *fakeFile) ask(op string) error {
	f.disk.mu.Lock()
	name := f.name
	f.disk.mu.Unlock()
	return f.disk.ask(op, name)
}

func (f *fakeFile) WriteAt(b []byte, at int64) (int, error) {
	if err := f.ask("write"); err != nil {
		n, _ := f.file.WriteAt(b[:min(f.disk.short, len(b))], at)
		return n, err
	}
	return f.file.WriteAt(b, at)
}

func (f *fakeFile) Truncate(size int64) error {
	if err := f.ask("truncate"); err != nil {
		return err
	}
	return f.file.Truncate(size)
}

func (f *fakeFile) Sync() error {
	if err := f.ask("fsync"); err != nil {
		return err
	}
	return f.file.Sync()
}
