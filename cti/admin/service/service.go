// Package service is the services of an organisation as its admins set them up: what each is for and what it may use
// (GN-19, GN-20, PH-01 … PH-03), and how its calls end (D1, D3).
package service

import (
	"time"

	"bellhop/cti/admin"
)

// Service is what an admin edits. Its JSON is what the audit log shows.
type Service struct {
	ID             string   `json:"-"`
	Name           string   `json:"name"`
	Kind           string   `json:"kind"` // consult: 상담 관리, issue: 이슈 관리
	Phone          bool     `json:"phone"`
	Inbound        bool     `json:"inbound"`
	Outbound       bool     `json:"outbound"`
	Chat           bool     `json:"chat"`
	SMS            bool     `json:"sms"`
	Editor         string   `json:"editor"`
	Languages      []string `json:"languages"`
	TimeZone       string   `json:"time_zone"`
	AfterCall      string   `json:"after_call"`
	StayReady      bool     `json:"stay_ready_after_decline"`
	ForeignNumbers bool     `json:"foreign_numbers"`
	PremiumNumbers bool     `json:"premium_numbers"`
	Version        int      `json:"-"`
}

// Kinds, Editors, AfterCalls and Languages are what may be chosen.
var (
	Kinds      = []string{"consult", "issue"}
	Editors    = []string{"plain", "rich"}
	AfterCalls = []string{"notice", "ticket_work", "ready"}
	Languages  = []string{"ko", "en", "ja", "zh", "vi", "th", "ru", "uz", "mn", "id"}
)

const maxName = 100

// check cleans a service and says what is wrong with it.
func (s *Service) check() admin.Invalids {
	var wrong admin.Invalids
	s.Name = wrong.Text("name", s.Name, 1, maxName)
	wrong.OneOf("kind", s.Kind, Kinds...)
	wrong.OneOf("editor", s.Editor, Editors...)
	wrong.OneOf("after_call", s.AfterCall, AfterCalls...)
	if len(s.Languages) == 0 {
		wrong.Add("languages", "required")
	}
	seen := map[string]bool{}
	for _, language := range s.Languages {
		wrong.OneOf("languages", language, Languages...)
		if seen[language] {
			wrong.Add("languages", "duplicate")
		}
		seen[language] = true
	}
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "" || s.TimeZone == "Local" {
		wrong.Add("time_zone", "not_allowed")
	}
	return wrong
}
