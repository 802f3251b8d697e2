package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// shopCounts are two files that agree: three sent and answered, one of them
// lost on its way back.
func shopCounts() (web, catalog Counts) {
	client := &ClientCounts{Evidence: newEvidence("web->catalog:80")}
	client.New = Flow{Sent: 3, OK: 2, Lost: 1, Answered: 2}
	client.Reasons["rst-in-answer"] = 1
	client.ActiveSeconds = 1
	web = Counts{Name: "web", Instance: "1", Final: true, Client: client}
	by := &CallerCounts{Received: 3, Answered: 3}
	catalog = Counts{Name: "catalog", Instance: "1", Final: true, Server: ServerCounts{
		Received: 3, Answered: 3, ByCaller: map[string]*CallerCounts{"web/1/new": by},
	}}
	return web, catalog
}

func TestTally(t *testing.T) {
	web, catalog := shopCounts()
	sum := sum([]Counts{web, catalog})
	same(t, "problems", sum.Problems, []string{})
	row := sum.Edges[0]
	same(t, "row", []int64{row.Sent, row.OK, row.Lost, row.Answered, row.ServerAnswered, row.Difference},
		[]int64{3, 2, 1, 2, 3, 1})
	same(t, "rate", row.RatePerSec, 3)
	same(t, "reasons", sum.Reasons["web->catalog:80"], map[string]int64{"rst-in-answer": 1})
}

func TestTallyProblems(t *testing.T) {
	cases := map[string]struct {
		spoil func(web, catalog *Counts)
		want  string
	}{
		"a server's file is short": {func(_, s *Counts) {
			s.Server.Answered, s.Server.AnswerFailed, s.Server.ByCaller["web/1/new"].Answered = 1, 2, 1
		}, "no server counted"},
		"a proxy retried": {func(_, s *Counts) {
			s.Server.Received, s.Server.Answered = 5, 5
			*s.Server.ByCaller["web/1/new"] = CallerCounts{Received: 5, Answered: 5}
		}, "neither received nor lost"},
		"a proxy says that it retried": {func(_, s *Counts) { s.Server.ByCaller["web/1/new"].Retried = 1 }, "second attempts"},
		"a request vanished":           {func(c, _ *Counts) { c.Client.New.Sent = 4 }, "sent: 4, not 3"},
		"a loss without reason":        {func(c, _ *Counts) { c.Client.Reasons = nil }, "reasons"},
		"a connection vanished":        {func(c, _ *Counts) { c.Client.Kept.Opened = 1 }, "kept opened: 1, not 0"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			web, catalog := shopCounts()
			c.spoil(&web, &catalog)
			found := strings.Join(sum([]Counts{web, catalog}).Problems, "\n")
			if !strings.Contains(found, c.want) {
				t.Errorf("problems %q do not say %q", found, c.want)
			}
		})
	}
}

func TestTallyNamesUnmatchedAndUnfinished(t *testing.T) {
	_, catalog := shopCounts()
	catalog.Final = false
	sum := sum([]Counts{catalog})
	same(t, "unmatched", sum.Unmatched["web/1/new"].Received, 3)
	same(t, "unfinished", sum.Unfinished, []string{"catalog-1"})
	var out bytes.Buffer
	if err := sum.print(&out); err != nil || !strings.Contains(out.String(), "web/1/new") {
		t.Errorf("print: %v %s", err, out.String())
	}
}

// A file that cannot be read must not be left out of the sum.
func TestTallyRefusesBrokenFile(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "a.json"), []byte("{"), 0o644)
	if _, err := readCounts(dir); err == nil {
		t.Error("read a broken file")
	}
	if _, err := readCounts(t.TempDir()); err == nil {
		t.Error("summed nothing up")
	}
}

// A second process with the same -instance gets a file of its own.
func TestClaim(t *testing.T) {
	dir := t.TempDir()
	for _, want := range []string{"a-1.json", "a-1.2.json", "a-1.3.json"} {
		s := &store{dir: dir, ledger: newLedger("a", "1")}
		if err := s.claim(); err != nil {
			t.Fatal(err)
		}
		same(t, "file", filepath.Base(s.path), want)
	}
	files, err := readCounts(dir)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "files", len(files), 3)
}

func TestHistogram(t *testing.T) {
	var h Histogram
	for range 99 {
		h.add(10 * time.Millisecond)
	}
	h.add(time.Second)
	h.summarize()
	if h.P50Ms < 10 || h.P50Ms > 11.5 || h.P99Ms > 11.5 || h.MaxMs != 1000 {
		t.Errorf("%+v", h)
	}
}
