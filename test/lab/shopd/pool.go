package main

import (
	"context"
	"sync"
	"time"
)

const (
	// callTimeout is shorter than the caller's, which so learns the reason.
	callTimeout = 4 * time.Second
	// idleLimit is shorter than a server's drain, so that a connection either
	// carries a request during the drain, and hears of it, or is gone.
	idleLimit  = 3 * time.Second
	sweepEvery = 100 * time.Millisecond
)

// pool makes the calls of a service over kept connections, opened as needed and
// used last in, first out. A call is written on one connection, once: one that
// fails is lost, also on a connection that had died unnoticed.
type pool struct {
	caller *caller
	mu     sync.Mutex
	idle   []idleWire
}

type idleWire struct {
	wire  *wire
	since time.Time
}

func newPool(c *caller) *pool {
	c.timeout = callTimeout
	return &pool{caller: c}
}

// get makes one call on behalf of the request with this id.
func (p *pool) get(id string) outcome {
	intended, deadline := time.Now(), p.caller.deadline()
	p.caller.track.sent()
	w := p.take()
	if w == nil {
		var err error
		if w, err = p.caller.openKept(deadline); err != nil {
			return p.caller.neverSent(id, err, intended)
		}
	}
	p.caller.track.started(intended)
	o := w.exchange(p.caller.request(id, false), deadline)
	p.caller.track.settle(o, intended)
	p.giveBack(w, o.end)
	return o
}

// take returns an idle connection that is not known to have ended, or nil.
func (p *pool) take() *wire {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 {
		last := len(p.idle) - 1
		w := p.idle[last].wire
		p.idle = p.idle[:last]
		if !p.dropIfEnded(w) {
			return w
		}
	}
	return nil
}

func (p *pool) giveBack(w *wire, e ending) {
	if e.kind != endNone {
		p.drop(w, e)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, idleWire{wire: w, since: time.Now()})
}

func (p *pool) dropIfEnded(w *wire) bool {
	ev, hasEvent := w.idleEvent()
	if hasEvent {
		p.drop(w, w.endIdle(ev))
	}
	return hasEvent
}

func (p *pool) drop(w *wire, e ending) {
	p.caller.track.ended(e)
	w.close()
}

// sweep drops what has ended or idled too long, until stop.
func (p *pool) sweep(stop context.Context) {
	for sleepUntil(stop, time.Now().Add(sweepEvery)) {
		p.dropIdleSince(time.Now().Add(-idleLimit))
	}
}

// close ends the idle connections. No call may be made after it.
func (p *pool) close() {
	p.dropIdleSince(time.Now())
}

func (p *pool) dropIdleSince(limit time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var left []idleWire
	for _, i := range p.idle {
		switch {
		case p.dropIfEnded(i.wire):
		case i.since.After(limit):
			left = append(left, i)
		default:
			p.drop(i.wire, ending{kind: endSelf})
		}
	}
	p.idle = left
}
