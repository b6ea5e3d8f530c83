// Package atstart holds the garbage collector back while the program starts. A start makes some 15 MB, most of which stays:
// with Go's own setting the collector goes through the same few megabytes five times, on both cores, before the first
// answer. Packages are initialized in the order of their import paths, once what they import is (the language's
// specification, "Package initialization"): this one imports so little that it comes before most of the others.
package atstart

import "runtime/debug"

// usual is Go's setting; percent is what it is at the start: no collection below 16 MB.
const (
	usual   = 100
	percent = 400
)

// before is what GOGC says. Another value than the usual one is somebody's wish.
var before = debug.SetGCPercent(percent)

func init() {
	if before != usual {
		Done()
	}
}

// Done ends it.
func Done() { debug.SetGCPercent(before) }
