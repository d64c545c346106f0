package admin

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Outcome is what became of one row of an upload.
type Outcome int

// The outcomes.
const (
	Unchanged Outcome = iota
	Created
	Updated
)

// RowError is what is wrong with one row of an upload. Row counts as a spreadsheet does: the header is row 1.
type RowError struct {
	Row int
	Invalid
}

// Report is what an upload changes, or would change.
type Report struct {
	Creates, Updates, Unchanged int
	Errors                      []RowError // the first MaxRowErrors
	Wrong                       int        // rows that are wrong
	Applied                     bool
}

// MaxRowErrors is how many errors a Report names.
const MaxRowErrors = 1000

var errDry = errors.New("dry run")

// Line is one row of an upload: its value, and what is wrong already with how it is written.
type Line[R any] struct {
	Row   int
	Value R
	Wrong Invalids
}

// Import takes an upload over, all rows or none: none when any is wrong, and none in a dry run. save looks at one row and
// keeps it; an Invalid, Invalids or InUse that it gives is the row's error, any other error ends the import.
func Import[R any](ctx context.Context, pool *pgxpool.Pool, a Actor, dry bool, lines []Line[R], save func(tx pgx.Tx, row R) (Outcome, error)) (Report, error) {
	var report Report
	err := Change(ctx, pool, a, func(tx pgx.Tx) error {
		report = Report{}
		for _, line := range lines {
			outcome, err := Unchanged, line.Wrong.Err()
			if err == nil {
				outcome, err = save(tx, line.Value)
			}
			if err != nil {
				if !report.refused(line.Row, err) {
					return err
				}
				continue
			}
			switch outcome {
			case Created:
				report.Creates++
			case Updated:
				report.Updates++
			case Unchanged:
				report.Unchanged++
			}
		}
		if dry || report.Wrong > 0 {
			return errDry
		}
		report.Applied = true
		return nil
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	return report, err
}

// refused notes a row's error; false when the error is not the row's.
func (r *Report) refused(row int, err error) bool {
	var wrong Invalids
	var one Invalid
	switch {
	case errors.As(err, &wrong):
	case errors.As(err, &one):
		wrong = Invalids{one}
	case errors.As(err, new(InUse)):
		wrong = Invalids{{Code: "in_use"}}
	case errors.Is(err, ErrNotFound), errors.Is(err, ErrForbidden):
		wrong = Invalids{{Code: "forbidden"}}
	default:
		return false
	}
	r.Wrong++
	for _, w := range wrong {
		if len(r.Errors) < MaxRowErrors {
			r.Errors = append(r.Errors, RowError{Row: row, Invalid: w})
		}
	}
	return true
}
