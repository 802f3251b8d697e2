package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// The protocol of a service that speaks first, as databases and mail servers
// do: a client that sends before it was greeted, or a proxy that waits for the
// client's first bytes, gets nowhere.
//
//	server: NAME ready INSTANCE
//	client: GET ID
//	server: OK ID            or  OK ID last, after which it closes
//
// An ID is NAME/INSTANCE/KIND/NUMBER of its caller.

const (
	maxLineBytes = 1 << 10
	// lastWord is to a line what Connection: close is to an HTTP answer.
	lastWord = "last"
)

var errNotLines = errors.New("not the protocol of a service that speaks first")

func greetingLine(service, instance string) string {
	return service + " ready " + instance + "\n"
}

func lineRequest(id string) []byte {
	return []byte(lineVerb + " " + id + "\n")
}

func lineAnswer(id string, isLast bool) string {
	if isLast {
		return "OK " + id + " " + lastWord + "\n"
	}
	return "OK " + id + "\n"
}

// callerOf is the caller that an ID names, "" when it names none.
func callerOf(id string) string {
	parts := strings.Split(id, "/")
	if len(parts) != 4 {
		return ""
	}
	return strings.Join(parts[:3], "/")
}

// readLine returns the words of the next line. With an error there is no line:
// it was cut short, or is too long for one.
func readLine(r *bufio.Reader) ([]string, error) {
	var line []byte
	for len(line) <= maxLineBytes {
		b, err := r.ReadByte()
		if err != nil {
			return nil, err
		}
		if b == '\n' {
			return strings.Fields(string(line)), nil
		}
		line = append(line, b)
	}
	return nil, errNotLines
}

// greetedWire waits for the greeting before anything else happens on the
// connection. Without one in time there is no connection to speak of.
func greetedWire(conn net.Conn, deadline time.Time) (*wire, error) {
	w := newWire(conn, nil)
	conn.SetReadDeadline(deadline)
	words, err := readLine(w.reader)
	if err == nil && (len(words) != 3 || words[1] != "ready") {
		err = fmt.Errorf("%w: %q", errNotLines, strings.Join(words, " "))
	}
	if err != nil {
		conn.Close()
		return nil, &connectError{phase: "greeting", remote: w.remote, err: err}
	}
	conn.SetReadDeadline(time.Time{})
	w.read = func(r *bufio.Reader) (*answer, error) { return readLineAnswer(r, words[0], words[2]) }
	go w.watch()
	return w, nil
}

// readLineAnswer returns a line as the answer that an HTTP server would give:
// who it is from, the greeting has said.
func readLineAnswer(r *bufio.Reader, service, instance string) (*answer, error) {
	words, err := readLine(r)
	if err != nil {
		return nil, err
	}
	isLast := len(words) == 3 && words[2] == lastWord
	if len(words) < 2 || words[0] != "OK" || len(words) > 2 && !isLast {
		return nil, fmt.Errorf("%w: %q", errNotLines, strings.Join(words, " "))
	}
	return lineReply(service, instance, words[1], isLast)
}

// lineReply dresses what a line said as the body and headers of an HTTP answer.
func lineReply(service, instance, id string, isLast bool) (*answer, error) {
	body, err := json.Marshal(reply{Service: service, Instance: instance, ID: id})
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	header.Set(headerBy, service+"/"+instance)
	return &answer{status: http.StatusOK, header: header, body: body, isAnnounced: isLast}, nil
}
