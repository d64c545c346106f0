package asterisk

import (
	"fmt"
	"os"
	"path/filepath"
)

// soundsDir is where Asterisk finds the sounds that admins upload, as sound:bellhop/<name>, in every language.
const soundsDir = "data/sounds/bellhop"

// SoundsDir is the folder of an Asterisk whose files are in dir into which Bellhop writes sounds while it runs, and the classes
// of hold music that are made of them.
func SoundsDir(dir string) string { return filepath.Join(dir, soundsDir) }

// MusicConf is the file in that folder with the classes of hold music.
const MusicConf = "music.conf"

// MusicConf is where the instance's file is.
func (p page) MusicConf() string { return escapePath(filepath.Join(SoundsDir(p.Dir), MusicConf)) }

// keepMusic makes the file of classes where there is none: Asterisk notices changes only of files that were there.
func (c Config) keepMusic() error {
	f, err := os.OpenFile(filepath.Join(SoundsDir(c.Dir), MusicConf), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("asterisk: %w", err)
	}
	return f.Close()
}
