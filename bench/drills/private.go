package drills

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// inPrivate is set where this process has a view of the file system of its own.
const inPrivate = "TMINUS_DRILL_PRIVATE"

// Private runs this program again where what it mounts is nobody else's, which on Debian needs no root, and ends with it.
// There it does nothing. It comes after Sender.
func Private(name string) {
	Sender()
	if os.Getenv(inPrivate) != "" {
		return
	}
	if err := exec.Command("unshare", "--map-root-user", "--mount", "true").Run(); err != nil {
		fmt.Fprintf(os.Stderr, "%s: this drill mounts a small file system that only it sees, by unshare of util-linux, and may not here (%v): "+
			"run it as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, and no profile of AppArmor against them)\n", name, err)
		os.Exit(1)
	}
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: find this program: %v\n", name, err)
		os.Exit(1)
	}
	cmd := exec.Command("unshare", append([]string{"--map-root-user", "--mount", "--", self}, os.Args[1:]...)...)
	cmd.Env = append(os.Environ(), inPrivate+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		os.Exit(max(1, exit.ExitCode()))
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// mountSmall mounts an empty file system in memory over a directory, of so many megabytes.
func mountSmall(dir string, megabytes int) error {
	out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dm,mode=700", megabytes), "tmpfs", dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("mount a file system over %s: %w: %s", dir, err, out)
	}
	return nil
}

func unmount(dir string) error {
	out, err := exec.Command("umount", "--lazy", dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("unmount %s: %w: %s", dir, err, out)
	}
	return nil
}
