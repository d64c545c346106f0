// Package inbound is the numbers that customers call: which queue or flow each leads to, and from which trunk it comes
// (인입번호).
package inbound

import (
	"bellhop/cti/admin"
	"bellhop/cti/number"
)

// Number is an inbound number as admins see it. It leads to a flow, or to a queue; a number that lost its flow may lead nowhere.
type Number struct {
	ID          string `json:"-"`
	Number      string `json:"number"` // national form, digits only
	Name        string `json:"name"`
	Queue       string `json:"queue,omitempty"`
	QueueName   string `json:"queue_name,omitempty"`
	QueueNumber string `json:"-"`
	Flow        string `json:"flow,omitempty"`
	FlowName    string `json:"flow_name,omitempty"`
	Trunk       string `json:"trunk,omitempty"` // id; empty: any
	Service     string `json:"-"`               // of the queue or the flow; empty when it leads nowhere
	ServiceName string `json:"service,omitempty"`
	Version     int    `json:"-"` // of the number with its flow
}

const maxName = 64

// check cleans a number and says what is wrong with it.
func (n *Number) check() admin.Invalids {
	var wrong admin.Invalids
	n.Name = wrong.Text("name", n.Name, 0, maxName)
	n.Number = parse(&wrong, n.Number)
	if (n.Queue == "") == (n.Flow == "") {
		wrong.Add("queue", "one_target")
	}
	return wrong
}

// parse cleans a number that carriers can send calls to. Short ones are for tests and for trunks that are told such.
func parse(wrong *admin.Invalids, text string) string {
	n, err := number.Parse(text)
	if err != nil {
		wrong.Add("number", "bad_number")
		return text
	}
	switch n.Kind {
	case number.Mobile, number.Fixed, number.Service, number.Premium, number.Inside:
		return n.Digits
	case number.Emergency, number.Foreign:
	}
	wrong.Add("number", "not_inbound", "kind", string(n.Kind))
	return text
}
