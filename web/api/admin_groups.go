package api

import (
	"context"
	"net/http"

	"bellhop/cti/admin"
	"bellhop/cti/admin/people"
)

// AdminGroups keeps the groups of people (AG-14 … AG-17).
type AdminGroups interface {
	Groups(ctx context.Context, a admin.Actor, l admin.List) (admin.Page[people.Group], error)
	Group(ctx context.Context, a admin.Actor, id string) (people.Group, error)
	CreateGroup(ctx context.Context, a admin.Actor, g people.Group) (people.Group, error)
	UpdateGroup(ctx context.Context, a admin.Actor, g people.Group) (people.Group, error)
	DeleteGroup(ctx context.Context, a admin.Actor, id string) error
}

func (a *API) adminGroupRoutes() {
	const path, tag = "/groups", "groups"
	registerAdmin(a, peopleRight, adminOperation("listGroups", http.MethodGet, path, tag, "그룹"), a.listGroups)
	registerAdmin(a, serviceRight, adminOperation("createGroup", http.MethodPost, path, tag, "그룹 추가"), a.createGroup)
	registerAdmin(a, peopleRight, adminOperation("getGroup", http.MethodGet, path+"/{id}", tag, "One group with its people"), a.getGroup)
	registerAdmin(a, serviceRight, adminOperation("updateGroup", http.MethodPut, path+"/{id}", tag, "그룹 수정"), a.updateGroup)
	registerAdmin(a, serviceRight, adminOperation("deleteGroup", http.MethodDelete, path+"/{id}", tag, "그룹 삭제; its people stay"), a.deleteGroup)
}

// GroupSettings are what an admin sets of a group.
type GroupSettings struct {
	Name    string   `json:"name" maxLength:"20000"`
	Members []string `json:"members" nullable:"false" maxItems:"1500" format:"uuid"`
}

// AdminGroup is a group as admins see it.
type AdminGroup struct {
	ID       string  `json:"id"`
	Version  int     `json:"version"`
	Name     string  `json:"name"`
	Members  []Named `json:"members" nullable:"false"`
	Editable bool    `json:"editable" doc:"Whether it is the reader's to change."`
}

func showGroup(g people.Group) AdminGroup {
	out := AdminGroup{ID: g.ID, Version: g.Version, Name: g.Name, Members: []Named{}, Editable: g.Yours}
	for _, m := range g.Members {
		out.Members = append(out.Members, Named(m))
	}
	return out
}

func (s GroupSettings) of(id string, version int) people.Group {
	g := people.Group{ID: id, Version: version, Name: s.Name, Members: []people.Ref{}}
	for _, id := range s.Members {
		g.Members = append(g.Members, people.Ref{ID: id})
	}
	return g
}

func (a *API) listGroups(ctx context.Context, who admin.Actor, in *ListQuery) (*listResponse[AdminGroup], error) {
	found, err := a.Admin.People.Groups(ctx, who, in.list())
	if err != nil {
		return nil, err
	}
	return listed(found, showGroup), nil
}

func (a *API) getGroup(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[AdminGroup], error) {
	found, err := a.Admin.People.Group(ctx, who, in.ID)
	return shown(found, err, showGroup)
}

type createGroupRequest struct{ Body GroupSettings }

func (a *API) createGroup(ctx context.Context, who admin.Actor, in *createGroupRequest) (*itemResponse[AdminGroup], error) {
	made, err := a.Admin.People.CreateGroup(ctx, who, in.Body.of("", 0))
	return shown(made, err, showGroup)
}

type updateGroupRequest struct {
	ItemPath
	Body struct {
		Version int `json:"version" minimum:"1"`
		GroupSettings
	}
}

func (a *API) updateGroup(ctx context.Context, who admin.Actor, in *updateGroupRequest) (*itemResponse[AdminGroup], error) {
	changed, err := a.Admin.People.UpdateGroup(ctx, who, in.Body.of(in.ID, in.Body.Version))
	return shown(changed, err, showGroup)
}

func (a *API) deleteGroup(ctx context.Context, who admin.Actor, in *ItemPath) (*struct{}, error) {
	return nil, a.Admin.People.DeleteGroup(ctx, who, in.ID)
}
