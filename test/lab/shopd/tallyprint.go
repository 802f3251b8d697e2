package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

const printedCuts = 20

// print writes the tally for people: the table, then everything that is not
// plain success.
func (t *Tally) print(out io.Writer) error {
	fmt.Fprintf(out, "%d files\n\n", t.Files)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "edge\tkind\tsent\tok\tlost\tunsettled\tlate\trate/s\tcuts\tgraceful\tself\tabandoned\t"+
		"answered\tserver received\tserver answered\tdifference\tp50 ms\tp99 ms\tmax ms\t")
	for _, row := range append(slices.Clone(t.Edges), &t.Total) {
		row.print(table)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	t.printReasons(out)
	t.printCuts(out)
	printList(out, "problems", t.Problems)
	printList(out, "running or killed", t.Unfinished)
	printList(out, "callers without a file", slices.Sorted(maps.Keys(t.Unmatched)))
	return nil
}

func (r *Row) print(table io.Writer) {
	fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%.1f\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%+d\t%.1f\t%.1f\t%.1f\t\n",
		r.Edge, r.Kind, r.Sent, r.OK, r.Lost, r.InFlight, r.Late, r.RatePerSec,
		r.Cuts, r.GracefulClosed, r.SelfClosed, r.Abandoned,
		r.Answered, r.ServerReceived, r.ServerAnswered, r.Difference,
		r.Latencies.P50Ms, r.Latencies.P99Ms, r.Latencies.MaxMs)
}

func (t *Tally) printReasons(out io.Writer) {
	var lines []string
	for _, edge := range slices.Sorted(maps.Keys(t.Reasons)) {
		for _, reason := range slices.Sorted(maps.Keys(t.Reasons[edge])) {
			lines = append(lines, fmt.Sprintf("%s  %s  %d", edge, reason, t.Reasons[edge][reason]))
		}
	}
	printList(out, "lost, by reason", lines)
}

func (t *Tally) printCuts(out io.Writer) {
	var lines []string
	for i, cut := range t.Cuts {
		if i == printedCuts {
			lines = append(lines, fmt.Sprintf("and %d more", len(t.Cuts)-printedCuts))
			break
		}
		lines = append(lines, fmt.Sprintf("%s  %s %s  %s  in flight: %t  after %d answers  idle %.1f s",
			cut.At.Format("15:04:05.000"), cut.Edge, cut.Kind, cut.Reason, cut.InFlight, cut.Carried, cut.IdleSeconds))
	}
	printList(out, "cuts", lines)
}

// printList prints nothing for an empty list.
func printList(out io.Writer, title string, lines []string) {
	if len(lines) > 0 {
		fmt.Fprintf(out, "\n%s:\n  %s\n", title, strings.Join(lines, "\n  "))
	}
}
