// Package sound is what callers hear that admins make: announcements, uploaded or spoken from text, hold music made of several
// pieces, and what a service's customers hear at 강성종료 (PH-64, PH-65, D15). The telephone switch plays a sound by its id.
package sound

import (
	"errors"
	"time"

	"bellhop/cti/admin"
	"bellhop/cti/admin/service"
)

// The names of these things in the audit log.
const (
	Subject        = "sound"
	MusicSubject   = "music"
	HostileSubject = "hostile_end"
)

// The kinds and origins of sounds.
const (
	Announcement = "announcement"
	Music        = "music"
	Upload       = "upload"
	Speech       = "speech"
)

// The limits of an upload.
const (
	MaxFile   = 20 << 20
	MaxLength = 10 * time.Minute
	maxName   = 100
	maxWords  = 2000
)

// Sound is one that is kept. Its JSON is what the audit log shows.
type Sound struct {
	ID       string        `json:"-"`
	Service  string        `json:"service_id"` // empty: of the whole organisation
	Kind     string        `json:"kind"`
	Name     string        `json:"name"`
	Language string        `json:"language"`
	Words    string        `json:"words"` // what it says, word for word
	Origin   string        `json:"origin"`
	File     string        `json:"file"`
	Length   time.Duration `json:"-"`
	Shape    []byte        `json:"-"` // how loud it is along its length, 0 to 100
	Version  int           `json:"-"`
	// Draft is what becomes its sound; empty leaves the one it has.
	Draft string `json:"-"`
}

// Draft is a sound that is not kept yet.
type Draft struct {
	ID, Origin, File string
	Length           time.Duration
	Shape            []byte
}

// Converted is a sound as telephones carry it.
type Converted struct {
	WAV    []byte // 8 kHz, mono
	Length time.Duration
	Shape  []byte
}

// Refused says why a file is not taken: unreadable, unsupported, truncated, too_long, silent.
type Refused struct{ Code string }

func (e Refused) Error() string { return "refused: " + e.Code }

// ErrNoSpeech: nothing is there that speaks.
var ErrNoSpeech = errors.New("no speech synthesiser")

// Folder is where the telephone switch finds sounds.
type Folder interface {
	// Put has it play wav under a name from now on.
	Put(name string, wav []byte) error
	// Music replaces the classes of hold music: their names, each with the names of its sounds in order.
	Music(classes []Class) error
	// Gone says that a sound was deleted; calls that know it may still play it.
	Gone(name string, now time.Time)
	// Sweep removes those that are not known and that no call can play any more.
	Sweep(known map[string]bool, now time.Time) error
}

// Class is a hold music as the switch knows it.
type Class struct {
	Name   string
	Sounds []string
}

func (s *Sound) check() admin.Invalids {
	var wrong admin.Invalids
	s.Name = wrong.Text("name", s.Name, 1, maxName)
	wrong.OneOf("kind", s.Kind, Announcement, Music)
	wrong.OneOf("language", s.Language, service.Languages...)
	least := 1
	if s.Kind == Music {
		least = 0
	}
	s.Words = wrong.Lines("words", s.Words, least, maxWords)
	return wrong
}

// mayChange says whether what belongs to a service, or to all of them, is his to change.
func mayChange(a admin.Actor, service string) bool {
	if service == "" {
		return a.Admin()
	}
	return a.MayManage(service)
}

// maySee says whether he may choose it: his own, and what is for everybody.
func maySee(a admin.Actor, service string) bool { return service == "" || a.MayManage(service) }
