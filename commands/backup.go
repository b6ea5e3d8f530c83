package commands

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem/blob"
	"github.com/spf13/cobra"
)

// backupName is what PocketBase's API takes as the name of a backup.
var backupName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9_-]{1,150}\.zip$`) })

func (c *command) backup() *cobra.Command {
	var name string
	sub := &cobra.Command{
		Use:   "backup",
		Short: "Make a backup, also while the server runs",
		Long: `Make a backup: a zip file of the whole data directory, where the dashboard's settings say (Settings → Backups): in its
folder backups, or on S3. It is the same as the dashboard makes, by hand or on a schedule. The server may run meanwhile; saving
waits until the zip file is written.

A backup holds everything, passwords of the settings and keys of sign-ins included: keep it as you keep those. Files that are
stored on S3 are not in it, nor is .env.`,
		Example: `  tminus backup
  tminus backup --dir /var/lib/tminus/pb_data
  tminus backup --name before_upgrade.zip
  tminus backup list`,
		Args:        cobra.NoArgs,
		Annotations: map[string]string{needsData: "yes"}, // an empty backup keeps nobody's data
	}
	sub.Flags().StringVar(&name, "name", "", "the `name`, such as before_upgrade.zip (default: pb_backup_, the application's name and the time)")
	sub.RunE = func(cmd *cobra.Command, _ []string) error { return c.makeBackup(cmd.Context(), name) }
	sub.AddCommand(&cobra.Command{
		Use: "list", Short: "List the backups, the newest first", Args: cobra.NoArgs,
		Example:     "  tminus backup list\n  tminus backup list --dir /var/lib/tminus/pb_data",
		Annotations: map[string]string{needsData: "yes"},
		RunE:        func(cmd *cobra.Command, _ []string) error { return c.listBackups(cmd.Context()) },
	})
	return sub
}

func (c *command) makeBackup(ctx context.Context, name string) error {
	if name != "" && !backupName().MatchString(name) {
		return fmt.Errorf("%q is no name of a backup: use small letters, digits, - and _, and end it with .zip", name)
	}
	if err := c.prepare(); err != nil {
		return err
	}
	before, err := c.backups(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(before, func(b *blob.ListObject) bool { return b.Key == name }) {
		return fmt.Errorf("there is a backup named %s: choose another name, or delete that one in the dashboard", name)
	}
	if name == "" { // PocketBase's own pattern, whose name it does not tell
		name = "pb_backup_tminus_" + c.Now().UTC().Format("20060102150405") + ".zip"
	}
	if err := c.pb.CreateBackup(ctx, name); err != nil {
		return fmt.Errorf("make the backup %s: %w", name, explain(err, c.backupsAt()))
	}
	after, err := c.backups(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(after, func(b *blob.ListObject) bool { return b.Key == name })
	if i < 0 {
		return fmt.Errorf("the backup %s is not where it was put: %s", name, c.backupsAt())
	}
	fmt.Fprintf(c.Stdout, "Made %s, %s, in %s.\n", name, megabytes(after[i].Size), c.backupsAt())
	return nil
}

func (c *command) listBackups(ctx context.Context) error {
	all, err := c.backups(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintf(c.Stdout, "There is no backup in %s.\n", c.backupsAt())
		return nil
	}
	w := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	for _, b := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\n", b.Key, megabytes(b.Size), b.ModTime.UTC().Format(time.DateTime+" MST"))
	}
	return errors.Join(w.Flush(), c.toldWhere())
}

func (c *command) toldWhere() error {
	_, err := fmt.Fprintf(c.Stdout, "In %s.\n", c.backupsAt())
	return err
}

// backups gives what there is, the newest first.
func (c *command) backups(ctx context.Context) ([]*blob.ListObject, error) {
	fsys, err := c.pb.NewBackupsFilesystem()
	if err != nil {
		return nil, fmt.Errorf("reach the backups: %w", err)
	}
	defer fsys.Close()
	fsys.SetContext(ctx)
	all, err := fsys.List("")
	if err != nil {
		return nil, fmt.Errorf("list the backups in %s: %w", c.backupsAt(), explain(err, c.backupsAt()))
	}
	slices.SortFunc(all, func(a, b *blob.ListObject) int { return b.ModTime.Compare(a.ModTime) })
	return all, nil
}

// backupsAt tells where backups are, for people.
func (c *command) backupsAt() string {
	if s3 := c.pb.Settings().Backups.S3; s3.Enabled {
		return s3Store(s3).at
	}
	return filepath.Join(dataPath(c.pb), core.LocalBackupsDirName)
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
