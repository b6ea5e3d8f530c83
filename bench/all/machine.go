package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

// machine is what a reader should know of where it ran: names and values. The machine's own name is nobody's business.
type machine [][2]string

func thisMachine() machine {
	m := machine{
		{"processor", first("/proc/cpuinfo", "model name", ":", "not known")},
		{"cores", strconv.Itoa(runtime.NumCPU())},
		{"memory", memory()},
		{"system", strings.Trim(first("/etc/os-release", "PRETTY_NAME", "=", runtime.GOOS), `"`) + ", " + runtime.GOOS + "/" + runtime.GOARCH},
		{"Go", strings.TrimPrefix(runtime.Version(), "go")},
		{"PocketBase", module("github.com/pocketbase/pocketbase")},
	}
	if at := commit(); at != "" {
		m = append(m, [2]string{"T-minus", at})
	}
	return m
}

// first gives the value of a name in a file of names and values.
func first(file, name, between, otherwise string) string {
	raw, err := os.ReadFile(file)
	if err != nil {
		return otherwise
	}
	for line := range strings.Lines(string(raw)) {
		key, value, found := strings.Cut(line, between)
		if found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return otherwise
}

func memory() string {
	kB, err := strconv.ParseFloat(strings.TrimSuffix(first("/proc/meminfo", "MemTotal", ":", ""), " kB"), 64)
	if err != nil {
		return "not known"
	}
	return fmt.Sprintf("%.1f GB", kB*1024/1e9)
}

// module gives the version of a library that this program is built with.
func module(path string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == path {
				return m.Version
			}
		}
	}
	if out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", path).Output(); err == nil {
		return strings.TrimSpace(string(out))
	}
	return "not known"
}

// commit gives what is checked out, and whether it was changed; nothing outside a repository.
func commit() string {
	head, err := exec.Command("git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return ""
	}
	at := "commit " + strings.TrimSpace(string(head))
	if out, err := exec.Command("git", "status", "--porcelain", "--untracked-files=no").Output(); err == nil && len(out) > 0 {
		at += ", with changes"
	}
	return at
}
