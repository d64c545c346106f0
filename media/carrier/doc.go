// Package carrier is a simulated telephone carrier: outside numbers that are dialled end here, and what becomes of a call
// is chosen by the last two digits of the number. It is for development, for demonstrations and for tests; it takes every
// call that reaches its address and calls nobody.
//
// What the simulated carrier does, by the last two digits dialled:
//
//	00–69  rings 1 s, answers, and speaks a tone of 600 + 10 × those two digits Hz (010-1234-5607: 670 Hz)
//	70     busy (486)
//	71     refuses the call (603)
//	72     rings for ever
//	73     not in service (404, cause 1)
//	74     speaks 425 Hz before the answer (183, early media), and answers after 3 s
//	75     rings 1 s, answers, and hangs up after 3 s
//	76     network error (503)
//	77     no reply at all, as if the carrier were not there
//	78     rings 5 s, then answers
//	79     answers at once, and sends back what it hears
//	80–99  as 00–69
//
// Whoever answers, but 79, speaks the tone of 00–69. A number that does not end with two digits is not in service.
//
// The calls so far, with the number that was shown, are listed over HTTP: GET /calls.
package carrier
