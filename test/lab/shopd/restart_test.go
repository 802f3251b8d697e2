package main

import (
	"testing"
	"time"
)

// A shop under load: web -> front -> catalog, where catalog is replaced while
// its endpoint still leads to the old one for a second. Then the same with a
// careless catalog, which must show.
func TestRollingRestart(t *testing.T) {
	for _, isCareless := range []bool{false, true} {
		t.Run(map[bool]string{false: "graceful", true: "careless"}[isCareless], func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			catalogArgs := []string{"-name", "catalog", "-counts", dir, "-drain", "3s", "-instance", "fixed"}
			if isCareless {
				catalogArgs = append(catalogArgs, "-careless")
			}
			old := startService(t, catalogArgs...)
			endpoint := startGate(t, old.url)
			front := startService(t, "-name", "front", "-counts", dir, "-drain", "100ms",
				"-call", endpoint.url, "-call-expect", "catalog")
			web := startService(t, "-name", "web", "-counts", dir, "-drain", "100ms",
				"-load-url", front.url, "-load-expect", "front",
				"-load-new-rps", "20", "-load-keep-conns", "4", "-load-keep-rps", "20")
			setGo(t, dir, true)
			time.Sleep(time.Second)
			replacement := startService(t, catalogArgs...)
			old.stop()
			if isCareless {
				old.server.(*server).http.Close() // in the place of the process ending
			}
			time.Sleep(time.Second)
			endpoint.set(replacement.url)
			<-old.done
			time.Sleep(500 * time.Millisecond)
			setGo(t, dir, false)
			waitCounts(t, web, func(c Counts) bool { return c.Idle })
			for _, s := range []*started{web, front, replacement} {
				s.end(t)
			}
			checkRestart(t, tallyOf(t, dir), isCareless)
		})
	}
}

func checkRestart(t *testing.T, sum Tally, isCareless bool) {
	t.Helper()
	same(t, "files", sum.Files, 4)
	same(t, "unfinished", sum.Unfinished, []string{})
	same(t, "callers without a file", len(sum.Unmatched), 0)
	same(t, "edges", len(sum.Edges), 3)
	same(t, "unsettled", sum.Total.InFlight, 0)
	if isCareless {
		if sum.Total.Lost == 0 || sum.Total.Cuts == 0 {
			t.Errorf("a careless restart went unnoticed: %+v", sum.Total)
		}
		return
	}
	same(t, "problems", sum.Problems, []string{})
	same(t, "lost", sum.Reasons, map[string]map[string]int64{sum.Edges[0].Edge: {}, sum.Edges[1].Edge: {}})
	same(t, "cuts", sum.Cuts, []EdgeCut{})
	for _, row := range sum.Edges {
		same(t, row.Edge+" "+row.Kind, []int64{row.OK, row.ServerAnswered, row.Difference}, []int64{row.Sent, row.Sent, 0})
		if row.Sent < 40 {
			t.Errorf("%s %s: only %d sent", row.Edge, row.Kind, row.Sent)
		}
		if row.Kind == kindCall {
			same(t, "graceful closes seen", row.GracefulClosed > 0, true)
			same(t, "instances that answered", len(row.AnsweredBy), 2)
		}
	}
}
