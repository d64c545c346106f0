package auth

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

func TestHashAndVerify(t *testing.T) {
	h := NewHasher(HasherOptions{})
	first, err := h.Hash(t.Context(), "correct horse")
	require.NoError(t, err)
	require.Contains(t, first, "$argon2id$v=19$m=65536,t=1,p=1$")
	second, err := h.Hash(t.Context(), "correct horse")
	require.NoError(t, err)
	require.NotEqual(t, first, second, "every hash has its own salt")

	right, err := h.Verify(t.Context(), first, "correct horse")
	require.NoError(t, err)
	require.True(t, right)
	right, err = h.Verify(t.Context(), first, "wrong horse")
	require.NoError(t, err)
	require.False(t, right)
	require.EqualValues(t, 4, h.Evaluations())
}

func TestPasswordsThatLookTheSameAreTheSame(t *testing.T) {
	h := NewCheapHasher()
	encoded, err := h.Hash(t.Context(), norm.NFC.String("비밀번호 각"))
	require.NoError(t, err)
	right, err := h.Verify(t.Context(), encoded, norm.NFD.String("비밀번호 각"))
	require.NoError(t, err)
	require.True(t, right)
}

func TestStrangePasswords(t *testing.T) {
	h := NewCheapHasher()
	for _, password := range []string{"\x00", "👩‍👩‍👧", "\xff\xfe", "a\r\nb", strings.Repeat("x", maxPassword)} {
		encoded, err := h.Hash(t.Context(), password)
		require.NoError(t, err)
		right, err := h.Verify(t.Context(), encoded, password)
		require.NoError(t, err)
		require.True(t, right, "%.20q", password)
	}
	for _, password := range []string{"", strings.Repeat("x", maxPassword+1)} {
		_, err := h.Hash(t.Context(), password)
		require.Error(t, err)
	}
	longest, err := h.Hash(t.Context(), strings.Repeat("x", maxPassword))
	require.NoError(t, err)
	right, err := h.Verify(t.Context(), longest, strings.Repeat("x", maxPassword+1))
	require.NoError(t, err)
	require.False(t, right, "nothing is cut off")
}

func TestMalformedHashesCostOneEvaluation(t *testing.T) {
	h := NewCheapHasher()
	good, err := h.Hash(t.Context(), "password")
	require.NoError(t, err)
	for _, encoded := range []string{
		"", "password", "$argon2id$", "$argon2i" + good[len("$argon2id"):],
		strings.Replace(good, "v=19", "v=16", 1), strings.Replace(good, "m=8", "m=99999999", 1),
		strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "p=1", "p=300", 1),
		good + "$", good[:len(good)-4], "$argon2id$v=19$m=8,t=1,p=1$!$!",
	} {
		before := h.Evaluations()
		right, err := h.Verify(t.Context(), encoded, "password")
		require.ErrorIs(t, err, errMalformed, "%q", encoded)
		require.False(t, right)
		require.Equal(t, before+1, h.Evaluations())
	}
}

func TestHashesTakeTurns(t *testing.T) {
	h := newHasher(HasherOptions{Concurrency: 1}, cost{memory: 8, passes: 1, lanes: 1})
	leave, err := h.enter(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = h.Hash(ctx, "password")
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, h.Evaluations())
	h.waiting.Store(maxWaiting)
	_, err = h.Hash(t.Context(), "password")
	require.ErrorIs(t, err, errBusy)
	h.waiting.Store(0)
	leave()
	_, err = h.Hash(t.Context(), "password")
	require.NoError(t, err)
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"", "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$a2V5", "$$$$$", "$argon2id$v=19$m=-1,t=1,p=1$$"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, encoded string) {
		c, salt, key, err := decode(encoded)
		if err != nil {
			require.ErrorIs(t, err, errMalformed)
			return
		}
		require.LessOrEqual(t, c.memory, uint32(maxMemory))
		require.LessOrEqual(t, c.passes, uint32(maxPasses))
		require.GreaterOrEqual(t, len(salt), 8)
		require.Len(t, key, keyLength)
	})
}

func BenchmarkVerify(b *testing.B) {
	h := NewHasher(HasherOptions{})
	for b.Loop() {
		if _, err := h.Verify(b.Context(), h.dummy, "password"); err != nil {
			b.Fatal(err)
		}
	}
}
