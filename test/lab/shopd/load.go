package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const goPollEvery = 100 * time.Millisecond

// load sends requests on a schedule while the GO file exists.
type load struct {
	ledger    *ledger
	goFile    string
	fresh     *caller
	kept      *caller
	pooled    *caller // nil without -idle-url
	idleEvery time.Duration
	newRPS    float64
	keptRPS   float64
	keptConns int
}

func newLoad(o options, l *ledger, t, idle *target) *load {
	fresh, kept := l.addClient(o.name + "->" + t.edge)
	l.counts.Client.KeptWanted = o.keptConns
	made := &load{
		ledger:    l,
		goFile:    filepath.Join(o.counts, "GO"),
		fresh:     newCaller(t, fresh, o.loadExpect),
		kept:      newCaller(t, kept, o.loadExpect),
		newRPS:    o.newRPS,
		keptRPS:   o.keptRPS,
		keptConns: o.keptConns,
		idleEvery: o.idleEvery,
	}
	if idle != nil {
		made.pooled = newCaller(idle, l.addPooled(o.name+"->"+idle.edge), o.idleExpect)
	}
	return made
}

// follow runs the load each time GO appears, until stop. It returns only when
// every request is settled and every connection closed.
func (l *load) follow(stop context.Context) {
	for stop.Err() == nil {
		if exists(l.goFile) {
			l.session(stop)
		}
		sleepUntil(stop, time.Now().Add(goPollEvery))
	}
}

// session is one run: from GO to its removal, plus what is outstanding.
func (l *load) session(stop context.Context) {
	due, cancel := context.WithCancel(stop)
	defer cancel()
	go cancelWhenGone(due, cancel, l.goFile)
	l.ledger.beginRun()
	var running sync.WaitGroup
	running.Go(func() { l.runFresh(due) })
	running.Go(func() { l.runKept(due) })
	running.Go(func() { l.runPooled(due) })
	<-due.Done()
	l.ledger.endSending()
	running.Wait()
	l.ledger.endRun()
}

func (l *load) runFresh(due context.Context) {
	var outstanding sync.WaitGroup
	schedule(due, l.newRPS, func(intended time.Time) {
		l.fresh.track.sent()
		outstanding.Go(func() { l.fresh.fresh(intended) })
	})
	outstanding.Wait()
}

func (l *load) runKept(due context.Context) {
	k := openKept(l.kept, l.keptConns)
	schedule(due, l.keptRPS, k.send)
	k.close()
}

// runPooled holds one connection and uses it once in a long while. One that
// ends meanwhile is replaced at once, so that the next end is seen as well.
func (l *load) runPooled(due context.Context) {
	if l.pooled == nil {
		return
	}
	k := openKept(l.pooled, 1)
	schedule(due, 1/l.idleEvery.Seconds(), k.send)
	k.close()
}

// schedule calls send at a constant rate, whatever became of earlier requests.
// One that could not be made in time is made late, never skipped. send must
// not block.
func schedule(due context.Context, rps float64, send func(intended time.Time)) {
	if rps <= 0 {
		return
	}
	start := time.Now()
	for i := 0; ; i++ {
		intended := start.Add(time.Duration(float64(i) / rps * float64(time.Second)))
		if !sleepUntil(due, intended) {
			return
		}
		send(intended)
	}
}

// sleepUntil returns false when ctx ended first.
func sleepUntil(ctx context.Context, at time.Time) bool {
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}

func cancelWhenGone(ctx context.Context, cancel context.CancelFunc, path string) {
	for sleepUntil(ctx, time.Now().Add(goPollEvery)) {
		if !exists(path) {
			cancel()
		}
	}
}

// exists is false only when the file is known to be absent: a disk error must
// not stop the load.
func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}
