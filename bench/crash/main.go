// Command crash kills the program with -9 while it sends, and counts what was lost and what was repeated.
//
//	go run ./bench/crash -mails 900 -kills 3
//	go run ./bench/crash -channel sms
//	go run ./bench/crash -channel both -provider twilio -hurry
//
// What was on its way to an SMS provider when the program died is asked for 5, 60 and 120 seconds later, so that such a
// drill takes some minutes; -hurry shortens that, in a sender that is this program instead of tminus.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tminus/bench/drills"
)

func main() {
	drills.Sender()
	k := drills.Kill{}
	channel := flag.String("channel", "email", "what leaves: email, sms, wechat, or both of the last two")
	provider := flag.String("provider", "aliyun", "of SMS: aliyun or twilio")
	mails := flag.Int("mails", 900, "due mails")
	messages := flag.Int("messages", 500, "due messages by SMS and by WeChat each")
	flag.IntVar(&k.Kills, "kills", 3, "times that the process is killed on the way")
	flag.IntVar(&k.Connections, "connections", 4, "connections to the mail server")
	flag.DurationVar(&k.Latency, "latency", 5*time.Millisecond, "of the servers, per answer")
	flag.Uint64Var(&k.Seed, "seed", 1, "of the moments of the kills")
	hurry := flag.Bool("hurry", false, "ask within a second what became of SMS")
	asJSON := flag.Bool("json", false, "print a record of each channel")
	flag.Parse()
	k.Messages = *messages
	if *channel == "email" {
		k.Messages = *mails
	}
	var err error
	if k.Providers, err = drills.Providers(*channel, *provider); err == nil {
		err = run(k, *hurry, *asJSON)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		os.Exit(1)
	}
}

func run(k drills.Kill, hurry, asJSON bool) error {
	dir, err := os.MkdirTemp("", "tminus-crash-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	k.Dir = filepath.Join(dir, "pb_data")
	if !hurry {
		if k.Binary, err = drills.Build(dir); err != nil {
			return err
		}
	}
	results, err := k.Run()
	if err != nil {
		return err
	}
	var broken []error
	for _, result := range results {
		if asJSON {
			err = json.NewEncoder(os.Stdout).Encode(result)
		} else {
			_, err = fmt.Println(result.Line())
		}
		broken = append(broken, err, result.Verdict())
	}
	return errors.Join(broken...)
}
