package main

import (
	"context"
	"time"
)

// reopenEvery paces reconnects to a peer that ends every connection at once.
const reopenEvery = 100 * time.Millisecond

// job is one request due on a kept connection. A job is bound to a connection
// only when its bytes are written.
type job struct {
	id       string
	intended time.Time
	deadline time.Time
	done     func()
}

// slot is one place for a kept connection. It belongs to one goroutine.
type slot struct {
	caller   *caller
	wire     *wire // nil while there is none
	openedAt time.Time
}

// run opens the connection, reports so, and serves jobs until ctx ends; then it
// closes the connection itself. A slot without a connection takes its turn
// too: it dials once for that job, and the job is lost if that fails.
func (s *slot) run(ctx context.Context, jobs <-chan job, opened func()) {
	s.open(s.caller.deadline())
	opened()
	for {
		select {
		case <-ctx.Done():
			s.closeSelf()
			return
		case ev := <-s.events():
			s.drop(s.wire.endIdle(ev))
		case j := <-jobs:
			s.serve(j)
		case <-s.retry():
			s.open(s.caller.deadline())
		}
	}
}

// events blocks for ever while there is no connection.
func (s *slot) events() <-chan event {
	if s.wire == nil {
		return nil
	}
	return s.wire.events
}

// retry fires only while there is no connection.
func (s *slot) retry() <-chan time.Time {
	if s.wire != nil {
		return nil
	}
	return time.After(reopenEvery)
}

func (s *slot) open(deadline time.Time) error {
	s.openedAt = time.Now()
	w, err := s.caller.openKept(deadline)
	if err == nil {
		s.wire = w
	}
	return err
}

func (s *slot) serve(j job) {
	defer j.done()
	s.dropIfEnded()
	s.caller.track.started(j.intended)
	if s.wire == nil {
		if err := s.open(j.deadline); err != nil {
			s.caller.neverSent(j.id, err, j.intended)
			return
		}
	}
	o := s.wire.exchange(s.caller.request(j.id, false), j.deadline)
	s.caller.track.settle(o, j.intended)
	if o.end.kind != endNone {
		s.drop(o.end)
	}
}

// dropIfEnded keeps a request off a connection that is known to have ended.
func (s *slot) dropIfEnded() {
	if s.wire == nil {
		return
	}
	if ev, ok := s.wire.idleEvent(); ok {
		s.drop(s.wire.endIdle(ev))
	}
}

// drop counts the end of the connection and opens the next at once, unless the
// last was opened only just now.
func (s *slot) drop(e ending) {
	s.forget(e)
	if time.Since(s.openedAt) >= reopenEvery {
		s.open(s.caller.deadline())
	}
}

// closeSelf ends the connection, unless the peer was first.
func (s *slot) closeSelf() {
	if s.wire == nil {
		return
	}
	e := ending{kind: endSelf}
	if ev, ok := s.wire.idleEvent(); ok {
		e = s.wire.endIdle(ev)
	}
	s.forget(e)
}

func (s *slot) forget(e ending) {
	s.caller.track.ended(e)
	s.wire.close()
	s.wire = nil
}
