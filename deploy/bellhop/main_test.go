package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// actVariable has this test binary be bellhop itself, so that tests can run it as processes.
const actVariable = "ACT_AS_BELLHOP"

func TestMain(m *testing.M) {
	if os.Getenv(actVariable) != "" {
		os.Exit(run(os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// say runs bellhop in this process.
func say(environ []string, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(args, environ, &out, &err)
	return code, out.String(), err.String()
}

func TestHelp(t *testing.T) {
	for _, word := range []string{"help", "--help", "-h"} {
		code, out, _ := say(nil, word)
		require.Equal(t, exitDone, code)
		for _, role := range []string{"dev", "serve", "media", "call", "migrate", "config", "version", "help"} {
			require.Contains(t, out, "\n  "+role+" ")
		}
	}
	code, _, errors := say(nil)
	require.Equal(t, exitUsage, code)
	require.Contains(t, errors, "Usage: bellhop <command>")
}

func TestWrongUse(t *testing.T) {
	tests := []struct {
		name    string
		environ []string
		args    []string
		says    string
	}{
		{"no such command", nil, []string{"fly"}, `bellhop: there is no command "fly": bellhop help lists them`},
		{"a word too many", nil, []string{"migrate", "now"}, `bellhop: "now" is one word too many: bellhop help lists what each command takes`},
		{"misspelt setting", []string{"BELLHOP_HTP_ADDR=1"}, []string{"serve"}, "bellhop: BELLHOP_HTP_ADDR in the environment is not a setting of Bellhop: did you mean BELLHOP_HTTP_ADDR?"},
		{"bad value for dev", []string{"BELLHOP_SIP_ADDR=5060"}, []string{"dev"}, `bellhop: BELLHOP_SIP_ADDR is "5060": it must be an IP address and a port`},
		{"missing for media", nil, []string{"media"}, "bellhop: BELLHOP_MEDIA_SECRET is not set (nor BELLHOP_MEDIA_SECRET_FILE): it is what bellhop serve and bellhop media know each other by"},
		{"missing for migrate", nil, []string{"migrate"}, "bellhop: BELLHOP_DATABASE_URL is not set"},
		{"bad value in config", []string{"BELLHOP_LOG_LEVEL=x"}, []string{"config"}, `bellhop: BELLHOP_LOG_LEVEL is "x": it must be debug, info, warn or error`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errors := say(tt.environ, tt.args...)
			require.Equal(t, exitUsage, code)
			require.Empty(t, out)
			require.True(t, strings.HasPrefix(errors, tt.says), errors)
			require.Equal(t, 1, strings.Count(errors, "\n"), "one sentence: %s", errors)
		})
	}
}

func TestConfigAndVersion(t *testing.T) {
	code, out, _ := say([]string{"BELLHOP_ARI_PASSWORD=hunter2"}, "config")
	require.Equal(t, exitDone, code)
	require.Regexp(t, `BELLHOP_ARI_PASSWORD +\(secret\) +the environment`, out)
	require.NotContains(t, out, "hunter2")

	code, out, _ = say(nil, "version")
	require.Equal(t, exitDone, code)
	require.Regexp(t, `^bellhop \S+ go1\.\S+ linux/\S+\n$`, out)
}
