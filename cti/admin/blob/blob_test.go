package blob_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/cti/admin/blob"
)

func TestFilesAreKeptByWhatIsInThem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "files")
	folder, err := blob.Open(path)
	require.NoError(t, err)
	pdf := "%PDF-1.7\n" + strings.Repeat("x", 10_000)
	kept, err := folder.Put(strings.NewReader(pdf), 1<<20, blob.PDF, blob.PNG)
	require.NoError(t, err)
	require.Equal(t, int64(len(pdf)), kept.Size)
	require.Equal(t, blob.PDF, kept.Type)
	again, err := folder.Put(slowly(pdf), 1<<20, blob.PDF)
	require.NoError(t, err)
	require.Equal(t, kept, again)

	file, err := folder.Open(kept.ID)
	require.NoError(t, err)
	data, err := io.ReadAll(file)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	require.Equal(t, pdf, string(data))
	mode, err := os.Stat(folder.Path(kept.ID))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), mode.Mode().Perm())

	for _, id := range []string{"", "../files", "..%2fx", strings.Repeat("g", 64), kept.ID + "/x", strings.ToUpper(kept.ID)} {
		_, err = folder.Open(id)
		require.ErrorIs(t, err, os.ErrNotExist, id)
		require.Empty(t, folder.Path(id))
	}
}

func TestWhatIsNotKept(t *testing.T) {
	path := t.TempDir()
	folder, err := blob.Open(path)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		data string
		want error
	}{
		"a program called .wav": {"MZ\x90\x00" + strings.Repeat("\x00", 600), blob.ErrType},
		"a page":                {"<html><script>alert(1)</script>", blob.ErrType},
		"a drawing with script": {`<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>`, blob.ErrType},
		"nothing":               {"", blob.ErrEmpty},
		"too much":              {"%PDF-1.7\n" + strings.Repeat("x", 5000), blob.ErrTooLarge},
	} {
		_, err := folder.Put(strings.NewReader(c.data), 4096, blob.PDF, blob.PNG, blob.JPEG, blob.WAV, blob.MP3, blob.Ogg)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err = folder.Put(io.MultiReader(strings.NewReader("%PDF-1.7\n"), broken{}), 4096, blob.PDF)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	left, err := os.ReadDir(path)
	require.NoError(t, err)
	require.Empty(t, left, "what was not kept is gone")
}

func TestTypes(t *testing.T) {
	for want, head := range map[string]string{
		blob.WAV: "RIFF\x24\x00\x00\x00WAVEfmt ", blob.MP3: "ID3\x04\x00", blob.Ogg: "OggS\x00\x02", blob.PNG: "\x89PNG\r\n\x1a\n", blob.JPEG: "\xff\xd8\xff\xe0",
	} {
		require.Equal(t, want, blob.TypeOf([]byte(head)))
	}
	require.Equal(t, blob.MP3, blob.TypeOf([]byte{0xff, 0xfb, 0x90, 0x00}))
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// slowly reads one byte at a time, as a slow sender does.
func slowly(text string) io.Reader { return oneByte{bytes.NewReader([]byte(text))} }

type oneByte struct{ r io.Reader }

func (o oneByte) Read(p []byte) (int, error) { return o.r.Read(p[:min(len(p), 1)]) }
