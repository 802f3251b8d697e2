package main

import (
	"context"
	"sync"
	"testing"
	"time"
)

// The schedule holds while the server answers nothing.
func TestOpenLoopNew(t *testing.T) {
	p := startPeer(t, (*talk).hang)
	b := openBooks(t, p.url, kindNew)
	l := &load{fresh: b.caller, newRPS: 100}
	b.timeout = 3 * time.Second
	due, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	var running sync.WaitGroup
	running.Go(func() { l.runFresh(due) })
	<-due.Done()
	time.Sleep(300 * time.Millisecond)
	flow := b.counts(t).Client.New
	if flow.Sent < 99 || flow.Sent > 101 {
		t.Errorf("sent %d in one second, want 100", flow.Sent)
	}
	same(t, "in flight, none answered", flow.InFlight, flow.Sent)
	same(t, "peer read", p.seen.Load(), flow.Sent)
	running.Wait()
	client := b.counts(t).Client
	same(t, "lost", client.Reasons, map[string]int64{"timeout": flow.Sent})
}

// On kept connections, what comes due during a stall is late, not dropped, and
// its latency counts from when it was due.
func TestOpenLoopKept(t *testing.T) {
	stall := 600 * time.Millisecond
	p := startPeer(t, func(k *talk) {
		id := k.read()
		time.Sleep(stall)
		k.ok(id)
		k.serve()
	})
	b := openBooks(t, p.url, kindKept)
	b.timeout = 3 * time.Second
	l := &load{kept: b.caller, keptRPS: 50, keptConns: 2}
	due, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	l.runKept(due)
	kept := b.counts(t).Client.Kept
	if kept.Sent < 49 || kept.Sent > 51 {
		t.Errorf("sent %d in one second, want 50", kept.Sent)
	}
	same(t, "ok", kept.OK, kept.Sent)
	same(t, "opened", kept.Opened, 2)
	if kept.Late < 20 {
		t.Errorf("late %d: about 28 came due during the stall", kept.Late)
	}
	if kept.Latencies.MaxMs < 550 || kept.Latencies.P50Ms < 50 {
		t.Errorf("latencies hide the stall: %+v", kept.Latencies)
	}
}

// A request for which no connection is free in time is lost, and says so.
func TestKeptUnsent(t *testing.T) {
	p := startPeer(t, func(k *talk) { time.Sleep(5 * time.Second) })
	b := openBooks(t, p.url, kindKept)
	b.timeout = 300 * time.Millisecond
	k := openKept(b.caller, 1)
	k.send(time.Now())
	time.Sleep(30 * time.Millisecond)
	b.timeout = 100 * time.Millisecond
	k.send(time.Now())
	k.close()
	same(t, "reasons", b.counts(t).Client.Reasons, map[string]int64{"timeout": 1, "unsent-no-connection": 1})
}

// Free connections are used in turn.
func TestRoundRobin(t *testing.T) {
	var mu sync.Mutex
	served := map[int]int{}
	p := startPeer(t, func(k *talk) {
		for id := k.read(); id != ""; id = k.read() {
			mu.Lock()
			served[k.nth]++
			mu.Unlock()
			k.ok(id)
		}
	})
	b := openBooks(t, p.url, kindKept)
	k := openKept(b.caller, 3)
	for range 9 {
		time.Sleep(30 * time.Millisecond)
		k.send(time.Now())
	}
	k.close()
	mu.Lock()
	defer mu.Unlock()
	same(t, "requests by connection", served, map[int]int{1: 3, 2: 3, 3: 3})
}
