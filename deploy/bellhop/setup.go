package main

import (
	"context"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/admin"
	"bellhop/deploy/config"
	"bellhop/deploy/doctor"
	"bellhop/media/turn"
	"bellhop/web/api"
)

// setup probes what is missing between an empty server and the first call. It implements api.AdminSetup.
type setup struct {
	settings config.Serve
	pool     *pgxpool.Pool
}

// setupItems are in the order in which people set things up (ux: onboarding).
var setupItems = []string{
	"database", "https", "asterisk", "media", "turn", "trunk", "organisation", "caller_ids", "queue", "agent", "number",
	"call", "announcements", "backup",
}

// counted are the items that are there when rows are: a query with the organisation as its argument.
var counted = map[string]string{
	"organisation": `select count(*) from services where organisation_id = $1`,
	"caller_ids": `select count(*) from caller_ids c join services s on s.id = c.service_id
		where s.organisation_id = $1 and c.state = 'completed' and (c.expires_on is null or c.expires_on >= current_date)`,
	"queue": `select count(*) from queues q join services s on s.id = q.service_id
		where s.organisation_id = $1 and exists(select from queue_members m where m.queue_id = q.id)`,
	"agent": `select count(*) from agents a join users u on u.id = a.user_id where u.organisation_id = $1 and not u.disabled`,
	"number": `select count(*) from numbers n where n.organisation_id = $1
		and (n.queue_id is not null or exists(select from flow_entries e where e.number = n.number))`,
	"call": `select count(*) from (select from call_facts f join services s on s.id = f.service
		where s.organisation_id = $1 and f.kind = 'CallConnected' limit 1000) as connected`,
	"announcements": `select count(*) from sounds where organisation_id = $1 and kind = 'announcement'`,
}

// without are the items that calls can be taken without.
var without = map[string]bool{"announcements": true, "caller_ids": true}

// Items implements api.AdminSetup.
func (s setup) Items() []string { return setupItems }

// Probe implements api.AdminSetup.
func (s setup) Probe(ctx context.Context, a admin.Actor, item string) ([]api.SetupFinding, error) {
	if query, ok := counted[item]; ok {
		return s.count(ctx, a, item, query)
	}
	secret := []byte(s.settings.MediaSecret.Reveal())
	var check doctor.Check
	switch item {
	case "database":
		check = doctor.Database(s.settings.DatabaseURL.Reveal())
	case "https":
		check = doctor.Screens(string(s.settings.PublicURL))
	case "asterisk":
		check = doctor.Asterisk(string(s.settings.ARIURL), s.settings.ARIUsername, s.settings.ARIPassword.Reveal())
	case "media":
		check = doctor.Media(string(s.settings.MediaControlURL), secret)
	case "turn":
		name, password := turn.Credentials(turnSecret(s.settings.TURN, secret), "setup", time.Now().Add(time.Minute))
		check = doctor.Relay(s.settings.TURNURLs, name, password)
	case "trunk":
		return s.trunks(ctx, a)
	case "backup":
		return []api.SetupFinding{{State: string(doctor.Warning), Code: "backup_hint"}}, nil
	default:
		return nil, admin.ErrNotFound
	}
	return shownFindings(doctor.Run(ctx, []doctor.Check{check})), nil
}

func (s setup) count(ctx context.Context, a admin.Actor, item, query string) ([]api.SetupFinding, error) {
	var n int
	if err := s.pool.QueryRow(ctx, query, a.Organisation).Scan(&n); err != nil {
		return nil, err
	}
	found := api.SetupFinding{State: string(doctor.OK), Code: item + "_ok", Params: map[string]string{"count": strconv.Itoa(n)}}
	if n == 0 {
		found = api.SetupFinding{State: string(doctor.Missing), Code: item + "_none"}
		if without[item] {
			found.State = string(doctor.Warning)
		}
	}
	return []api.SetupFinding{found}, nil
}

// trunks asks every trunk of the organisation that is switched on.
func (s setup) trunks(ctx context.Context, a admin.Actor) ([]api.SetupFinding, error) {
	rows, err := s.pool.Query(ctx, `select address, port from trunks where organisation_id = $1 and enabled order by name limit 20`, a.Organisation)
	if err != nil {
		return nil, err
	}
	type trunk struct {
		Address string
		Port    int
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[trunk])
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return []api.SetupFinding{{State: string(doctor.Missing), Code: "trunks_none"}}, nil
	}
	var checks []doctor.Check
	for _, t := range all {
		checks = append(checks, doctor.Trunk(net.JoinHostPort(t.Address, strconv.Itoa(t.Port))))
	}
	return shownFindings(doctor.Run(ctx, checks)), nil
}

func shownFindings(found []doctor.Finding) []api.SetupFinding {
	shown := make([]api.SetupFinding, len(found))
	for i, f := range found {
		shown[i] = api.SetupFinding{State: string(f.State), Code: f.Code, Params: f.Params}
	}
	return shown
}

// Network implements api.AdminSetup.
func (s setup) Network() api.NetworkSettings {
	n := api.NetworkSettings{
		PublicURL: string(s.settings.PublicURL), MediaURL: string(s.settings.MediaURL), TURNURLs: append([]string{}, s.settings.TURNURLs...), TLS: "none",
	}
	switch {
	case len(s.settings.ACMEDomains) > 0:
		n.TLS = "acme"
	case s.settings.Secure():
		n.TLS = "files"
	case strings.HasPrefix(n.PublicURL, "https://"):
		n.TLS = "elsewhere"
	}
	return n
}
