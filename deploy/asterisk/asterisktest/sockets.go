package asterisktest

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// listening reads the sockets of a process from /proc: TCP sockets in state LISTEN and all UDP sockets.
func listening(pid int) (tcp, udp []string, err error) {
	mine := map[string]bool{}
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		return nil, nil, err
	}
	for _, fd := range fds {
		if target, err := os.Readlink(fd); err == nil {
			if inode, ok := strings.CutPrefix(target, "socket:["); ok {
				mine[strings.TrimSuffix(inode, "]")] = true
			}
		}
	}
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "net", table))
		if err != nil {
			continue // a machine without IPv6
		}
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) < 10 || !mine[f[9]] || (strings.HasPrefix(table, "tcp") && f[3] != "0A") {
				continue
			}
			addr, err := procAddr(f[1])
			if err != nil {
				return nil, nil, err
			}
			if strings.HasPrefix(table, "tcp") {
				tcp = append(tcp, addr)
			} else {
				udp = append(udp, addr)
			}
		}
	}
	return tcp, udp, nil
}

// procAddr decodes an address as /proc/net writes it: 32-bit words in the machine's order, then the port.
func procAddr(text string) (string, error) {
	words, port, _ := strings.Cut(text, ":")
	raw, err := hex.DecodeString(words)
	if err != nil || len(raw)%4 != 0 {
		return "", fmt.Errorf("address %q", text)
	}
	ip := make(net.IP, 0, len(raw))
	for i := 0; i < len(raw); i += 4 {
		ip = binary.NativeEndian.AppendUint32(ip, binary.BigEndian.Uint32(raw[i:]))
	}
	n, err := strconv.ParseUint(port, 16, 16)
	if err != nil {
		return "", fmt.Errorf("address %q: %w", text, err)
	}
	return net.JoinHostPort(ip.String(), strconv.FormatUint(n, 10)), nil
}
