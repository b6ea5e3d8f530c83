package drills

import (
	"fmt"

	"github.com/pocketbase/pocketbase/core"
)

// NoLimits switches an instance's rate limits off, as an administrator does in the dashboard: a measurement asks for more
// from one address, as one person, than anybody may.
func NoLimits(app core.App) error {
	settings, err := app.Settings().Clone()
	if err != nil {
		return fmt.Errorf("copy the settings: %w", err)
	}
	if !settings.RateLimits.Enabled {
		return nil
	}
	settings.RateLimits.Enabled = false
	if err := app.Save(settings); err != nil {
		return fmt.Errorf("switch the rate limits off: %w", err)
	}
	return nil
}
