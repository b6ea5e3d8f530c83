// Command crash kills the program with -9 while it starts, fans out, claims and sends, again and again, and counts what
// was lost and what was repeated.
//
//	go run ./bench/crash
//	go run ./bench/crash -channels email,sms,wechat -messages 5000 -rounds 50 -hurry
//	go run ./bench/crash -channels sms -provider twilio -rounds 3
//
// What was on its way to an SMS provider when the program died is asked for 5, 60 and 120 seconds later, so that such a
// drill takes minutes; -hurry shortens that, in a sender that is this program instead of tminus.
package main

import (
	"flag"
	"path/filepath"
	"time"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

func main() {
	k := drills.Kill{}
	channels := flag.String("channels", "email,sms,wechat", "what leaves: email, sms, wechat, separated by commas")
	provider := flag.String("provider", "aliyun", "of SMS: aliyun or twilio")
	flag.IntVar(&k.Messages, "messages", 600, "due messages by each channel")
	flag.IntVar(&k.Kills, "rounds", 8, "times that the process is killed on the way")
	flag.IntVar(&k.Connections, "connections", 4, "connections to the mail server")
	flag.DurationVar(&k.Latency, "latency", 5*time.Millisecond, "of the servers, per answer")
	hurry := flag.Bool("hurry", true, "ask within a second what became of SMS; false runs tminus itself, and takes minutes")
	drills.Command("crash", false, func(s drills.Setup) (record figures.Record, err error) {
		k.Dir, k.Seed = s.Dir, s.Random.Uint64()
		if !*hurry {
			if k.Binary, err = drills.Build(filepath.Dir(s.Dir)); err != nil {
				return record, err
			}
		}
		if k.Providers, err = drills.Providers(*channels, *provider); err != nil {
			return record, err
		}
		return k.Record()
	})
}
