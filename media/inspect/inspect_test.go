package inspect_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
	"github.com/stretchr/testify/require"

	"bellhop/media/inspect"
)

var methods = inspect.Methods{"INVITE", "ACK", "CANCEL", "BYE", "OPTIONS"}

// invite is what Asterisk 22 sends, with the lines given in place of its own of the same name.
func invite(changes ...string) []byte {
	lines := []string{
		"INVITE sip:kim@127.0.0.1:5070 SIP/2.0", "Via: SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bKPj1", "From: \"김\" <sip:010@127.0.0.1>;tag=1",
		"To: <sip:kim@127.0.0.1>", "Contact: <sip:asterisk@127.0.0.1:5060>", "Call-ID: a-b-c", "CSeq: 7 INVITE",
		"Allow: OPTIONS, INVITE, ACK, BYE, CANCEL", "Supported: 100rel, timer", "Max-Forwards: 70", "X-Bellhop-Leg: leg-1", "Content-Type: application/sdp", "Content-Length: 5",
	}
	for _, c := range changes {
		name, _, _ := strings.Cut(c, ":")
		found := false
		for i, l := range lines {
			if strings.HasPrefix(l, name+":") {
				lines[i], found = c, true
			}
		}
		if !found {
			lines = append(lines, c)
		}
	}
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\nv=0\r\n")
}

func TestWhatAsteriskSendsPassesUntouched(t *testing.T) {
	require.Equal(t, invite(), methods.Message(invite()).Pass)
	ok := []byte("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: x\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n")
	require.Equal(t, ok, methods.Message(ok).Pass)
}

func TestRefusals(t *testing.T) {
	for name, tt := range map[string]struct {
		message []byte
		status  int
		reply   string
	}{
		"lower case method":      {bytes.Replace(invite(), []byte("INVITE "), []byte("invite "), 1), 400, "CSeq: 7 INVITE"},
		"registers":              {bytes.ReplaceAll(invite(), []byte("INVITE"), []byte("REGISTER")), 405, "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS"},
		"tel":                    {bytes.Replace(invite(), []byte("sip:kim@"), []byte("tel:kim@"), 1), 416, ""},
		"wants 100rel":           {invite("Require: 100rel"), 420, "Unsupported: 100rel"},
		"no SDP":                 {invite("Content-Type: text/plain"), 415, "Accept: application/sdp"},
		"takes no SDP":           {invite("Accept: text/plain"), 406, ""},
		"other version":          {bytes.Replace(invite(), []byte(" SIP/2.0\r"), []byte(" SIP/3.0\r"), 1), 505, ""},
		"bare LF":                {bytes.Replace(invite(), []byte("\r\nTo"), []byte("\nTo"), 1), 400, ""},
		"NUL":                    {invite("Subject: a\x00b"), 400, ""},
		"CSeq too high":          {invite("CSeq: 2147483648 INVITE"), 400, ""},
		"negative length":        {invite("Content-Length: -1"), 400, ""},
		"length beyond":          {invite("Content-Length: 6"), 400, ""},
		"no length":              {bytes.Replace(invite(), []byte("Content-Length: 5"), []byte("X: y"), 1), 0, ""},
		"two lengths":            {invite("l: 5"), 400, ""},
		"Max-Forwards too high":  {invite("Max-Forwards: 256"), 400, ""},
		"many headers":           {invite(strings.Repeat("X: y\r\n", 200) + "Y: z"), 400, ""},
		"many Vias":              {invite(strings.Repeat("v: SIP/2.0/UDP a\r\n", 100) + "Y: z"), 513, ""},
		"name of 4 KB":           {invite("From: \"" + strings.Repeat("x", 4096) + "\" <sip:a@b>;tag=1"), 513, ""},
		"header split by a name": {invite("Subject: a\r\nb c"), 400, ""},
		"no Via":                 {bytes.Replace(invite(), []byte("Via"), []byte("Xia"), 1), 0, ""},
		"an ACK is not answered": {bytes.ReplaceAll(invite("Content-Length: 999"), []byte("INVITE"), []byte("ACK")), 0, ""},
		"nothing":                {nil, 0, ""},
		"line ends":              {[]byte("\r\n\r\n"), 0, ""},
		"status of ten digits":   {[]byte("SIP/2.0 4294967301 OK\r\nVia: x\r\n\r\n"), 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			v := methods.Message(tt.message)
			require.Equal(t, tt.status, v.Status)
			require.Equal(t, tt.status != 0, v.Reply != nil)
			require.Contains(t, string(v.Reply), tt.reply)
		})
	}
}

func FuzzMessage(f *testing.F) {
	files, err := filepath.Glob("../testdata/rfc4475/*.dat")
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	for _, change := range []string{"Via: ,", "Via: SIP/2.0/UDP [::1]:x", "From: <", "To: \"\\", "Contact: *", "CSeq: 1", "Content-Length: 99999999999", "Route: <sip:x;lr>"} {
		f.Add(invite(change))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v := methods.Message(data)
		if v.Pass != nil {
			require.Nil(t, v.Reply)
			m, err := sip.ParseMessage(v.Pass)
			require.NoError(t, err)
			if req, ok := m.(*sip.Request); ok {
				require.True(t, req.From() != nil && req.To() != nil && req.CallID() != nil && req.CSeq() != nil, "%q", v.Pass)
			}
			return
		}
		require.Equal(t, v.Status != 0, v.Reply != nil)
		require.LessOrEqual(t, len(v.Reply), 2*len(data)+300)
		if v.Reply != nil {
			require.Equal(t, 1, bytes.Count(v.Reply, []byte("\r\n\r\n")))
			require.NotContains(t, string(v.Reply), "CSeq: 1 ACK\r\n")
		}
	})
}
