package api

import (
	"fmt"
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/config"
)

// company is what everyone may know of the company's settings: the values that hold, wherever they come from.
type company struct {
	Name       string `json:"name"`
	Timezone   string `json:"timezone"`
	Locale     string `json:"locale"`
	DigestTime string `json:"digest_time"`
	// Fixed names the environment variable for each of the values above that cannot be changed in the app.
	Fixed map[string]string `json:"fixed"`
	// Environment lists the variables of the server, for administrators: whether each is set, never its value.
	Environment []variable `json:"environment,omitempty"`
}

type variable struct {
	Name string `json:"name"`
	Set  bool   `json:"set"`
}

// readCompany answers GET company for everyone signed in.
func (a *API) readCompany(e *core.RequestEvent) error {
	user, err := signedIn(e)
	if err != nil {
		return err
	}
	digest, err := collections.DigestTime(e.App)
	if err != nil {
		return fmt.Errorf("read the time of the digest: %w", err)
	}
	c := a.Company(e.App)
	answer := company{Name: c.Name, Timezone: c.Zone.String(), Locale: c.Locale, DigestTime: digest, Fixed: map[string]string{}}
	for field, name := range a.FixedSettings {
		if a.Config.IsSet(name) {
			answer.Fixed[field] = name
		}
	}
	if user == nil || user.Role() == collections.RoleAdmin {
		for _, name := range config.Variables() {
			answer.Environment = append(answer.Environment, variable{Name: name, Set: a.Config.IsSet(name)})
		}
	}
	return e.JSON(http.StatusOK, answer)
}
