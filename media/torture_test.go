package media_test

import (
	"bytes"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// dropped is no answer at all.
const dropped = 0

// torture is what media answers to each message of RFC 4475, section by section.
var torture = map[string]struct {
	status int
	why    string
}{
	// 3.1.1 valid messages
	"wsinv":      {481, "3.1.1.1: valid, with a To tag: in a dialog that we do not know"},
	"intmeth":    {405, "3.1.1.2: valid, a method unknown to us"},
	"esc01":      {400, "3.1.1.3: valid, but a call without our leg id"},
	"escnull":    {405, "3.1.1.4: valid, we register nobody"},
	"esc02":      {405, "3.1.1.5: valid, the method RE%47IST%45R is not REGISTER"},
	"lwsdisp":    {200, "3.1.1.6: valid, no white space before <"},
	"longreq":    {513, "3.1.1.7: valid, but an answer along its Vias would not fit in a packet"},
	"dblreq":     {405, "3.1.1.8: a REGISTER; what follows it in the datagram is ignored"},
	"semiuri":    {200, "3.1.1.9: valid, a semicolon in the user part"},
	"transports": {200, "3.1.1.10: valid, unknown transports in older Vias"},
	"mpart01":    {405, "3.1.1.11: valid, we take no MESSAGE"},
	"unreason":   {dropped, "3.1.1.12: a response to nothing we asked"},
	"noreason":   {dropped, "3.1.1.13: a response to nothing we asked"},
	// 3.1.2 invalid messages
	"badinv01":   {400, "3.1.2.1: empty parameters in Via and Contact"},
	"clerr":      {400, "3.1.2.2: Content-Length beyond the datagram"},
	"ncl":        {400, "3.1.2.3: negative Content-Length"},
	"scalar02":   {400, "3.1.2.4: numbers too large in a request"},
	"scalarlg":   {dropped, "3.1.2.5: numbers too large in a response"},
	"quotbal":    {400, "3.1.2.6: a quote that does not close"},
	"ltgtruri":   {400, "3.1.2.7: <> around the Request-URI"},
	"lwsruri":    {400, "3.1.2.8: white space in the Request-URI"},
	"lwsstart":   {400, "3.1.2.9: several spaces in the request line"},
	"trws":       {400, "3.1.2.10: a space after the request line"},
	"escruri":    {400, "3.1.2.11: headers in the Request-URI"},
	"baddate":    {400, "3.1.2.12: a bad Date may be ignored; a call without our leg id"},
	"regbadct":   {405, "3.1.2.13: we register nobody"},
	"badaspec":   {400, "3.1.2.14: spaces within <>"},
	"baddn":      {400, "3.1.2.15: a comma in a name without quotes"},
	"badvers":    {505, "3.1.2.16: SIP/7.0"},
	"mismatch01": {400, "3.1.2.17: CSeq names another method"},
	"mismatch02": {400, "3.1.2.18: CSeq names another method, and the method is unknown"},
	"bigcode":    {dropped, "3.1.2.19: a response with an impossible code"},
	// 3.2 transaction layer
	"badbranch": {200, "3.2.1: a branch that is the magic cookie alone is one of RFC 2543"},
	// 3.3 application layer
	"insuf":    {400, "3.3.1: From, To and Call-ID are missing"},
	"unkscm":   {416, "3.3.2: an unknown scheme"},
	"novelsc":  {416, "3.3.3: a known scheme that is not SIP"},
	"unksm2":   {405, "3.3.4: strange schemes in From and To do no harm; we register nobody"},
	"bext01":   {420, "3.3.5: required extensions that nobody has"},
	"invut":    {415, "3.3.6: a body that is not SDP"},
	"regaut01": {405, "3.3.7: we register nobody"},
	"multi01":  {400, "3.3.8: several From, To, Call-ID, CSeq"},
	"mcl01":    {400, "3.3.9: several Content-Length"},
	"bcast":    {dropped, "3.3.10: a response to nothing we asked, along a broadcast Via"},
	"zeromf":   {200, "3.3.11: Max-Forwards 0 concerns proxies, not who is meant"},
	"cparam01": {405, "3.3.12: we register nobody"},
	"cparam02": {405, "3.3.13: we register nobody"},
	"regescrt": {405, "3.3.14: we register nobody"},
	"sdp01":    {406, "3.3.15: the caller does not take SDP"},
	// 3.4 backward compatibility
	"inv2543": {400, "3.4.1: valid by RFC 2543, but a call without our leg id"},
	// not of the RFC
	"test": {dropped, "no version, no Via: nowhere to answer to"},
}

// switchIP is an address on which nobody else has port 5060, where Via headers without a port want their answers.
const switchIP = "127.44.75.1"

func TestTortureMessages(t *testing.T) {
	r := newRigWith(t, switchIP)
	r.signIn("kim")
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(switchIP), Port: 5060})
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	files, err := filepath.Glob("testdata/rfc4475/*.dat")
	require.NoError(t, err)
	require.Len(t, files, len(torture))
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".dat")
		t.Run(name, func(t *testing.T) {
			message, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, torture[name].status, r.ask(conn, message), torture[name].why)
		})
	}
	legs := r.metric("bellhop_media_legs")
	require.Zero(t, legs)
	l := r.call("kim", "leg-1")
	require.NoError(t, r.serve.PickUp(t.Context(), "kim", "leg-1"))
	l.answered()
	l.hangUp()
}

// ask sends a message as Asterisk would and returns the status of the final answer, dropped if there is none: an OPTIONS
// sent after it is answered first.
func (r *rig) ask(conn *net.UDPConn, message []byte) int {
	r.t.Helper()
	to := netip.MustParseAddrPort(r.server.SIPAddr())
	marker := "marker-" + newSession()
	probe := "OPTIONS sip:media SIP/2.0\r\nVia: SIP/2.0/UDP " + switchIP + ";rport;branch=z9hG4bK" + marker + "\r\nMax-Forwards: 70\r\n" +
		"From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: " + marker + "\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
	_, err := conn.WriteToUDPAddrPort(message, to)
	require.NoError(r.t, err)
	buf := make([]byte, 65535)
	for probed := false; ; {
		wait := 100 * time.Millisecond // for the message alone: requests are handled side by side
		if probed {
			wait = patient
		}
		require.NoError(r.t, conn.SetReadDeadline(time.Now().Add(wait)))
		n, err := conn.Read(buf)
		switch {
		case err != nil && !probed:
			_, err = conn.WriteToUDPAddrPort([]byte(probe), to)
			require.NoError(r.t, err)
			probed = true
			continue
		case err != nil:
			require.NoError(r.t, err, "media does not answer any more")
		case bytes.Contains(buf[:n], []byte(marker)):
			return dropped
		case callID(buf[:n]) != callID(message):
			continue // an answer to an earlier message, once more: nobody sends ACK
		}
		status, err := strconv.Atoi(string(buf[8:11]))
		require.NoError(r.t, err)
		if status >= 200 {
			return status
		}
	}
}

// callID is the Call-ID of a message, empty if it has none.
func callID(message []byte) string {
	for line := range strings.Lines(string(message)) {
		name, value, _ := strings.Cut(line, ":")
		if name = strings.ToLower(strings.TrimSpace(name)); name == "call-id" || name == "i" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
