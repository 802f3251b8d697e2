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

// What a service speaks, as the scheme of its URL.
const (
	schemeHTTP = "http"
	schemeTCP  = "tcp" // lines, the server first: lines.go
	schemeAsk  = "ask" // lines, the client first: ask.go
)

// address is where and how a service is served: HTTP at HOST:PORT, lines at
// tcp://HOST:PORT and ask://HOST:PORT, nothing at none.
type address struct {
	at     string // empty for none
	scheme string
}

func parseAddress(text string) address {
	if text == "none" {
		return address{}
	}
	for _, scheme := range []string{schemeTCP, schemeAsk} {
		if at, isIt := strings.CutPrefix(text, scheme+"://"); isIt {
			return address{at: at, scheme: scheme}
		}
	}
	return address{at: text, scheme: schemeHTTP}
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
	case a.scheme != schemeHTTP:
		return newLineServer(o, l)
	}
	return newServer(o, l, p)
}

// noFront is the front of a program that only calls.
type noFront struct{}

func (noFront) serve(net.Listener) error  { select {} }
func (noFront) drain(time.Duration) error { return nil }
