package main

import (
	"net"
	"strings"
	"time"
)

// front is what a service shows to its callers.
type front interface {
	// serve returns only when it can serve no more.
	serve(on net.Listener) error
	// drain serves on for the time given, then ends.
	drain(d time.Duration) error
}

// address is where and how a service is served: HTTP at HOST:PORT, the
// protocol of lines.go at tcp://HOST:PORT, nothing at none.
type address struct {
	at    string // empty for none
	isTCP bool
}

func parseAddress(text string) address {
	if text == "none" {
		return address{}
	}
	at, isTCP := strings.CutPrefix(text, "tcp://")
	return address{at: at, isTCP: isTCP}
}

// open listens; the listener is nil for none.
func (a address) open() (net.Listener, error) {
	if a.at == "" {
		return nil, nil
	}
	return net.Listen("tcp", a.at)
}

func (a address) close(listener net.Listener) {
	if listener != nil {
		listener.Close()
	}
}

func (a address) front(o options, l *ledger, p *pool) front {
	switch {
	case a.at == "":
		return noFront{}
	case a.isTCP:
		return newLineServer(o, l)
	}
	return newServer(o, l, p)
}

// noFront is the front of a program that only calls.
type noFront struct{}

func (noFront) serve(net.Listener) error  { select {} }
func (noFront) drain(time.Duration) error { return nil }
