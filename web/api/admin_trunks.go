package api

import (
	"context"
	"net/http"
	"time"

	"bellhop/cti/admin"
	"bellhop/cti/admin/trunk"
)

// AdminTrunks keeps the trunks of organisations.
type AdminTrunks interface {
	List(ctx context.Context, a admin.Actor, l admin.List) (admin.Page[trunk.Trunk], error)
	Get(ctx context.Context, a admin.Actor, id string) (trunk.Trunk, error)
	Create(ctx context.Context, a admin.Actor, t trunk.Trunk) (trunk.Trunk, error)
	Update(ctx context.Context, a admin.Actor, t trunk.Trunk) (trunk.Trunk, error)
	Delete(ctx context.Context, a admin.Actor, id string) error
}

// Lines is what is known of trunks in the telephone switch, and what can be tried there.
type Lines interface {
	// Line is how a trunk is now.
	Line(id string) TrunkState
	// Try calls a number over a trunk, sends a tone and listens to what comes back.
	Try(ctx context.Context, id, number string) (TrialCall, error)
}

// TrunkState is how a trunk is in the telephone switch now.
type TrunkState struct {
	Reachable    string `json:"reachable" enum:"up,down,unknown,off" doc:"Whether the carrier answers (SIP OPTIONS); off: the trunk is switched off."`
	Registration string `json:"registration" enum:"none,registered,unregistered,rejected"`
	Error        string `json:"error,omitempty" enum:"switch_down,not_yet,refused,unreachable,registration_failed" doc:"What is wrong."`
	Words        string `json:"words,omitempty" doc:"The telephone switch's own words about it."`
	Calls        int    `json:"calls" doc:"Calls over it now."`
}

// TrialCall is what became of a test call.
type TrialCall struct {
	Answered bool    `json:"answered"`
	Heard    bool    `json:"heard" doc:"Sound came from the far end."`
	Echo     bool    `json:"echo" doc:"Our tone came back: sound goes both ways."`
	Level    float64 `json:"level" doc:"How loud what came was, in dBFS."`
	Seconds  float64 `json:"seconds"`
}

func (a *API) adminTrunkRoutes() {
	const path, tag = "/trunks", "trunks"
	registerAdmin(a, organisationRight, adminOperation("listTrunks", http.MethodGet, path, tag, "트렁크, with their state"), a.listTrunks)
	registerAdmin(a, organisationRight, adminOperation("createTrunk", http.MethodPost, path, tag, "Make a trunk: it is in use at once"), a.createTrunk)
	registerAdmin(a, organisationRight, adminOperation("getTrunk", http.MethodGet, path+"/{id}", tag, "One trunk"), a.getTrunk)
	registerAdmin(a, organisationRight, adminOperation("updateTrunk", http.MethodPut, path+"/{id}", tag, "Change a trunk; calls over it go on"), a.updateTrunk)
	registerAdmin(a, organisationRight, adminOperation("deleteTrunk", http.MethodDelete, path+"/{id}", tag, "Delete a trunk; calls over it go on"), a.deleteTrunk)
	try := adminOperation("tryTrunk", http.MethodPost, path+"/{id}/test-call", tag, "Call a number over it and listen")
	try.DefaultStatus, try.Metadata = http.StatusOK, map[string]any{timeOf: 40 * time.Second}
	registerAdmin(a, organisationRight, try, a.tryTrunk)
}

// TrunkSettings are what an admin sets of a trunk.
type TrunkSettings struct {
	Name      string   `json:"name" maxLength:"1000"`
	Enabled   bool     `json:"enabled"`
	Address   string   `json:"address" maxLength:"1000" example:"sip.carrier.example"`
	Port      int      `json:"port" example:"5060"`
	Transport string   `json:"transport" enum:"udp,tcp"`
	Registers bool     `json:"registers" doc:"We sign in with name and password; else the carrier knows our address."`
	Username  string   `json:"username" maxLength:"200"`
	Codecs    []string `json:"codecs" nullable:"false" maxItems:"2" doc:"alaw, ulaw; the preferred one first."`
	Sources   []string `json:"sources" nullable:"false" maxItems:"100" doc:"Addresses and networks it calls from, besides its address."`
	Numbers   []string `json:"numbers" nullable:"false" maxItems:"1001" doc:"Numbers that customers reach over it, and that are shown over it first."`
	Lines     int      `json:"lines" doc:"How many calls there may be over it at a time."`
}

// AdminTrunk is a trunk as admins see it.
type AdminTrunk struct {
	ID          string `json:"id"`
	Version     int    `json:"version"`
	HasPassword bool   `json:"has_password"`
	TrunkSettings
	State TrunkState `json:"state"`
}

// trunkBody is what a trunk is made or changed by.
type trunkBody struct {
	TrunkSettings
	Password string `json:"password,omitempty" maxLength:"200" doc:"Only in: it is never shown. Empty keeps what there is."`
}

func (a *API) showTrunk(t trunk.Trunk) AdminTrunk {
	shown := AdminTrunk{ID: t.ID, Version: t.Version, HasPassword: t.HasPassword, TrunkSettings: TrunkSettings{
		Name: t.Name, Enabled: t.Enabled, Address: t.Address, Port: t.Port, Transport: t.Transport, Registers: t.Registers, Username: t.Username,
		Codecs: t.Codecs, Sources: orNone(t.Sources), Numbers: orNone(t.Numbers), Lines: t.Lines,
	}}
	switch {
	case !t.Enabled:
		shown.State = TrunkState{Reachable: "off", Registration: "none"}
	case a.Admin.Lines != nil:
		shown.State = a.Admin.Lines.Line(t.ID)
	default:
		shown.State = TrunkState{Reachable: "unknown", Registration: "none"}
	}
	return shown
}

func (b trunkBody) of(id string, version int) trunk.Trunk {
	return trunk.Trunk{
		ID: id, Version: version, Name: b.Name, Enabled: b.Enabled, Address: b.Address, Port: b.Port, Transport: b.Transport, Registers: b.Registers,
		Username: b.Username, Password: b.Password, Codecs: b.Codecs, Sources: b.Sources, Numbers: b.Numbers, Lines: b.Lines,
	}
}

func (a *API) listTrunks(ctx context.Context, who admin.Actor, in *ListQuery) (*listResponse[AdminTrunk], error) {
	found, err := a.Admin.Trunks.List(ctx, who, in.list())
	if err != nil {
		return nil, err
	}
	return listed(found, a.showTrunk), nil
}

func (a *API) getTrunk(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[AdminTrunk], error) {
	found, err := a.Admin.Trunks.Get(ctx, who, in.ID)
	return shown(found, err, a.showTrunk)
}

type createTrunkRequest struct{ Body trunkBody }

func (a *API) createTrunk(ctx context.Context, who admin.Actor, in *createTrunkRequest) (*itemResponse[AdminTrunk], error) {
	made, err := a.Admin.Trunks.Create(ctx, who, in.Body.of("", 0))
	return shown(made, err, a.showTrunk)
}

type updateTrunkRequest struct {
	ItemPath
	Body struct {
		Version int `json:"version" minimum:"1" doc:"The version that the editor saw."`
		TrunkSettings
		Password string `json:"password,omitempty" maxLength:"200" doc:"Only in: it is never shown. Empty keeps what there is."`
	}
}

func (a *API) updateTrunk(ctx context.Context, who admin.Actor, in *updateTrunkRequest) (*itemResponse[AdminTrunk], error) {
	changed, err := a.Admin.Trunks.Update(ctx, who, trunkBody{in.Body.TrunkSettings, in.Body.Password}.of(in.ID, in.Body.Version))
	return shown(changed, err, a.showTrunk)
}

func (a *API) deleteTrunk(ctx context.Context, who admin.Actor, in *ItemPath) (*struct{}, error) {
	return nil, a.Admin.Trunks.Delete(ctx, who, in.ID)
}

type tryTrunkRequest struct {
	ItemPath
	Body struct {
		Number string `json:"number" maxLength:"40" doc:"Whom to call: best a number that sends back what it hears."`
	}
}

func (a *API) tryTrunk(ctx context.Context, who admin.Actor, in *tryTrunkRequest) (*itemResponse[TrialCall], error) {
	if _, err := a.Admin.Trunks.Get(ctx, who, in.ID); err != nil {
		return nil, err
	}
	result, err := a.Admin.Lines.Try(ctx, in.ID, in.Body.Number)
	return shown(result, err, func(c TrialCall) TrialCall { return c })
}
