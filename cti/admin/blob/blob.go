// Package blob keeps files that people upload: by what is in them, outside of what the web server serves, and never as
// more than bytes. Their type is what their first bytes say, whatever their name is.
package blob

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// The reasons for which a file is not kept.
var (
	ErrTooLarge = errors.New("too large")
	ErrType     = errors.New("not a type that is taken")
	ErrEmpty    = errors.New("empty")
)

// Types that may be asked for.
const (
	PDF  = "application/pdf"
	PNG  = "image/png"
	JPEG = "image/jpeg"
	WAV  = "audio/wave"
	MP3  = "audio/mpeg"
	Ogg  = "application/ogg"
)

// File is a file that is kept. ID is the SHA-256 of its bytes.
type File struct {
	ID   string
	Size int64
	Type string
}

// Folder keeps files.
type Folder struct{ path string }

// Open uses a folder, which is made if it is not there.
func Open(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for files: %w", err)
	}
	return &Folder{path: path}, nil
}

// Put keeps what a reader gives, if it is of one of the types and no longer than limit. The same bytes are kept once.
func (f *Folder) Put(r io.Reader, limit int64, types ...string) (File, error) {
	temporary, err := os.CreateTemp(f.path, "new-*")
	if err != nil {
		return File{}, fmt.Errorf("make a file: %w", err)
	}
	defer os.Remove(temporary.Name()) //nolint:errcheck // it is gone once it was renamed
	defer temporary.Close()           //nolint:errcheck // closed below, where it counts
	hash := sha256.New()
	head := make([]byte, headLength)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return File{}, fmt.Errorf("read a file: %w", err)
	}
	kind := TypeOf(head[:n])
	switch {
	case n == 0:
		return File{}, ErrEmpty
	case !slices.Contains(types, kind):
		return File{}, ErrType
	}
	whole := io.MultiReader(bytes.NewReader(head[:n]), r)
	size, err := io.Copy(io.MultiWriter(temporary, hash), io.LimitReader(whole, limit+1))
	if err != nil {
		return File{}, fmt.Errorf("keep a file: %w", err)
	}
	if size > limit {
		return File{}, ErrTooLarge
	}
	if err := errors.Join(temporary.Sync(), temporary.Close()); err != nil {
		return File{}, fmt.Errorf("keep a file: %w", err)
	}
	id := hex.EncodeToString(hash.Sum(nil))
	if err := os.Rename(temporary.Name(), filepath.Join(f.path, id)); err != nil {
		return File{}, fmt.Errorf("keep a file: %w", err)
	}
	return File{ID: id, Size: size, Type: kind}, nil
}

var idForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Open gives a file that is kept; fs.ErrNotExist when there is none.
func (f *Folder) Open(id string) (*os.File, error) {
	if !idForm.MatchString(id) {
		return nil, os.ErrNotExist
	}
	return os.Open(filepath.Join(f.path, id)) //nolint:gosec // the name is 64 hexadecimal digits
}

// Path is where a file is kept, for programs that read it; empty for what cannot be an id.
func (f *Folder) Path(id string) string {
	if !idForm.MatchString(id) {
		return ""
	}
	return filepath.Join(f.path, id)
}

// headLength is how much of a file is looked at to know its type.
const headLength = 512

// TypeOf says what the first bytes of a file are.
func TypeOf(head []byte) string {
	if len(head) > 2 && head[0] == 0xff && head[1]&0xe6 == 0xe2 { // MPEG layer III without an ID3 tag
		return MP3
	}
	return http.DetectContentType(head)
}
