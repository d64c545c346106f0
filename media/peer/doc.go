// Package peer is the browser side of media: one WebRTC connection (pion) for
// every page of a signed-in agent, kept up between calls so that an accepted
// call needs no set-up.
//
// All connections share one UDP port, and a TCP port of the same number for
// networks that let no UDP through. Media is ICE-lite (RFC 8445): it offers the
// address it listens on and answers the browser's checks, wherever they come
// from. So nobody waits for candidates of the browser, media sends nothing to
// addresses that only a stranger's SDP names, and a browser on the same machine
// connects to a loopback address although it keeps its own loopback candidates
// to itself (Chromium does, without --allow-loopback-in-peer-connection): its
// checks come from the address of another interface. On a machine that has no
// interface but loopback such a browser finds no candidate at all.
//
// Before the UDP port stands a gate. It lets in connectivity checks made with the
// password of a session, and everything else only from addresses that passed such
// a check in the last 30 s. What strangers send costs neither memory nor a queue;
// a check that was overheard is worth nothing from another address; an ICE
// restart puts the old addresses out. bellhop_media_rtc_dropped_total and
// bellhop_media_srtp_rejected_total count what was thrown away.
//
// An offer names no address that media would use: candidates are taken out before
// anything looks at them. An offer of another ICE-lite end is refused, because
// then nobody would check the way, and media would send wherever it says.
//
// Audio is G.711 with telephone-events and nothing else: PCMU, or PCMA where the
// browser has no PCMU or a live leg speaks PCMA. Payloads are not touched.
package peer
