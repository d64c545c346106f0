package handset

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// dialog is what both sides remember of each other (RFC 3261 section 12.1.2).
type dialog struct {
	remote sip.ToHeader
	target sip.Uri
	routes []string
	cseq   uint32
}

// inviteTo builds the INVITE for a call whose sound is wanted at rtp.
func (s *Session) inviteTo(rtp netip.AddrPort) *sip.Request {
	local := s.phone.addr
	req := sip.NewRequest(sip.INVITE, sip.Uri{
		Scheme: "sip", User: escaped(s.call.To), Host: s.host, Port: int(s.server.Port()),
	})
	to := &sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: escaped(s.call.To), Host: s.host}}
	req.AppendHeader(maxForwards())
	req.AppendHeader(s.call.From.from(local.Addr().String(), s.localTag))
	req.AppendHeader(to)
	s.appendCommon(req, 1)
	req.AppendHeader(s.contact())
	if s.call.From.Anonymous {
		req.AppendHeader(sip.NewHeader("Privacy", "id"))
	}
	req.AppendHeader(sip.NewHeader("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS"))
	req.AppendHeader(sip.NewHeader("User-Agent", s.phone.opts.UserAgent))
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	req.SetBody(s.offer(rtp))
	req.SetDestination(s.server.String())
	s.dialog.cseq = 1
	return req
}

func (s *Session) offer(rtp netip.AddrPort) []byte {
	return describe(rtp, s.version, payloadEvent, "sendrecv", offered(s.call.Codecs)...)
}

func (s *Session) contact() *sip.ContactHeader {
	return &sip.ContactHeader{Address: sip.Uri{
		Scheme: "sip", User: "handset", Host: s.phone.addr.Addr().String(), Port: int(s.phone.addr.Port()),
	}}
}

func (s *Session) appendCommon(req *sip.Request, cseq uint32) {
	callID := sip.CallIDHeader(s.callID)
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: cseq, MethodName: req.Method})
}

func maxForwards() *sip.MaxForwardsHeader {
	hops := sip.MaxForwardsHeader(70)
	return &hops
}

// newCancel builds the CANCEL of the INVITE (RFC 3261 section 9.1).
func (s *Session) newCancel() *sip.Request {
	req := sip.NewRequest(sip.CANCEL, *s.invite.Recipient.Clone())
	req.AppendHeader(sip.HeaderClone(s.invite.Via()))
	req.AppendHeader(maxForwards())
	req.AppendHeader(sip.HeaderClone(s.invite.From()))
	req.AppendHeader(sip.HeaderClone(s.invite.To()))
	s.appendCommon(req, s.invite.CSeq().SeqNo)
	req.SetDestination(s.server.String())
	return req
}

// establish remembers the other side from its 200.
func (s *Session) establish(res *sip.Response) {
	s.dialogMu.Lock()
	defer s.dialogMu.Unlock()
	d := &s.dialog
	d.target = *s.invite.Recipient.Clone()
	if contact := res.Contact(); contact != nil {
		d.target = *contact.Address.Clone()
	}
	if to := res.To(); to != nil {
		d.remote = sip.ToHeader{DisplayName: to.DisplayName, Address: *to.Address.Clone(), Params: to.Params.Clone()}
	}
	routes := res.GetHeaders("Record-Route")
	for _, route := range slices.Backward(routes) {
		d.routes = append(d.routes, route.Value())
	}
}

// within builds a request inside the dialog. An ACK takes the CSeq number of
// its INVITE, every other method the next one.
func (s *Session) within(method sip.RequestMethod, cseq uint32) *sip.Request {
	s.dialogMu.Lock()
	defer s.dialogMu.Unlock()
	d := &s.dialog
	if method != sip.ACK {
		d.cseq++
		cseq = d.cseq
	}
	target := *d.target.Clone()
	target.Headers = nil
	req := sip.NewRequest(method, target)
	for _, route := range d.routes {
		req.AppendHeader(sip.NewHeader("Route", route))
	}
	req.AppendHeader(maxForwards())
	req.AppendHeader(sip.HeaderClone(s.invite.From()))
	req.AppendHeader(sip.HeaderClone(&d.remote))
	s.appendCommon(req, cseq)
	req.AppendHeader(sip.NewHeader("User-Agent", s.phone.opts.UserAgent))
	if len(d.routes) > 0 {
		s.routeStrictly(req)
		return req
	}
	if _, err := netip.ParseAddr(strings.Trim(target.Host, "[]")); err != nil {
		req.SetDestination(s.server.String()) // a name we would have to look up: they were reached this way before
	}
	return req
}

// routeStrictly swaps the first route with the target if that router is a
// strict one (RFC 3261 section 12.2.1.1).
func (s *Session) routeStrictly(req *sip.Request) {
	route := req.Route()
	if route == nil || route.Address.UriParams.Has("lr") {
		return
	}
	target := req.Recipient
	req.Recipient = *route.Address.Clone()
	req.RemoveHeader("Route")
	req.AppendHeader(sip.NewHeader("Route", "<"+target.String()+">"))
}
