package main

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// programVariable makes the test binary the program itself: its arguments.
const programVariable = "SHOPD_TEST_ARGS"

func TestMain(m *testing.M) {
	if line := os.Getenv(programVariable); line != "" {
		os.Exit(command(strings.Fields(line), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// The one pooled connection has books of its own, and a cut of it says how
// long it had idled.
func TestPooledConnection(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pricing := startService(t, "-name", "pricing", "-counts", dir, "-drain", "0s")
	rude := startPeer(t, func(k *talk) {
		if k.nth > 1 {
			k.serve()
			return
		}
		k.ok(k.read())
		time.Sleep(400 * time.Millisecond)
		k.rst()
	})
	for _, c := range []struct {
		url       string
		cuts, old int64
	}{{pricing.url, 0, 0}, {rude.url, 1, 1}} {
		reports := startService(t, "-name", "reports", "-listen", "none", "-counts", dir, "-drain", "0s",
			"-load-url", pricing.url, "-load-new-rps", "5", "-idle-url", c.url, "-idle-every", "700ms")
		setGo(t, dir, true)
		time.Sleep(1600 * time.Millisecond)
		setGo(t, dir, false)
		pooled := waitCounts(t, reports, func(c Counts) bool { return c.Idle && c.Client.Runs == 1 }).Pooled
		reports.end(t)
		same(t, "requests", []int64{pooled.Sent, pooled.OK}, []int64{3, 3})
		same(t, "connections", pooled.Conns, Conns{Opened: 1 + c.cuts, Reconnects: c.cuts, Cuts: c.cuts, SelfClosed: 1})
		for _, cut := range pooled.Cuts {
			if cut.IdleSeconds < 0.35 || cut.IdleSeconds > 0.6 {
				t.Errorf("idle for %.3f s, want 0.4", cut.IdleSeconds)
			}
		}
	}
	pricing.end(t)
	sum := tallyOf(t, dir)
	// The rude peer keeps no books.
	same(t, "problems", len(sum.Problems), 1)
	kinds := map[string]int{}
	for _, row := range sum.Edges {
		kinds[row.Kind]++
	}
	same(t, "kinds", kinds, map[string]int{kindNew: 1, kindPooled: 2})
	same(t, "kind of the cut", sum.Cuts[0].Kind, kindPooled)
}

// A request that meets the end of its connection: it had idled until then.
func TestCutInFlightSaysIdleTime(t *testing.T) {
	p := startPeer(t, func(k *talk) { k.ok(k.read()); k.read(); time.Sleep(200 * time.Millisecond); k.rst() })
	b := openBooks(t, p.url, kindKept)
	k := openKept(b.caller, 1)
	k.send(time.Now())
	time.Sleep(500 * time.Millisecond)
	k.send(time.Now())
	k.close()
	cut := b.counts(t).Client.Cuts[0]
	if !cut.InFlight || cut.IdleSeconds < 0.45 || cut.IdleSeconds > 0.6 {
		t.Errorf("%+v, want in flight after 0.5 s", cut)
	}
}

// What a timer starts: counted as any caller, silent without GO.
func TestOnce(t *testing.T) {
	dir := t.TempDir()
	pricing := startService(t, "-name", "pricing", "-counts", dir, "-drain", "0s")
	once := func(url string) int {
		return command([]string{"once", url, "-name", "nightly", "-counts", dir, "-expect", "pricing"}, t.Output(), t.Output())
	}
	same(t, "without GO", once(pricing.url), exitOK)
	setGo(t, dir, true)
	same(t, "with GO", []int{once(pricing.url), once(pricing.url)}, []int{exitOK, exitOK})
	same(t, "lost", once("http://127.0.0.1:1/"), exitFailed)
	pricing.end(t)
	sum := tallyOf(t, dir)
	same(t, "files", sum.Files, 4)
	same(t, "problems", sum.Problems, []string{})
	same(t, "unfinished", sum.Unfinished, []string{})
	for _, row := range sum.Edges {
		if row.Edge == "nightly->127.0.0.1:1" {
			same(t, "lost", []int64{row.Sent, row.Lost}, []int64{1, 1})
			continue
		}
		same(t, "asked", []int64{row.Sent, row.OK, row.ServerAnswered}, []int64{2, 2, 2})
	}
	files, _ := filepath.Glob(filepath.Join(dir, "nightly-*.json"))
	same(t, "files of the timer", len(files), 3)
}

// A program that ignores SIGTERM goes on until it is killed, and its counts
// are exact to the request all the same.
func TestIgnoresTerm(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stock := startService(t, "-name", "stock", "-counts", dir, "-drain", "0s")
	stubborn := exec.Command(os.Args[0])
	stubborn.Env = append(os.Environ(), programVariable+"=-name stubborn -listen none -ignore-term -counts "+dir+
		" -load-url "+stock.url+" -load-new-rps 10 -load-keep-conns 2 -load-keep-rps 10")
	if err := stubborn.Start(); err != nil {
		t.Fatal(err)
	}
	setGo(t, dir, true)
	time.Sleep(time.Second)
	stubborn.Process.Signal(syscall.SIGTERM)
	before := countsOf(t, dir, "stubborn")
	time.Sleep(time.Second)
	after := countsOf(t, dir, "stubborn")
	if after.Client.New.Sent-before.Client.New.Sent < 5 {
		t.Errorf("sent %d, then %d: ended by SIGTERM", before.Client.New.Sent, after.Client.New.Sent)
	}
	stubborn.Process.Kill()
	stubborn.Wait()
	time.Sleep(100 * time.Millisecond)
	stock.end(t)
	sum := tallyOf(t, dir)
	same(t, "problems", sum.Problems, []string{})
	same(t, "unfinished", len(sum.Unfinished), 1)
	same(t, "held when killed", sum.Total.Open, 2)
	same(t, "lost", sum.Total.Lost, 0)
	for _, row := range sum.Edges {
		if unsent := row.Sent - row.ServerReceived; unsent < 0 || unsent > row.InFlight {
			t.Errorf("%s: %d sent, %d received, %d in flight", row.Kind, row.Sent, row.ServerReceived, row.InFlight)
		}
	}
}

// countsOf reads the counts of the one program with this name.
func countsOf(t *testing.T, dir, name string) Counts {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, name+"-*.json"))
	if len(files) != 1 {
		t.Fatalf("%d files of %s", len(files), name)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var c Counts
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// A program may ask another name server than its machine does.
func TestResolver(t *testing.T) {
	names, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer names.Close()
	go answerNames(names)
	p := startPeer(t, (*talk).serve)
	b := openBooks(t, strings.Replace(p.url, "127.0.0.1", "peer.test", 1), kindNew)
	b.target.resolver = names.LocalAddr().String()
	b.track.sent()
	b.fresh(time.Now())
	same(t, "ok", b.counts(t).Client.New.OK, 1)
}

// answerNames says of every name that it is 127.0.0.1.
func answerNames(on net.PacketConn) {
	query := make([]byte, 512)
	for {
		_, from, err := on.ReadFrom(query)
		if err != nil {
			return
		}
		end := 12 + bytes.IndexByte(query[12:], 0) + 5 // of the question
		reply := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0}, query[12:end]...)
		reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 127, 0, 0, 1)
		on.WriteTo(reply, from)
	}
}
