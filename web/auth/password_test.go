package auth_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/web/auth"
)

func TestWeak(t *testing.T) {
	for password, want := range map[string]string{
		"":                                      "too_short",
		"short 9 c":                             "too_short",
		strings.Repeat("x1", 513):               "too_long",
		"0123456789":                            "common",
		"9876543210":                            "common",
		"aaaaaaaaaaaa":                          "common",
		"abcabcabcabc":                          "common",
		"Password123!":                          "common",
		"Welcome2026!!":                         "common",
		"1q2w3e4r5t":                            "common",
		"관리자1234567":                            "common",
		"tkfkdgo12345":                          "common",
		"seoyeon2026":                           "like_name",
		"김서연 1234567":                           "like_name",
		"correct horse battery":                 "",
		"비 오는 날의 커피 한 잔":                        "",
		"seoyeon likes long walks by the river": "",
	} {
		require.Equal(t, want, auth.Weak(password, "seoyeon", "김서연", "seoyeon@example.com"), password)
	}
}

func TestSessionsThatOthersEnd(t *testing.T) {
	g := open(t)
	one, err := g.SignIn(t.Context(), attempt("seoyeon", "password of seoyeon"))
	require.NoError(t, err)
	two, err := g.SignIn(t.Context(), attempt("seoyeon", "password of seoyeon"))
	require.NoError(t, err)
	_, err = g.SignIn(t.Context(), attempt("seoyeon", "wrong"))
	require.ErrorIs(t, err, auth.ErrBadCredentials)
	require.NoError(t, g.SignOut(t.Context(), two.Token))
	three, err := g.SignIn(t.Context(), attempt("seoyeon", "password of seoyeon"))
	require.NoError(t, err)

	ended, err := g.EndOf(t.Context(), one.User.ID, three.Token)
	require.NoError(t, err)
	require.Equal(t, 1, ended)
	_, err = g.Sessions().Lookup(t.Context(), one.Token)
	require.ErrorIs(t, err, auth.ErrNotSignedIn)
	_, err = g.Sessions().Lookup(t.Context(), three.Token)
	require.NoError(t, err)

	g.exec(t, `update sessions set expires_at = now() - interval '1 hour'`)
	_, err = g.SignIn(t.Context(), attempt("jihun", "password of jihun"))
	require.NoError(t, err)
	rows, err := g.pool.Query(t.Context(), `select login || ' ' || event from access_log order by id`)
	require.NoError(t, err)
	var events []string
	for rows.Next() {
		var event string
		require.NoError(t, rows.Scan(&event))
		events = append(events, event)
	}
	require.Equal(t, []string{
		"seoyeon sign_in", "seoyeon sign_in", "seoyeon sign_in_failed", "seoyeon sign_out", "seoyeon sign_in", "seoyeon forced_out",
		"seoyeon expired", "jihun sign_in",
	}, events)
}

func TestRightsAreAskedForAgain(t *testing.T) {
	g := open(t)
	signedIn, err := g.SignIn(t.Context(), attempt("seoyeon", "password of seoyeon"))
	require.NoError(t, err)
	phone := func() bool {
		user, err := g.Sessions().Lookup(t.Context(), signedIn.Token)
		require.NoError(t, err)
		return user.Rights[0].Phone
	}
	require.True(t, phone())
	g.exec(t, `update service_members set phone = false`)
	g.Changed(signedIn.User.ID)
	require.False(t, phone())

	g.exec(t, `update users set disabled = true`)
	require.NoError(t, g.Leave(t.Context(), signedIn.User.ID))
	g.Changed(signedIn.User.ID)
	_, err = g.Sessions().Lookup(t.Context(), signedIn.Token)
	require.NoError(t, err, "until his call has ended")
}
