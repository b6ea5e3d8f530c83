package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"tminus/apptest/browser"
)

// tabs is how many pages are open at once.
const tabs = 3

// task is one picture that is to be taken.
type task struct {
	page page
	look look
}

func (t task) file() string {
	name := fmt.Sprintf("%s-%d-%s", t.page.name, t.look.screen, t.look.theme)
	if t.look.lang != "en" {
		name += "-" + t.look.lang
	}
	return name + ".png"
}

// takeAll takes a picture of every page in every look. The error says how many of them had faults.
func takeAll(ctx context.Context, v *visitor, pages []page, looks []look, out string) error {
	chromium, err := browser.Launch()
	if err != nil {
		return err
	}
	defer chromium.Stop()
	defer context.AfterFunc(ctx, chromium.Stop)()
	tasks := make(chan task)
	r := &record{out: out}
	var done sync.WaitGroup
	for range tabs {
		done.Go(func() {
			for t := range tasks {
				got, err := take(chromium.Context(), v, t.page, t.look)
				r.keep(t, got, err)
			}
		})
	}
	for _, p := range pages {
		for _, l := range looks {
			if ctx.Err() == nil {
				tasks <- task{p, l}
			}
		}
	}
	close(tasks)
	done.Wait()
	fmt.Printf("%d pictures in %s\n", r.kept, out)
	if ctx.Err() != nil {
		return errors.New("stopped")
	}
	if r.faulty > 0 {
		return fmt.Errorf("%d of %d had faults", r.faulty, len(pages)*len(looks))
	}
	return nil
}

// record keeps pictures and tells of them as they come.
type record struct {
	out          string
	mu           sync.Mutex
	kept, faulty int
}

func (r *record) keep(t task, got taken, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	file := t.file()
	if err == nil {
		err = os.WriteFile(filepath.Join(r.out, file), got.png, 0o644)
	}
	if err != nil {
		got.faults = append(got.faults, "no picture: "+err.Error())
	} else {
		r.kept++
	}
	fmt.Printf("%s  %s\n", file, t.page.address)
	if err == nil && !got.complete {
		fmt.Printf("  it was not complete after %s: a skeleton, or what is busy, is on the picture\n", patience)
	}
	for _, fault := range got.faults {
		fmt.Printf("  FAULT %s\n", fault)
	}
	if len(got.faults) > 0 {
		r.faulty++
	}
}
