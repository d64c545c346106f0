package sound

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"bellhop/cti/admin"
)

// The states of a Job.
const (
	Queued  = "queued"
	Running = "running"
	Done    = "done"
	Failed  = "failed"
)

// Job is a text on its way to being spoken.
type Job struct {
	ID, State string
	Before    int    // how many are spoken before it
	Code      string // why it failed: no_speech, speech_failed, busy, silent, …
	Draft     Draft  // when it is done
}

const (
	mostJobs  = 50
	jobTime   = 90 * time.Second // of speaking and converting
	jobKept   = 10 * time.Minute
	maxWaits  = 25 * time.Second
	jobFailed = "speech_failed"
)

// jobs are spoken one after the other.
type jobs struct {
	mu      sync.Mutex
	all     map[string]*job
	waiting []*job
	busy    bool
}

type job struct {
	Job
	actor          admin.Actor
	language, text string
	changed        chan struct{} // closed at the next change
}

func newJobs() *jobs { return &jobs{all: map[string]*job{}} }

// Say has a text spoken and gives the job that does it.
func (s *Store) Say(_ context.Context, a admin.Actor, language, text string) (Job, error) {
	check := Sound{Name: "-", Kind: Announcement, Language: language, Words: text}
	if err := check.check().Err(); err != nil {
		return Job{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Job{}, err
	}
	j := &job{Job: Job{ID: id.String(), State: Queued}, actor: a, language: language, text: check.Words, changed: make(chan struct{})}
	q := s.jobs
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) >= mostJobs {
		return Job{}, admin.Invalid{Field: "text", Code: "busy"}
	}
	q.all[j.ID] = j
	j.Before = len(q.waiting)
	if q.busy {
		j.Before++
	}
	q.waiting = append(q.waiting, j)
	if !q.busy {
		q.busy = true
		go s.speakAll()
	}
	return j.Job, nil
}

// speakAll speaks until nothing waits.
func (s *Store) speakAll() {
	q := s.jobs
	for {
		q.mu.Lock()
		if len(q.waiting) == 0 {
			q.busy = false
			q.mu.Unlock()
			return
		}
		j := q.waiting[0]
		q.waiting = q.waiting[1:]
		for i, next := range q.waiting {
			next.become(func(n *Job) { n.Before = i + 1 })
		}
		j.become(func(n *Job) { n.State, n.Before = Running, 0 })
		q.mu.Unlock()
		made, code := s.speakOne(j)
		q.mu.Lock()
		j.become(func(n *Job) {
			n.State, n.Draft, n.Code = Done, made, code
			if code != "" {
				n.State = Failed
			}
		})
		q.mu.Unlock()
		time.AfterFunc(jobKept, func() {
			q.mu.Lock()
			defer q.mu.Unlock()
			delete(q.all, j.ID)
		})
	}
}

func (s *Store) speakOne(j *job) (made Draft, code string) {
	ctx, cancel := context.WithTimeout(context.Background(), jobTime)
	defer cancel()
	raw, err := s.Speak(ctx, j.language, j.text)
	if errors.Is(err, ErrNoSpeech) {
		return made, "no_speech"
	}
	if err != nil {
		return made, jobFailed
	}
	made, err = s.draft(ctx, j.actor, Speech, raw)
	if wrong, ok := errors.AsType[admin.Invalid](err); ok {
		return made, wrong.Code
	}
	if err != nil {
		return made, jobFailed
	}
	return made, ""
}

// become changes a job and tells who waits for that.
func (j *job) become(change func(*Job)) {
	change(&j.Job)
	close(j.changed)
	j.changed = make(chan struct{})
}

// Follow gives a job as soon as it is in another state than seen, or in the same after a while.
func (s *Store) Follow(ctx context.Context, a admin.Actor, id, seen string) (Job, error) {
	q := s.jobs
	deadline := time.NewTimer(maxWaits)
	defer deadline.Stop()
	for {
		q.mu.Lock()
		j := q.all[id]
		if j == nil || j.actor.UserID != a.UserID {
			q.mu.Unlock()
			return Job{}, admin.ErrNotFound
		}
		now, changed := j.Job, j.changed
		q.mu.Unlock()
		if now.State != seen || now.State == Done || now.State == Failed {
			return now, nil
		}
		select {
		case <-changed:
			if now.State == Queued {
				seen = Queued
			}
		case <-deadline.C:
			return now, nil
		case <-ctx.Done():
			return Job{}, ctx.Err()
		}
	}
}
