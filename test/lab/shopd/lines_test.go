package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const greeting = "peer ready 1\n"

// say writes a line of the protocol of a service that speaks first.
func (k *talk) say(format string, args ...any) { fmt.Fprintf(k.conn, format, args...) }

// ask returns the id of the next line, or "" at the end.
func (k *talk) ask() string {
	words, err := readLine(k.reader)
	if err != nil || len(words) != 2 {
		return ""
	}
	k.seen.Add(1)
	return words[1]
}

// serveLines greets and answers well until the client ends.
func (k *talk) serveLines() {
	k.say(greeting)
	k.answerLines()
}

func (k *talk) answerLines() {
	for id := k.ask(); id != ""; id = k.ask() {
		k.say("OK %s\n", id)
	}
	k.conn.Close()
}

// startLinePeer scripts the first connection; the others serve well.
func startLinePeer(t *testing.T, first func(k *talk)) *peer {
	p := startPeer(t, func(k *talk) {
		if k.nth == 1 {
			first(k)
			return
		}
		k.serveLines()
	})
	p.url = "tcp" + strings.TrimPrefix(p.url, "http")
	return p
}

// What a client of a service that speaks first counts on a connection of its own.
func TestFreshLines(t *testing.T) {
	pause := 50 * time.Millisecond
	cases := map[string]struct {
		script func(k *talk)
		reason string
		read   int64
	}{
		"ok":                    {(*talk).serveLines, "", 1},
		"greets late":           {func(k *talk) { time.Sleep(300 * time.Millisecond); k.serveLines() }, "", 1},
		"never greets":          {(*talk).answerLines, "greeting-timeout", 0},
		"FIN for a greeting":    {(*talk).fin, "greeting-fin", 0},
		"RST for a greeting":    {func(k *talk) { time.Sleep(pause); k.rst() }, "greeting-reset", 0},
		"greets in HTTP":        {func(k *talk) { k.say("HTTP/1.1 400 Bad Request\r\n\r\n") }, "greeting-failed", 0},
		"half a greeting":       {func(k *talk) { k.say("peer rea"); k.fin() }, "greeting-fin", 0},
		"FIN for an answer":     {func(k *talk) { k.say(greeting); k.ask(); k.fin() }, "fin-before-answer", 1},
		"RST for an answer":     {func(k *talk) { k.say(greeting); k.ask(); k.rst() }, "rst-before-answer", 1},
		"half an answer":        {func(k *talk) { k.say(greeting); k.ask(); k.say("OK"); k.fin() }, "fin-in-answer", 1},
		"no answer":             {func(k *talk) { k.say(greeting); k.ask(); k.ask() }, "timeout", 1},
		"another's id":          {func(k *talk) { k.say(greeting); k.ask(); k.say("OK x\n") }, "wrong-body", 1},
		"another service":       {func(k *talk) { k.say("cart ready 1\n"); k.answerLines() }, "wrong-service", 1},
		"not the protocol":      {func(k *talk) { k.say(greeting); k.ask(); k.say("500 no\n"); k.ask() }, "garbage-in-answer", 1},
		"greets without an end": {func(k *talk) { k.conn.Write(make([]byte, 2*maxLineBytes)) }, "greeting-failed", 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startLinePeer(t, c.script)
			b := openBooks(t, p.url, kindNew)
			b.expect = "peer"
			b.track.sent()
			b.fresh(time.Now())
			client := b.counts(t).Client
			same(t, "lines the peer read", p.seen.Load(), c.read)
			if c.reason == "" {
				same(t, "ok", client.New.OK, 1)
				same(t, "by", client.New.AnsweredBy, map[string]int64{"peer/1": 1})
				return
			}
			same(t, "reasons", client.Reasons, map[string]int64{c.reason: 1})
		})
	}
}

// The client sends nothing before it is greeted.
func TestWaitsForTheGreeting(t *testing.T) {
	early := make(chan int, 1)
	p := startLinePeer(t, func(k *talk) {
		k.conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		n, _ := k.reader.Read(make([]byte, 100))
		early <- n
		k.conn.SetReadDeadline(time.Time{})
		k.serveLines()
	})
	b := openBooks(t, p.url, kindNew)
	b.track.sent()
	b.fresh(time.Now())
	same(t, "bytes before the greeting", <-early, 0)
	same(t, "ok", b.counts(t).Client.New.OK, 1)
}

// How kept connections of lines end: three requests are due, 150 ms apart.
func TestKeptLines(t *testing.T) {
	none := map[string]int64{}
	cases := map[string]struct {
		first func(k *talk)
		want  Conns
		lost  map[string]int64
	}{
		"serves well": {(*talk).serveLines, Conns{Opened: 1, SelfClosed: 1}, none},
		"says last": {
			func(k *talk) { k.say(greeting); k.say("OK %s last\n", k.ask()); k.fin() },
			Conns{Opened: 2, GracefulClosed: 1, SelfClosed: 1}, none},
		"FIN while idle": {
			func(k *talk) { k.say(greeting); k.say("OK %s\n", k.ask()); time.Sleep(30 * time.Millisecond); k.fin() },
			Conns{Opened: 2, Reconnects: 1, Cuts: 1, SelfClosed: 1}, none},
		"RST in flight": {
			func(k *talk) { k.say(greeting); k.ask(); k.rst() },
			Conns{Opened: 2, Reconnects: 1, Cuts: 1, SelfClosed: 1}, map[string]int64{"rst-before-answer": 1}},
		"never greets": {
			(*talk).answerLines, Conns{Opened: 1, OpenFailed: 1, SelfClosed: 1}, none},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startLinePeer(t, c.first)
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

// A caller that serves nothing, a service of lines, and its replacement: the
// books of both agree as they do for HTTP, whoever speaks first.
func TestLineServiceRestarts(t *testing.T) {
	for _, scheme := range []string{schemeTCP, schemeAsk} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			checkLineRestart(t, scheme)
		})
	}
}

func checkLineRestart(t *testing.T, scheme string) {
	t.Helper()
	dir := t.TempDir()
	args := []string{"-name", "ledger", "-listen", scheme + "://127.0.0.1:0", "-counts", dir, "-drain", "2s"}
	old := startService(t, args...)
	endpoint := startGate(t, "http://"+old.listener.Addr().String())
	audit := startService(t, "-name", "audit", "-listen", "none", "-counts", dir, "-load-url", scheme+strings.TrimPrefix(endpoint.url, "http"),
		"-load-expect", "ledger", "-load-new-rps", "20", "-load-keep-conns", "4", "-load-keep-rps", "20")
	setGo(t, dir, true)
	time.Sleep(time.Second)
	replacement := startService(t, args...)
	endpoint.set("http://" + replacement.listener.Addr().String())
	old.end(t)
	time.Sleep(500 * time.Millisecond)
	setGo(t, dir, false)
	waitCounts(t, audit, func(c Counts) bool { return c.Idle })
	audit.end(t)
	replacement.end(t)
	same(t, "idle at shutdown", old.store.ledger.counts.Server.Conns.IdleAtShutdown, 0)
	same(t, "peers", len(old.store.ledger.counts.Server.ByPeer), 1)
	sum := tallyOf(t, dir)
	same(t, "problems", sum.Problems, []string{})
	same(t, "unmatched", len(sum.Unmatched), 0)
	same(t, "lost and cut", []int64{sum.Total.Lost, sum.Total.Cuts, sum.Total.InFlight}, []int64{0, 0, 0})
	same(t, "graceful", sum.Total.GracefulClosed, 4)
	for _, row := range sum.Edges {
		same(t, row.Kind, []int64{row.ServerReceived, row.ServerAnswered, row.Difference}, []int64{row.Sent, row.OK, 0})
		same(t, "instances that answered", len(row.AnsweredBy), 2)
		same(t, "sent", row.Sent > 20, true)
	}
}

func TestGetLines(t *testing.T) {
	p := startLinePeer(t, (*talk).serveLines)
	same(t, "exit", command([]string{"get", p.url}, t.Output(), t.Output()), exitOK)
}
