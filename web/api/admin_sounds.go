package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"bellhop/cti/admin"
	"bellhop/cti/admin/sound"
)

// AdminSounds keeps what callers hear that admins make (PH-64, PH-65, D15).
type AdminSounds interface {
	List(ctx context.Context, a admin.Actor, l admin.List, kind, service string) (admin.Page[sound.Sound], error)
	Get(ctx context.Context, a admin.Actor, id string) (sound.Sound, error)
	Create(ctx context.Context, a admin.Actor, s sound.Sound) (sound.Sound, error)
	Update(ctx context.Context, a admin.Actor, s sound.Sound) (sound.Sound, error)
	Delete(ctx context.Context, a admin.Actor, id string) error
	Hear(ctx context.Context, a admin.Actor, id string) ([]byte, error)
	Take(ctx context.Context, a admin.Actor, file io.Reader) (sound.Draft, error)
	HearDraft(ctx context.Context, a admin.Actor, id string) ([]byte, error)
	Say(ctx context.Context, a admin.Actor, language, text string) (sound.Job, error)
	Follow(ctx context.Context, a admin.Actor, id, seen string) (sound.Job, error)
	ListMusic(ctx context.Context, a admin.Actor, l admin.List) (admin.Page[sound.Playlist], error)
	GetMusic(ctx context.Context, a admin.Actor, id string) (sound.Playlist, error)
	CreateMusic(ctx context.Context, a admin.Actor, p sound.Playlist) (sound.Playlist, error)
	UpdateMusic(ctx context.Context, a admin.Actor, p sound.Playlist) (sound.Playlist, error)
	DeleteMusic(ctx context.Context, a admin.Actor, id string) error
	GetHostile(ctx context.Context, a admin.Actor, service string) (sound.Hostile, error)
	SetHostile(ctx context.Context, a admin.Actor, h sound.Hostile) (sound.Hostile, error)
}

func (a *API) adminSoundRoutes() {
	const path, tag = "/sounds", "sounds"
	registerAdmin(a, serviceRight, adminOperation("listSounds", http.MethodGet, path, tag, "안내 멘트 and pieces of hold music"), a.listSounds)
	registerAdmin(a, serviceRight, adminOperation("createSound", http.MethodPost, path, tag, "Keep a draft"), a.createSound)
	registerAdmin(a, serviceRight, adminOperation("getSound", http.MethodGet, path+"/{id}", tag, "One sound"), a.getSound)
	registerAdmin(a, serviceRight, adminOperation("updateSound", http.MethodPut, path+"/{id}", tag, "Change a sound"), a.updateSound)
	registerAdmin(a, serviceRight, adminOperation("deleteSound", http.MethodDelete, path+"/{id}", tag, "Delete a sound that nothing refers to"), a.deleteSound)
	registerAdmin(a, serviceRight, heard("hearSound", path+"/{id}/sound", tag), a.hearSound)
	registerAdmin(a, serviceRight, uploadOperation("uploadSound", http.MethodPost, "/sound-drafts", tag, "A WAV, MP3 or Ogg Vorbis file becomes a draft"), a.uploadSound)
	registerAdmin(a, serviceRight, heard("hearDraft", "/sound-drafts/{id}/sound", tag), a.hearDraft)
	registerAdmin(a, serviceRight, adminOperation("saySound", http.MethodPost, "/speech", tag, "A text is spoken and becomes a draft"), a.saySound)
	follow := adminOperation("followSpeech", http.MethodGet, "/speech/{id}", tag, "How far that is; waits for a change")
	follow.Metadata = map[string]any{timeOf: uploadTime}
	follow.Middlewares = huma.Middlewares{patience}
	registerAdmin(a, serviceRight, follow, a.followSpeech)
	a.adminMusicRoutes()
}

// heard is an operation that gives a WAV file.
func heard(id, path, tag string) huma.Operation {
	op := adminOperation(id, http.MethodGet, path, tag, "The sound itself")
	op.Responses = map[string]*huma.Response{"200": {
		Description: "A WAV file",
		Content:     map[string]*huma.MediaType{soundType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
	}}
	return op
}

// soundAnswer answers ranges too: without them a browser does not know how long a sound lasts.
func soundAnswer(wav []byte, err error) (*huma.StreamResponse, error) {
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		r, w := humago.Unwrap(ctx)
		w.Header().Set("Content-Type", soundType)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Security-Policy", "sandbox")
		w.Header().Set("Cache-Control", "no-store")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(wav))
	}}, nil
}

// SoundSettings are what an admin sets of a sound.
type SoundSettings struct {
	ServiceID string `json:"service_id" doc:"Empty: of the whole organisation."`
	Name      string `json:"name" maxLength:"1000"`
	Language  string `json:"language" maxLength:"8"`
	Words     string `json:"words" maxLength:"20000" doc:"What it says, word for word. Agents read it before customers hear it."`
	DraftID   string `json:"draft_id,omitempty" doc:"What is to be heard from now on."`
}

// AdminSound is a sound as admins see it.
type AdminSound struct {
	ID        string `json:"id"`
	Version   int    `json:"version"`
	Kind      string `json:"kind" enum:"announcement,music"`
	ServiceID string `json:"service_id"`
	Name      string `json:"name"`
	Language  string `json:"language"`
	Words     string `json:"words"`
	Origin    string `json:"origin" enum:"upload,speech"`
	LengthMS  int64  `json:"length_ms"`
	Shape     []int  `json:"shape" nullable:"false" doc:"How loud it is along its length, 0 to 100."`
}

// SoundDraft is a sound that is not kept yet.
type SoundDraft struct {
	ID       string `json:"id"`
	LengthMS int64  `json:"length_ms"`
	Shape    []int  `json:"shape" nullable:"false"`
}

// SpeechJob is a text on its way to being spoken.
type SpeechJob struct {
	ID     string      `json:"id"`
	State  string      `json:"state" enum:"queued,running,done,failed"`
	Before int         `json:"before" doc:"How many are spoken before it."`
	Code   string      `json:"code,omitempty" doc:"Why it failed: no_speech when no synthesiser is installed."`
	Draft  *SoundDraft `json:"draft,omitempty"`
}

func shapeOf(b []byte) []int {
	out := make([]int, len(b))
	for i, v := range b {
		out[i] = int(v)
	}
	return out
}

func showSound(s sound.Sound) AdminSound {
	return AdminSound{
		ID: s.ID, Version: s.Version, Kind: s.Kind, ServiceID: s.Service, Name: s.Name, Language: s.Language, Words: s.Words, Origin: s.Origin,
		LengthMS: s.Length.Milliseconds(), Shape: shapeOf(s.Shape),
	}
}

func showDraft(d sound.Draft) SoundDraft {
	return SoundDraft{ID: d.ID, LengthMS: d.Length.Milliseconds(), Shape: shapeOf(d.Shape)}
}

func showJob(j sound.Job) SpeechJob {
	out := SpeechJob{ID: j.ID, State: j.State, Before: j.Before, Code: j.Code}
	if j.State == sound.Done {
		d := showDraft(j.Draft)
		out.Draft = &d
	}
	return out
}

func (s SoundSettings) of(id, kind string, version int) sound.Sound {
	return sound.Sound{
		ID: id, Kind: kind, Version: version, Service: s.ServiceID, Name: s.Name, Language: s.Language, Words: s.Words, Draft: s.DraftID,
	}
}

type listSoundsRequest struct {
	ListQuery
	Kind    string `query:"kind" enum:"announcement,music"`
	Service string `query:"service" format:"uuid"`
}

func (a *API) listSounds(ctx context.Context, who admin.Actor, in *listSoundsRequest) (*listResponse[AdminSound], error) {
	found, err := a.Admin.Sounds.List(ctx, who, in.list(), in.Kind, in.Service)
	if err != nil {
		return nil, err
	}
	return listed(found, showSound), nil
}

func (a *API) getSound(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[AdminSound], error) {
	found, err := a.Admin.Sounds.Get(ctx, who, in.ID)
	return shown(found, err, showSound)
}

type createSoundRequest struct {
	Body struct {
		Kind string `json:"kind" enum:"announcement,music"`
		SoundSettings
	}
}

func (a *API) createSound(ctx context.Context, who admin.Actor, in *createSoundRequest) (*itemResponse[AdminSound], error) {
	made, err := a.Admin.Sounds.Create(ctx, who, in.Body.of("", in.Body.Kind, 0))
	return shown(made, err, showSound)
}

type updateSoundRequest struct {
	ItemPath
	Body struct {
		Version int `json:"version" minimum:"1"`
		SoundSettings
	}
}

func (a *API) updateSound(ctx context.Context, who admin.Actor, in *updateSoundRequest) (*itemResponse[AdminSound], error) {
	changed, err := a.Admin.Sounds.Update(ctx, who, in.Body.of(in.ID, "", in.Body.Version))
	return shown(changed, err, showSound)
}

func (a *API) deleteSound(ctx context.Context, who admin.Actor, in *ItemPath) (*struct{}, error) {
	return nil, a.Admin.Sounds.Delete(ctx, who, in.ID)
}

func (a *API) hearSound(ctx context.Context, who admin.Actor, in *ItemPath) (*huma.StreamResponse, error) {
	return soundAnswer(a.Admin.Sounds.Hear(ctx, who, in.ID))
}

func (a *API) hearDraft(ctx context.Context, who admin.Actor, in *ItemPath) (*huma.StreamResponse, error) {
	return soundAnswer(a.Admin.Sounds.HearDraft(ctx, who, in.ID))
}

func (a *API) uploadSound(ctx context.Context, who admin.Actor, _ *struct{}) (*itemResponse[SoundDraft], error) {
	file, _, err := uploaded(ctx)
	if err != nil {
		return nil, err
	}
	d, err := a.Admin.Sounds.Take(ctx, who, file)
	if err != nil {
		return nil, uploadProblem(err)
	}
	return shown(d, nil, showDraft)
}

type saySoundRequest struct {
	Body struct {
		Language string `json:"language" maxLength:"8"`
		Text     string `json:"text" maxLength:"20000"`
	}
}

func (a *API) saySound(ctx context.Context, who admin.Actor, in *saySoundRequest) (*itemResponse[SpeechJob], error) {
	j, err := a.Admin.Sounds.Say(ctx, who, in.Body.Language, in.Body.Text)
	return shown(j, err, showJob)
}

type followSpeechRequest struct {
	ItemPath
	Seen string `query:"seen" enum:"queued,running" doc:"The state that is known: another is waited for."`
}

func (a *API) followSpeech(ctx context.Context, who admin.Actor, in *followSpeechRequest) (*itemResponse[SpeechJob], error) {
	j, err := a.Admin.Sounds.Follow(ctx, who, in.ID, in.Seen)
	return shown(j, err, showJob)
}
