package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"time"
)

// settle is how long after the first answer a program rests before it is measured.
const settle = 6 * time.Second

// The rows that the line tells.
const (
	whatResident = "resident memory at rest"
	whatCPU      = "CPU at rest"
)

// sources matches what a page names: scripts, styles and modules to be fetched beforehand.
var sources = regexp.MustCompile(`(?:src|href)="((?:/|\./)[^"]+\.(?:js|css))"`)

// atRest lets both rest side by side, and then shows each somebody.
func (b *bench) atRest() error {
	var both []*running
	defer func() {
		for _, r := range both {
			_ = r.stop() // it is measured already
		}
	}()
	for _, p := range []program{b.ours, b.bare} {
		r, _, err := p.start(filepath.Join(b.dir, p.name+"-empty"))
		if err != nil {
			return err
		}
		both = append(both, r)
	}
	time.Sleep(settle)
	cpu, err := b.idleCPU(both)
	if err != nil {
		return err
	}
	memory, err := residents(both)
	if err != nil {
		return err
	}
	b.bounded(whatResident, "MB", memory[0], memory[1], mostResident)
	b.bounded(whatCPU, "%", cpu[0], cpu[1], mostIdle)
	for n, page := range []string{"/", "/_/"} {
		files, err := view(both[n].address, page)
		if err != nil {
			return err
		}
		if files == 0 {
			return fmt.Errorf("the page %s names nothing", page)
		}
	}
	time.Sleep(settle / 2)
	if memory, err = residents(both); err != nil {
		return err
	}
	b.bounded("resident memory after one view of the app", "MB", memory[0], memory[1], mostResident)
	return nil
}

// idleCPU gives the share of a core that each takes, in percent.
func (b *bench) idleCPU(both []*running) (share []float64, err error) {
	before := make([]time.Duration, len(both))
	for n, r := range both {
		if before[n], err = r.cpu(); err != nil {
			return nil, err
		}
	}
	began := time.Now()
	time.Sleep(b.idle)
	for n, r := range both {
		after, err := r.cpu()
		if err != nil {
			return nil, err
		}
		share = append(share, 100*float64(after-before[n])/float64(time.Since(began)))
	}
	return share, nil
}

func residents(all []*running) (megabytes []float64, err error) {
	for _, r := range all {
		mb, err := r.resident()
		if err != nil {
			return nil, err
		}
		megabytes = append(megabytes, mb)
	}
	return megabytes, nil
}
