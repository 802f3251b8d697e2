package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Tally is the sum of all counts files of a lab, the output of tally -json.
type Tally struct {
	Files      int      `json:"files"`
	Unfinished []string `json:"unfinished"` // files of processes that run, or were killed
	// Problems say where the books do not agree. With one, no figure is proof.
	Problems []string `json:"problems"`
	Edges    []*Row   `json:"edges"`
	Total    Row      `json:"total"`
	// Reasons are by edge, and add up to lost.
	Reasons map[string]map[string]int64 `json:"reasons"`
	Cuts    []EdgeCut                   `json:"cuts"`
	Samples []Sample                    `json:"samples"`
	// Unmatched are callers that servers heard of and no file speaks for.
	Unmatched map[string]CallerCounts `json:"unmatched"`
}

// Row is one kind of traffic on one edge, over all instances of the caller.
type Row struct {
	Edge string `json:"edge"`
	Kind string `json:"kind"`
	Flow
	Conns
	ServerReceived int64 `json:"serverReceived"`
	ServerAnswered int64 `json:"serverAnswered"`
	ServerFailed   int64 `json:"serverFailed"`
	Retried        int64 `json:"retried"`
	// Difference is serverAnswered - answered: answers lost on their way, each
	// of them a lost request.
	Difference    int64   `json:"difference"`
	ActiveSeconds float64 `json:"activeSeconds"`
	RatePerSec    float64 `json:"ratePerSec"` // sent in an active second of one instance
}

// EdgeCut is a cut and where it happened.
type EdgeCut struct {
	Edge string `json:"edge"`
	Kind string `json:"kind"`
	Cut
}

func tallyCommand(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("shopd tally", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "print JSON")
	rest, err := parseAround(flags, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return fmt.Errorf("%w: shopd tally DIR [-json]", errUsage)
	}
	files, err := readCounts(rest[0])
	if err != nil {
		return err
	}
	t := sum(files)
	if !*asJSON {
		return t.print(stdout)
	}
	return writeJSON(stdout, t)
}

// readCounts reads every counts file of a directory. One that cannot be read is
// an error: a sum without it would be wrong.
func readCounts(dir string) ([]Counts, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all []Counts
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") || filepath.Ext(name) != ".json" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		var c Counts
		if err := json.Unmarshal(text, &c); err != nil {
			return nil, fmt.Errorf("%s is not a counts file: %w", name, err)
		}
		if c.Name == "" {
			return nil, fmt.Errorf("%s is not a counts file: no name", name)
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no counts file in %s", dir)
	}
	return all, nil
}

// sum adds the files up and holds clients against servers.
func sum(files []Counts) *Tally {
	s := newSummer()
	for _, file := range files {
		s.addServer(file)
	}
	for _, file := range files {
		s.addFile(file)
		s.tally.Problems = append(s.tally.Problems, imbalances(file)...)
	}
	slices.SortFunc(s.tally.Edges, func(a, b *Row) int {
		return strings.Compare(a.Edge+" "+a.Kind, b.Edge+" "+b.Kind)
	})
	s.finish()
	return &s.tally
}
