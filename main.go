// Command tminus is an event and visit log with reminders that arrive. See README.md.
package main

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones must be known on a machine that has no zone data

	"tminus/atstart"
	"tminus/commands"
	"tminus/config"
	_ "tminus/pb_migrations"
)

//go:embed all:pb_public
var webApp embed.FS

// startTakes is when the start is over for sure, whatever command it is.
const startTakes = time.Second

func main() {
	time.AfterFunc(startTakes, atstart.Done)
	// The runtime remembers where memory was taken as soon as a program can show it, and needs memory for that.
	if !slices.ContainsFunc(os.Args, func(arg string) bool { return strings.HasPrefix(arg, "--pprof") }) {
		runtime.MemProfileRate = 0
	}
	os.Exit(run(os.Args, os.Environ(), os.Stdout, os.Stderr))
}

func run(args, environ []string, stdout, stderr io.Writer) int {
	pages, err := fs.Sub(webApp, "pb_public")
	if err != nil {
		fmt.Fprintln(stderr, "tminus:", err)
		return 1
	}
	cfg, cfgErr := loadConfig(environ)
	self, err := os.Executable()
	if err != nil {
		self = "" // it is needed to save memory only
	}
	err = commands.Run(commands.Program{
		Args: args, Config: cfg, ConfigErr: cfgErr, WebApp: pages, Now: time.Now, Stdout: stdout, Stderr: stderr, Self: self,
	})
	if err != nil {
		fmt.Fprintln(stderr, "tminus:", err)
		return 1
	}
	return 0
}

// loadConfig reads the environment and, for what it leaves out, .env in the working directory.
func loadConfig(environ []string) (config.Config, error) {
	file, err := os.Open(".env")
	if errors.Is(err, fs.ErrNotExist) {
		return config.Load(environ, nil)
	}
	if err != nil {
		return config.Config{}, fmt.Errorf("open .env: %w", err)
	}
	defer file.Close()
	return config.Load(environ, file)
}
