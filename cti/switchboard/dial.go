package switchboard

import (
	"slices"

	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/number"
)

// dial begins an outbound call (PH-40). Numbers dialled and numbers shown are checked here, whatever the browser sends.
func (b *board) dial(s *seat, c Command) *Refusal {
	switch {
	case s.Mode.Presence == agent.SignedOut:
		return &Refusal{Code: NotSignedIn}
	case s.Occupation != agent.Free:
		return &Refusal{Code: InCall}
	case !s.PhoneUp || s.address == "":
		return &Refusal{Code: NotReachable}
	case !b.switchUp:
		return &Refusal{Code: SwitchDown}
	case b.draining:
		return &Refusal{Code: Draining}
	case c.NewCall == "" || b.known(c.NewCall):
		return &Refusal{Code: InvalidCommand}
	}
	service, refusal := b.serviceOf(s, c.Service)
	switch {
	case refusal != nil:
		return refusal
	case !service.Phone || !service.Outbound:
		return &Refusal{Code: OutboundOff}
	}
	target, refusal := b.resolve(s, service, c.To, c.CallerID)
	if refusal != nil {
		return refusal
	}
	ev := call.Dialled{
		Call: c.NewCall, Agent: s.ID, Address: s.address,
		To: call.Party{Number: target.Number, Name: target.Name}, CallerID: target.CallerID, Service: b.homeOf(s, service),
	}
	switch target.Kind {
	case call.TargetQueue:
		return &Refusal{Code: BadNumber} // one transfers to a queue; one does not call it
	case call.TargetAgent:
		ev.Callee = &target
	case call.TargetOutside:
	}
	b.calls[ev.Call] = call.New()
	b.toCall(ev.Call, ev)
	return nil
}

func (b *board) known(id call.ID) bool {
	_, known := b.calls[id]
	return known
}

// serviceOf is the service the agent is in: the one he names, or his first.
func (b *board) serviceOf(s *seat, id call.ServiceID) (Service, *Refusal) {
	if id == "" && len(s.entry.Services) > 0 {
		id = s.entry.Services[0]
	}
	service, ok := b.services[id]
	if !ok || !slices.Contains(s.entry.Services, id) {
		return Service{}, &Refusal{Code: NotYourService}
	}
	return service, nil
}

// homeOf is where an outbound call's customer waits should its agent be lost: the first of the agent's queues in that
// service.
func (b *board) homeOf(s *seat, service Service) call.Queue {
	for _, id := range s.entry.Queues {
		if q := b.queues[id]; q.Service == service.ID {
			return q.forCall()
		}
	}
	return call.Queue{Service: service.ID, ServiceName: service.Name}
}

// target is whom a consult or a transfer of this call goes to.
func (b *board) target(s *seat, c Command, now call.Call) (call.Target, *Refusal) {
	service, refusal := b.serviceOf(s, now.Queue.Service)
	if refusal != nil {
		service = Service{ID: now.Queue.Service} // he may be lent to it: then he reaches the inside only
	}
	target, refusal := b.resolve(s, service, c.To, c.CallerID)
	if refusal != nil {
		return target, refusal
	}
	if target.Kind == call.TargetOutside && number.Same(target.Number, now.Caller.Number) {
		return target, &Refusal{Code: TargetCustomer}
	}
	return target, nil
}

// resolve understands what was typed: an extension, a queue's number, or an outside number.
func (b *board) resolve(s *seat, service Service, to, callerID string) (call.Target, *Refusal) {
	n, err := number.Parse(to)
	if err != nil {
		return call.Target{}, &Refusal{Code: BadNumber}
	}
	if other, ok := b.byExtension(n.Digits); ok && n.Inside {
		return b.agentTarget(s, other)
	}
	for _, q := range b.queues {
		if n.Inside && q.Number == n.Digits {
			return b.queueTarget(q)
		}
	}
	if b.serves(n.Digits) {
		return call.Target{}, &Refusal{Code: OwnNumber}
	}
	target, refusal := outsideTarget(service, n, callerID)
	if refusal == nil && b.trunksDown {
		return call.Target{}, &Refusal{Code: TrunkDown}
	}
	return target, refusal
}

func (b *board) byExtension(digits string) (*seat, bool) {
	for _, s := range b.seats {
		if s.member && s.entry.Extension == digits {
			return s, true
		}
	}
	return nil, false
}

func (b *board) agentTarget(s, other *seat) (call.Target, *Refusal) {
	switch {
	case other == s:
		return call.Target{}, &Refusal{Code: OwnNumber}
	case !other.Available() || other.address == "":
		return call.Target{}, &Refusal{Code: TargetNotReady, Params: map[string]string{"name": other.entry.Name}}
	}
	return call.Target{
		Kind: call.TargetAgent, Number: other.entry.Extension, Name: other.entry.Name,
		Line: call.Line{Agent: other.ID, Address: other.address},
	}, nil
}

func (b *board) queueTarget(q Queue) (call.Target, *Refusal) {
	if q.Limit > 0 && b.book.Waiting(q.ID) >= q.Limit {
		return call.Target{}, &Refusal{Code: QueueFull, Params: map[string]string{"name": q.Name}}
	}
	if b.staffed(q.ID) {
		return call.Target{Kind: call.TargetQueue, Number: q.Number, Name: q.Name, Queue: q.forCall()}, nil
	}
	return call.Target{}, &Refusal{Code: QueueEmpty, Params: map[string]string{"name": q.Name}}
}

// outsideTarget checks an outside number against what the service allows, and the number shown against what is
// registered for it (PH-45, D6). Emergency numbers are never refused for being what they are.
func outsideTarget(service Service, n number.Number, callerID string) (call.Target, *Refusal) {
	switch {
	case n.Inside && n.Kind != number.Emergency:
		return call.Target{}, &Refusal{Code: BadNumber}
	case n.Kind == number.Foreign && !service.Foreign:
		return call.Target{}, &Refusal{Code: ForeignNumber}
	case n.Kind == number.Premium && !service.Premium:
		return call.Target{}, &Refusal{Code: PremiumNumber}
	case len(service.CallerIDs) == 0:
		return call.Target{}, &Refusal{Code: NoCallerID}
	case callerID == "":
		callerID = service.CallerIDs[0]
	case !slices.Contains(service.CallerIDs, callerID):
		return call.Target{}, &Refusal{Code: CallerIDRefused}
	}
	if number.Same(n.Digits, callerID) {
		return call.Target{}, &Refusal{Code: OwnNumber}
	}
	return call.Target{Kind: call.TargetOutside, Number: n.Digits, CallerID: callerID}, nil
}
