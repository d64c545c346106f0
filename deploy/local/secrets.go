package local

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"bellhop/deploy/config"
)

// secrets are what the parts know each other by. They are made once and kept in files that only we may read; the
// children are told the files, not the secrets.
type secrets struct {
	dir              string
	ariPassword      string
	mediaSecret      string
	databasePassword string
	databaseURL      string // known when the database is: see setDatabaseURL
}

// secretFiles are the files' names.
const (
	fileARIPassword      = "ari_password"
	fileMediaSecret      = "media_secret"
	fileDatabasePassword = "database_password"
	fileDatabaseURL      = "database_url"
)

// DatabaseFile is where bellhop dev with this state folder keeps the database's address.
func DatabaseFile(stateDir string) string { return filepath.Join(stateDir, "secrets", fileDatabaseURL) }

// keepSecrets reads the secrets, or makes those that are missing. What is set in the settings is used instead.
func keepSecrets(dir string, s config.Dev) (secrets, error) {
	kept := secrets{dir: dir}
	for _, each := range []struct {
		file  string
		set   config.Secret
		value *string
	}{
		{fileARIPassword, s.ARIPassword, &kept.ariPassword},
		{fileMediaSecret, s.MediaSecret.Secret, &kept.mediaSecret},
		{fileDatabasePassword, "", &kept.databasePassword},
	} {
		var err error
		if *each.value, err = kept.keep(each.file, each.set.Reveal()); err != nil {
			return secrets{}, err
		}
	}
	if s.DatabaseURL.Reveal() == "" {
		return kept, nil
	}
	return kept, kept.setDatabaseURL(s.DatabaseURL.Reveal())
}

// setDatabaseURL keeps the database's address for the children.
func (s *secrets) setDatabaseURL(url string) error {
	s.databaseURL = url
	return s.write(fileDatabaseURL, url)
}

// file gives the path of a secret's file.
func (s *secrets) file(name string) string { return filepath.Join(s.dir, name) }

// keep gives the secret of a name: the one that is set, the one that was kept, or a new one.
func (s *secrets) keep(name, set string) (string, error) {
	if set != "" {
		return set, s.write(name, set)
	}
	content, err := os.ReadFile(s.file(name))
	if kept := strings.TrimSpace(string(content)); kept != "" {
		return kept, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	random := make([]byte, 32)
	rand.Read(random) // never fails
	made := hex.EncodeToString(random)
	return made, s.write(name, made)
}

func (s *secrets) write(name, value string) error {
	return writeWhole(s.file(name), []byte(value+"\n"))
}

// writeWhole writes a file that only we may read, so that a reader sees the old content or the new one.
func writeWhole(path string, content []byte) error {
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}
