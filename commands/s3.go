package commands

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/spf13/cobra"
)

// backupStore is where backups lie: in the data directory, or in a bucket of S3 or of what speaks its protocol.
type backupStore struct {
	at   string // for people
	open func() (*filesystem.System, error)
}

// bucketFlags name a bucket to a restore: where the data is lost, so are the settings that named it. The secret is read from
// the standard input, since other users of the machine see the arguments.
type bucketFlags struct {
	endpoint, region, bucket, key string
	pathStyle                     bool
}

func (b *bucketFlags) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&b.bucket, "s3-bucket", "", "get the backup NAME from this `bucket` of S3; its secret is the first line of the standard input")
	flags.StringVar(&b.endpoint, "s3-endpoint", "", "the bucket's server, a `URL` such as https://s3.ap-east-1.amazonaws.com")
	flags.StringVar(&b.region, "s3-region", "", "its `region`, such as ap-east-1")
	flags.StringVar(&b.key, "s3-access-key", "", "the access key's `ID`")
	flags.BoolVar(&b.pathStyle, "s3-path-style", false, "the bucket is part of the path, not of the host's name, as with most servers but Amazon's")
}

// store gives the bucket that the flags name; nil if they name none.
func (b *bucketFlags) store(in io.Reader) (*backupStore, error) {
	if b.bucket == "" && b.endpoint == "" && b.region == "" && b.key == "" {
		return nil, nil //nolint:nilnil // no bucket is no mistake
	}
	if b.bucket == "" || b.endpoint == "" || b.region == "" || b.key == "" {
		return nil, errors.New("a bucket needs --s3-bucket, --s3-endpoint, --s3-region and --s3-access-key; its secret is read from the standard input")
	}
	secret, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the secret of the bucket: %w", err)
	}
	if secret = strings.TrimSpace(secret); secret == "" {
		return nil, errors.New("the standard input holds no secret: write that of the access key on its first line")
	}
	return s3Store(core.S3Config{
		Bucket: b.bucket, Endpoint: b.endpoint, Region: b.region, AccessKey: b.key, Secret: secret, ForcePathStyle: b.pathStyle,
	}), nil
}

func s3Store(c core.S3Config) *backupStore {
	return &backupStore{
		at: fmt.Sprintf("the bucket %s at %s", c.Bucket, c.Endpoint),
		open: func() (*filesystem.System, error) {
			return filesystem.NewS3(c.Bucket, c.Region, c.Endpoint, c.AccessKey, c.Secret, c.ForcePathStyle)
		},
	}
}

// s3Answer matches what PocketBase says of an answer of S3. What follows is the answer itself, which repeats the key's id and
// the text that was signed.
var s3Answer = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b([45]\d\d) ([A-Za-z0-9]+)(?:: [^\n]*)?\n\(RAW:|\b([45]\d\d) (S3ResponseError)`)
})

// mends say what to do about an error of S3, by its code.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
var mends = map[string]string{
	"SignatureDoesNotMatch":        "the secret is not that of the access key: enter it again",
	"InvalidAccessKeyId":           "it does not know the access key: enter its id again, or make a new key",
	"AccessDenied":                 "the access key may not do this: allow it to list, read, write and delete in the bucket",
	"AuthorizationHeaderMalformed": "the region is not the bucket's",
	"PermanentRedirect":            "the endpoint is not the bucket's",
	"NoSuchBucket":                 "there is no such bucket: make it, or mend its name",
	"NoSuchKey":                    "there is no such backup",
	"RequestTimeTooSkewed":         "this machine's clock is wrong by more than 15 minutes: set it",
	"SlowDown":                     "it is busy: try again later",
}

// explain makes an error of S3 one that says what to do. Any other is given back as it is.
func explain(err error, at string) error {
	if err == nil {
		return nil
	}
	m := s3Answer().FindStringSubmatch(err.Error())
	if m == nil {
		return err
	}
	status, code := m[1]+m[3], m[2]+m[4]
	if mend := mends[code]; mend != "" {
		return fmt.Errorf("%s refused it: %s (%s %s)", at, mend, status, code)
	}
	return fmt.Errorf("%s refused it (%s %s): look at the settings of the bucket under Settings → Backups in the dashboard", at, status, code)
}
