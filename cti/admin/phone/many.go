package phone

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// MaxRange is how many users get numbers at once.
const MaxRange = 1000

// Range gives users one number after the other, from first on, in the order of the list; who had no CTI ID gets his number
// as one. All or none.
func (s *Store) Range(ctx context.Context, a admin.Actor, users []string, first string, dry bool) (admin.Report, error) {
	numbers, ok := following(first, len(users))
	switch {
	case len(users) == 0:
		return admin.Report{}, admin.Invalid{Field: "users", Code: "required"}
	case len(users) > MaxRange:
		return admin.Report{}, admin.Invalid{Field: "users", Code: "too_large", Params: map[string]string{"most": fmt.Sprint(MaxRange)}}
	case !ok:
		return admin.Report{}, admin.Invalid{Field: "first", Code: "format"}
	}
	lines := make([]admin.Line[Phone], len(users))
	for i, user := range users {
		if slices.Contains(users[:i], user) {
			return admin.Report{}, admin.Invalid{Field: "users", Code: "duplicate"}
		}
		lines[i] = admin.Line[Phone]{Row: i + 1, Value: Phone{User: user, Number: numbers[i]}}
	}
	return admin.Import(ctx, s.pool, a, dry, lines, func(tx pgx.Tx, row Phone) (admin.Outcome, error) {
		have, err := get(ctx, tx, a, row.User)
		if err != nil {
			return 0, err
		}
		want := have
		if want.Number = row.Number; want.CTIID == "" {
			want.CTIID = row.Number
		}
		_, outcome, err := put(ctx, tx, a, have, want)
		return outcome, err
	})
}

// Import takes an upload over: a row is the user of its login.
func (s *Store) Import(ctx context.Context, a admin.Actor, lines []admin.Line[Phone], dry bool) (admin.Report, error) {
	seen := map[string]bool{}
	return admin.Import(ctx, s.pool, a, dry, lines, func(tx pgx.Tx, row Phone) (admin.Outcome, error) {
		if !a.Admin() {
			return 0, admin.ErrForbidden
		}
		have, err := read(tx.QueryRow(ctx, `select `+columns+` from `+from+` where u.organisation_id = $1 and `+admin.Folded("u.login")+` = $2 and not u.disabled`,
			a.Organisation, admin.Fold(row.Login)))
		if errors.Is(err, pgx.ErrNoRows) {
			return 0, admin.Invalid{Field: "login", Code: "unknown"}
		}
		if err != nil {
			return 0, fmt.Errorf("read a telephone: %w", err)
		}
		if seen[have.User] {
			return 0, admin.Invalid{Field: "login", Code: "duplicate"}
		}
		seen[have.User] = true
		want := have
		want.CTIID, want.Number, want.Kind = row.CTIID, row.Number, row.Kind
		_, outcome, err := put(ctx, tx, a, have, want)
		return outcome, err
	})
}
