package api

import (
	"context"
	"net/http"

	"bellhop/cti/admin"
	"bellhop/cti/admin/sound"
)

func (a *API) adminMusicRoutes() {
	const path, tag = "/music", "music"
	registerAdmin(a, serviceRight, adminOperation("listMusic", http.MethodGet, path, tag, "Hold music"), a.listMusic)
	registerAdmin(a, serviceRight, adminOperation("createMusic", http.MethodPost, path, tag, "Make hold music of sounds"), a.createMusic)
	registerAdmin(a, serviceRight, adminOperation("getMusic", http.MethodGet, path+"/{id}", tag, "One hold music"), a.getMusic)
	registerAdmin(a, serviceRight, adminOperation("updateMusic", http.MethodPut, path+"/{id}", tag, "Change hold music"), a.updateMusic)
	registerAdmin(a, serviceRight, adminOperation("deleteMusic", http.MethodDelete, path+"/{id}", tag, "Delete hold music that no queue plays"), a.deleteMusic)
	const hostile = "/services/{id}/hostile-end"
	registerAdmin(a, serviceRight, adminOperation("getServiceHostileEnd", http.MethodGet, hostile, tag, "What a service's customers hear at 강성종료"), a.getServiceHostileEnd)
	registerAdmin(a, serviceRight, adminOperation("setServiceHostileEnd", http.MethodPut, hostile, tag, "Change that"), a.setServiceHostileEnd)
}

// MusicSettings are what an admin sets of hold music.
type MusicSettings struct {
	ServiceID string   `json:"service_id" doc:"Empty: of the whole organisation."`
	Name      string   `json:"name" maxLength:"1000"`
	Tracks    []string `json:"tracks" nullable:"false" maxItems:"200" doc:"Ids of sounds, played one after the other, then again."`
}

// AdminMusic is hold music as admins see it; queues name it by its id.
type AdminMusic struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	MusicSettings
}

func showMusic(p sound.Playlist) AdminMusic {
	tracks := p.Tracks
	if tracks == nil {
		tracks = []string{}
	}
	return AdminMusic{ID: p.ID, Version: p.Version, MusicSettings: MusicSettings{ServiceID: p.Service, Name: p.Name, Tracks: tracks}}
}

func (s MusicSettings) of(id string, version int) sound.Playlist {
	return sound.Playlist{ID: id, Version: version, Service: s.ServiceID, Name: s.Name, Tracks: s.Tracks}
}

func (a *API) listMusic(ctx context.Context, who admin.Actor, in *ListQuery) (*listResponse[AdminMusic], error) {
	found, err := a.Admin.Sounds.ListMusic(ctx, who, in.list())
	if err != nil {
		return nil, err
	}
	return listed(found, showMusic), nil
}

func (a *API) getMusic(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[AdminMusic], error) {
	found, err := a.Admin.Sounds.GetMusic(ctx, who, in.ID)
	return shown(found, err, showMusic)
}

type createMusicRequest struct{ Body MusicSettings }

func (a *API) createMusic(ctx context.Context, who admin.Actor, in *createMusicRequest) (*itemResponse[AdminMusic], error) {
	made, err := a.Admin.Sounds.CreateMusic(ctx, who, in.Body.of("", 0))
	return shown(made, err, showMusic)
}

type updateMusicRequest struct {
	ItemPath
	Body struct {
		Version int `json:"version" minimum:"1"`
		MusicSettings
	}
}

func (a *API) updateMusic(ctx context.Context, who admin.Actor, in *updateMusicRequest) (*itemResponse[AdminMusic], error) {
	changed, err := a.Admin.Sounds.UpdateMusic(ctx, who, in.Body.of(in.ID, in.Body.Version))
	return shown(changed, err, showMusic)
}

func (a *API) deleteMusic(ctx context.Context, who admin.Actor, in *ItemPath) (*struct{}, error) {
	return nil, a.Admin.Sounds.DeleteMusic(ctx, who, in.ID)
}

// ServiceHostileEnd is what a service's customers hear at 강성종료 (D15).
type ServiceHostileEnd struct {
	Version int               `json:"version" minimum:"1"`
	Sounds  map[string]string `json:"sounds" doc:"Ids of announcements by language; a language without one has the usual announcement."`
}

func showHostile(h sound.Hostile) ServiceHostileEnd {
	return ServiceHostileEnd{Version: h.Version, Sounds: h.Sounds}
}

func (a *API) getServiceHostileEnd(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[ServiceHostileEnd], error) {
	found, err := a.Admin.Sounds.GetHostile(ctx, who, in.ID)
	return shown(found, err, showHostile)
}

type setHostileRequest struct {
	ItemPath
	Body ServiceHostileEnd
}

func (a *API) setServiceHostileEnd(ctx context.Context, who admin.Actor, in *setHostileRequest) (*itemResponse[ServiceHostileEnd], error) {
	changed, err := a.Admin.Sounds.SetHostile(ctx, who, sound.Hostile{Service: in.ID, Sounds: in.Body.Sounds, Version: in.Body.Version})
	return shown(changed, err, showHostile)
}
