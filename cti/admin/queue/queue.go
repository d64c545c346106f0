// Package queue is the queues of an organisation as its admins set them up: how each chooses among its agents, who they
// are and with which skills, how long callers wait and what they hear meanwhile (PH-11, PH-36, D4).
package queue

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"bellhop/cti/admin"
	"bellhop/cti/number"
)

// Queue is what an admin edits. Its JSON is what the audit log shows.
type Queue struct {
	ID          string   `json:"-"`
	Service     string   `json:"service"`
	ServiceName string   `json:"-"`
	Name        string   `json:"name"`
	Number      string   `json:"number"`
	Strategy    string   `json:"strategy"`
	Reclaim     int      `json:"reclaim_seconds"`   // 호회수 시간
	MissLimit   int      `json:"miss_limit"`        // misses in a row that lead to 휴식(미응답); 0 = never
	Limit       int      `json:"waiting_limit"`     // 0 = any number
	AnswerIn    int      `json:"answer_seconds"`    // T of the service level
	Music       string   `json:"music"`             // empty: the usual one
	SayEvery    int      `json:"say_every_seconds"` // place and estimated wait; 0 = never
	Skills      []string `json:"skills"`            // what every agent must have
	Members     []Member `json:"members"`
	Version     int      `json:"-"`

	// Counts of members, in lists; Able are those that can be offered its calls.
	MemberCount, AbleCount int `json:"-"`
	// NumberCount is how many inbound numbers lead straight to it.
	NumberCount int `json:"-"`
}

// Member is an agent of a queue.
type Member struct {
	Agent     string `json:"agent"`
	Name      string `json:"name"`
	Extension string `json:"extension"`
	Priority  int    `json:"priority"` // 1 first

	Skills        []string `json:"-"` // the agent's
	SkillsVersion int      `json:"-"`
	Missing       []string `json:"-"` // skills of the queue that he lacks: it offers him nothing
	NoPhone       bool     `json:"-"` // without the phone right in its service, or disabled
}

// Able says whether the queue can offer him its calls.
func (m Member) Able() bool { return len(m.Missing) == 0 && !m.NoPhone }

// Strategies are the rules by which a queue chooses.
var Strategies = []string{"longest_idle", "round_robin", "fewest_calls", "priority"}

// musicClass is the form of the name of hold music.
var musicClass = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// The limits.
const (
	maxName         = 64
	maxMembers      = 2000
	maxQueueSkills  = 20
	maxAgentSkills  = 50
	maxSkill        = 32
	usualPriority   = 5
	lowestPriority  = 9
	leastAnnounce   = 15
	mostAnnounce    = 600
	mostReclaim     = 600
	mostMisses      = 100
	mostWaiting     = 10_000
	mostAnswerLimit = 3600
)

// check cleans a queue and says what is wrong with it.
func (q *Queue) check() admin.Invalids {
	var wrong admin.Invalids
	q.Name = wrong.Text("name", q.Name, 1, maxName)
	q.Number = inside(&wrong, "number", q.Number)
	wrong.OneOf("strategy", q.Strategy, Strategies...)
	wrong.Number("reclaim_seconds", q.Reclaim, 1, mostReclaim)
	wrong.Number("miss_limit", q.MissLimit, 0, mostMisses)
	wrong.Number("waiting_limit", q.Limit, 0, mostWaiting)
	wrong.Number("answer_seconds", q.AnswerIn, 1, mostAnswerLimit)
	if q.SayEvery != 0 {
		wrong.Number("say_every_seconds", q.SayEvery, leastAnnounce, mostAnnounce)
	}
	if q.Music != "" && (len(q.Music) > maxName || !musicClass.MatchString(q.Music)) {
		wrong.Add("music", "not_allowed")
	}
	q.Skills = skills(&wrong, "skills", q.Skills, maxQueueSkills)
	if len(q.Members) > maxMembers {
		wrong.Add("members", "too_many", "most", strconv.Itoa(maxMembers))
		return wrong
	}
	seen := make(map[string]bool, len(q.Members))
	for i, m := range q.Members {
		field := fmt.Sprintf("members[%d]", i)
		if seen[m.Agent] {
			wrong.Add(field, "duplicate")
		}
		seen[m.Agent] = true
		wrong.Number(field+".priority", m.Priority, 1, lowestPriority)
	}
	return wrong
}

// inside cleans the number by which colleagues reach a queue: 3 to 5 digits, none that brings the police.
func inside(wrong *admin.Invalids, field, text string) string {
	n, err := number.Parse(text)
	switch {
	case err != nil:
		wrong.Add(field, "bad_number")
	case n.Kind == number.Emergency:
		wrong.Add(field, "emergency")
	case n.Kind != number.Inside:
		wrong.Add(field, "not_inside")
	default:
		return n.Digits
	}
	return text
}

// skills cleans words for what agents can do. They are kept in the form in which they are compared, in order.
func skills(wrong *admin.Invalids, field string, words []string, most int) []string {
	if len(words) > most {
		wrong.Add(field, "too_many", "most", strconv.Itoa(most))
		return words[:0]
	}
	clean := make([]string, 0, len(words))
	for _, word := range words {
		if word = admin.Fold(wrong.Text(field, word, 1, maxSkill)); word != "" && !slices.Contains(clean, word) {
			clean = append(clean, word)
		}
	}
	slices.Sort(clean)
	return clean
}
