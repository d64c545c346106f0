package asterisk

import (
	_ "embed" // for the words of the announcements
	"fmt"
	"strings"
)

//go:embed sound/hostile-end.txt
var hostileEndText string

// HostileEnd is the announcement of 강성종료 (PH-65): its words, and the very file that Asterisk plays.
func HostileEnd() (text string, wav []byte, err error) {
	if wav, err = soundFiles.ReadFile("sound/hostile-end.wav"); err != nil {
		return "", nil, fmt.Errorf("asterisk: %w", err)
	}
	return strings.TrimSpace(hostileEndText), wav, nil
}
