package process

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// tailBytes and tailLines bound what is shown of a dead child's log.
const (
	tailBytes = 8 << 10
	tailLines = 12
)

// Rotate puts the log of the run before aside, as path.1, so that a log tells of one run only.
func Rotate(path string) error {
	if err := os.Rename(path, path+".1"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("put the old log aside: %w", err)
	}
	return nil
}

// openLog opens a log to append to it and gives its length so far.
func openLog(path string) (*os.File, int64, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, 0, fmt.Errorf("open the log: %w", err)
	}
	length, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("open the log: %w", err), file.Close())
	}
	return file, length, nil
}

// tail gives the last lines of a log that were written after its first from bytes.
func tail(path string, from int64) []string {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close() //nolint:errcheck // only read
	length, err := file.Seek(0, io.SeekEnd)
	if err != nil || length <= from {
		return nil
	}
	start := max(from, length-tailBytes)
	content := make([]byte, length-start)
	n, err := file.ReadAt(content, start)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil
	}
	lines := strings.Split(strings.TrimRight(string(content[:n]), "\n"), "\n")
	return lines[max(0, len(lines)-tailLines):]
}
