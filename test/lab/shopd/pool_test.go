package main

import (
	"io"
	"net/http"
	"testing"
	"time"
)

// dyingPeer answers once on its first connection and ends it when the next
// request arrives, before any byte of an answer: the case in which
// http.Transport quietly asks again.
func dyingPeer(t *testing.T) *peer {
	return startPeer(t, func(k *talk) {
		if k.nth == 1 {
			k.ok(k.read())
			k.read()
			k.fin()
			return
		}
		k.serve()
	})
}

func TestCallIsNotRetried(t *testing.T) {
	p := dyingPeer(t)
	b := openBooks(t, p.url, kindCall)
	calls := newPool(b.caller)
	same(t, "first", calls.get("a").reason, "")
	same(t, "second, on the pooled connection", calls.get("b").reason, "fin-before-answer")
	same(t, "third", calls.get("c").reason, "")
	same(t, "requests the peer read", p.seen.Load(), 3)
	calls.close()
	call := b.counts(t).Call
	same(t, "flow", []int64{call.Sent, call.OK, call.Lost}, []int64{3, 2, 1})
	same(t, "conns", call.Conns, Conns{Opened: 2, Reconnects: 1, Cuts: 1, SelfClosed: 1})
	same(t, "in flight", call.Cuts[0].InFlight, true)
}

// The trap is real: the standard client hides the same loss.
func TestTransportWouldRetry(t *testing.T) {
	p := dyingPeer(t)
	client := &http.Client{Transport: &http.Transport{}}
	for range 2 {
		ask, _ := http.NewRequest("GET", p.url, nil)
		ask.Header.Set(headerID, "x")
		resp, err := client.Do(ask)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	same(t, "requests the peer read for two asked", p.seen.Load(), 3)
}

// A connection that ended while idle costs no call.
func TestCallSkipsEndedConnection(t *testing.T) {
	p := startPeer(t, func(k *talk) {
		if k.nth == 1 {
			k.ok(k.read())
			k.rst()
			return
		}
		k.serve()
	})
	b := openBooks(t, p.url, kindCall)
	calls := newPool(b.caller)
	calls.get("a")
	time.Sleep(100 * time.Millisecond)
	same(t, "second", calls.get("b").reason, "")
	calls.close()
	call := b.counts(t).Call
	same(t, "lost", call.Lost, 0)
	same(t, "cut", []any{call.Cuts[0].Reason, call.Cuts[0].InFlight}, []any{"rst", false})
}

func TestPoolDropsIdle(t *testing.T) {
	p := startPeer(t, (*talk).serve)
	b := openBooks(t, p.url, kindCall)
	calls := newPool(b.caller)
	calls.get("a")
	calls.dropIdleSince(time.Now().Add(-time.Minute))
	same(t, "kept", b.counts(t).Call.Conns.Open, 1)
	calls.dropIdleSince(time.Now())
	same(t, "dropped", b.counts(t).Call.Conns.SelfClosed, 1)
}
