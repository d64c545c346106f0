package sound

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
	"bellhop/cti/admin/blob"
)

// draftsKept is how long a draft waits to be kept.
const draftsKept = 24 * time.Hour

// Take makes a draft of a file that somebody uploads.
func (s *Store) Take(ctx context.Context, a admin.Actor, file io.Reader) (Draft, error) {
	raw, err := io.ReadAll(io.LimitReader(file, MaxFile+1))
	if err != nil {
		return Draft{}, fmt.Errorf("read an upload: %w", err)
	}
	if len(raw) > MaxFile {
		return Draft{}, blob.ErrTooLarge
	}
	return s.draft(ctx, a, Upload, raw)
}

func (s *Store) draft(ctx context.Context, a admin.Actor, origin string, raw []byte) (Draft, error) {
	made, err := s.Convert(raw)
	if refused, ok := errors.AsType[Refused](err); ok {
		return Draft{}, admin.Invalid{Field: "file", Code: refused.Code}
	}
	if err != nil {
		return Draft{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Draft{}, fmt.Errorf("make an id: %w", err)
	}
	kept, err := s.Files.Put(bytes.NewReader(made.WAV), int64(len(made.WAV)), blob.WAV)
	if err != nil {
		return Draft{}, fmt.Errorf("keep a sound: %w", err)
	}
	d := Draft{ID: id.String(), Origin: origin, File: kept.ID, Length: made.Length, Shape: made.Shape}
	if _, err := s.pool.Exec(ctx, `delete from sound_drafts where created_at < now() - $1::interval`, draftsKept.String()); err != nil {
		return Draft{}, fmt.Errorf("forget old drafts: %w", err)
	}
	_, err = s.pool.Exec(ctx, `
		insert into sound_drafts (id, organisation_id, user_id, origin, file, length_ms, shape) values ($1, $2, $3, $4, $5, $6, $7)`,
		d.ID, a.Organisation, a.UserID, d.Origin, d.File, d.Length.Milliseconds(), d.Shape)
	if err != nil {
		return Draft{}, fmt.Errorf("keep a draft: %w", err)
	}
	return d, nil
}

// draft gives a draft of his own.
func draft(ctx context.Context, q admin.Querier, a admin.Actor, id string) (d Draft, err error) {
	if !admin.IsID(id) {
		return d, admin.ErrNotFound
	}
	var ms int64
	err = q.QueryRow(ctx, `select id, origin, file, length_ms, shape from sound_drafts where id = $1 and organisation_id = $2 and user_id = $3`,
		id, a.Organisation, a.UserID).Scan(&d.ID, &d.Origin, &d.File, &ms, &d.Shape)
	if errors.Is(err, pgx.ErrNoRows) {
		return d, admin.ErrNotFound
	}
	if err != nil {
		return d, fmt.Errorf("read a draft: %w", err)
	}
	d.Length = time.Duration(ms) * time.Millisecond
	return d, nil
}

// HearDraft gives what a draft is heard as, a WAV file.
func (s *Store) HearDraft(ctx context.Context, a admin.Actor, id string) ([]byte, error) {
	d, err := draft(ctx, s.pool, a, id)
	if err != nil {
		return nil, err
	}
	return s.file(d.File)
}
