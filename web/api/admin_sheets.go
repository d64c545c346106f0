package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"bellhop/cti/admin"
	"bellhop/cti/admin/blob"
	"bellhop/web/sheet"
)

const (
	// MaxUpload is the largest file that is read, in bytes.
	MaxUpload = 50 << 20
	// uploadTime is how long a file may take, with everything that is done with it.
	uploadTime = 2 * time.Minute
)

// Longest is how long the body of a request may say it is. What reads it has limits of its own.
func Longest(r *http.Request) int64 {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if strings.HasPrefix(r.URL.Path, Prefix+"/admin/") && strings.EqualFold(strings.TrimSpace(kind), "multipart/form-data") {
		return MaxUpload + MaxBody
	}
	return MaxBody
}

// ExportQuery is what every download of a list can be asked for.
type ExportQuery struct {
	Query string `query:"q" maxLength:"200"`
	Sort  string `query:"sort" maxLength:"40"`
	Lang  string `query:"lang" enum:"ko,en" default:"ko" doc:"The language of the head and of the words."`
}

func (r ExportQuery) list() admin.List { return admin.List{Query: r.Query, Sort: r.Sort, All: true} }

// exported answers with a workbook.
func exported(name, lang string, columns []sheet.Column, rows [][]any) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", sheet.ContentType)
		ctx.SetHeader("Content-Disposition", `attachment; filename="`+name+`.xlsx"`)
		ctx.SetHeader("X-Content-Type-Options", "nosniff")
		ctx.SetHeader("Cache-Control", "no-store")
		// A client that is gone does not need the rest.
		_ = sheet.Write(ctx.BodyWriter(), sheet.Language(lang), columns, rows)
	}}
}

func exportOperation(id, path, tag string) huma.Operation {
	op := adminOperation(id, http.MethodGet, path+"/export.xlsx", tag, "The list as an Excel file")
	op.Middlewares, op.Metadata = huma.Middlewares{patience}, map[string]any{timeOf: uploadTime}
	op.Responses = map[string]*huma.Response{"200": {
		Description: "A workbook", Content: map[string]*huma.MediaType{sheet.ContentType: {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
	}}
	return op
}

// RowError is what is wrong with one row of an upload.
type RowError struct {
	Row    int               `json:"row" doc:"As a spreadsheet counts: the head is row 1."`
	Field  string            `json:"field,omitempty"`
	Code   string            `json:"code"`
	Params map[string]string `json:"params,omitempty"`
}

// ImportReport is what an upload changes, or would change.
type ImportReport struct {
	Applied   bool       `json:"applied" doc:"False in a dry run, and when any row is wrong: all rows or none."`
	Creates   int        `json:"creates"`
	Updates   int        `json:"updates"`
	Unchanged int        `json:"unchanged"`
	Wrong     int        `json:"wrong" doc:"Rows that are wrong."`
	Errors    []RowError `json:"errors" nullable:"false"`
}

type importRequest struct {
	DryRun bool `query:"dry_run" doc:"Only say what would change."`
}

type importResponse struct{ Body ImportReport }

// registerImport adds a route that takes a .xlsx or .csv file as the part "file" of a form. parse makes a store's row of
// each line and notes what is wrong with it; save is the store's import.
func registerImport[R any](a *API, need right, id, path, tag string, columns []sheet.Column, parse func(*sheet.Row) R,
	save func(ctx context.Context, who admin.Actor, lines []admin.Line[R], dry bool) (admin.Report, error),
) {
	op := uploadOperation(id, http.MethodPost, path+"/import", tag, "Take a list over from an Excel or CSV file")
	registerAdmin(a, need, op, func(ctx context.Context, who admin.Actor, in *importRequest) (*importResponse, error) {
		file, _, err := uploaded(ctx)
		if err != nil {
			return nil, err
		}
		table, err := sheet.Read(file, columns)
		if err != nil {
			return nil, uploadProblem(err)
		}
		report, err := save(ctx, who, sheet.Parse(table, parse), in.DryRun)
		if err != nil {
			return nil, err
		}
		return &importResponse{Body: reportOf(report)}, nil
	})
}

func reportOf(r admin.Report) ImportReport {
	out := ImportReport{Applied: r.Applied, Creates: r.Creates, Updates: r.Updates, Unchanged: r.Unchanged, Wrong: r.Wrong, Errors: []RowError{}}
	for _, e := range r.Errors {
		out.Errors = append(out.Errors, RowError{Row: e.Row, Field: e.Field, Code: e.Code, Params: e.Params})
	}
	return out
}

// uploadOperation is an operation that takes a file as the part "file" of a form; its handler gets it from uploaded.
func uploadOperation(id, method, path, tag, summary string) huma.Operation {
	op := adminOperation(id, method, path, tag, summary)
	op.DefaultStatus = http.StatusOK
	op.Errors = append([]int{http.StatusBadRequest, http.StatusRequestEntityTooLarge}, op.Errors...)
	op.Middlewares = huma.Middlewares{patience, keepRequest}
	op.Metadata = map[string]any{timeOf: uploadTime}
	op.RequestBody = &huma.RequestBody{Content: map[string]*huma.MediaType{"multipart/form-data": {
		Schema: &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{"file": {Type: "string", Format: "binary"}}},
	}}}
	return op
}

type requestKey struct{}

// keepRequest lets the handler read the body itself, no more of it than MaxUpload and the form around it. huma, which would
// read it into memory, finds none.
func keepRequest(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	whole := r.Clone(r.Context())
	whole.Body, r.Body = http.MaxBytesReader(w, r.Body, MaxUpload+MaxBody), http.NoBody
	next(huma.WithValue(ctx, requestKey{}, whole))
}

// uploaded is the file that a request carries, as it comes over the wire, and the name that its sender gives it.
func uploaded(ctx context.Context) (file io.Reader, name string, err error) {
	r, _ := ctx.Value(requestKey{}).(*http.Request)
	if r == nil {
		return nil, "", errors.New("the route takes no file")
	}
	form, err := r.MultipartReader()
	if err != nil {
		return nil, "", NewProblem(http.StatusUnsupportedMediaType, UnsupportedMedia)
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, "", uploadProblem(err)
		}
		if part.FormName() == "file" {
			return part, part.FileName(), nil
		}
	}
}

// uploadProblem is the answer to a file that cannot be taken.
func uploadProblem(err error) error {
	if _, big := errors.AsType[*http.MaxBytesError](err); big || errors.Is(err, sheet.ErrTooLarge) || errors.Is(err, blob.ErrTooLarge) {
		return NewProblem(http.StatusRequestEntityTooLarge, TooLarge)
	}
	var head sheet.BadHead
	switch {
	case errors.As(err, &head):
		p := NewProblem(http.StatusUnprocessableEntity, BadFile)
		p.Params = map[string]string{"column": head.Column}
		return p
	case errors.Is(err, sheet.ErrNotASheet), errors.Is(err, blob.ErrType), errors.Is(err, blob.ErrEmpty):
		return NewProblem(http.StatusUnprocessableEntity, BadFile)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return NewProblem(http.StatusBadRequest, BadRequest)
	}
	return err
}
