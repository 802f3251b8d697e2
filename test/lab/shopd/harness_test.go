package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// started is a service in this process; stop is its SIGTERM.
type started struct {
	*service
	url  string
	stop context.CancelFunc
	done chan error
}

func startService(t *testing.T, args ...string) *started {
	t.Helper()
	// A later -listen takes the place of this one.
	o, err := parseOptions(append([]string{"-listen", "127.0.0.1:0"}, args...), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newService(o, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &started{service: s, url: urlOf(s), stop: cancel, done: make(chan error, 1)}
	go func() { r.done <- s.run(ctx) }()
	t.Cleanup(cancel)
	return r
}

// urlOf is where a service is to be called, "" when it serves nothing.
func urlOf(s *service) string {
	if s.listener == nil {
		return ""
	}
	return s.opts.listen.scheme + "://" + s.listener.Addr().String()
}

func (s *started) end(t *testing.T) {
	t.Helper()
	s.stop()
	select {
	case err := <-s.done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("does not end")
	}
}

// gate passes connections on to a service that can be changed, as endpoints do.
type gate struct {
	url string
	to  atomic.Pointer[string]
}

func startGate(t *testing.T, to string) *gate {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	g := &gate{url: "http://" + listener.Addr().String()}
	g.set(to)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go g.pass(conn)
		}
	}()
	return g
}

func (g *gate) set(url string) {
	address := strings.TrimPrefix(url, "http://")
	g.to.Store(&address)
}

func (g *gate) pass(in net.Conn) {
	defer in.Close()
	out, err := net.Dial("tcp", *g.to.Load())
	if err != nil {
		return
	}
	defer out.Close()
	go func() {
		io.Copy(out, in)
		out.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(in, out)
}

func setGo(t *testing.T, dir string, on bool) {
	t.Helper()
	path := filepath.Join(dir, "GO")
	err := os.Remove(path)
	if on {
		err = os.WriteFile(path, nil, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// waitCounts reads the service's file until it is as wanted.
func waitCounts(t *testing.T, s *started, isWanted func(c Counts) bool) Counts {
	t.Helper()
	var c Counts
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		text, err := os.ReadFile(s.store.path)
		if err != nil {
			t.Fatal(err)
		}
		c = Counts{}
		if err := json.Unmarshal(text, &c); err != nil {
			t.Fatal(err)
		}
		if isWanted(c) {
			return c
		}
	}
	t.Fatalf("counts never as wanted: %+v", c)
	return c
}

func tallyOf(t *testing.T, dir string) Tally {
	t.Helper()
	var out bytes.Buffer
	if err := tallyCommand([]string{dir, "-json"}, &out); err != nil {
		t.Fatal(err)
	}
	var sum Tally
	if err := json.Unmarshal(out.Bytes(), &sum); err != nil {
		t.Fatal(err)
	}
	return sum
}
