package commands

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// explainMistakes makes an unknown command or flag an error that says what was probably meant, at every level. Cobra does
// so for commands at the first level only, and PocketBase passes unknown flags over.
func explainMistakes(cmd *cobra.Command) {
	cmd.FParseErrWhitelist.UnknownFlags = false
	cmd.SuggestionsMinimumDistance = 2
	cmd.SetFlagErrorFunc(explainFlag)
	if cmd.HasParent() && cmd.HasSubCommands() && !cmd.Runnable() {
		cmd.Annotations = map[string]string{standalone: "yes"}
		cmd.RunE = func(group *cobra.Command, args []string) error {
			if len(args) == 0 {
				return group.Help()
			}
			return fmt.Errorf("unknown command %q for %q%s", args[0], group.CommandPath(), meant(group.SuggestionsFor(args[0]), ""))
		}
	}
	for _, sub := range cmd.Commands() {
		explainMistakes(sub)
	}
}

func explainFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return fmt.Errorf("%w (%s --help lists the flags)", err, cmd.CommandPath())
	}
	return fmt.Errorf("%w for %q%s", err, cmd.CommandPath(), meant(flagsLike(cmd, unknown.GetSpecifiedName()), "--"))
}

// flagsLike gives the flags that a name may have been meant for. Cobra measures the distance of words for commands, so
// the flags are shown to it as such.
func flagsLike(cmd *cobra.Command, name string) []string {
	names := &cobra.Command{SuggestionsMinimumDistance: 2}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		names.AddCommand(&cobra.Command{Use: f.Name, Run: func(*cobra.Command, []string) {}})
	})
	return names.SuggestionsFor(name)
}

func meant(names []string, prefix string) string {
	if len(names) == 0 {
		return ""
	}
	return "\n\nDid you mean this?\n  " + prefix + strings.Join(names, "\n  "+prefix)
}
