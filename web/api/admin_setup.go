package api

import (
	"context"
	"net/http"

	"bellhop/cti/admin"
)

// AdminSetup looks what is missing between an empty server and the first call.
type AdminSetup interface {
	// Items are what can be looked at, in the order in which it is set up.
	Items() []string
	// Probe tries one of them now; admin.ErrNotFound for another.
	Probe(ctx context.Context, a admin.Actor, item string) ([]SetupFinding, error)
	// Network is how browsers reach us.
	Network() NetworkSettings
}

// SetupFinding is what a probe found: a code with parameters.
type SetupFinding struct {
	State  string            `json:"state" enum:"ok,warning,missing,failing"`
	Code   string            `json:"code"`
	Params map[string]string `json:"params,omitempty"`
}

// NetworkSettings are the addresses that browsers are told.
type NetworkSettings struct {
	PublicURL string   `json:"public_url"`
	MediaURL  string   `json:"media_url"`
	TURNURLs  []string `json:"turn_urls" nullable:"false"`
	TLS       string   `json:"tls" enum:"files,acme,elsewhere,none" doc:"Who speaks TLS: we with certificate files or an ACME server's, a proxy before us, or nobody."`
}

func (a *API) adminSetupRoutes() {
	const tag = "setup"
	registerAdmin(a, organisationRight, adminOperation("listSetup", http.MethodGet, "/setup", tag, "설정 점검: what can be looked at"), a.listSetup)
	probe := adminOperation("probeSetup", http.MethodGet, "/setup/{item}", tag, "설정 점검: tries one thing now")
	registerAdmin(a, organisationRight, probe, a.probeSetup)
	registerAdmin(a, organisationRight, adminOperation("getNetwork", http.MethodGet, "/network", tag, "네트워크: how browsers reach us"), a.getNetwork)
}

type setupItems struct {
	Body struct {
		Items []string `json:"items" nullable:"false"`
	}
}

func (a *API) listSetup(context.Context, admin.Actor, *struct{}) (*setupItems, error) {
	var out setupItems
	out.Body.Items = a.Admin.Setup.Items()
	return &out, nil
}

type probeSetupRequest struct {
	Item string `path:"item" maxLength:"32"`
}

type setupFindings struct {
	Body struct {
		Findings []SetupFinding `json:"findings" nullable:"false"`
	}
}

func (a *API) probeSetup(ctx context.Context, who admin.Actor, in *probeSetupRequest) (*setupFindings, error) {
	found, err := a.Admin.Setup.Probe(ctx, who, in.Item)
	if err != nil {
		return nil, err
	}
	var out setupFindings
	out.Body.Findings = found
	return &out, nil
}

type networkSettings struct{ Body NetworkSettings }

func (a *API) getNetwork(context.Context, admin.Actor, *struct{}) (*networkSettings, error) {
	return &networkSettings{a.Admin.Setup.Network()}, nil
}
