package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/spf13/cobra"

	"tminus/backups"
	"tminus/hooks"
)

func (c *command) restore() *cobra.Command {
	var assume string
	var from bucketFlags
	sub := &cobra.Command{
		Use:   "restore NAME|FILE.zip",
		Short: "Put a backup in the place of the data; the server must be stopped",
		Long: `Put a backup in the place of the data. NAME is one that tminus backup list shows; FILE.zip is one that lies anywhere, for
moving to another machine. Where the data is lost that says on which S3 the backups are, --s3-bucket and its fellows name it, as
the dashboard's settings did. The server must be stopped. A backup that is damaged, of another program or of a newer T-minus
is refused before anything changes. The data of before is kept in the data directory, in before_restore_ and the time; delete
it when it is not needed any more.

What was sent after the backup was made is taken over from the data of before, where that is what the backup was made of. Where
it is not, as on another machine, nobody knows what the former instance has sent since: at the next start, SMS providers are
asked, WeChat knows repeats by itself, and mails that have fallen due are sent again under the same Message-ID and marked as
possible duplicates, late ones as after any outage. Stop the former instance for good before you start this one.

--assume-sent TIME says that the former instance was well until then: what was due by then is not sent again.`,
		Example: `  tminus restore pb_backup_tminus_20260302010000.zip
  tminus restore /mnt/backups/tminus.zip --dir /var/lib/tminus/pb_data
  tminus restore /mnt/backups/tminus.zip --assume-sent 2026-03-02T09:00:00+08:00
  tminus restore NAME.zip --s3-bucket backups --s3-endpoint https://s3.ap-east-1.amazonaws.com --s3-region ap-east-1 \
    --s3-access-key AKIAIOSFODNN7EXAMPLE < secret.txt`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("give the name of a backup (tminus backup list shows them) or a zip file, such as: tminus restore /mnt/backups/tminus.zip")
			}
			return nil
		},
		Annotations: map[string]string{standalone: "yes"}, // the data may be damaged, or not there
	}
	sub.Flags().StringVar(&assume, "assume-sent", "", "the `time` (such as 2026-03-02T09:00:00+08:00) until which the former instance sent everything")
	from.bind(sub)
	sub.RunE = func(cmd *cobra.Command, args []string) error {
		until, err := moment(assume)
		if err != nil {
			return err
		}
		store, err := from.store(cmd.InOrStdin())
		if err != nil {
			return err
		}
		return c.runRestore(cmd.Context(), args[0], store, until)
	}
	return sub
}

// moment reads a time of RFC 3339; zero for an empty one.
func moment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fmt.Errorf("--assume-sent %q is no time: write it with its zone, such as 2026-03-02T09:00:00+08:00", text)
	}
	return at, nil
}

// runRestore restores a backup from the store, or, if that is nil, from where it can be found.
func (c *command) runRestore(ctx context.Context, name string, store *backupStore, assumeSent time.Time) (err error) {
	if assumeSent.After(c.Now()) {
		return errors.New("--assume-sent names a time that has not come yet")
	}
	if err := c.finishRestore(); err != nil {
		return err
	}
	if err := backups.Busy(c.pb.DataDir()); err != nil {
		return err
	}
	archive, forget, err := c.archive(ctx, name, store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, forget()) }()
	result, err := backups.Plan{
		Dir: c.pb.DataDir(), Archive: archive, Now: c.Now(), AssumeSent: assumeSent, Connect: hooks.Connect,
	}.Run()
	if err != nil {
		return fmt.Errorf("restore %s: %w", name, err)
	}
	c.tell(name, result)
	return nil
}

// tell says what came of a restore, and what the next start will do.
func (c *command) tell(name string, r backups.Result) {
	fmt.Fprintf(c.Stdout, "Restored %s, made at %s, into %s.\n", name, r.Taken.UTC().Format(time.DateTime+" MST"), dataPath(c.pb))
	if r.Former != "" {
		fmt.Fprintf(c.Stdout, "The data of before is in %s; delete it when you do not need it any more.\n", absolute(r.Former))
	}
	if r.Certain {
		fmt.Fprintf(c.Stdout, "It is what the backup was made of: what it says about %d messages since was taken over, and none of them is sent again.\n", r.TakenOver)
	} else {
		fmt.Fprintln(c.Stdout, "What the former instance has sent since is not known here: the next start looks into what has fallen due, and tells how much that is.")
	}
	fmt.Fprintln(c.Stdout, "Now start the server: "+c.serveHere())
}

// serveHere gives the command that serves the data directory: without its --dir another would be served.
func (c *command) serveHere() string {
	if c.pb.DataDir() == c.DataDir {
		return "tminus serve"
	}
	return "tminus serve --dir " + dataPath(c.pb)
}

// finishRestore ends a restore that was interrupted.
func (c *command) finishRestore() error {
	found, err := backups.Finish(c.pb.DataDir())
	if err != nil {
		return fmt.Errorf("end the restore that was begun in %s: %w", dataPath(c.pb), err)
	}
	if found {
		fmt.Fprintln(c.Stderr, "notice: a restore that was interrupted has been put in order")
	}
	return nil
}

// archive gives the path of a backup as a file, which is a copy to forget if it comes from elsewhere.
func (c *command) archive(ctx context.Context, name string, store *backupStore) (path string, forget func() error, err error) {
	if store != nil {
		return c.download(ctx, name, *store)
	}
	keep := func() error { return nil }
	local := filepath.Join(c.pb.DataDir(), core.LocalBackupsDirName, name)
	for _, path := range []string{name, local} {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, keep, nil
		}
	}
	missing := fmt.Errorf("there is no backup %s: neither such a file, nor one in %s; give the zip file's path, or name another data directory with --dir", name, filepath.Join(dataPath(c.pb), core.LocalBackupsDirName))
	if !c.hasData() || strings.ContainsRune(name, filepath.Separator) {
		return "", keep, missing
	}
	if err := c.pb.Bootstrap(); err != nil {
		return "", keep, errors.Join(missing, fmt.Errorf("the data that would say where other backups are cannot be read: %w", err))
	}
	defer func() { err = errors.Join(err, c.pb.ResetBootstrapState()) }() // nothing may have the data open when it is replaced
	if !c.pb.Settings().Backups.S3.Enabled {
		return "", keep, missing
	}
	return c.download(ctx, name, *s3Store(c.pb.Settings().Backups.S3))
}

// download copies a backup from a bucket beside the data, where there is room for it. What fails leaves nothing behind.
func (c *command) download(ctx context.Context, name string, from backupStore) (path string, forget func() error, err error) {
	fsys, err := from.open()
	if err != nil {
		return "", nil, fmt.Errorf("reach %s: %w", from.at, err)
	}
	defer fsys.Close()
	fsys.SetContext(ctx)
	in, err := fsys.GetReader(name)
	if errors.Is(err, filesystem.ErrNotFound) {
		return "", nil, fmt.Errorf("there is no backup %s in %s", name, from.at)
	}
	if err != nil {
		return "", nil, fmt.Errorf("get %s: %w", name, explain(err, from.at))
	}
	defer in.Close()
	dir := filepath.Join(c.pb.DataDir(), core.LocalBackupsDirName)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", nil, err
	}
	out, err := os.CreateTemp(dir, "download_*.zip")
	if err != nil {
		return "", nil, err
	}
	forget = func() error { return os.Remove(out.Name()) }
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		return "", nil, errors.Join(fmt.Errorf("get %s from %s: %w", name, from.at, err), forget())
	}
	return out.Name(), forget, nil
}
