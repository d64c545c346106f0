package secret_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/cti/admin/secret"
)

func TestSealedOpensOnlyWithItsKeyAndPurpose(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "serve", "secret.key")
	key, err := secret.OpenFile(path)
	require.NoError(t, err)
	sealed := key.Seal("비밀번호", "trunk 1")
	require.NotContains(t, string(sealed), "비밀번호")
	require.NotEqual(t, sealed, key.Seal("비밀번호", "trunk 1"), "equal secrets do not look equal")

	again, err := secret.OpenFile(path)
	require.NoError(t, err)
	text, err := again.Open(sealed, "trunk 1")
	require.NoError(t, err)
	require.Equal(t, "비밀번호", text)
	require.Equal(t, key.Mark("a"), again.Mark("a"))
	require.NotEqual(t, key.Mark("a"), key.Mark("b"))

	_, err = again.Open(sealed, "trunk 2")
	require.ErrorIs(t, err, secret.ErrSealed, "another row")
	sealed[len(sealed)-1] ^= 1
	_, err = again.Open(sealed, "trunk 1")
	require.ErrorIs(t, err, secret.ErrSealed, "changed")
	_, err = again.Open(nil, "trunk 1")
	require.ErrorIs(t, err, secret.ErrSealed)
	other, err := secret.OpenFile(filepath.Join(t.TempDir(), "key"))
	require.NoError(t, err)
	_, err = other.Open(key.Seal("x", ""), "")
	require.ErrorIs(t, err, secret.ErrSealed, "another key")
}

func TestKeyFileIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	_, err := secret.OpenFile(path)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, os.Chmod(path, 0o644)) //nolint:gosec // the mistake
	_, err = secret.OpenFile(path)
	require.ErrorContains(t, err, "chmod 600")
	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, os.WriteFile(path, []byte("short"), 0o600))
	_, err = secret.OpenFile(path)
	require.ErrorContains(t, err, "no key")
}

// TestTwoStartsMakeOneKey: whoever is slower takes the key of the faster.
func TestTwoStartsMakeOneKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	marks := make([]string, 8)
	var all sync.WaitGroup
	for i := range marks {
		all.Go(func() {
			if key, err := secret.OpenFile(path); err == nil {
				marks[i] = key.Mark("x")
			}
		})
	}
	all.Wait()
	for _, m := range marks {
		require.Equal(t, marks[0], m)
		require.NotEmpty(t, m)
	}
}
