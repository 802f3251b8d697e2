package main

import (
	"testing"
	"time"
)

// GO starts, stops and starts again; kept connections are closed by us.
func TestGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	catalog := startService(t, "-name", "catalog", "-counts", dir, "-drain", "0s")
	web := startService(t, "-name", "web", "-counts", dir, "-drain", "0s", "-load-url", catalog.url,
		"-load-keep-conns", "3", "-load-keep-rps", "30")
	for run := int64(1); run <= 2; run++ {
		setGo(t, dir, true)
		busy := waitCounts(t, web, func(c Counts) bool { return c.Client.Runs == run && c.Client.Kept.OK > 20*run })
		same(t, "idle", busy.Idle, false)
		same(t, "open", busy.Client.Kept.Open, 3)
		setGo(t, dir, false)
		idle := waitCounts(t, web, func(c Counts) bool { return c.Idle }).Client.Kept
		same(t, "connections", idle.Conns, Conns{Opened: 3 * run, SelfClosed: 3 * run})
		same(t, "ok", idle.OK, idle.Sent)
	}
	web.end(t)
	catalog.end(t)
	sum := tallyOf(t, dir)
	same(t, "problems", sum.Problems, []string{})
	same(t, "difference", sum.Total.Difference, 0)
	if rate := sum.Total.RatePerSec; rate < 28 || rate > 32 {
		t.Errorf("rate %.1f, want 30", rate)
	}
}

// While it drains, a service answers, says close, and fails its health check.
func TestDrain(t *testing.T) {
	t.Parallel()
	s := startService(t, "-name", "catalog", "-drain", "1s")
	to, err := parseTarget(s.url + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(uri string) *answer {
		to.uri = uri
		got, err := getOnce(to, time.Now().Add(time.Second))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	same(t, "healthy", ask("/healthz").status, 200)
	b := openBooks(t, s.url, kindKept)
	k := openKept(b.caller, 1)
	k.send(time.Now())
	time.Sleep(100 * time.Millisecond)
	same(t, "graceful before", b.counts(t).Client.Kept.GracefulClosed, 0)
	s.stop()
	time.Sleep(100 * time.Millisecond)
	same(t, "draining health", ask("/healthz").status, 503)
	same(t, "draining answer", ask("/").status, 200)
	k.send(time.Now())
	time.Sleep(100 * time.Millisecond)
	same(t, "graceful", b.counts(t).Client.Kept.GracefulClosed, 1)
	same(t, "ok", b.counts(t).Client.Kept.OK, 2)
	k.close()
	s.end(t)
	same(t, "idle connections ended without notice", s.store.ledger.counts.Server.Conns.IdleAtShutdown, 0)
}
