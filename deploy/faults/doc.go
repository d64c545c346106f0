// Package faults breaks a whole Bellhop on purpose, while customers and agents talk: real processes of serve, media, Asterisk
// and PostgreSQL, agents with WebRTC and customers with SIP whose voices carry a number in every frame. Each case says what
// was lost, for how long nobody was heard, and what became of the records. All of it is in tests: a short choice of the
// cases is run with every other test, and make faults runs them all and prints a table.
package faults
