package doctor

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"
)

// Screens has to be reached where people are told to go, by HTTPS unless it is this machine.
func Screens(public string) Check {
	return func(ctx context.Context) []Finding {
		u, err := url.Parse(public)
		if err != nil {
			return []Finding{found("https", Failing, "address_bad", "url", public)}
		}
		addresses, err := net.DefaultResolver.LookupHost(ctx, u.Hostname())
		if err != nil {
			return []Finding{found("dns", Failing, "dns_unknown", "host", u.Hostname())}
		}
		dns := found("dns", OK, "dns_ok", "host", u.Hostname(), "addresses", strings.Join(addresses, ", "))
		if u.Scheme == "https" {
			return []Finding{dns, certificateAt(ctx, u)}
		}
		if ip := net.ParseIP(addresses[0]); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
			return []Finding{dns, found("https", OK, "https_local", "url", public)}
		}
		return []Finding{dns, found("https", Missing, "https_missing", "url", public)}
	}
}

// expiresSoon is how long before its end a certificate should have been renewed.
const expiresSoon = 14 * 24 * time.Hour

func certificateAt(ctx context.Context, u *url.URL) Finding {
	port := u.Port()
	if port == "" {
		port = "443"
	}
	dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, ServerName: u.Hostname()}} //nolint:gosec // verified below, with words
	c, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return found("https", Failing, "https_unreachable", "url", u.String(), "error", err.Error())
	}
	defer c.Close() //nolint:errcheck // nothing was written
	chain := c.(*tls.Conn).ConnectionState().PeerCertificates
	return judge(chain, u.Hostname(), time.Now())
}

// judge says what a browser would say of the certificate.
func judge(chain []*x509.Certificate, host string, now time.Time) Finding {
	leaf := chain[0]
	params := []string{"host", host, "until", leaf.NotAfter.Format(time.DateOnly), "days", strconv.Itoa(int(leaf.NotAfter.Sub(now).Hours() / 24))}
	others := x509.NewCertPool()
	for _, c := range chain[1:] {
		others.AddCert(c)
	}
	switch _, err := leaf.Verify(x509.VerifyOptions{DNSName: host, Intermediates: others, CurrentTime: now}); {
	case now.After(leaf.NotAfter):
		return found("https", Failing, "certificate_expired", params...)
	case leaf.VerifyHostname(host) != nil:
		return found("https", Failing, "certificate_other_name", append(params, "names", strings.Join(leaf.DNSNames, ", "))...)
	case err != nil:
		return found("https", Warning, "certificate_untrusted", append(params, "error", err.Error())...)
	case leaf.NotAfter.Sub(now) < expiresSoon:
		return found("https", Warning, "certificate_ends_soon", params...)
	}
	return found("https", OK, "https_ok", params...)
}

// Audio has to be reached at the port for browsers' audio: by TCP from here, and by UDP if media has the port.
func Audio(addr, public string) Check {
	return func(ctx context.Context) []Finding {
		host, port, err := net.SplitHostPort(addr)
		if err != nil {
			return nil
		}
		if ip := net.ParseIP(host); public != "" {
			host = public
		} else if ip != nil && ip.IsUnspecified() {
			host = "127.0.0.1"
		}
		at := net.JoinHostPort(host, port)
		if c, err := net.ListenPacket("udp", addr); err == nil { //nolint:noctx // at once
			_ = c.Close()
			return []Finding{found("audio", Failing, "audio_closed", "addr", addr)}
		}
		c, err := (&net.Dialer{Timeout: 3 * time.Second}).DialContext(ctx, "tcp", at)
		if err != nil {
			return []Finding{found("audio", Warning, "audio_unreachable", "addr", at, "error", err.Error())}
		}
		_ = c.Close()
		return []Finding{found("audio", OK, "audio_ok", "addr", at)}
	}
}

// Relay has to give a way to who shows its credentials. The first address that can be tried from here is.
func Relay(urls []string, name, password string) Check {
	return func(ctx context.Context) []Finding {
		for _, address := range urls {
			kind, rest, _ := strings.Cut(address, ":")
			at, transport, _ := strings.Cut(rest, "?transport=")
			if _, _, err := net.SplitHostPort(at); err != nil {
				at = net.JoinHostPort(at, map[string]string{"turn": "3478", "turns": "5349"}[kind])
			}
			if err := allocate(ctx, kind == "turns", transport, at, name, password); err != nil {
				return []Finding{found("turn", Failing, "turn_failed", "url", address, "error", err.Error())}
			}
		}
		if len(urls) == 0 {
			return []Finding{found("turn", Warning, "turn_none")}
		}
		return []Finding{found("turn", OK, "turn_ok", "urls", strings.Join(urls, ", "))}
	}
}

func allocate(ctx context.Context, secure bool, transport, at, name, password string) error {
	var conn net.PacketConn
	var err error
	if transport == "tcp" || secure {
		var c net.Conn
		if secure {
			c, err = (&tls.Dialer{}).DialContext(ctx, "tcp", at)
		} else {
			c, err = (&net.Dialer{}).DialContext(ctx, "tcp", at)
		}
		if err == nil {
			conn = turn.NewSTUNConn(c)
		}
	} else {
		conn, err = (&net.ListenConfig{}).ListenPacket(ctx, "udp", ":0")
	}
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // nothing is lost
	client, err := turn.NewClient(&turn.ClientConfig{
		STUNServerAddr: at, TURNServerAddr: at, Conn: conn, Username: name, Password: password, RTO: 300 * time.Millisecond,
		LoggerFactory: &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled},
	})
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Listen(); err != nil {
		return err
	}
	way, err := client.Allocate()
	if err != nil {
		return err
	}
	return way.Close()
}

// Trunk has to answer OPTIONS (RFC 3261 section 11), whatever it answers.
func Trunk(addr string) Check {
	return func(ctx context.Context) []Finding {
		if addr == "" {
			return []Finding{found("trunk", Warning, "trunk_none")}
		}
		code, err := options(ctx, addr)
		if err != nil {
			return []Finding{found("trunk", Failing, "trunk_silent", "addr", addr, "error", err.Error())}
		}
		return []Finding{found("trunk", OK, "trunk_ok", "addr", addr, "answer", code)}
	}
}

func options(ctx context.Context, addr string) (answer string, err error) {
	c, err := (&net.Dialer{}).DialContext(ctx, "udp", addr)
	if err != nil {
		return "", err
	}
	defer c.Close() //nolint:errcheck // nothing is lost
	local, id := c.LocalAddr().String(), rand.Text()
	request := fmt.Sprintf("OPTIONS sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s;rport\r\nMax-Forwards: 70\r\n"+
		"From: <sip:doctor@%s>;tag=%s\r\nTo: <sip:%s>\r\nCall-ID: %s\r\nCSeq: 1 OPTIONS\r\nContact: <sip:doctor@%s>\r\nContent-Length: 0\r\n\r\n",
		addr, local, id, local, id[:8], addr, id, local)
	buf := make([]byte, 4096)
	for wait := 500 * time.Millisecond; wait <= 2*time.Second; wait *= 2 { // RFC 3261 section 17.1.2: timer E
		if _, err = c.Write([]byte(request)); err != nil {
			return "", err
		}
		if err = c.SetReadDeadline(time.Now().Add(wait)); err != nil {
			return "", err
		}
		var n int
		if n, err = c.Read(buf); err == nil {
			line, _, _ := strings.Cut(string(buf[:n]), "\r\n")
			return strings.TrimPrefix(line, "SIP/2.0 "), nil
		}
	}
	return "", err
}
