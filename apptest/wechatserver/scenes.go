package wechatserver

import (
	"maps"
	"slices"
)

// Scenes gives the scenes of the codes that were made so far, as whoever scans one brings it back.
func (s *Server) Scenes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.scenes))
}
