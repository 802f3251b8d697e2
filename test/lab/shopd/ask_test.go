package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// serveAsked answers well, as one service or another, until the client ends.
func (k *talk) serveAsked() { k.answerAs("peer 1") }

func (k *talk) answerAs(who string) {
	for id := k.ask(); id != ""; id = k.ask() {
		k.say("OK %s %s\n", id, who)
	}
	k.conn.Close()
}

// startAskPeer scripts the first connection; the others serve well.
func startAskPeer(t *testing.T, first func(k *talk)) *peer {
	p := startPeer(t, func(k *talk) {
		if k.nth == 1 {
			first(k)
			return
		}
		k.serveAsked()
	})
	p.url = schemeAsk + strings.TrimPrefix(p.url, schemeHTTP)
	return p
}

// What a client counts on a connection of its own, where it speaks first.
func TestFreshAsk(t *testing.T) {
	cases := map[string]struct {
		script func(k *talk)
		reason string
	}{
		"ok":                 {(*talk).serveAsked, ""},
		"says last":          {func(k *talk) { k.say("OK %s peer 1 last\n", k.ask()); k.fin() }, ""},
		"FIN for an answer":  {func(k *talk) { k.ask(); k.fin() }, "fin-before-answer"},
		"RST for an answer":  {func(k *talk) { k.ask(); k.rst() }, "rst-before-answer"},
		"half an answer":     {func(k *talk) { k.ask(); k.say("OK"); k.fin() }, "fin-in-answer"},
		"no answer":          {func(k *talk) { k.ask(); k.ask() }, "timeout"},
		"another's id":       {func(k *talk) { k.ask(); k.say("OK x peer 1\n") }, "wrong-body"},
		"another service":    {func(k *talk) { k.answerAs("cart 1") }, "wrong-service"},
		"says not who it is": {func(k *talk) { k.say("OK %s\n", k.ask()); k.ask() }, "garbage-in-answer"},
		"answers in HTTP":    {func(k *talk) { k.ask(); k.say("HTTP/1.1 400 Bad Request\r\n\r\n") }, "garbage-in-answer"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startAskPeer(t, c.script)
			b := openBooks(t, p.url, kindNew)
			b.expect = "peer"
			b.track.sent()
			b.fresh(time.Now())
			client := b.counts(t).Client
			same(t, "lines the peer read", p.seen.Load(), 1)
			if c.reason == "" {
				same(t, "ok", client.New.OK, 1)
				same(t, "by", client.New.AnsweredBy, map[string]int64{"peer/1": 1})
				return
			}
			same(t, "reasons", client.Reasons, map[string]int64{c.reason: 1})
		})
	}
}

// A service that speaks first is not taken for one that answers. Whether it
// reads the question before the client has gone is chance.
func TestGreetingIsNoAnswer(t *testing.T) {
	p := startAskPeer(t, func(k *talk) { k.say(greeting); k.hang() })
	b := openBooks(t, p.url, kindNew)
	b.track.sent()
	b.fresh(time.Now())
	same(t, "reasons", b.counts(t).Client.Reasons, map[string]int64{"garbage-in-answer": 1})
}

// How kept connections end: three requests are due, 150 ms apart.
func TestKeptAsk(t *testing.T) {
	none := map[string]int64{}
	idle := func(k *talk) { k.say("OK %s peer 1\n", k.ask()); time.Sleep(30 * time.Millisecond) }
	cut := Conns{Opened: 2, Reconnects: 1, Cuts: 1, SelfClosed: 1}
	cases := map[string]struct {
		first func(k *talk)
		want  Conns
		lost  map[string]int64
	}{
		"serves well": {(*talk).serveAsked, Conns{Opened: 1, SelfClosed: 1}, none},
		"says last": {
			func(k *talk) { k.say("OK %s peer 1 last\n", k.ask()); k.fin() },
			Conns{Opened: 2, GracefulClosed: 1, SelfClosed: 1}, none},
		"FIN while idle": {func(k *talk) { idle(k); k.fin() }, cut, none},
		"RST while idle": {func(k *talk) { idle(k); k.rst() }, cut, none},
		"FIN in flight":  {func(k *talk) { k.ask(); k.fin() }, cut, map[string]int64{"fin-before-answer": 1}},
		"RST in flight":  {func(k *talk) { k.ask(); k.rst() }, cut, map[string]int64{"rst-before-answer": 1}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startAskPeer(t, c.first)
			b := openBooks(t, p.url, kindKept)
			k := openKept(b.caller, 1)
			for range 3 {
				time.Sleep(150 * time.Millisecond)
				k.send(time.Now())
			}
			time.Sleep(150 * time.Millisecond)
			k.close()
			client := b.counts(t).Client
			same(t, "connections", client.Kept.Conns, c.want)
			same(t, "reasons", client.Reasons, c.lost)
			same(t, "ok", client.Kept.OK, 3-total(c.lost))
		})
	}
}

// The bytes on the wire: none before the question, then the whole answer, and
// the end without a word for a client of the protocol of lines.go.
func TestSaysNothingUnasked(t *testing.T) {
	s := startService(t, "-name", "ledger", "-instance", "one", "-listen", "ask://127.0.0.1:0", "-drain", "0s")
	conn, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	buffer := make([]byte, 100)
	conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	n, err := conn.Read(buffer)
	same(t, "bytes before the question", n, 0)
	same(t, "still open", errors.Is(err, os.ErrDeadlineExceeded), true)
	conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprint(conn, "WHO? a/b/c/1\n")
	n, err = conn.Read(buffer)
	same(t, "answer", fmt.Sprint(string(buffer[:n]), err), "OK a/b/c/1 ledger "+s.opts.instance+"\n<nil>")
	fmt.Fprint(conn, "GET a/b/c/2\n")
	_, err = conn.Read(buffer)
	same(t, "end", err, io.EOF)
}

// A whole load, new, kept and pooled, at the service that is meant and at one
// that is not.
func TestAskLoadExpects(t *testing.T) {
	for _, expect := range []string{"ledger", "cart"} {
		t.Run(expect, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			server := startService(t, "-name", "ledger", "-listen", "ask://127.0.0.1:0", "-counts", dir, "-drain", "100ms")
			audit := startService(t, "-name", "audit", "-listen", "none", "-counts", dir, "-drain", "0s",
				"-load-url", server.url, "-load-expect", expect, "-load-new-rps", "20", "-load-keep-conns", "2", "-load-keep-rps", "20",
				"-idle-url", server.url, "-idle-expect", expect, "-idle-every", "300ms")
			setGo(t, dir, true)
			time.Sleep(time.Second)
			setGo(t, dir, false)
			waitCounts(t, audit, func(c Counts) bool { return c.Idle && c.Client.Runs > 0 })
			audit.end(t)
			server.end(t)
			sum := tallyOf(t, dir)
			same(t, "rows", len(sum.Edges), 3)
			same(t, "problems and cuts", fmt.Sprint(sum.Problems, sum.Total.Cuts), "[] 0")
			same(t, "sent", sum.Total.Sent > 20, true)
			lost := map[string]int64{"ledger": 0, "cart": sum.Total.Sent}[expect]
			same(t, "lost", sum.Total.Lost, lost)
			var wrong int64
			for _, reasons := range sum.Reasons {
				wrong += reasons[reasonWrongService]
			}
			same(t, "wrong service", wrong, lost)
		})
	}
}

func TestGetAsk(t *testing.T) {
	p := startAskPeer(t, (*talk).serveAsked)
	same(t, "exit", command([]string{"get", p.url}, t.Output(), t.Output()), exitOK)
}
