package doctor

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/deploy/schema"
	"bellhop/media/control"
)

// Database has to be PostgreSQL ≥ 15 in UTF-8, at this version, with a clock like ours.
func Database(url string) Check {
	const check = "database"
	return func(ctx context.Context) []Finding {
		pool, err := pgxpool.New(ctx, url)
		if err != nil {
			return []Finding{found(check, Failing, "database_unreachable", "error", "the address is wrong")}
		}
		defer pool.Close()
		var version int
		var encoding string
		var now time.Time
		row := pool.QueryRow(ctx, `select current_setting('server_version_num')::int, current_setting('server_encoding'), clock_timestamp()`)
		if err := row.Scan(&version, &encoding, &now); err != nil {
			return []Finding{found(check, Failing, "database_unreachable", "error", err.Error())}
		}
		params := []string{"version", strconv.Itoa(version / 10000), "encoding", encoding}
		pending, err := schema.Pending(ctx, pool)
		var all []Finding
		switch apart := time.Since(now).Abs(); {
		case version < 150000:
			all = append(all, found(check, Failing, "database_old", params...))
		case encoding != "UTF8":
			all = append(all, found(check, Failing, "database_encoding", params...))
		case err != nil:
			all = append(all, found(check, Failing, "database_unreachable", "error", err.Error()))
		case pending > 0:
			all = append(all, found(check, Failing, "migrations_pending", "count", strconv.Itoa(pending)))
		case apart > 5*time.Second:
			all = append(all, found(check, Warning, "database_clock", "apart", apart.Round(time.Second).String()))
		default:
			all = append(all, found(check, OK, "database_ok", params...))
		}
		return all
	}
}

// modules are those of Asterisk that calls need.
var modules = []string{
	"app_stasis.so", "chan_pjsip.so", "res_pjsip_session.so", "res_pjsip_sdp_rtp.so", "res_rtp_asterisk.so", "res_ari_channels.so",
	"res_ari_bridges.so", "res_ari_events.so", "res_ari_playbacks.so", "res_musiconhold.so", "bridge_simple.so", "bridge_softmix.so",
	"bridge_holding.so", "codec_ulaw.so", "codec_alaw.so",
}

// Asterisk has to let us in over ARI and have the modules.
func Asterisk(url, user, password string) Check {
	const check = "asterisk"
	return func(ctx context.Context) []Finding {
		var info struct {
			System struct{ Version string }
		}
		if f := ask(ctx, url, "/asterisk/info", user, password, &info); f != nil {
			return []Finding{*f}
		}
		var loaded []struct{ Name, Status string }
		if f := ask(ctx, url, "/asterisk/modules", user, password, &loaded); f != nil {
			return []Finding{*f}
		}
		var missing []string
		for _, m := range modules {
			if !slices.ContainsFunc(loaded, func(l struct{ Name, Status string }) bool { return l.Name == m && l.Status == "Running" }) {
				missing = append(missing, m)
			}
		}
		if missing != nil {
			return []Finding{found(check, Failing, "asterisk_modules", "modules", strings.Join(missing, ", "))}
		}
		major, _, _ := strings.Cut(info.System.Version, ".")
		if number, err := strconv.Atoi(major); err == nil && number < 20 {
			return []Finding{found(check, Failing, "asterisk_old", "version", info.System.Version)}
		}
		return []Finding{found(check, OK, "asterisk_ok", "version", info.System.Version)}
	}
}

func ask(ctx context.Context, url, path, user, password string, answer any) *Finding {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(url, "/")+path, nil)
	if err != nil {
		f := found("asterisk", Failing, "asterisk_unreachable", "url", url, "error", err.Error())
		return &f
	}
	request.SetBasicAuth(user, password)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		f := found("asterisk", Failing, "asterisk_unreachable", "url", url, "error", err.Error())
		return &f
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	var f Finding
	switch {
	case response.StatusCode == http.StatusUnauthorized:
		f = found("asterisk", Failing, "asterisk_password", "user", user)
	case response.StatusCode != http.StatusOK:
		f = found("asterisk", Failing, "asterisk_unreachable", "url", url, "error", response.Status)
	default:
		if err = json.NewDecoder(response.Body).Decode(answer); err == nil {
			return nil
		}
		f = found("asterisk", Failing, "asterisk_unreachable", "url", url, "error", err.Error())
	}
	return &f
}

// Media has to take our orders.
func Media(url string, secret []byte) Check {
	return func(ctx context.Context) []Finding {
		up := make(chan struct{}, 1)
		client := control.NewClient(control.ClientOptions{
			URL: url, Secret: secret, Log: slog.New(slog.DiscardHandler),
			OnSnapshot: func(string, string, []control.Session) { up <- struct{}{} },
			OnUp:       func(string, string, string) {}, OnDown: func(string, string, string) {}, OnLost: func(string) {},
		})
		ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		client.Start(ctx)
		defer client.Stop()
		select {
		case <-up:
			return []Finding{found("media", OK, "media_ok", "url", url)}
		case <-ctx.Done():
			return []Finding{found("media", Failing, "media_unreachable", "url", url, "error", client.Ready().Error())}
		}
	}
}
