// Package relay carries G.711 between an agent's browser and Asterisk. It does
// not transcode and decides nothing: it is told which browser and which leg
// belong to a line, and moves packets.
//
// # Two continuous streams
//
// A Line belongs to one agent and lives as long as he has a browser or a call.
// It owns two RTP streams (RFC 3550), each with its own SSRC, sequence numbers
// and timestamps:
//
//   - towards the browser there is one stream for the life of the line, across
//     calls and the silences between them: the sequence goes on by one and the
//     timestamp by the time that went by;
//   - towards Asterisk there is one stream a leg. It never pauses while the leg
//     is joined: when the browser has sent nothing for 200 ms (it is reloading,
//     or gone), frames of silence are sent every 20 ms, so that Asterisk's
//     rtp_timeout means "the media process is dead" and nothing else.
//
// Payloads pass bit by bit. Header extensions, contributing sources and padding
// stay behind. Payload types are translated, telephone-events (RFC 4733) included.
//
// # What is not let in
//
// A Port takes packets from the address and port that Asterisk's SDP named, and
// from nowhere else, not even before the first of them: whoever is first would
// get the audio.
// Everything else is counted in bellhop_media_rtp_dropped_total and forgotten:
// wrong source, malformed, unknown payload type, more than 200 packets in a
// second from a browser, packets older than the present source.
package relay
