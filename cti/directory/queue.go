package directory

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const selectQueues = `
	select q.id, q.service_id, s.name, q.name, q.number, q.reclaim_seconds, q.miss_limit, q.waiting_limit,
	       q.strategy, q.music, q.say_every_seconds, q.answer_seconds
	from queues q join services s on s.id = q.service_id order by q.number`

func scanQueue(row pgx.CollectableRow) (Queue, error) {
	var q Queue
	var reclaim, every, answer int
	err := row.Scan(&q.ID, &q.Service, &q.ServiceName, &q.Name, &q.Number, &reclaim, &q.MissLimit, &q.Limit, &q.Strategy, &q.Music, &every, &answer)
	q.Reclaim, q.SayEvery, q.AnswerWithin = time.Duration(reclaim)*time.Second, time.Duration(every)*time.Second, time.Duration(answer)*time.Second
	return q, err
}

// loadMembers reads which agents a queue may choose among: its members who have the phone right in its service and every
// skill that it asks for (PH-11).
func (d *Directory) loadMembers(ctx context.Context, tx pgx.Tx) error {
	found, err := tx.Query(ctx, `
		select m.agent_id, m.queue_id, m.priority
		from queue_members m join queues q on q.id = m.queue_id join agents a on a.id = m.agent_id
		join service_members p on p.service_id = q.service_id and p.user_id = a.user_id and p.phone
		join services s on s.id = q.service_id and s.phone
		where q.skills <@ a.skills order by q.number`)
	if err != nil {
		return err
	}
	at := make(map[string]int, len(d.Agents))
	for i, a := range d.Agents {
		at[a.ID] = i
	}
	var agent, queue string
	var priority int
	_, err = pgx.ForEachRow(found, []any{&agent, &queue, &priority}, func() error {
		i, known := at[agent]
		if !known {
			return nil
		}
		a := &d.Agents[i]
		if a.Priorities == nil {
			a.Priorities = map[string]int{}
		}
		a.Queues, a.Priorities[queue] = append(a.Queues, queue), priority
		return nil
	})
	return err
}

// dialledForms are the ways in which carriers write one number of ours: as it stands here, and with the country's code
// (ITU-T E.164), with and without +. A short number has one.
func dialledForms(number string) []string {
	forms := []string{number}
	if len(number) < 8 || strings.HasPrefix(number, "+") {
		return forms
	}
	abroad := "82" + strings.TrimPrefix(number, "0")
	return append(forms, abroad, "+"+abroad)
}

// spelled is where numbers lead, with every way of writing them. What is set up as it stands goes before.
func spelled[V ~string](numbers map[string]string) map[string]V {
	out := make(map[string]V, 3*len(numbers))
	for number, to := range numbers {
		for _, form := range dialledForms(number) {
			if _, exact := numbers[form]; !exact || form == number {
				out[form] = V(to)
			}
		}
	}
	return out
}
