package hooks

import (
	"fmt"

	"github.com/fatih/color"

	"tminus/backups"
	"tminus/outbox"
)

// bindBackups marks every backup, so that an instance restored from it knows.
func (s *System) bindBackups() { backups.Bind(s.App, s.Options.Now) }

// doubtIfRestored puts in doubt what may have been sent since the backup was made that this instance was restored from. It
// comes before anything is sent, and until it has ended once, at every start.
func (s *System) doubtIfRestored() error {
	mark, restored, err := backups.Restored(s.App.DataDir())
	if err != nil || !restored {
		return err
	}
	if err := s.digestIfDue(); err != nil { // the former instance may have sent today's
		return err
	}
	doubted, err := s.Engine.Doubt(outbox.Restored{Taken: mark.Taken, AssumeSent: mark.AssumeSent})
	if err != nil {
		return fmt.Errorf("find out what may have been sent since the backup was made: %w", err)
	}
	if err := backups.Settle(s.App.DataDir()); err != nil {
		return fmt.Errorf("end the restore: %w", err)
	}
	s.log.Warn("restored from a backup", "taken", mark.Taken, "in_doubt", doubted.Messages, "assumed_sent", doubted.AssumedSent)
	_, err = fmt.Fprintf(s.Options.Console, "\n%s\n%d messages have fallen due that the former instance may have sent since; %d of them are taken as sent. "+
		"The others are\nasked for where the provider can be asked, and otherwise sent again under the same identity, marked as possible duplicates.\n",
		color.New(color.Bold).Sprintf("This instance was restored from a backup of %s.", mark.Taken.Format("2006-01-02 15:04:05 MST")),
		doubted.Messages, doubted.AssumedSent)
	return err
}
