package main

import (
	"testing"
	"time"
)

// A cut is seen when it happens, not when the next request finds it.
func TestIdleCutIsSeenAtOnce(t *testing.T) {
	var cutAt time.Time
	done := make(chan struct{})
	p := startPeer(t, func(k *talk) {
		if k.nth > 1 {
			k.serve()
			return
		}
		time.Sleep(150 * time.Millisecond)
		cutAt = time.Now()
		k.rst()
		close(done)
	})
	b := openBooks(t, p.url, kindKept)
	k := openKept(b.caller, 1)
	<-done
	time.Sleep(200 * time.Millisecond)
	kept := b.counts(t).Client
	k.close()
	same(t, "cuts", kept.Kept.Cuts, 1)
	same(t, "opened again", kept.Kept.Opened, 2)
	if d := kept.Cuts[0].At.Sub(cutAt); d > 100*time.Millisecond {
		t.Errorf("seen %v after it happened", d)
	}
}

// Without a server every request is lost at its turn; none waits for better times.
func TestKeptRefused(t *testing.T) {
	b := openBooks(t, "http://127.0.0.1:1/", kindKept)
	k := openKept(b.caller, 2)
	for range 5 {
		k.send(time.Now())
	}
	k.close()
	client := b.counts(t).Client
	same(t, "reasons", client.Reasons, map[string]int64{"connect-refused": 5})
	same(t, "opened", client.Kept.Opened, 0)
}

// A peer that ends every connection at once must not be dialled in a tight loop.
func TestReopenIsPaced(t *testing.T) {
	p := startPeer(t, (*talk).rst)
	b := openBooks(t, p.url, kindKept)
	k := openKept(b.caller, 1)
	time.Sleep(500 * time.Millisecond)
	k.close()
	// A reset that comes while the dialler still looks on is a failed dial.
	kept := b.counts(t).Client.Kept
	if tries := kept.Opened + kept.OpenFailed; tries < 2 || tries > 6 {
		t.Errorf("%d dials in 500 ms", tries)
	}
}
