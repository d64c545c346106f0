package admin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// The refusals that need no more words.
var (
	// ErrNotFound: there is no such thing, or it is not for him to know of it.
	ErrNotFound = errors.New("not found")
	// ErrForbidden: he may not do this.
	ErrForbidden = errors.New("forbidden")
)

// Invalid refuses one field of a change.
type Invalid struct {
	Field  string // as in the request: name, members[2].skill
	Code   string // required, too_long, taken, …
	Params map[string]string
}

func (e Invalid) Error() string { return e.Field + " " + e.Code }

// Invalids refuses several.
type Invalids []Invalid

func (e Invalids) Error() string {
	words := make([]string, len(e))
	for i, one := range e {
		words[i] = one.Error()
	}
	return strings.Join(words, ", ")
}

// Err is the refusal, or nil when nothing is wrong.
func (e Invalids) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// Add notes that a field is wrong. Params are names and values in turn.
func (e *Invalids) Add(field, code string, params ...string) {
	wrong := Invalid{Field: field, Code: code}
	for i := 0; i+1 < len(params); i += 2 {
		if wrong.Params == nil {
			wrong.Params = map[string]string{}
		}
		wrong.Params[params[i]] = params[i+1]
	}
	*e = append(*e, wrong)
}

// Conflict refuses a change of what somebody else changed after its editor saw it.
type Conflict struct {
	By string // may be empty
	At time.Time
}

func (e Conflict) Error() string { return "changed by " + e.By + " at " + e.At.String() }

// CheckVersion compares the version that an editor saw with the one that is there; a Conflict says who was faster.
func CheckVersion(ctx context.Context, q Querier, subject, id string, have, seen int) error {
	if have == seen {
		return nil
	}
	var c Conflict
	err := q.QueryRow(ctx, `select user_name, at from audit_log where subject = $1 and subject_id = $2 order by id desc limit 1`, subject, id).
		Scan(&c.By, &c.At)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("read who changed it: %w", err)
	}
	return c
}

// Use is one place where something is used.
type Use struct{ Subject, ID, Name string }

// InUse refuses to delete what is used.
type InUse struct {
	By    []Use // the first of them
	Total int
}

func (e InUse) Error() string { return fmt.Sprintf("in use %d times", e.Total) }

// maxUses is how many places an InUse names.
const maxUses = 20

// Referrer finds what of one kind refers to something: the query gives id and name, and gets the id as $1.
type Referrer struct{ Subject, Query string }

// Unused refuses with an InUse if anything refers to id.
func Unused(ctx context.Context, q Querier, id string, referrers ...Referrer) error {
	var used InUse
	for _, r := range referrers {
		rows, err := q.Query(ctx, r.Query, id)
		if err != nil {
			return fmt.Errorf("look for uses by %s: %w", r.Subject, err)
		}
		use := Use{Subject: r.Subject}
		if _, err = pgx.ForEachRow(rows, []any{&use.ID, &use.Name}, func() error {
			if used.Total++; used.Total <= maxUses {
				used.By = append(used.By, use)
			}
			return nil
		}); err != nil {
			return fmt.Errorf("look for uses by %s: %w", r.Subject, err)
		}
	}
	if used.Total > 0 {
		return used
	}
	return nil
}
