package hooks

import (
	"errors"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// ownErrors runs PocketBase's checks of a record and gives what they found, for more to be added. An error that is not
// about fields is given back as it is.
func ownErrors(e *core.RecordEvent) (validation.Errors, error) {
	err := e.Next()
	if err == nil {
		return validation.Errors{}, nil
	}
	var errs validation.Errors
	if errors.As(err, &errs) {
		return errs, nil
	}
	return nil, err
}

// add adds an error unless the field has one already.
func add(errs validation.Errors, field, code, message string) {
	if errs[field] == nil {
		errs[field] = validation.NewError(code, message)
	}
}

func result(errs validation.Errors) error {
	if len(errs) == 0 {
		return nil
	}
	return errs
}

// checkZone refuses what is not an IANA zone.
func checkZone(errs validation.Errors, field, name string) {
	if name != "" && !collections.IsZone(name) {
		add(errs, field, "validation_time_zone", "This is not a time zone. Use a name like Asia/Hong_Kong.")
	}
}

// defaultTrue sets a boolean that a create request leaves out: PocketBase's own default is false.
func defaultTrue(e *core.RecordRequestEvent, field string) {
	info, err := e.RequestInfo()
	if err != nil {
		return // PocketBase answers it
	}
	if _, given := info.Body[field]; !given {
		e.Record.Set(field, true)
	}
}
