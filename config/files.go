package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/caarlos0/env/v11"
	"github.com/joho/godotenv"
)

// secrets are the variables whose value may come from a file and appears in no error.
var secrets = []string{
	"EMAIL_HOST_PASSWORD",
	"SMS_API_KEY",
	"SMS_API_SECRET",
	"SMS_CALLBACK_SECRET",
	"WECHAT_APP_SECRET",
	"WECHAT_TOKEN",
	"WECHAT_ENCODING_AES_KEY",
	"METRICS_TOKEN",
}

const (
	fileSuffix    = "_FILE"
	maxSecretSize = 64 << 10 // bytes; a wrong path such as /dev/zero must not fill the memory
)

// readVariables merges the two sources into the variables that are set, their values trimmed.
func readVariables(environ []string, dotenv io.Reader) (map[string]string, error) {
	vars := make(map[string]string)
	if dotenv != nil {
		text, err := io.ReadAll(dotenv)
		if err != nil {
			return nil, fmt.Errorf("read .env: %w", err)
		}
		values, err := parseDotenv(string(text))
		if err != nil {
			return nil, err
		}
		setAll(vars, values)
	}
	setAll(vars, env.ToMap(environ))
	return vars, nil
}

func setAll(vars, values map[string]string) {
	for name, value := range values {
		if value = strings.TrimSpace(value); name != "" && value != "" {
			vars[name] = value
		}
	}
}

// parseDotenv reads the text of a .env file. godotenv's own errors quote the file, secrets and all, so only the line
// where it stumbled is told.
func parseDotenv(text string) (map[string]string, error) {
	text = strings.TrimPrefix(text, "\ufeff") // Windows editors begin a file so
	// Without a last line end godotenv takes a line without "=" for the value of a variable without a name.
	values, err := godotenv.Unmarshal(text + "\n")
	if err == nil {
		return values, nil
	}
	lines := strings.SplitAfter(text, "\n")
	good := len(lines)
	for err != nil && good > 0 {
		good--
		_, err = godotenv.Unmarshal(strings.Join(lines[:good], ""))
	}
	return nil, &VariableError{
		Name:    ".env",
		Problem: fmt.Sprintf("line %d cannot be read", good+1),
		Mend:    "write NAME=value, close each quotation mark, and begin a comment with #",
	}
}

// readSecretFiles gives each secret whose NAME_FILE is set the content of that file.
func readSecretFiles(vars map[string]string, found *findings) {
	for _, name := range secrets {
		path := vars[name+fileSuffix]
		switch {
		case path == "":
			continue
		case vars[name] != "":
			found.add(name+fileSuffix, "is set and so is "+name, "keep one of the two")
			continue
		}
		value, err := readSecret(path)
		if err != nil {
			found.add(name+fileSuffix, "the file cannot be used: "+err.Error(),
				"give the path of a file that T-minus may read and that holds the value alone")
			continue
		}
		vars[name] = value
	}
}

func readSecret(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", withoutPath(err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxSecretSize+1))
	if err != nil {
		return "", withoutPath(err)
	}
	value := strings.TrimRight(string(content), "\r\n")
	switch {
	case len(content) > maxSecretSize:
		return "", errors.New("it is larger than 64 KiB")
	case value == "":
		return "", errors.New("it is empty")
	}
	return value, nil
}

// withoutPath drops the path, since whoever takes NAME_FILE for NAME writes the secret there.
func withoutPath(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	return err
}
