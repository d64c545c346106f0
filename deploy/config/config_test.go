package config_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/config"
)

// enough are the settings without which bellhop serve does not start.
func enough(more ...string) []string {
	return append([]string{
		"PATH=/usr/bin",
		"BELLHOP_DATABASE_URL=postgres://bellhop:hunter2@127.0.0.1:5432/bellhop",
		"BELLHOP_ARI_USERNAME=bellhop",
		"BELLHOP_ARI_PASSWORD=hunter2",
		"BELLHOP_MEDIA_SECRET=" + strings.Repeat("s", 32),
	}, more...)
}

func TestLoadServeDefaults(t *testing.T) {
	serve, err := config.Load[config.Serve](enough())
	require.NoError(t, err)
	require.Equal(t, config.Addr("127.0.0.1:8080"), serve.HTTPAddr)
	require.Equal(t, config.Addr("127.0.0.1:9464"), serve.MetricsAddr)
	require.Equal(t, config.Origin("http://127.0.0.1:8080"), serve.PublicURL)
	require.Equal(t, config.SocketURL("ws://127.0.0.1:8081/phone"), serve.MediaURL)
	require.Equal(t, config.SocketURL("ws://127.0.0.1:8082/control"), serve.MediaControlURL)
	require.Equal(t, config.HTTPURL("http://127.0.0.1:8088/ari"), serve.ARIURL)
	require.Equal(t, "hunter2", serve.ARIPassword.Reveal())
	require.Equal(t, slog.LevelInfo, serve.LogLevel.Level)
	require.Equal(t, config.FormatText, serve.LogFormat)
	require.Zero(t, serve.ReclaimAfter)
	require.True(t, filepath.IsAbs(serve.StateDir))
}

func TestTrustedProxies(t *testing.T) {
	serve, err := config.Load[config.Serve](enough("BELLHOP_TRUSTED_PROXIES=10.0.0.5, 192.168.7.9/16,fd00::1"))
	require.NoError(t, err)
	require.Equal(t, "10.0.0.5/32,192.168.0.0/16,fd00::1/128", serve.TrustedProxies.String())
	serve, err = config.Load[config.Serve](enough())
	require.NoError(t, err)
	require.Empty(t, serve.TrustedProxies, "nobody is trusted unless told")
}

func TestLoadMediaDefaults(t *testing.T) {
	media, err := config.Load[config.Media]([]string{"BELLHOP_MEDIA_SECRET=" + strings.Repeat("s", 32)})
	require.NoError(t, err)
	require.Equal(t, config.Ports{From: 24000, To: 27999}, media.RTPPorts)
	require.Equal(t, config.IP("127.0.0.1"), media.AsteriskIP)
	require.Equal(t, config.Addr("127.0.0.1:8083"), media.RTCAddr)
}

func TestLoadDevLeavesFreePortsOpen(t *testing.T) {
	dev, err := config.Load[config.Dev]([]string{"BELLHOP_STATE_DIR=/var/tmp/bellhop", "BELLHOP_RECLAIM_AFTER=2s", "BELLHOP_LOG_LEVEL=debug"})
	require.NoError(t, err)
	require.Empty(t, dev.MediaAddr)
	require.Zero(t, dev.RTPPorts)
	require.Equal(t, "/var/tmp/bellhop/cache", dev.CacheDir)
	require.Equal(t, 2*time.Second, dev.ReclaimAfter.Duration)
	require.Equal(t, slog.LevelDebug, dev.LogLevel.Level)
}

func TestOneSentenceForEachMistake(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	tests := []struct {
		name, setting, sentence string
	}{
		{"misspelt", "BELLHOP_HTTP_ADR=127.0.0.1:80", "BELLHOP_HTTP_ADR in the environment is not a setting of Bellhop: did you mean BELLHOP_HTTP_ADDR?"},
		{"misspelt file form", "BELLHOP_MEDIA_SECRET_FIL=/x", "BELLHOP_MEDIA_SECRET_FIL in the environment is not a setting of Bellhop: did you mean BELLHOP_MEDIA_SECRET_FILE?"},
		{"unlike any", "BELLHOP_WINGS=2", "BELLHOP_WINGS in the environment is not a setting of Bellhop (bellhop config lists them)"},
		{"file form of no secret", "BELLHOP_HTTP_ADDR_FILE=/x", "BELLHOP_HTTP_ADDR_FILE in the environment is not a setting of Bellhop (bellhop config lists them)"},
		{"port alone", "BELLHOP_HTTP_ADDR=8080", `BELLHOP_HTTP_ADDR is "8080": it must be an IP address and a port from 1 to 65535, such as 127.0.0.1:8080 (0.0.0.0:8080 for every address of this machine)`},
		{"no host", "BELLHOP_HTTP_ADDR=:8080", `BELLHOP_HTTP_ADDR is ":8080": it must be an IP address`},
		{"port 0", "BELLHOP_METRICS_ADDR=127.0.0.1:0", `BELLHOP_METRICS_ADDR is "127.0.0.1:0": it must be`},
		{"port too high", "BELLHOP_METRICS_ADDR=127.0.0.1:99999", `BELLHOP_METRICS_ADDR is "127.0.0.1:99999": it must be`},
		{"everywhere needs a public address", "BELLHOP_HTTP_ADDR=0.0.0.0:80", "BELLHOP_PUBLIC_URL is not set: it must be, such as http://desk.example.com:80"},
		{"level", "BELLHOP_LOG_LEVEL=loud", `BELLHOP_LOG_LEVEL is "loud": it must be debug, info, warn or error`},
		{"format", "BELLHOP_LOG_FORMAT=xml", `BELLHOP_LOG_FORMAT is "xml": it must be text or json`},
		{"time without unit", "BELLHOP_RECLAIM_AFTER=30", `BELLHOP_RECLAIM_AFTER is "30": it must be a time from 1s to 1h, such as 30s or 1m30s`},
		{"negative time", "BELLHOP_RECLAIM_AFTER=-3s", `BELLHOP_RECLAIM_AFTER is "-3s": it must be a time`},
		{"origin with path", "BELLHOP_PUBLIC_URL=https://a.example/desk", `BELLHOP_PUBLIC_URL is "https://a.example/desk": it must be scheme, host and port only`},
		{"socket address", "BELLHOP_MEDIA_CONTROL_URL=http://127.0.0.1/control", "BELLHOP_MEDIA_CONTROL_URL is \"http://127.0.0.1/control\": it must be an address that begins with ws://"},
		{"a proxy by name", "BELLHOP_TRUSTED_PROXIES=10.0.0.1,proxy.local", `BELLHOP_TRUSTED_PROXIES is "10.0.0.1,proxy.local": it must be IP addresses or networks`},
		{"everybody as a proxy", "BELLHOP_TRUSTED_PROXIES=0.0.0.0/0", `BELLHOP_TRUSTED_PROXIES is "0.0.0.0/0": it must be IP addresses or networks`},
		{"both ways", "BELLHOP_ARI_PASSWORD_FILE=/x", "BELLHOP_ARI_PASSWORD and BELLHOP_ARI_PASSWORD_FILE are both set: one of them must go"},
		{"settings file gone", "BELLHOP_CONFIG=" + missing, "BELLHOP_CONFIG: the settings file cannot be read: open " + missing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Load[config.Serve](enough(tt.setting))
			require.ErrorContains(t, err, tt.sentence)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestSecretsAreNotInErrors(t *testing.T) {
	_, err := config.Load[config.Serve]([]string{
		"BELLHOP_DATABASE_URL=mysql://root:hunter2@db/x", "BELLHOP_MEDIA_SECRET=hunter2",
		"BELLHOP_ARI_USERNAME=a", "BELLHOP_ARI_PASSWORD=hunter2",
	})
	require.ErrorContains(t, err, "BELLHOP_DATABASE_URL is a value that cannot be used: it must be an address such as postgres://")
	require.ErrorContains(t, err, "BELLHOP_MEDIA_SECRET is a value that cannot be used: it must be at least 32 bytes long")
	require.NotContains(t, err.Error(), "hunter2")
}

func TestMissingSettingsAreNamed(t *testing.T) {
	_, err := config.Load[config.Serve](nil)
	require.ErrorContains(t, err, "BELLHOP_DATABASE_URL is not set (nor BELLHOP_DATABASE_URL_FILE): it is the PostgreSQL database")
	require.ErrorContains(t, err, "BELLHOP_ARI_USERNAME is not set: it is the user of Asterisk's REST interface")
}

func TestSecretFromFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(file, []byte("from file\n"), 0o600))
	environ := enough("BELLHOP_ARI_PASSWORD_FILE=" + file)
	environ[3] = "BELLHOP_ARI_PASSWORD=" // empty counts as not given
	serve, err := config.Load[config.Serve](environ)
	require.NoError(t, err)
	require.Equal(t, "from file", serve.ARIPassword.Reveal())

	require.NoError(t, os.WriteFile(file, []byte("\n"), 0o600))
	_, err = config.Load[config.Serve](environ)
	require.ErrorContains(t, err, "BELLHOP_ARI_PASSWORD_FILE: the file "+file+" is empty")
}

func TestSettingsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bellhop.conf")
	write := func(lines string) {
		require.NoError(t, os.WriteFile(file, []byte(lines), 0o600))
	}
	write("# where we listen\n\nBELLHOP_HTTP_ADDR = \"127.0.0.1:9090\"\nBELLHOP_LOG_FORMAT=json\nBELLHOP_ARI_PASSWORD=in$file#\n")
	serve, err := config.Load[config.Serve](enough("BELLHOP_CONFIG="+file, "BELLHOP_LOG_FORMAT=text"))
	require.NoError(t, err)
	require.Equal(t, config.Addr("127.0.0.1:9090"), serve.HTTPAddr)
	require.Equal(t, config.FormatText, serve.LogFormat, "the environment goes before the file")
	require.Equal(t, "hunter2", serve.ARIPassword.Reveal())

	write("BELLHOP_HTTP_ADDR=x\n")
	_, err = config.Load[config.Serve](enough("BELLHOP_CONFIG=" + file))
	require.ErrorContains(t, err, `BELLHOP_HTTP_ADDR is "x" in line 1 of `+file+`: it must be an IP address`)

	write("\nBELLHOP_HTP_ADDR=127.0.0.1:1\n")
	_, err = config.Load[config.Serve](enough("BELLHOP_CONFIG=" + file))
	require.ErrorContains(t, err, "BELLHOP_HTP_ADDR in line 2 of "+file+" is not a setting of Bellhop: did you mean BELLHOP_HTTP_ADDR?")

	write("export HTTP_ADDR=1\n")
	_, err = config.Load[config.Serve](enough("BELLHOP_CONFIG=" + file))
	require.ErrorContains(t, err, "line 1 of "+file+" must be a setting such as")
}

func TestDevRefusesAnARIAddressItCannotOffer(t *testing.T) {
	for _, address := range []string{"https://127.0.0.1:8088/ari", "http://pbx.example.com/ari", "http://127.0.0.1:8088/x"} {
		_, err := config.Load[config.Dev]([]string{"BELLHOP_ARI_URL=" + address})
		require.ErrorContains(t, err, "for bellhop dev, which starts its own Asterisk")
	}
	_, err := config.Load[config.Dev]([]string{"BELLHOP_ARI_URL=http://127.0.0.1:8088/ari/"})
	require.NoError(t, err)
}

func TestPrintMasksSecrets(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, config.Print(&out, enough("BELLHOP_HTTP_ADDR=127.0.0.1:9090")))
	require.NotContains(t, out.String(), "hunter2")
	require.Regexp(t, `BELLHOP_ARI_PASSWORD +\(secret\) +the environment`, out.String())
	require.Regexp(t, `BELLHOP_HTTP_ADDR +127.0.0.1:9090 +the environment`, out.String())
	require.Regexp(t, `BELLHOP_PUBLIC_URL +http://127.0.0.1:9090 +follows from BELLHOP_HTTP_ADDR`, out.String())
	require.Regexp(t, `BELLHOP_METRICS_ADDR +127.0.0.1:9464 +default`, out.String())
	require.Regexp(t, `BELLHOP_CONFIG +- +not set`, out.String())

	require.ErrorContains(t, config.Print(&out, []string{"BELLHOP_MEDIA_RTP_PORTS=5"}), `BELLHOP_MEDIA_RTP_PORTS is "5": it must be two ports`)
}

func TestSecretsStayHiddenWhenPrinted(t *testing.T) {
	serve, err := config.Load[config.Serve](enough())
	require.NoError(t, err)
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("settings", "password", serve.ARIPassword, "database", serve.DatabaseURL)
	require.NotContains(t, out.String(), "hunter2")
}

func TestReadmeNamesEverySetting(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	for _, setting := range config.All() {
		require.Contains(t, string(readme), "`"+setting.Name+"`")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("HTTP_ADDR", "127.0.0.1:8080")
	f.Add("MEDIA_RTP_PORTS", "20000-23999")
	f.Add("PUBLIC_URL", "http://[::1]:8080")
	f.Add("RECLAIM_AFTER", "1h")
	f.Add("CONFIG", "/dev/null")
	f.Fuzz(func(t *testing.T, name, text string) {
		serve, err := config.Load[config.Serve](enough("BELLHOP_" + name + "=" + text))
		if err == nil && (serve.HTTPAddr == "" || serve.PublicURL == "" || serve.MediaURL == "") {
			t.Fatalf("%q=%q was taken and left an address empty", name, text)
		}
	})
}
