// Package live is the websocket between serve and the pages of signed-in users: one snapshot, then numbered changes,
// and the agent's commands the other way.
//
// Server: {"type":"snapshot"} once, then {"type":"phone"} with the whole view (the latest wins, none is queued),
// {"type":"ticket_opened"}, {"type":"result"} for each command and {"type":"ping"} every 4 s. Page:
// {"type":"pong"} and {"type":"command"}. A page that is silent for 10 s is gone. The first page of an agent makes
// his browser count as up, the end of the last one as down.
//
// Between {"type":"watch","topic":"roster"} and {"type":"unwatch","topic":"roster"} a page is sent {"type":"roster"}:
// everybody who can be reached inside, whole, the latest only, at most four times a second.
package live
