package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func setFault(t *testing.T, dir string, f Fault) {
	t.Helper()
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, faultFile), text, 0o644); err != nil {
		t.Fatal(err)
	}
	time.Sleep(3 * goPollEvery)
}

// What a service fails on purpose is counted on both sides, and is nothing else's.
func TestFaultErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	catalog := startService(t, "-name", "catalog", "-instance", "pod-1", "-counts", dir, "-drain", "0s")
	b := openBooks(t, catalog.url, kindKept)
	k := openKept(b.caller, 1)
	ask := func(n int) {
		for range n {
			k.send(time.Now())
		}
		time.Sleep(200 * time.Millisecond)
	}
	setFault(t, dir, Fault{Service: "catalog", Instance: "vm", Errors: 1})
	ask(3) // meant for another instance
	setFault(t, dir, Fault{Service: "catalog", Instance: "pod", Errors: 1})
	ask(5)
	if err := os.Remove(filepath.Join(dir, faultFile)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(3 * goPollEvery)
	ask(2)
	k.close()
	catalog.end(t)
	same(t, "fault", catalog.store.ledger.counts.Server.Fault, FaultCounts{Met: 5, Failed: 5})
	same(t, "answered", catalog.store.ledger.counts.Server.Answered, 10)
	kept := b.counts(t).Client.Kept
	same(t, "ok", kept.OK, 5)
	same(t, "lost", kept.Lost, 5)
	same(t, "cuts", kept.Cuts, 0)
	same(t, "reasons", b.counts(t).Client.Reasons, map[string]int64{"status-500": 5})
}

// A slow answer is a right answer.
func TestFaultSlow(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	catalog := startService(t, "-name", "catalog", "-counts", dir, "-drain", "0s")
	b := openBooks(t, catalog.url, kindKept)
	k := openKept(b.caller, 1)
	setFault(t, dir, Fault{Service: "catalog", Slow: 1, DelayMs: 300})
	began := time.Now()
	k.send(began)
	for b.counts(t).Client.Kept.OK == 0 && time.Since(began) < 5*time.Second {
		time.Sleep(10 * time.Millisecond)
	}
	if took := time.Since(began); took < 300*time.Millisecond || took > 2*time.Second {
		t.Errorf("took %s, want 300 ms", took)
	}
	k.close()
	catalog.end(t)
	same(t, "fault", catalog.store.ledger.counts.Server.Fault, FaultCounts{Met: 1, Slowed: 1})
}
