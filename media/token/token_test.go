package token_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"bellhop/media/token"
)

const session = "0192f0c1-2345-7abc-8def-0123456789ab"

var secret = []byte(strings.Repeat("s", token.MinSecret))

func newVerifier(t *testing.T) *token.Verifier {
	t.Helper()
	v, err := token.NewVerifier(secret)
	require.NoError(t, err)
	return v
}

func TestTokenPassesOnce(t *testing.T) {
	v := newVerifier(t)
	signed, err := token.Issue(secret, "agent-1", session, time.Minute)
	require.NoError(t, err)

	c, err := v.Verify(signed)
	require.NoError(t, err)
	require.Equal(t, token.Claims{Agent: "agent-1", Session: session}, c)

	_, err = v.Verify(signed)
	require.ErrorIs(t, err, token.ErrUsed)
	require.ErrorIs(t, err, token.ErrInvalid)
}

func TestTokenExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVerifier(t)
		signed, err := token.Issue(secret, "agent-1", session, time.Hour)
		require.NoError(t, err)
		<-time.After(token.MaxTTL + time.Second)
		_, err = v.Verify(signed)
		require.ErrorIs(t, err, token.ErrExpired)
	})
}

func TestTokenIsForgottenOnlyAfterItExpired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVerifier(t)
		early, err := token.Issue(secret, "a", session, 30*time.Second)
		require.NoError(t, err)
		_, err = v.Verify(early)
		require.NoError(t, err)
		<-time.After(29 * time.Second)
		_, err = v.Verify(early)
		require.ErrorIs(t, err, token.ErrUsed)
		<-time.After(token.MaxTTL)
		_, err = v.Verify(early)
		require.ErrorIs(t, err, token.ErrExpired)
	})
}

func TestForgedTokensAreRefused(t *testing.T) {
	good := func() jwt.MapClaims {
		return jwt.MapClaims{
			"iss": "bellhop", "aud": "bellhop-media", "sub": "agent-1", "sid": session, "jti": session,
			"exp": time.Now().Add(30 * time.Second).Unix(),
		}
	}
	with := func(key string, value any) jwt.MapClaims {
		c := good()
		if c[key] = value; value == nil {
			delete(c, key)
		}
		return c
	}
	other := []byte(strings.Repeat("x", token.MinSecret))
	tests := map[string]struct {
		claims jwt.MapClaims
		method jwt.SigningMethod
		key    any
	}{
		"another secret":    {good(), jwt.SigningMethodHS256, other},
		"another algorithm": {good(), jwt.SigningMethodHS512, secret},
		"no algorithm":      {good(), jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType},
		"another audience":  {with("aud", "bellhop-web"), jwt.SigningMethodHS256, secret},
		"another issuer":    {with("iss", "mallory"), jwt.SigningMethodHS256, secret},
		"no expiry":         {with("exp", nil), jwt.SigningMethodHS256, secret},
		"expired":           {with("exp", time.Now().Add(-time.Second).Unix()), jwt.SigningMethodHS256, secret},
		"lives an hour":     {with("exp", time.Now().Add(time.Hour).Unix()), jwt.SigningMethodHS256, secret},
		"no id":             {with("jti", nil), jwt.SigningMethodHS256, secret},
		"no session":        {with("sid", nil), jwt.SigningMethodHS256, secret},
		"session no uuid":   {with("sid", "x"), jwt.SigningMethodHS256, secret},
		"no agent":          {with("sub", ""), jwt.SigningMethodHS256, secret},
		"agent breaks URI":  {with("sub", "a@evil;x"), jwt.SigningMethodHS256, secret},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			signed, err := jwt.NewWithClaims(tt.method, tt.claims).SignedString(tt.key)
			require.NoError(t, err)
			_, err = newVerifier(t).Verify(signed)
			require.ErrorIs(t, err, token.ErrInvalid)
		})
	}
}

func TestIssueRefusesWhatVerifyWould(t *testing.T) {
	for name, f := range map[string]func() (string, error){
		"short secret": func() (string, error) { return token.Issue([]byte("short"), "a", session, time.Minute) },
		"bad agent":    func() (string, error) { return token.Issue(secret, "a b", session, time.Minute) },
		"bad session":  func() (string, error) { return token.Issue(secret, "a", "1", time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f()
			require.Error(t, err)
		})
	}
	_, err := token.NewVerifier([]byte("short"))
	require.Error(t, err)
}

func FuzzVerify(f *testing.F) {
	signed, err := token.Issue(secret, "agent-1", session, time.Minute)
	require.NoError(f, err)
	f.Add(signed)
	f.Add(signed[:len(signed)-2])
	f.Add("..")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add(strings.Repeat("a.", 2000))
	v, err := token.NewVerifier([]byte(strings.Repeat("other", 10)))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, s string) {
		_, err := v.Verify(s)
		require.ErrorIs(t, err, token.ErrInvalid)
	})
}
