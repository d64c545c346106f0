package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPhoneSessions(t *testing.T) {
	p := newPhoneSessions()
	is := func(agent, want string) {
		t.Helper()
		id, since, up := p.Session(agent)
		require.Equal(t, want, id)
		require.Equal(t, want != "", up)
		require.Equal(t, want == "", since.IsZero())
	}
	is("kim", "")
	p.connected("kim", "s1", "sip:kim@127.0.0.1:5070")
	p.connected("lee", "s2", "sip:lee@127.0.0.1:5071")
	is("kim", "s1")
	_, first, _ := p.Session("kim")
	p.connected("kim", "s1", "sip:kim@127.0.0.1:5070")
	_, again, _ := p.Session("kim")
	require.Equal(t, first, again, "told again after media's line was back")

	p.connected("kim", "s3", "sip:kim@127.0.0.1:5070")
	p.gone("kim", "s1")
	is("kim", "s3")
	p.gone("kim", "s3")
	is("kim", "")
	p.connected("kim", "s4", "sip:kim@127.0.0.1:5070")
	p.lost("127.0.0.1:5070")
	is("kim", "")
	is("lee", "s2")
}
