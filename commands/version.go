package commands

import "runtime/debug"

// version tells what a report about a fault needs: this build, and the PocketBase and the Go in it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	told := info.Main.Version
	if told == "" {
		told = "(devel)"
	}
	for _, dep := range info.Deps {
		if dep.Path == "github.com/pocketbase/pocketbase" {
			told += ", PocketBase " + dep.Version
		}
	}
	return told + ", " + info.GoVersion
}
