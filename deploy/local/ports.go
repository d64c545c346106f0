package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"syscall"

	"bellhop/deploy/config"
)

// ports are all addresses of one run.
type ports struct {
	postgres  int
	ari       config.Addr
	asterisk  config.Ports
	signal    config.Addr // media's, for browsers
	control   config.Addr
	mediaSIP  config.Addr
	rtc       config.Addr
	mediaRTP  config.Ports
	mediaInfo config.Addr // media's metrics

	carrier     config.Addr
	carrierHTTP config.Addr

	guards []io.Closer
}

// release lets go of the ranges of ports.
func (p *ports) release() {
	for _, guard := range p.guards {
		_ = guard.Close() // an unused socket: nothing can go wrong with it
	}
}

// wanted is an address that must be free before anything is started.
type wanted struct {
	setting  string
	networks []string
	addr     config.Addr
}

// choosePorts checks that the addresses that were set are free, and finds free ones for the rest. Its error has a
// sentence for every address that is not free.
func choosePorts(ctx context.Context, s config.Dev) (ports, error) {
	tcp, udp, both := []string{"tcp"}, []string{"udp"}, []string{"udp", "tcp"}
	if err := checkFree(ctx, []wanted{
		{"BELLHOP_HTTP_ADDR", tcp, s.HTTPAddr},
		{"BELLHOP_METRICS_ADDR", tcp, s.MetricsAddr},
		{"BELLHOP_SIP_ADDR", udp, s.SIPAddr},
		{"BELLHOP_ARI_URL", tcp, s.ARIAddr()},
		{"BELLHOP_MEDIA_ADDR", tcp, s.MediaAddr},
		{"BELLHOP_MEDIA_CONTROL_ADDR", tcp, s.MediaControlAddr},
		{"BELLHOP_MEDIA_SIP_ADDR", udp, s.MediaSIPAddr},
		{"BELLHOP_MEDIA_RTC_ADDR", both, s.MediaRTCAddr},
		{"BELLHOP_MEDIA_METRICS_ADDR", tcp, s.MediaMetricsAddr},
		{"BELLHOP_CARRIER_ADDR", udp, s.CarrierAddr},
		{"BELLHOP_CARRIER_HTTP_ADDR", tcp, s.CarrierHTTPAddr},
	}); err != nil {
		return ports{}, err
	}
	pick := picker{ctx: ctx, used: map[int]bool{}}
	p := ports{
		postgres:  pick.port(tcp),
		ari:       pick.unless(s.ARIAddr(), tcp),
		signal:    pick.unless(s.MediaAddr, tcp),
		control:   pick.unless(s.MediaControlAddr, tcp),
		mediaSIP:  pick.unless(s.MediaSIPAddr, udp),
		rtc:       pick.unless(s.MediaRTCAddr, both),
		mediaInfo: pick.unless(s.MediaMetricsAddr, tcp),

		carrier:     pick.unless(s.CarrierAddr, udp),
		carrierHTTP: pick.unless(s.CarrierHTTPAddr, tcp),
	}
	p.asterisk, p.mediaRTP = s.RTPPorts, s.MediaRTPPorts
	for _, each := range []*config.Ports{&p.asterisk, &p.mediaRTP} {
		if each.From == 0 {
			each.From, each.To = p.block(ctx)
		}
	}
	return p, pick.err
}

// checkFree refuses addresses that are taken or given twice.
func checkFree(ctx context.Context, all []wanted) error {
	var problems []error
	first := map[string]string{}
	for _, each := range all {
		if each.addr == "" {
			continue
		}
		for _, network := range each.networks {
			key := network + " " + string(each.addr)
			if twin := first[key]; twin != "" {
				problems = append(problems, fmt.Errorf("%s and %s are both %s: each needs an address of its own", twin, each.setting, each.addr))
				continue
			}
			first[key] = each.setting
			problems = append(problems, refused(each.setting, each.addr, listen(ctx, network, string(each.addr))))
		}
	}
	return errors.Join(problems...)
}

// refused puts into words why nothing can listen on an address.
func refused(setting string, addr config.Addr, err error) error {
	parsed, parseErr := netip.ParseAddrPort(string(addr))
	switch {
	case err == nil || parseErr != nil:
		return parseErr
	case errors.Is(err, syscall.EADDRINUSE):
		elsewhere := netip.AddrPortFrom(parsed.Addr(), parsed.Port()%60000+100)
		return fmt.Errorf("port %d of %s is taken: end what uses it, or choose another with %s, such as %s=%s",
			parsed.Port(), parsed.Addr(), setting, setting, elsewhere)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%s is %s, but %s is not an address of this machine", setting, addr, parsed.Addr())
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("%s is %s, but only root may listen on port %d: choose one above 1023", setting, addr, parsed.Port())
	}
	return fmt.Errorf("%s is %s, which cannot be listened on: %w", setting, addr, err)
}

// listen tries an address.
func listen(ctx context.Context, network, addr string) error {
	taken, err := open(ctx, network, addr)
	if err != nil {
		return err
	}
	return taken.Close()
}

func open(ctx context.Context, network, addr string) (io.Closer, error) {
	var how net.ListenConfig
	if network == "udp" {
		return how.ListenPacket(ctx, network, addr)
	}
	return how.Listen(ctx, network, addr)
}

// picker finds free ports, below those that the kernel gives to outgoing connections: one that is free now is not
// taken by chance before its owner has started.
type picker struct {
	ctx  context.Context // of the one call of choosePorts that it lives in
	used map[int]bool
	err  error
}

const (
	lowestPicked, pickedPorts = 15000, 5000
	pickAttempts              = 1000
)

// unless gives addr, or a free address of this machine when it is empty.
func (p *picker) unless(addr config.Addr, networks []string) config.Addr {
	if addr != "" {
		return addr
	}
	return loopback(p.port(networks))
}

func (p *picker) port(networks []string) int {
	for range pickAttempts {
		port := lowestPicked + rand.IntN(pickedPorts) //nolint:gosec // no secret: a port
		if p.used[port] {
			continue
		}
		p.used[port] = true
		free := true
		for _, network := range networks {
			free = free && listen(p.ctx, network, string(loopback(port))) == nil
		}
		if free {
			return port
		}
	}
	p.err = fmt.Errorf("no port between %d and %d is free", lowestPicked, lowestPicked+pickedPorts-1)
	return 0
}

func loopback(port int) config.Addr {
	return config.Addr(netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(port)).String())
}

// Ranges of ports for audio: from where to where they lie, and how many ports one has, the guard's included.
const (
	firstBlock, lastBlock = 20000, 31000
	blockPorts            = 1000 // two ports for a call
)

// block finds a range of ports that no other run on this machine uses. A range is reserved by keeping the port behind
// its end open. When all are reserved the first is shared: whoever opens a port of it tries the next if it is taken.
func (p *ports) block(ctx context.Context) (from, to int) {
	for from := firstBlock; from <= lastBlock; from += blockPorts {
		guard, err := open(ctx, "udp", string(loopback(from+blockPorts-1)))
		if err == nil {
			p.guards = append(p.guards, guard)
			return from, from + blockPorts - 3
		}
	}
	return firstBlock, firstBlock + blockPorts - 3
}
