package directory

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/scenario"
)

const (
	demoFlowNumber = "1002"
	demoFlowName   = "대표번호 시나리오"
)

// demoFlow gives the demo organisation a scenario (PH-12) to try out and to change, once.
func demoFlow(ctx context.Context, tx pgx.Tx) error {
	id := demoID("flow")
	var there bool
	if err := tx.QueryRow(ctx, `select exists (select from flows where id = $1) or exists (select from flow_entries where number = $2)`,
		id, demoFlowNumber).Scan(&there); err != nil || there {
		return err
	}
	steps, err := json.Marshal(demoSteps())
	if err != nil {
		return err
	}
	var batch pgx.Batch
	batch.Queue(`insert into flows (id, organisation_id, service_id, version) values ($1, $2, $3, 1)`,
		id, demoID("organisation"), demoID("service"))
	batch.Queue(`insert into flow_versions (flow_id, version, name, time_zone, steps) values ($1, 1, $2, 'Asia/Seoul', $3)`,
		id, demoFlowName, string(steps))
	batch.Queue(`insert into flow_entries (number, flow_id) values ($1, $2)`, demoFlowNumber, id)
	return tx.SendBatch(ctx, &batch).Close()
}

// demoSteps are open day and night, so that nobody who tries them out is turned away.
func demoSteps() []scenario.Step {
	order, payment := demoID("queue"), demoID("queue payment")
	everyDay := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
	return []scenario.Step{
		{ID: "hours", Kind: scenario.Hours, Open: []scenario.Opening{{Days: everyDay, From: "00:00", To: "24:00"}}, Next: "greeting", Else: "closed"},
		{ID: "greeting", Kind: scenario.Say, Sound: "demo-greeting", Next: "menu"},
		{
			ID: "menu", Kind: scenario.Menu, Sound: "demo-menu", Wait: 5, Tries: 2, Else: "order",
			Keys:   map[string]string{"1": "order", "2": "payment", "9": "greeting"},
			Labels: map[string]string{"1": "주문·배송", "2": "결제·증빙", "9": "처음부터 다시 듣기"},
		},
		{ID: "order", Kind: scenario.Queue, Queue: order, After: 60, Else: "payment"},
		{ID: "payment", Kind: scenario.Queue, Queue: payment, After: 60, Else: "busy"},
		{ID: "busy", Kind: scenario.Hangup, Sound: "demo-busy"},
		{ID: "closed", Kind: scenario.Hangup, Sound: "demo-closed"},
	}
}
