// Command shopd is the witness of the migration lab: a small service, its
// caller and a load prober in one. What it counts is defined in counts.go;
// README.md says how to run it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes of every subcommand.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// errUsage marks an error as the user's: it exits with exitUsage.
var errUsage = errors.New("usage")

func main() {
	os.Exit(command(os.Args[1:], os.Stdout, os.Stderr))
}

// command runs the subcommand named by the first argument; without one it is
// the service.
func command(args []string, stdout, stderr io.Writer) int {
	first := ""
	if len(args) > 0 {
		first = args[0]
	}
	var err error
	switch first {
	case "tally":
		err = tallyCommand(args[1:], stdout)
	case "once":
		err = onceCommand(args[1:], stderr)
	case "get":
		err = getCommand(args[1:], stdout)
	default:
		err = serveCommand(args, stderr)
	}
	return exitCode(err, stderr)
}

func exitCode(err error, stderr io.Writer) int {
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, flag.ErrHelp):
		return exitUsage
	}
	fmt.Fprintln(stderr, "shopd:", err)
	if errors.Is(err, errUsage) {
		return exitUsage
	}
	return exitFailed
}

// serveCommand runs the service until SIGTERM or SIGINT; one that ignores
// SIGTERM until SIGINT.
func serveCommand(args []string, stderr io.Writer) error {
	opts, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	for _, line := range opts.warnings() {
		fmt.Fprintln(stderr, "shopd: warning:", line)
	}
	ends := []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	if opts.ignoresTerm {
		ends = ends[:1]
		signal.Ignore(syscall.SIGTERM)
	}
	stop, cancel := signal.NotifyContext(context.Background(), ends...)
	defer cancel()
	service, err := newService(opts, stderr)
	if err != nil {
		return err
	}
	return service.run(stop)
}
