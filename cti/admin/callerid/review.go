package callerid

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
	"bellhop/cti/admin/blob"
)

// MaxDocument is the largest proof that is taken, in bytes.
const MaxDocument = 10 << 20

// endings are the types of a proof, and how the name of such a file ends.
var endings = map[string]string{blob.PDF: ".pdf", blob.PNG: ".png", blob.JPEG: ".jpg"}

// Attach keeps the proof of a number that its editor saw in a version. A rejected or an expired one is asked for anew by it.
// The proof of a number that agents use is 조직관리자's to change.
func (s *Store) Attach(ctx context.Context, a admin.Actor, id string, seen int, name string, r io.Reader) (CallerID, error) {
	have, err := s.Get(ctx, a, id)
	if err != nil {
		return CallerID{}, err
	}
	if err := attachable(a, have); err != nil {
		return CallerID{}, err
	}
	file, err := s.files.Put(r, MaxDocument, blob.PDF, blob.PNG, blob.JPEG)
	if err != nil {
		return CallerID{}, err
	}
	return s.change(ctx, a, id, seen, "attach", func(_ pgx.Tx, have CallerID) (CallerID, error) {
		now := have
		now.Document = Document{File: file.ID, Name: documentName(name, endings[file.Type]), Type: file.Type, Size: file.Size}
		if have.State == Rejected || have.State == Expired {
			now.State, now.Reason, now.ExpiresOn, now.DaysLeft = Requested, "", time.Time{}, 0
		}
		return now, attachable(a, have)
	})
}

func attachable(a admin.Actor, c CallerID) error {
	switch {
	case c.State == Completed && !a.Admin():
		return admin.ErrForbidden
	case c.State == Reviewing && !a.Admin():
		return admin.Invalid{Field: "file", Code: "under_review"}
	}
	return nil
}

// Proof opens the proof of a number. Close it.
func (s *Store) Proof(ctx context.Context, a admin.Actor, id string) (Document, *os.File, error) {
	c, err := s.Get(ctx, a, id)
	if err != nil {
		return Document{}, nil, err
	}
	if c.Document.File == "" {
		return Document{}, nil, admin.ErrNotFound
	}
	file, err := s.files.Open(c.Document.File)
	if os.IsNotExist(err) {
		return Document{}, nil, admin.ErrNotFound
	}
	if err != nil {
		return Document{}, nil, fmt.Errorf("open a proof: %w", err)
	}
	return c.Document, file, nil
}

// Verdict is what a reviewer decides.
type Verdict struct {
	State     State     // Reviewing, Completed or Rejected
	Reason    string    // for Rejected
	ExpiresOn time.Time // for Completed: the last day; zero: it does not expire
}

// Review decides on a number that its reviewer saw in a version. Only 조직관리자 may. One that is completed already gets
// another last day, or is taken back from the agents.
func (s *Store) Review(ctx context.Context, a admin.Actor, id string, seen int, v Verdict) (CallerID, error) {
	if !a.Admin() {
		return CallerID{}, admin.ErrForbidden
	}
	var wrong admin.Invalids
	if v.State == Rejected {
		v.Reason = wrong.Lines("reason", v.Reason, 1, maxReason)
	} else {
		v.Reason = ""
	}
	if err := wrong.Err(); err != nil {
		return CallerID{}, err
	}
	action := map[State]string{Reviewing: "review", Completed: "complete", Rejected: "reject"}[v.State]
	if action == "" {
		return CallerID{}, admin.Invalid{Field: "state", Code: "not_allowed"}
	}
	return s.change(ctx, a, id, seen, action, func(tx pgx.Tx, have CallerID) (CallerID, error) {
		now := have
		now.State, now.Reason = v.State, v.Reason
		switch v.State {
		case Reviewing:
			if have.State != Requested {
				return now, admin.Invalid{Field: "state", Code: "not_allowed"}
			}
			fallthrough
		case Completed:
			if have.Document.File == "" && have.State != Completed && have.State != Expired {
				return now, admin.Invalid{Field: "document", Code: "required"}
			}
		case Requested, Rejected, Expired:
		}
		if v.State != Completed {
			now.ExpiresOn, now.DaysLeft = time.Time{}, 0
			return now, nil
		}
		if have.State == Rejected {
			return now, admin.Invalid{Field: "state", Code: "not_allowed"}
		}
		now.ExpiresOn = v.ExpiresOn
		return now, s.checkLastDay(ctx, tx, have, v.ExpiresOn)
	})
}

// checkLastDay refuses a day that is over where the service is.
func (s *Store) checkLastDay(ctx context.Context, tx pgx.Tx, c CallerID, day time.Time) error {
	if day.IsZero() {
		return nil
	}
	var over bool
	if err := tx.QueryRow(ctx, `select $2::date < `+today+` from services s where s.id = $3`, s.now(), day, c.Service).Scan(&over); err != nil {
		return fmt.Errorf("read a service's day: %w", err)
	}
	if over {
		return admin.Invalid{Field: "expires_on", Code: "past"}
	}
	return nil
}
