package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// onceCommand makes one counted request and ends, as a timer starts it. Without
// GO it asks nothing: what nobody counts, no server must have received. It
// fails when the request is lost.
func onceCommand(args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("shopd once", flag.ContinueOnError)
	flags.SetOutput(stderr)
	name := flags.String("name", "", "name of the caller (required)")
	dir := flags.String("counts", "", "directory for the counts file and the GO file (required)")
	expect := flags.String("expect", "", "service that must answer")
	rest, err := parseAround(flags, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || *dir == "" || !safeName.MatchString(*name) {
		return fmt.Errorf("%w: shopd once URL -name NAME -counts DIR [-expect NAME]", errUsage)
	}
	to, err := parseTarget(rest[0])
	if err != nil {
		return err
	}
	if !exists(filepath.Join(*dir, "GO")) {
		return nil
	}
	return askOnce(newLedger(*name, defaultInstance(time.Now())), to, *dir, *expect)
}

func askOnce(l *ledger, to *target, dir, expect string) error {
	fresh, _ := l.addClient(l.counts.Name + "->" + to.edge)
	l.counts.OneShot = true
	s := &store{dir: dir, ledger: l, stderr: os.Stderr}
	if err := s.claim(); err != nil {
		return err
	}
	l.beginRun()
	fresh.sent()
	// Before the request goes out: a program that is killed has asked, too.
	if err := s.write(); err != nil {
		return err
	}
	newCaller(to, fresh, expect).fresh(time.Now())
	l.endSending()
	l.endRun()
	if err := s.finish(); err != nil {
		return err
	}
	for reason := range l.counts.Client.Reasons {
		return fmt.Errorf("lost: %s", reason)
	}
	return nil
}
