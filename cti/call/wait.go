package call

import "time"

func (s *stepping) waitingMusic() Effect { return PlayMusic{Leg: s.Customer, Class: s.Queue.Music} }

// sayLater arms the next announcement of his place.
func (s *stepping) sayLater() {
	s.SayAt, s.Hearing, s.More = time.Time{}, false, nil
	if s.Queue.SayEvery > 0 {
		s.SayAt = s.now.Add(s.Queue.SayEvery)
	}
}

// waitedTill: the caller has waited as long as his flow has it, or is to hear his place.
func (s *stepping) waitedTill(e DeadlineReached) {
	switch {
	case !s.due(e):
	case !s.LeaveAt.IsZero() && !s.LeaveAt.After(e.Deadline):
		s.LeaveAt = time.Time{}
		s.ask(FlowLeft, "")
	default:
		s.SayAt = time.Time{}
		s.ask(QueuePlace, "")
	}
}

func (s *stepping) placeTold(e PlaceTold) {
	if s.Asks.Kind != QueuePlace {
		return
	}
	s.Asks = FlowInput{}
	if len(e.Sounds) == 0 {
		s.sayLater()
		return
	}
	s.Hearing, s.More = true, e.Sounds[1:]
	s.announce(e.Sounds[0])
}

// saidPlace goes on with what else he is told, and then with the music.
func (s *stepping) saidPlace() {
	switch {
	case !s.Hearing:
	case len(s.More) > 0:
		next := s.More[0]
		s.More = s.More[1:]
		s.announce(next)
	default:
		s.do(s.waitingMusic())
		s.sayLater()
	}
}

// quiet ends what the caller is being told: somebody takes him, or he is led on.
func (s *stepping) quiet() {
	if s.Phase != Waiting || !s.Hearing {
		return
	}
	s.Hearing, s.More = false, nil
	s.do(Silence{Leg: s.Customer, Number: s.Sounds}, s.waitingMusic())
}
