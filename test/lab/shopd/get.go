package main

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// getCommand makes one plain GET on a new connection and prints status and
// body. It fails unless the status is 2xx.
func getCommand(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("shopd get", flag.ContinueOnError)
	timeout := flags.Duration("timeout", requestTimeout, "for connecting and answering together")
	rest, err := parseAround(flags, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return fmt.Errorf("%w: shopd get URL [-timeout 5s]", errUsage)
	}
	to, err := parseTarget(rest[0])
	if err != nil {
		return err
	}
	got, err := getOnce(to, time.Now().Add(*timeout))
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d %s\n%s\n", got.status, http.StatusText(got.status), strings.TrimSpace(string(got.body)))
	if got.status/100 != 2 {
		return fmt.Errorf("status %d", got.status)
	}
	return nil
}

// getOnce fails with the reason when there is no whole answer.
func getOnce(to *target, deadline time.Time) (*answer, error) {
	c := newCaller(to, &track{ledger: newLedger("shopd", "cli"), kind: "get"}, "")
	w, err := c.open(deadline)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", connectReason(err), err)
	}
	defer w.close()
	id := fmt.Sprintf("get.%d", time.Now().UnixNano())
	w.conn.SetDeadline(deadline)
	w.conn.Write(c.request(id, true).bytes)
	ev := <-w.events
	if ev.answer == nil {
		return nil, fmt.Errorf("%s: %w", endReason(ev.err), ev.err)
	}
	return ev.answer, nil
}

// parseAround allows flags before and after the arguments, which it returns.
func parseAround(flags *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := flags.Parse(args); err != nil {
			return nil, fmt.Errorf("%w: %w", errUsage, err)
		}
		if flags.NArg() == 0 {
			return rest, nil
		}
		rest = append(rest, flags.Arg(0))
		args = flags.Args()[1:]
	}
}
