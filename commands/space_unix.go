//go:build linux || darwin

package commands

import "syscall"

// freeSpace gives the bytes that this user may still write at path; false if the system does not tell.
func freeSpace(path string) (uint64, bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true
}
