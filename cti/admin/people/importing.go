package people

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
	"bellhop/cti/directory"
)

// Rights are the columns of an upload that list services: in which somebody is, and in which he has a right.
var Rights = []string{"services", "tickets", "phone", "forward", "blind_transfer", "assignable", "self_assign", "manage", "access_log"}

// Row is one line of an upload. What the file has no column for is nil, and stays as it is.
type Row struct {
	Login, Name         string
	Email, Role, Locale *string
	Supervisor          *bool
	Rights              map[string][]string // names of services, by the names in Rights
	Groups              []string            // names
}

// Import takes an upload over; a row belongs to whoever has its login, or makes somebody, who has no password yet.
func (s *Store) Import(ctx context.Context, a admin.Actor, lines []admin.Line[Row], dry bool) (admin.Report, error) {
	im := importing{ctx: ctx, actor: a, seen: map[string]bool{}}
	return admin.Import(ctx, s.pool, a, dry, lines, func(tx pgx.Tx, row Row) (admin.Outcome, error) {
		if err := im.prepare(tx); err != nil {
			return 0, err
		}
		return im.save(tx, row)
	})
}

// importing is what one upload looks things up in.
type importing struct {
	ctx      context.Context //nolint:containedctx // the life of one request
	actor    admin.Actor
	seen     map[string]bool
	people   map[string]Person // by login key
	hidden   map[string]bool   // login keys of those who are not for the actor to know
	services map[string]Ref    // by folded name
	groups   map[string]Ref
}

func (im *importing) prepare(tx pgx.Tx) error {
	if im.people != nil {
		return nil
	}
	im.people, im.hidden = map[string]Person{}, map[string]bool{}
	rows, err := tx.Query(im.ctx, `select `+shown+` from `+fromPeople+` where u.organisation_id = $2 and `+ofScope, scope(im.actor), im.actor.Organisation)
	if err != nil {
		return fmt.Errorf("read the people: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Person, error) { return read(im.actor, row) })
	if err != nil {
		return fmt.Errorf("read the people: %w", err)
	}
	for _, p := range found {
		key, _ := directory.FoldLogin(p.Login)
		im.people[key] = p
	}
	var key string
	rows, err = tx.Query(im.ctx, `select login_key from users`)
	if err != nil {
		return fmt.Errorf("read the logins: %w", err)
	}
	if _, err := pgx.ForEachRow(rows, []any{&key}, func() error {
		if _, known := im.people[key]; !known {
			im.hidden[key] = true
		}
		return nil
	}); err != nil {
		return fmt.Errorf("read the logins: %w", err)
	}
	if im.services, err = im.byName(tx, `select id::text, name from services where organisation_id = $1`); err != nil {
		return err
	}
	im.groups, err = im.byName(tx, `select id::text, name from agent_groups where organisation_id = $1`)
	return err
}

func (im *importing) byName(tx pgx.Tx, query string) (map[string]Ref, error) {
	rows, err := tx.Query(im.ctx, query, im.actor.Organisation)
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Ref])
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	names := make(map[string]Ref, len(list))
	for _, r := range list {
		names[admin.Fold(r.Name)] = r
	}
	return names, nil
}

func (im *importing) save(tx pgx.Tx, row Row) (admin.Outcome, error) {
	key, _ := directory.FoldLogin(admin.Clean(row.Login))
	have, known := im.people[key]
	next, wrong := im.merged(have, known, row)
	switch {
	case key == "":
	case im.seen[key]:
		wrong.Add("login", "duplicate")
	case im.hidden[key]:
		wrong.Add("login", "taken")
	}
	im.seen[key] = true
	_, more := next.check()
	if wrong = append(wrong, more...); len(wrong) > 0 {
		return 0, wrong
	}
	if !known {
		return admin.Created, im.create(tx, key, next)
	}
	now, err := update(im.ctx, tx, im.actor, have, next)
	if err == nil && now.Version == have.Version {
		return admin.Unchanged, nil
	}
	return admin.Updated, err
}

// merged is somebody with what a row says of him.
func (im *importing) merged(have Person, known bool, row Row) (Person, admin.Invalids) {
	next := have
	if !known {
		next = Person{Role: admin.RoleAgent, Locale: "ko", State: Invited, Services: []Membership{}, Groups: []Ref{}}
	}
	next.Login, next.Name = row.Login, row.Name
	for _, one := range []struct{ from, to *string }{{row.Email, &next.Email}, {row.Role, &next.Role}, {row.Locale, &next.Locale}} {
		if one.from != nil {
			*one.to = *one.from
		}
	}
	if row.Supervisor != nil {
		next.Supervisor = *row.Supervisor
	}
	var wrong admin.Invalids
	next.Services = im.memberships(next.Services, row, &wrong)
	if row.Groups != nil {
		next.Groups = []Ref{}
		for _, name := range row.Groups {
			g, ok := im.groups[admin.Fold(name)]
			if !ok {
				wrong.Add("groups", "not_found")
			}
			next.Groups = append(next.Groups, g)
		}
		slices.SortFunc(next.Groups, func(x, y Ref) int { return strings.Compare(x.Name, y.Name) })
	}
	return next, wrong
}

func (im *importing) memberships(have []Membership, row Row, wrong *admin.Invalids) []Membership {
	next := slices.Clone(have)
	if names := row.Rights["services"]; names != nil {
		next = []Membership{}
		for _, name := range names {
			service, ok := im.services[admin.Fold(name)]
			if !ok {
				wrong.Add("services", "not_found")
				continue
			}
			m := Membership{Service: service.ID, Name: service.Name, Tickets: true, Forward: true, Assignable: true}
			if at := slices.IndexFunc(have, func(h Membership) bool { return h.Service == service.ID }); at >= 0 {
				m = have[at]
			}
			next = append(next, m)
		}
	}
	for _, right := range Rights[1:] {
		names := row.Rights[right]
		if names == nil {
			continue
		}
		folded := make(map[string]bool, len(names))
		for _, name := range names {
			folded[admin.Fold(name)] = true
		}
		for i := range next {
			name := admin.Fold(next[i].Name)
			*Right(&next[i], right) = folded[name]
			delete(folded, name)
		}
		if len(folded) > 0 && len(*wrong) == 0 {
			wrong.Add(right, "not_found")
		}
	}
	return next
}

// Right is one right of a membership by its name in Rights.
func Right(m *Membership, name string) *bool {
	switch name {
	case "tickets":
		return &m.Tickets
	case "phone":
		return &m.Phone
	case "forward":
		return &m.Forward
	case "blind_transfer":
		return &m.BlindTransfer
	case "assignable":
		return &m.Assignable
	case "self_assign":
		return &m.SelfAssign
	case "manage":
		return &m.Manage
	default:
		return &m.AccessLog
	}
}

// create makes somebody in one message to the database: an upload has thousands.
func (im *importing) create(tx pgx.Tx, key string, p Person) error {
	if err := mayMake(im.actor, p); err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make an id: %w", err)
	}
	_, _ = p.check() // was checked by save: here it only cleans
	p.ID, p.Version, p.CreatedAt = id.String(), 1, time.Now()
	batch := &queued{}
	_, err = batch.Exec(im.ctx, `
		insert into users (id, organisation_id, login, login_key, name, email, role, supervisor, locale)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, im.actor.Organisation, p.Login, key, p.Name, p.Email, p.Role, p.Supervisor, p.Locale)
	if err != nil {
		return err
	}
	for i, m := range p.Services {
		batch.Queue(`
			insert into service_members (user_id, service_id, position, manage, tickets, phone, forward, blind_transfer, access_log, assignable, self_assign)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			p.ID, m.Service, i, m.Manage, m.Tickets, m.Phone, m.Forward, m.BlindTransfer, m.AccessLog, m.Assignable, m.SelfAssign)
	}
	for _, g := range p.Groups {
		batch.Queue(`insert into group_members (user_id, group_id) values ($1, $2) on conflict do nothing`, p.ID, g.ID)
	}
	if err := admin.Audit(im.ctx, batch, im.actor, "import", Subject, p.ID, p.Name, nil, p); err != nil {
		return err
	}
	if err := tx.SendBatch(im.ctx, &batch.Batch).Close(); err != nil {
		return taken(err)
	}
	return nil
}
