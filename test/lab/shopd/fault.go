package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

const faultFile = "FAULT"

// Fault is what a test wants a service to suffer: the file DIR/FAULT, which a
// running service follows. No file is no fault. It is not a counts file.
type Fault struct {
	Service string `json:"service"`
	// Instance is the beginning of the instance ids that have the fault; empty
	// stands for all.
	Instance string `json:"instance"`
	// Errors is the share of requests that are answered 500 at once, 0 to 1.
	Errors float64 `json:"errors"`
	// Slow is the share of requests whose answer waits for DelayMs, 0 to 1.
	Slow    float64 `json:"slow"`
	DelayMs float64 `json:"delayMs"`
}

// faults knows the fault of the moment. The zero directory has none.
type faults struct {
	dir     string
	is      func(Fault) bool // whether a fault is meant for this service
	books   *serverBooks
	current atomic.Pointer[Fault]
}

func newFaults(o options, books *serverBooks) *faults {
	return &faults{dir: o.counts, books: books, is: func(f Fault) bool {
		return f.Service == o.name && strings.HasPrefix(o.instance, f.Instance)
	}}
}

// follow reads the file again and again until ended.
func (f *faults) follow(ended context.Context) {
	for f.dir != "" && sleepUntil(ended, time.Now().Add(goPollEvery)) {
		f.current.Store(f.read())
	}
}

func (f *faults) read() *Fault {
	text, err := os.ReadFile(filepath.Join(f.dir, faultFile))
	if err != nil {
		return nil
	}
	var read Fault
	if err := json.Unmarshal(text, &read); err != nil {
		fmt.Fprintln(os.Stderr, "shopd: not a fault:", err)
		return nil
	}
	if !f.is(read) {
		return nil
	}
	return &read
}

// meet lets a request suffer the fault of the moment. It returns true when the
// request is to fail.
func (f *faults) meet() (fails bool) {
	fault := f.current.Load()
	if fault == nil {
		return false
	}
	fails = rand.Float64() < fault.Errors
	isSlow := !fails && rand.Float64() < fault.Slow
	f.books.met(fails, isSlow)
	if isSlow {
		time.Sleep(time.Duration(fault.DelayMs * float64(time.Millisecond)))
	}
	return fails
}

// failed is the answer of a request that fails on purpose. Nothing else in the
// lab answers 500: a call that fails is 502, and proxies say 503 and 504.
func failed(body reply) (int, reply) {
	body.Error = "fault on purpose"
	return http.StatusInternalServerError, body
}
