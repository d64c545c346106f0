package asterisk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"bellhop/cti/admin/sound"
)

// goneSoundsKept is how long a sound that was deleted stays: calls that know it may play it until they are over.
const goneSoundsKept = 24 * time.Hour

// Folder is where Asterisk finds what admins upload. Files come there whole or not at all.
type Folder struct {
	dir    string
	reload func()
}

// NewFolder uses a folder, which is made if it is not there; reload asks for Asterisk to read its classes of hold music anew.
func NewFolder(dir string, reload func()) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("asterisk: %w", err)
	}
	return &Folder{dir: dir, reload: reload}, nil
}

var soundName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

var errName = errors.New("asterisk: not the name of a sound")

// Put has Asterisk play wav under a name from now on. What plays goes on as it was.
func (f *Folder) Put(name string, wav []byte) error {
	if !soundName.MatchString(name) {
		return errName
	}
	return replace(filepath.Join(f.dir, name+".wav"), wav)
}

// Music replaces the classes of hold music, and has Asterisk read them.
func (f *Folder) Music(classes []sound.Class) error {
	var text strings.Builder
	for _, c := range classes {
		if !soundName.MatchString(c.Name) {
			return errName
		}
		fmt.Fprintf(&text, "[%s]\nmode=playlist\n", c.Name)
		for _, s := range c.Sounds {
			if !soundName.MatchString(s) {
				return errName
			}
			fmt.Fprintf(&text, "entry=%s\n", escapePath(filepath.Join(f.dir, s)))
		}
	}
	name := filepath.Join(f.dir, MusicConf)
	if was, err := os.ReadFile(name); err != nil || string(was) != text.String() {
		if err := replace(name, []byte(text.String())); err != nil {
			return err
		}
	}
	f.reload()
	return nil
}

// Sweep removes sounds that are not among the known ones and are older than a call can be.
func (f *Folder) Sweep(known map[string]bool, now time.Time) error {
	files, err := os.ReadDir(f.dir)
	if err != nil {
		return fmt.Errorf("asterisk: %w", err)
	}
	for _, file := range files {
		name, ok := strings.CutSuffix(file.Name(), ".wav")
		info, err := file.Info()
		if !ok || err != nil || known[name] || now.Sub(info.ModTime()) < goneSoundsKept {
			continue
		}
		if err := os.Remove(filepath.Join(f.dir, file.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("asterisk: %w", err)
		}
	}
	return nil
}

// Gone notes that a sound was deleted: from now on its day runs.
func (f *Folder) Gone(name string, now time.Time) {
	if soundName.MatchString(name) {
		_ = os.Chtimes(filepath.Join(f.dir, name+".wav"), now, now)
	}
}
