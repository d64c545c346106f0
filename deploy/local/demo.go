package local

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"bellhop/cti/directory"
	"bellhop/deploy/config"
)

// DemoFile is the name of the file in the state folder that says how to reach the demo organisation.
const DemoFile = "demo.json"

// Places are where the demo organisation is reached.
type Places struct {
	URL     config.Origin
	Metrics config.Addr
	SIP     config.Addr
	// Carrier is where the simulated carrier is; nil when there is none.
	Carrier *CarrierPlace
}

// CarrierPlace is where the simulated carrier is: called by SIP, asked for its calls by HTTP (GET /calls).
type CarrierPlace struct {
	SIP  config.Addr `json:"sip"`
	HTTP string      `json:"http"`
}

// KeepDemo makes the demo organisation by seed, with the passwords that the file at path has, or new ones, and writes
// that file. seed is told whether passwords are new.
func KeepDemo(path string, places Places, seed func(passwords map[string]string, reset bool) (directory.Demo, error)) (directory.Demo, error) {
	passwords, complete, err := demoPasswords(path)
	if err != nil {
		return directory.Demo{}, err
	}
	demo, err := seed(passwords, !complete)
	if err != nil {
		return directory.Demo{}, err
	}
	return demo, writeDemo(path, places, demo, passwords)
}

// demoFile is what demo.json holds: how to reach the demo organisation. Its form is kept stable.
type demoFile struct {
	URL        string     `json:"url"`
	MetricsURL string     `json:"metrics_url"`
	SIP        string     `json:"sip"`
	Number     string     `json:"number"`
	Users      []demoUser `json:"users"`

	Carrier *CarrierPlace `json:"carrier,omitempty"`
}

type demoUser struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	Role     string `json:"role"`
	Name     string `json:"name"`
}

// demoPasswords gives a password for every user of the demo organisation: the one of an earlier run, or a new one.
// complete says that none had to be made.
func demoPasswords(path string) (passwords map[string]string, complete bool, err error) {
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, false, fmt.Errorf("read the demo's passwords: %w", err)
	}
	var kept demoFile
	if err == nil {
		// A file that cannot be read as what it was is as good as none: new passwords are made.
		_ = json.Unmarshal(content, &kept)
	}
	passwords = map[string]string{}
	for _, user := range kept.Users {
		passwords[user.Login] = user.Password
	}
	complete = true
	for _, user := range directory.DemoUsers() {
		if passwords[user.Login] == "" {
			passwords[user.Login] = strings.ToLower(rand.Text()[:16])
			complete = false
		}
	}
	return passwords, complete, nil
}

// writeDemo writes demo.json.
func writeDemo(path string, places Places, demo directory.Demo, passwords map[string]string) error {
	content := demoFile{
		URL:        string(places.URL),
		MetricsURL: "http://" + string(places.Metrics) + "/metrics",
		SIP:        string(places.SIP),
		Number:     demo.Number,
		Users:      []demoUser{},
		Carrier:    places.Carrier,
	}
	for _, user := range demo.Users {
		content.Users = append(content.Users, demoUser{user.Login, passwords[user.Login], string(user.Role), user.Name})
	}
	text, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return fmt.Errorf("write demo.json: %w", err)
	}
	return writeWhole(path, append(text, '\n'))
}
