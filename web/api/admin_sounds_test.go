package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bellhop/cti/admin/blob"
	"bellhop/cti/admin/sound"
	"bellhop/media/audio"
	"bellhop/web/api"
)

// fakeFolder stands for the telephone switch's folder.
type fakeFolder struct {
	put     map[string][]byte
	classes []sound.Class
}

func (f *fakeFolder) Put(name string, wav []byte) error      { f.put[name] = wav; return nil }
func (f *fakeFolder) Music(classes []sound.Class) error      { f.classes = classes; return nil }
func (f *fakeFolder) Gone(string, time.Time)                 {}
func (f *fakeFolder) Sweep(map[string]bool, time.Time) error { return nil }

func newSounds(t testing.TB, pool *pgxpool.Pool) *sound.Store {
	t.Helper()
	files, err := blob.Open(t.TempDir())
	require.NoError(t, err)
	return sound.NewStore(sound.Options{
		Pool: pool, Files: files, Folder: &fakeFolder{put: map[string][]byte{}},
		Convert: func(file []byte) (sound.Converted, error) {
			samples, err := audio.Decode(file, sound.MaxLength)
			if err != nil {
				return sound.Converted{}, sound.Refused{Code: "unreadable"}
			}
			return sound.Converted{WAV: file, Length: time.Duration(len(samples)) * time.Second / audio.SampleRate, Shape: audio.Shape(samples, 4)}, nil
		},
		Speak: func(_ context.Context, _, text string) ([]byte, error) {
			if text == "조용히" {
				return nil, sound.ErrNoSpeech
			}
			return tone(), nil
		},
	})
}

func tone() []byte {
	samples := make([]int16, audio.SampleRate)
	for i := range samples {
		samples[i] = int16(5000 * math.Sin(2*math.Pi*600*float64(i)/audio.SampleRate))
	}
	var file bytes.Buffer
	_ = audio.WriteWAV(&file, samples)
	return file.Bytes()
}

// TestSounds: a file becomes an announcement, is what a service's customers hear at 강성종료, and cannot be deleted while it is.
func TestSounds(t *testing.T) {
	t.Parallel()
	r, _ := newHouse(t)
	const body = `{"kind":"announcement","service_id":"` + serviceA + `","name":"종료 멘트","language":"ko","words":"통화를 종료합니다.","draft_id":"`
	w := r.sendFile("/api/v1/admin/sound-drafts", "manager", "../../x.wav", []byte("MZ\x90 no sound"))
	require.Equal(t, http.StatusUnprocessableEntity, w.Code)
	require.Contains(t, w.Body.String(), "unreadable")
	w = r.sendFile("/api/v1/admin/sound-drafts", "manager", "x.wav", make([]byte, sound.MaxFile+1))
	require.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
	w = r.sendFile("/api/v1/admin/sound-drafts", "manager", "x.exe", tone())
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	var draft api.SoundDraft
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &draft))
	require.EqualValues(t, 1000, draft.LengthMS)

	r.as(t, "boss", "POST", "/sounds", body+draft.ID+`"}`, 422, nil) // the manager's
	r.as(t, "manager", "POST", "/sounds", strings.Replace(body, serviceA, serviceB, 1)+draft.ID+`"}`, 403, nil)
	var made api.AdminSound
	r.as(t, "manager", "POST", "/sounds", body+draft.ID+`"}`, 201, &made)
	r.as(t, "manager", "POST", "/sounds", body+draft.ID+`"}`, 422, nil) // the name is taken
	r.as(t, "other", "GET", "/sounds/"+made.ID, "", 404, nil)

	hostile := "/services/" + serviceA + "/hostile-end"
	r.as(t, "manager", "PUT", hostile, `{"version":1,"sounds":{"en":"`+made.ID+`"}}`, 422, nil)
	r.as(t, "manager", "PUT", hostile, `{"version":1,"sounds":{"ko":"`+made.ID+`"}}`, 200, nil)
	r.as(t, "manager", "PUT", hostile, `{"version":1,"sounds":{}}`, 409, nil)
	var problem api.Problem
	r.as(t, "manager", "DELETE", "/sounds/"+made.ID, "", 409, &problem)
	require.Equal(t, []api.Use{{Subject: "service", ID: serviceA, Name: "고객센터"}}, problem.Uses)
	r.as(t, "manager", "PUT", hostile, `{"version":2,"sounds":{}}`, 200, nil)
	r.as(t, "manager", "DELETE", "/sounds/"+made.ID, "", 204, nil)
}

// TestSpeechAndMusic: a text is spoken, and becomes a piece of hold music that a queue plays.
func TestSpeechAndMusic(t *testing.T) {
	t.Parallel()
	r, pool := newHouse(t)
	say := func(text string) (job api.SpeechJob) {
		r.as(t, "boss", "POST", "/speech", `{"language":"ko","text":"`+text+`"}`, 201, &job)
		for job.State == "queued" || job.State == "running" {
			r.as(t, "boss", "GET", "/speech/"+job.ID+"?seen="+job.State, "", 200, &job)
		}
		return job
	}
	require.Equal(t, "no_speech", say("조용히").Code)
	job := say("안녕하세요.")
	require.Equal(t, "done", job.State, job.Code)
	r.as(t, "manager", "GET", "/speech/"+job.ID, "", 404, nil)
	r.as(t, "boss", "POST", "/speech", `{"language":"ko","text":""}`, 422, nil)

	var piece api.AdminSound
	r.as(t, "boss", "POST", "/sounds", `{"kind":"music","service_id":"","name":"피아노","language":"ko","words":"","draft_id":"`+job.Draft.ID+`"}`, 201, &piece)
	var music api.AdminMusic
	r.as(t, "boss", "POST", "/music", `{"service_id":"","name":"대기음","tracks":[]}`, 422, nil)
	r.as(t, "boss", "POST", "/music", `{"service_id":"","name":"대기음","tracks":["`+piece.ID+`","`+piece.ID+`"]}`, 201, &music)
	r.as(t, "manager", "PUT", "/music/"+music.ID, `{"version":1,"service_id":"","name":"x","tracks":["`+piece.ID+`"]}`, 403, nil)
	r.as(t, "boss", "DELETE", "/sounds/"+piece.ID, "", 409, nil)
	_, err := pool.Exec(t.Context(), `insert into queues (id, service_id, name, number, reclaim_seconds, music) values (gen_random_uuid(), $1, '주문', '7100', 30, $2)`, serviceA, music.ID)
	require.NoError(t, err)
	r.as(t, "boss", "DELETE", "/music/"+music.ID, "", 409, nil)
	_, err = pool.Exec(t.Context(), `update queues set music = ''`)
	require.NoError(t, err)
	r.as(t, "boss", "DELETE", "/music/"+music.ID, "", 204, nil)
	r.as(t, "boss", "DELETE", "/sounds/"+piece.ID, "", 204, nil)
}
