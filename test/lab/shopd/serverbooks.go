package main

import (
	"net"
	"net/http"
	"sync"
)

// serverBooks writes the server's part of the ledger. Contract: every received
// is followed by one answered.
type serverBooks struct {
	ledger *ledger
	mu     sync.Mutex
	states map[net.Conn]http.ConnState
}

func newServerBooks(l *ledger) *serverBooks {
	return &serverBooks{ledger: l, states: map[net.Conn]http.ConnState{}}
}

// update changes the counts under the ledger's lock.
func (b *serverBooks) update(change func(c *ServerCounts)) {
	b.ledger.mu.Lock()
	defer b.ledger.mu.Unlock()
	change(&b.ledger.counts.Server)
}

func (b *serverBooks) health() {
	b.update(func(c *ServerCounts) { c.Health++ })
}

func (b *serverBooks) received(from, peer string, isRetried bool) {
	b.update(func(c *ServerCounts) {
		c.Received++
		c.InFlight++
		c.ByPeer[peer]++
		by := c.caller(from)
		by.Received++
		if isRetried {
			by.Retried++
		}
	})
}

func (b *serverBooks) answered(from string, err error) {
	b.update(func(c *ServerCounts) {
		c.InFlight--
		by := c.caller(from)
		if err != nil {
			c.AnswerFailed++
			by.AnswerFailed++
			return
		}
		c.Answered++
		by.Answered++
	})
}

// met counts a request that came while the service had a fault on purpose.
func (b *serverBooks) met(isFailed, isSlow bool) {
	b.update(func(c *ServerCounts) {
		c.Fault.Met++
		if isFailed {
			c.Fault.Failed++
		}
		if isSlow {
			c.Fault.Slowed++
		}
	})
}

// caller returns the counts of a caller, which may not have given its name.
func (c *ServerCounts) caller(from string) *CallerCounts {
	if from == "" {
		from = "unknown"
	}
	if c.ByCaller[from] == nil {
		c.ByCaller[from] = &CallerCounts{}
	}
	return c.ByCaller[from]
}

// connState follows one connection; it is the hook of http.Server.
func (b *serverBooks) connState(conn net.Conn, state http.ConnState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch state {
	case http.StateNew:
		b.update(func(c *ServerCounts) { c.Conns.Opened++; c.Conns.Open++ })
	case http.StateClosed, http.StateHijacked:
		delete(b.states, conn)
		b.update(func(c *ServerCounts) { c.Conns.Ended++; c.Conns.Open-- })
		return
	}
	b.states[conn] = state
}

// shutdown counts the connections that are about to be ended without notice.
func (b *serverBooks) shutdown() {
	b.mu.Lock()
	defer b.mu.Unlock()
	var idle int64
	for _, state := range b.states {
		if state != http.StateActive {
			idle++
		}
	}
	b.update(func(c *ServerCounts) { c.Conns.IdleAtShutdown = idle })
}
