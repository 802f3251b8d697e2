package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// Headers that let the counts of both ends be matched.
const (
	headerID   = "X-Shop-Id"
	headerFrom = "X-Shop-From" // name/instance/kind of the caller
	headerBy   = "X-Shop-By"   // service/instance that answered
)

const requestTimeout = 5 * time.Second

// request is one question, ready to be written once.
type request struct {
	id     string
	bytes  []byte
	expect string // service that must answer; empty accepts any
}

// caller makes the requests of one kind on one edge. Its ids are unique over
// the lab, because the instance is.
type caller struct {
	target *target
	track  *track
	expect string
	// timeout holds from the time a request is due until its whole answer.
	timeout time.Duration
	seq     atomic.Int64
}

func newCaller(t *target, tr *track, expect string) *caller {
	return &caller{target: t, track: tr, expect: expect, timeout: requestTimeout}
}

// deadline of a request or a connection that starts now.
func (c *caller) deadline() time.Time {
	return time.Now().Add(c.timeout)
}

func (c *caller) nextID() string {
	return fmt.Sprintf("%s/%d", c.track.name(), c.seq.Add(1))
}

func (c *caller) request(id string, isLast bool) request {
	switch c.target.scheme {
	case schemeTCP:
		return request{id: id, bytes: lineRequest(id), expect: c.expect}
	case schemeAsk:
		return request{id: id, bytes: askRequest(id), expect: c.expect}
	}
	connection := "keep-alive"
	if isLast {
		connection = "close"
	}
	text := "GET " + c.target.uri + " HTTP/1.1\r\n" +
		"Host: " + c.target.edge + "\r\n" +
		"User-Agent: shopd\r\n" +
		headerID + ": " + id + "\r\n" +
		headerFrom + ": " + c.track.name() + "\r\n" +
		"Connection: " + connection + "\r\n\r\n"
	return request{id: id, bytes: []byte(text), expect: c.expect}
}

// open dials once, and waits for the word of a peer that speaks first.
func (c *caller) open(deadline time.Time) (*wire, error) {
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	conn, err := c.target.dial(ctx)
	if err != nil {
		return nil, err
	}
	switch c.target.scheme {
	case schemeTCP:
		return greetedWire(conn, deadline)
	case schemeAsk:
		return askedWire(conn), nil
	}
	w := newWire(conn, readAnswer)
	go w.watch()
	return w, nil
}

// openKept dials once, and counts what comes of it.
func (c *caller) openKept(deadline time.Time) (*wire, error) {
	w, err := c.open(deadline)
	if err != nil {
		c.track.openFailed(connectReason(err))
		return nil, err
	}
	c.track.opened()
	return w, nil
}

// neverSent settles a request for which there was no connection.
func (c *caller) neverSent(id string, err error, intended time.Time) outcome {
	o := outcome{id: id, at: time.Now(), reason: connectReason(err), detail: err.Error(), remote: c.target.edge}
	c.track.settle(o, intended)
	return o
}

// fresh sends each request on a connection of its own, in its own time.
func (c *caller) fresh(intended time.Time) {
	deadline := c.deadline()
	id := c.nextID()
	c.track.started(intended)
	w, err := c.open(deadline)
	if err != nil {
		c.neverSent(id, err, intended)
		return
	}
	defer w.close()
	c.track.settle(w.exchange(c.request(id, true), deadline), intended)
}
