package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"strings"
)

// The sibling of the protocol in lines.go, in which the client speaks first and
// the server says nothing before it is asked: a proxy that looks at the first
// bytes of a connection sees some, and they are not HTTP.
//
//	client: WHO? ID
//	server: OK ID NAME INSTANCE      or  OK ID NAME INSTANCE last, after which it closes
//
// What a greeting says there, every answer says here.

// The words that open a question. askVerb is no method of HTTP, nor can it be a
// custom one, for the question mark: to a proxy, GET might be HTTP.
const (
	lineVerb = "GET"
	askVerb  = "WHO?"
)

var errNotAsk = errors.New("not the protocol of a service that is spoken to first")

func askRequest(id string) []byte {
	return []byte(askVerb + " " + id + "\n")
}

func askAnswer(id, service, instance string, isLast bool) string {
	line := "OK " + id + " " + service + " " + instance
	if isLast {
		line += " " + lastWord
	}
	return line + "\n"
}

// askedWire may be written to at once. What comes before anything is asked is
// no greeting, but an answer to nothing.
func askedWire(conn net.Conn) *wire {
	w := newWire(conn, readAskAnswer)
	go w.watch()
	return w
}

// readAskAnswer returns a line, which says itself who it is from.
func readAskAnswer(r *bufio.Reader) (*answer, error) {
	words, err := readLine(r)
	if err != nil {
		return nil, err
	}
	isLast := len(words) == 5 && words[4] == lastWord
	if len(words) < 4 || words[0] != "OK" || len(words) > 4 && !isLast {
		return nil, fmt.Errorf("%w: %q", errNotAsk, strings.Join(words, " "))
	}
	return lineReply(words[2], words[3], words[1], isLast)
}
