package asterisk

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func etcWith(t *testing.T, files map[string]string) string {
	t.Helper()
	etc := t.TempDir()
	for name, text := range files {
		name = filepath.Join(etc, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
	return etc
}

func TestFindMirrors(t *testing.T) {
	const release = "PRETTY_NAME=\"Debian\"\nVERSION_CODENAME=bookworm\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  []mirror
	}{
		"deb822": {map[string]string{"apt/sources.list.d/debian.sources": "# a comment\nTypes: deb deb-src\nURIs: http://mirror.test/debian\n" +
			"Suites: bookworm bookworm-updates\nComponents: main contrib\nSigned-By: /k.gpg\n\nTypes: deb\nURIs: http://mirror.test/security\n" +
			"Suites: bookworm-security\nComponents: main\n"}, []mirror{{"http://mirror.test/debian", "/k.gpg"}}},
		"deb822 with a key inside": {map[string]string{"apt/sources.list.d/d.sources": "Types: deb\nURIs: http://m.test/d\nSuites: bookworm\n" +
			"Components: main\nSigned-By:\n -----BEGIN PGP\n .\n abc\n -----END\n"}, []mirror{{"http://m.test/d", "\n -----BEGIN PGP\n .\n abc\n -----END"}}},
		"deb822 switched off": {map[string]string{"apt/sources.list.d/d.sources": "Enabled: no\nTypes: deb\nURIs: http://m.test/d\n" +
			"Suites: bookworm\nComponents: main\n"}, nil},
		"deb822 in several lines": {map[string]string{"apt/sources.list.d/d.sources": "Types: deb\nURIs:\n http://a.test/d\n http://b.test/d\n" +
			"Suites:\n bookworm\nComponents:\n main\n"}, []mirror{{"http://a.test/d http://b.test/d", ""}}},
		"one line": {
			map[string]string{"apt/sources.list": "# deb http://no.test/debian bookworm main\n" +
				"deb [arch=amd64 signed-by=/a.gpg,/b.gpg] http://m.test/debian bookworm main # mine\ndeb-src http://m.test/debian bookworm main\n"},
			[]mirror{{"http://m.test/debian", "/a.gpg /b.gpg"}},
		},
		"mirror list file": {
			map[string]string{"apt/sources.list": "deb mirror+file:///etc/apt/mirrors/debian.list bookworm main\n"},
			[]mirror{{"mirror+file:///etc/apt/mirrors/debian.list", ""}},
		},
		"others' archives": {map[string]string{
			"apt/sources.list.d/node.sources": "Types: deb\nURIs: http://n.test\nSuites: nodistro\nComponents: main\n",
			"apt/sources.list.d/docker.list":  "deb http://d.test bookworm stable\n",
			"apt/sources.list.d/pg.list":      "deb http://p.test bookworm-pgdg main\n",
			"apt/sources.list.d/bad.list":     "deb [unclosed http://x bookworm main\ndeb\n\n",
		}, nil},
		"nothing": {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"os-release": release}
			maps.Copy(files, c.files)
			got, err := findMirrors(etcWith(t, files))
			require.Equal(t, c.want, got)
			require.Equal(t, c.want == nil, err != nil)
		})
	}
}

func FuzzSources(f *testing.F) {
	f.Add("Types: deb\nURIs: http://m.test/d\nSuites: bookworm\nComponents: main\nSigned-By:\n -----BEGIN\n")
	f.Add("deb [signed-by=/a.gpg] http://m.test/debian bookworm main # mine\n")
	f.Add(" folded first\n:\n")
	f.Fuzz(func(t *testing.T, text string) {
		add := func(_, uris, _, _ []string, signedBy string) {
			m := mirror{uris: strings.Join(uris, " "), signedBy: signedBy}
			require.Equal(t, 1, strings.Count(m.source("forky", "amd64"), "\nSuites: forky\n"))
		}
		readDeb822(text, add)
		readOneLine(text, add)
	})
}

func TestSourceKeepsItsOwnKey(t *testing.T) {
	whole := mirror{"http://m.test/d", "\n -----BEGIN"}.source("forky", "arm64")
	require.Contains(t, whole, "Signed-By: \n -----BEGIN\n")
	require.NotContains(t, whole, debianKeyring, "a key in the source is the only one")
	require.Contains(t, whole, "Architectures: arm64\n")
}

// TestInterruptedFetch: what a fetch that was cut off leaves is not taken for whole, and the next one cleans it up.
func TestInterruptedFetch(t *testing.T) {
	dir := t.TempDir()
	for _, half := range []string{"asterisk.partial-1/tree/usr", "asterisk/usr/lib/x86_64-linux-gnu"} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, half), 0o755))
	}
	ctx, cancel := context.WithCancel(t.Context())
	told := make(chan string, 100)
	result := make(chan error, 1)
	go func() {
		result <- fetchInto(ctx, filepath.Join(dir, "asterisk"), func(s string) { told <- s })
	}()
	select {
	case <-told: // it fetches
	case <-time.After(10 * time.Second):
		t.Fatal("the fetch did not begin")
	}
	cancel()
	require.Error(t, <-result)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestLockLetsOneFetch(t *testing.T) {
	name := filepath.Join(t.TempDir(), "lock")
	unlock, err := lockFile(t.Context(), name, func(string) {})
	require.NoError(t, err)
	waits, got := make(chan string, 1), make(chan error, 1)
	go func() {
		unlock2, err := lockFile(t.Context(), name, func(s string) { waits <- s })
		if err == nil {
			unlock2()
		}
		got <- err
	}()
	require.Contains(t, <-waits, "waiting")
	unlock()
	require.NoError(t, <-got)

	unlock, err = lockFile(t.Context(), name, func(string) {})
	require.NoError(t, err)
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = lockFile(ctx, name, func(string) {})
	require.ErrorIs(t, err, context.Canceled)
}

func TestProgress(t *testing.T) {
	var said []string
	line := counted(func(s string) { said = append(said, s) })
	for _, l := range []string{
		"0 upgraded, 160 newly installed, 0 to remove", "Need to get 81.5 MB of archives.", "Get:9 x forky/main amd64 a", "Get:10 x forky/main amd64 b",
	} {
		line(l)
	}
	require.Equal(t, []string{"Fetching Asterisk and what it needs: 160 packages, 81.5 MB …", "Fetched 10 of 160 packages …"}, said)
}

// TestSecondInstallIsOfflineAndInstant: it finds what the tests of this machine have unpacked, without a word.
func TestSecondInstallIsOfflineAndInstant(t *testing.T) {
	cache := os.Getenv("BELLHOP_CACHE_DIR")
	if cache == "" {
		cache = filepath.Join("..", "..", ".run", "cache")
	}
	first, err := Install(t.Context(), cache, nil)
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			started := time.Now()
			again, err := Install(t.Context(), cache, func(s string) { t.Error("said: " + s) })
			if err != nil || again != first || time.Since(started) > time.Second {
				t.Errorf("second install: %v after %v", err, time.Since(started))
			}
		})
	}
	wg.Wait()
	require.NotEmpty(t, first.Version)
}
