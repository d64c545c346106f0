// Package signalling is the websocket between an agent's page and media, on
// ws://<media>/phone: JSON text frames of at most 64 KB, no subprotocol. The
// page's origin has to be one that media was told of.
//
//	page  → media  {"type":"hello","token":"…","sdp":"<offer>"}   within 5 s, once
//	media → page   {"type":"answer","sdp":"…"}                     with all candidates of media
//	media → page   {"type":"connected"}                            ICE and DTLS are up
//	media → page   {"type":"disconnected"}                         nothing heard of the page for 5 s; restart ICE
//	media → page   {"type":"leg","state":"ringing","leg":"<id>"}   or "up", or "none" when it ended
//	media → page   {"type":"quality","jitter_ms":3.1,"loss":0.01,"rtt_ms":24,"heard":true}   every second while a leg is up
//	page  → media  {"type":"echo","on":true}                       without a leg: send me my own audio back
//	page  → media  {"type":"offer","sdp":"…"}                      renegotiates, restarts ICE; answered with "answer"
//	both           {"type":"ping"}, answered with {"type":"pong"}  every 5 s; 15 s without any frame end the session
//	media → page   {"type":"error","code":"…"}                     and the websocket closes
//
// Candidates do not trickle: media's are in the answer, the page's show
// themselves by its checks. The page may send its offer before it has gathered.
// The offer is one audio section, sendrecv; everything else is bad_offer. In
// renegotiations the payload types stay what they were.
//
// The token is the single-use pass of package token; nothing secret is in the
// URL. A newer hello of the same agent replaces the older session, which is told
// "replaced". His leg stays, and the new page has its audio as soon as it is
// connected: reloading the page ends no call, and another computer can take over. When the websocket closes the
// session ends at once; whoever wants the call again says hello again.
//
// Quality is the worst of all ways: loss (0 to 1) and jitter of what comes from
// the page, from Asterisk, and as the browser reports what reaches it; rtt_ms is
// -1 while it is not known; heard is false when no packet at all came from the
// page for 2 s. The echo is for trying microphone and loudspeaker before the
// first call; it ends when a leg is answered.
package signalling

// Codes of the error frame.
const (
	// CodeBadToken: the token is forged, expired or was used before.
	CodeBadToken = "bad_token"
	// CodeBadOffer: the SDP is not an offer of one G.711 audio section.
	CodeBadOffer = "bad_offer"
	// CodeBadMessage: not JSON, an unknown type, a second hello, no hello within 5 s.
	CodeBadMessage = "bad_message"
	// CodeTooFast: more than 10 frames a second for a while.
	CodeTooFast = "too_fast"
	// CodeTimeout: nothing was heard for 15 s.
	CodeTimeout = "timeout"
	// CodeReplaced: the same agent said hello from another page.
	CodeReplaced = "replaced"
	// CodeClosed: serve ended the phone session (CTI 로그아웃).
	CodeClosed = "closed"
	// CodeStopping: media stops. Come back in a moment.
	CodeStopping = "stopping"
	// CodeFailed: media could not do it; its log says why.
	CodeFailed = "failed"
	// codeLeft is not sent: the page went away by itself.
	codeLeft = "left"
)
