package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"time"

	"bellhop/deploy/config"
	"bellhop/media/token"
	"bellhop/media/turn"
	"bellhop/web/api"
)

// relayTime is how long the credentials for the TURN relay are good: a connection that lasts shows them again and again,
// so it is longer than any shift.
const relayTime = 16 * time.Hour

// phoneTokens lets a signed-in agent's browser into the media process, and use its relay.
type phoneTokens struct {
	secret []byte
	url    string
	relays []string
	relay  []byte // the relays' secret
}

func newPhoneTokens(s config.Serve) phoneTokens {
	secret := []byte(s.MediaSecret.Reveal())
	return phoneTokens{secret: secret, url: string(s.MediaURL), relays: s.TURNURLs, relay: turnSecret(s.TURN, secret)}
}

// turnSecret is what credentials for the relay are made with: an outside one's own, or one that serve and media make
// alike of theirs.
func turnSecret(s config.TURN, media []byte) []byte {
	if own := s.TURNSecret.Reveal(); own != "" {
		return []byte(own)
	}
	mac := hmac.New(sha256.New, media)
	mac.Write([]byte("turn"))
	return mac.Sum(nil)
}

// Issue implements api.PhoneTokens.
func (t phoneTokens) Issue(agent, session string) (mediaURL, pass string, expires time.Time, err error) {
	expires = time.Now().Add(token.MaxTTL)
	pass, err = token.Issue(t.secret, agent, session, token.MaxTTL)
	return t.url, pass, expires, err
}

// Relays implements api.Relays.
func (t phoneTokens) Relays(agent string) []api.ICEServer {
	if len(t.relays) == 0 {
		return nil
	}
	name, password := turn.Credentials(t.relay, agent, time.Now().Add(relayTime))
	return []api.ICEServer{{URLs: t.relays, Username: name, Credential: password}}
}
