package apptest

import (
	"io/fs"

	"tminus/hooks"
)

// WithWebApp serves the static web app.
func WithWebApp(pages fs.FS) Option {
	return func(o *hooks.Options) { o.WebApp = pages }
}
