package scenario

import (
	"strconv"
	"time"
)

func (c *checking) hours(s Step) {
	if len(s.Open) == 0 {
		c.wrong(s.ID, NeverOpen)
	}
	if len(s.Open) > MaxOpenings {
		c.wrong(s.ID, TooMany, "field", "open", "most", strconv.Itoa(MaxOpenings))
	}
	if len(s.Holidays) > MaxHolidays {
		c.wrong(s.ID, TooMany, "field", "holidays", "most", strconv.Itoa(MaxHolidays))
	}
	for _, o := range s.Open {
		c.opening(s, o)
	}
	for _, day := range s.Holidays {
		switch {
		case !isHoliday(day):
			c.wrong(s.ID, BadHoliday, "value", shortened(day))
		case day == "02-29":
			c.odd(s.ID, LeapDay)
		}
	}
}

func (c *checking) opening(s Step, o Opening) {
	from, okFrom := minute(o.From)
	to, okTo := minute(o.To)
	okFrom = okFrom && from < 24*60
	switch {
	case !okFrom:
		c.wrong(s.ID, BadTime, "value", shortened(o.From))
	case !okTo:
		c.wrong(s.ID, BadTime, "value", shortened(o.To))
	case from == to:
		c.odd(s.ID, AllDay, "from", o.From)
	case from > to && to > 0:
		c.odd(s.ID, OverMidnight, "from", o.From, "to", o.To)
	}
	if len(o.Days) == 0 {
		c.wrong(s.ID, NoDays)
	}
	for _, d := range o.Days {
		if d < time.Sunday || d > time.Saturday {
			c.wrong(s.ID, NoDays)
			break
		}
	}
}

// isHoliday: a day of one year, or of every year; 29 February is one that comes every four years.
func isHoliday(day string) bool {
	if len(day) == len("01-02") {
		day = "2024-" + day
	}
	_, err := time.Parse(time.DateOnly, day)
	return err == nil && len(day) == len(time.DateOnly)
}

// shortened keeps what somebody sent from filling the screen.
func shortened(text string) string {
	const most = 20
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return text
}
