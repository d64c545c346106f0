// Package phone is the SIP side of media: to Asterisk, every agent with a
// browser is a telephone at sip:<agent>@<media>. It takes Asterisk's calls, one
// SIP dialog (RFC 3261) a leg, and never calls anybody itself.
//
//	INVITE ──► ringing ──PickUp──► up ──► ended
//	              │                        ▲
//	              └── CANCEL, HangUp ──────┘
//
// An INVITE names the agent in its request URI and the leg in the header
// X-Bellhop-Leg. It is answered 180 at once, and 200 when serve says so.
//
//	400  no leg id, no Contact, no Call-ID
//	480  the agent has no phone session, or it was closed while ringing
//	482  a second INVITE of the same Call-ID
//	486  the agent has a leg already, and Asterisk still knows of it
//	488  no G.711 that the browser speaks, or RTP from elsewhere than Asterisk
//	503  no free RTP port, or media is stopping
//
// What is against RFC 3261 never gets that far: package inspect answers or drops
// it. OPTIONS are answered without a transaction; more than 300 other requests a
// second, beyond a burst, are answered 503, because each is kept for 32 s.
//
// BYE and re-INVITE outside a dialog of this process are answered 481; legs are
// told apart by their Call-ID and tags, so what belonged to an earlier process
// cannot touch a leg of this one. Packets from other addresses than Asterisk's
// are dropped before they are parsed and counted in
// bellhop_media_sip_foreign_packets_total.
package phone
