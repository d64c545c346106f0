package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// maxHops is how many proxies a request may name. More is not read: nobody has so many.
const maxHops = 32

// forwarded finds out where requests come from that reach us through our own proxies: RemoteAddr becomes the last address in
// X-Forwarded-For that is no proxy of ours. What a stranger writes into that header stands before it and is not believed;
// from an address that is no proxy of ours the header says nothing. The port is 0 then.
func forwarded(next http.Handler, proxies []netip.Prefix) http.Handler {
	if len(proxies) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if client, ok := clientBehind(r, proxies); ok {
			r = r.Clone(r.Context())
			r.RemoteAddr = net.JoinHostPort(client.String(), "0")
		}
		next.ServeHTTP(w, r)
	})
}

// clientBehind is who a proxy of ours has forwarded the request for.
func clientBehind(r *http.Request, proxies []netip.Prefix) (netip.Addr, bool) {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !isOurs(from.Addr(), proxies) {
		return netip.Addr{}, false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	hops = hops[max(0, len(hops)-maxHops):]
	var client netip.Addr
	for _, hop := range slices.Backward(hops) {
		addr, ok := addressOf(strings.TrimSpace(hop))
		if !ok {
			break // what stands before it cannot be trusted to be in its place
		}
		client = addr
		if !isOurs(addr, proxies) {
			break
		}
	}
	return client, client.IsValid()
}

// addressOf reads an address, with or without a port.
func addressOf(hop string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(strings.Trim(hop, "[]")); err == nil {
		return addr.Unmap().WithZone(""), true
	}
	if both, err := netip.ParseAddrPort(hop); err == nil {
		return both.Addr().Unmap().WithZone(""), true
	}
	return netip.Addr{}, false
}

func isOurs(addr netip.Addr, proxies []netip.Prefix) bool {
	addr = addr.Unmap().WithZone("")
	return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}
