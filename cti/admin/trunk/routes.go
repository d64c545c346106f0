package trunk

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/asterisk/pjsip"
	"bellhop/cti/number"
)

// Route is one trunk as calls go over it.
type Route struct {
	ID       string
	Name     string
	Base     string // the part of Endpoint that stays
	Endpoint string // its name in Asterisk
	Lines    int
	Numbers  []string
}

// Wanted is everything that Asterisk is to have of the enabled trunks, and the routes over them in their order.
func (s *Store) Wanted(ctx context.Context) ([]pjsip.Object, []Route, error) {
	type row struct {
		Trunk
		sealed []byte
	}
	rows, err := s.pool.Query(ctx, `select `+columns+`, t.password from trunks t where t.enabled order by t.position, t.id`)
	if err != nil {
		return nil, nil, fmt.Errorf("read the trunks: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (t row, err error) {
		err = r.Scan(&t.ID, &t.Name, &t.Enabled, &t.Address, &t.Port, &t.Transport, &t.Registers, &t.Username, &t.Codecs, &t.Sources, &t.Numbers, &t.Lines,
			&t.Position, &t.Version, &t.HasPassword, &t.sealed)
		return t, err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the trunks: %w", err)
	}
	var objects []pjsip.Object
	var routes []Route
	for _, t := range all {
		if t.sealed != nil {
			// With another key than it was sealed with, the trunk goes without its password: the carrier refuses us, which is shown.
			t.Password, _ = s.key.Open(t.sealed, Subject+" "+t.ID)
		}
		endpoint, its := t.objects(s.key.Mark)
		objects = append(objects, its...)
		routes = append(routes, Route{ID: t.ID, Name: t.Name, Base: Base(t.ID), Endpoint: endpoint, Lines: t.Lines, Numbers: t.Numbers})
	}
	return objects, routes, nil
}

// Order is the routes in the order in which a call that shows a number tries them: the one that the number belongs to
// first. Those that are known to be down come last, and down says that all are.
func Order(routes []Route, shown string, isDown func(Route) bool) (order []Route, down bool) {
	rank := func(r Route) int {
		owner := slices.ContainsFunc(r.Numbers, func(n string) bool { return number.Same(n, shown) })
		switch {
		case isDown(r):
			return 2
		case owner:
			return 0
		}
		return 1
	}
	order = slices.Clone(routes)
	slices.SortStableFunc(order, func(a, b Route) int { return rank(a) - rank(b) })
	return order, !slices.ContainsFunc(routes, func(r Route) bool { return !isDown(r) })
}
