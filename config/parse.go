package config

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

const maxDaysBefore = 365

// ranges holds the least and the greatest value of each variable that is a whole number.
var ranges = map[string][2]int{
	"EMAIL_PORT":                            {1, 65535},
	"SMTP_MAX_CONNECTIONS":                  {1, 100},
	"EVENT_REMINDER_CHECK_INTERVAL_MINUTES": {1, 59},
	"REMINDER_RETRY_ATTEMPTS":               {1, 20},
}

// parse fills in the fields from vars and the defaults. The error is a mistake in the tags, never the operator's.
func parse(vars map[string]string, found *findings) (variables, error) {
	var v variables
	// env's errors know the Go field alone, so each parser learns its variable's name from OnSet, which env calls just
	// before it.
	var name string
	err := env.ParseWithOptions(&v, env.Options{
		Environment: vars,
		OnSet:       func(variable string, _ any, _ bool) { name = variable },
		FuncMap: map[reflect.Type]env.ParserFunc{
			reflect.TypeFor[bool]():          parser(&name, found, parseBool),
			reflect.TypeFor[int]():           parser(&name, found, parseNumber),
			reflect.TypeFor[[]int]():         parser(&name, found, parseDays),
			reflect.TypeFor[time.Duration](): parser(&name, found, parseInterval),
		},
	})
	if err != nil {
		return variables{}, fmt.Errorf("read the environment: %w", err)
	}
	return v, nil
}

// parser makes env's parser of one type from read, which gets the variable's name and value.
func parser[T any](name *string, found *findings, read func(name, value string) (T, *VariableError)) env.ParserFunc {
	return func(value string) (any, error) {
		result, wrong := read(*name, value)
		if wrong != nil {
			found.add(*name, wrong.Problem, wrong.Mend)
		}
		return result, nil
	}
}

// parseBool takes what Django settings are written with, in any case.
func parseBool(_, value string) (bool, *VariableError) {
	switch strings.ToLower(value) {
	case "true", "t", "yes", "y", "on", "1":
		return true, nil
	case "false", "f", "no", "n", "off", "0":
		return false, nil
	}
	return false, &VariableError{Problem: fmt.Sprintf("%q is neither true nor false", value), Mend: "write true or false"}
}

func parseNumber(name, value string) (int, *VariableError) {
	least, greatest := ranges[name][0], ranges[name][1]
	number, err := strconv.Atoi(value)
	if err != nil || number < least || number > greatest {
		return 0, &VariableError{
			Problem: fmt.Sprintf("%q is not a whole number from %d to %d", value, least, greatest),
			Mend:    "write a number in that range, without a unit",
		}
	}
	return number, nil
}

// parseDays reads days separated by commas, with or without brackets around them, into descending order.
func parseDays(_, value string) ([]int, *VariableError) {
	wrong := func(problem string) *VariableError {
		return &VariableError{Problem: problem, Mend: "list different days from 0 to 365, such as 7,3,1"}
	}
	list := value
	if inner, ok := strings.CutPrefix(list, "["); ok {
		if list, ok = strings.CutSuffix(inner, "]"); !ok {
			return nil, wrong("the bracket is not closed")
		}
	}
	var days []int
	for part := range strings.SplitSeq(list, ",") {
		part = strings.TrimSpace(part)
		day, err := strconv.Atoi(part)
		switch {
		case err != nil || day < 0 || day > maxDaysBefore:
			return nil, wrong(fmt.Sprintf("%q is not a number of days from 0 to %d", part, maxDaysBefore))
		case slices.Contains(days, day):
			return nil, wrong(fmt.Sprintf("the day %d is listed twice", day))
		}
		days = append(days, day)
	}
	slices.SortFunc(days, func(a, b int) int { return b - a })
	return days, nil
}

// parseInterval takes a Go duration, or a bare number as seconds.
func parseInterval(_, value string) (time.Duration, *VariableError) {
	const least, greatest = time.Second, 24 * time.Hour
	written := value
	if strings.Trim(value, "0123456789.") == "" {
		written += "s"
	}
	interval, err := time.ParseDuration(written)
	if err != nil || interval < least || interval > greatest {
		return 0, &VariableError{
			Problem: fmt.Sprintf("%q is not a duration from 1s to 24h", value),
			Mend:    "write a duration such as 5m, 90s or 1h30m, or a number of seconds",
		}
	}
	return interval, nil
}
