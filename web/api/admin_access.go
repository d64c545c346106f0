package api

import "bellhop/cti/admin"

// right is what a route of the administration asks for. Its zero value lets nobody in.
type right int

const (
	noRight           right = iota
	organisationRight       // 조직관리자: what belongs to the organisation
	serviceRight            // 관리자, too, of the services that he manages
	peopleRight             // as serviceRight; whoever supervises may read
	accessLogRight          // who has the right to see the 접속 로그 (AG-10)
	ownRight                // everybody: 개인정보설정 (AG-13)
)

// may says whether somebody may use a route at all. What of it he sees, his services, is for the store to say.
func may(a admin.Actor, need right, reads bool) bool {
	switch need {
	case ownRight:
		return true
	case organisationRight:
		return a.Admin()
	case serviceRight:
		return a.Admin() || a.Role == admin.RoleManager && len(a.Manages) > 0
	case peopleRight:
		return may(a, serviceRight, reads) || reads && a.Supervisor
	case accessLogRight:
		return a.Admin() || a.Role != admin.RoleAgent && a.AccessLog
	case noRight:
	}
	return false
}
