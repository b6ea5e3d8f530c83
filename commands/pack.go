package commands

import (
	"context"
	"fmt"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"tminus/webapp"
)

const packCommand = "pack-web-app"

// pack is what the server runs in a process of its own: packing the web app takes several times the memory that serving does.
func (c *command) pack() *cobra.Command {
	return &cobra.Command{
		Use: packCommand, Short: "Pack the web app, for the server", Hidden: true, Args: cobra.NoArgs,
		Annotations: map[string]string{standalone: "yes"},
		RunE:        func(*cobra.Command, []string) error { return webapp.Pack(c.WebApp, c.Stdout) },
	}
}

// packElsewhere runs that command. It gets none of the server's settings, and one core, so that the other goes on serving.
func (c *command) packElsewhere() func() ([]byte, error) {
	if c.Self == "" {
		return nil
	}
	return func() ([]byte, error) {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		cmd := exec.CommandContext(ctx, c.Self, packCommand)
		cmd.Env = []string{"GOMAXPROCS=1", "GOGC=50"}
		packed, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("pack the web app in another process: %w", err)
		}
		return packed, nil
	}
}
