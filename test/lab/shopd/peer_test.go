package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

// peer is a server that misbehaves by script. It counts the requests it reads,
// so that a hidden retry cannot stay hidden.
type peer struct {
	url  string
	seen atomic.Int64
}

// talk is one connection seen from the peer; nth counts connections from 1.
type talk struct {
	*peer
	conn   *net.TCPConn
	reader *bufio.Reader
	nth    int
}

func startPeer(t *testing.T, script func(k *talk)) *peer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	p := &peer{url: "http://" + listener.Addr().String() + "/x"}
	go func() {
		for nth := 1; ; nth++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			k := &talk{peer: p, conn: conn.(*net.TCPConn), reader: bufio.NewReader(conn), nth: nth}
			go script(k)
		}
	}()
	return p
}

// read returns the id of the next request, or "" at the end.
func (k *talk) read() string {
	r, err := http.ReadRequest(k.reader)
	if err != nil {
		return ""
	}
	k.seen.Add(1)
	return r.Header.Get(headerID)
}

func (k *talk) write(status int, headers, body string) {
	fmt.Fprintf(k.conn, "HTTP/1.1 %d X\r\n%sContent-Length: %d\r\n\r\n%s", status, headers, len(body), body)
}

func goodBody(id string) string {
	text, _ := json.Marshal(reply{Service: "peer", Instance: "1", ID: id})
	return string(text)
}

func (k *talk) ok(id string) { k.write(200, headerBy+": peer/1\r\n", goodBody(id)) }

// serve answers well until the client ends.
func (k *talk) serve() {
	for id := k.read(); id != ""; id = k.read() {
		k.ok(id)
	}
	k.conn.Close()
}

func (k *talk) fin() { k.conn.Close() }

func (k *talk) rst() {
	k.conn.SetLinger(0)
	k.conn.Close()
}

// hang reads on and never answers.
func (k *talk) hang() {
	for k.read() != "" {
	}
	k.conn.Close()
}

// books is a caller and the counts it writes.
type books struct {
	*caller
	ledger *ledger
}

func openBooks(t *testing.T, url, kind string) books {
	t.Helper()
	to, err := parseTarget(url)
	if err != nil {
		t.Fatal(err)
	}
	l := newLedger("test", "1")
	fresh, keep := l.addClient("test->peer")
	tr := map[string]*track{kindNew: fresh, kindKept: keep, kindCall: l.addCall("test->peer")}[kind]
	c := newCaller(to, tr, "")
	c.timeout = time.Second
	return books{caller: c, ledger: l}
}

// counts returns the counts as a reader of the file sees them, after checking
// that they add up.
func (b books) counts(t *testing.T) Counts {
	t.Helper()
	text, err := b.ledger.encode()
	if err != nil {
		t.Fatal(err)
	}
	var c Counts
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range imbalances(c) {
		t.Error(wrong)
	}
	return c
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
