package main

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// peerUnseen stands for the identity of a caller that only a proxy knows: a
// stream of bytes has no header to write it in.
const peerUnseen = "unseen"

// lineServer serves the protocol of lines.go, or that of ask.go. From drain on,
// every answer is the last of its connection.
type lineServer struct {
	service    string
	instance   string
	isAsked    bool // the client speaks first, as in ask.go
	books      *serverBooks
	isDraining atomic.Bool
	mu         sync.Mutex
	on         net.Listener
	conns      map[net.Conn]bool
	serving    sync.WaitGroup
}

func newLineServer(o options, l *ledger) *lineServer {
	return &lineServer{
		service:  o.name,
		instance: o.instance,
		isAsked:  o.listen.scheme == schemeAsk,
		books:    newServerBooks(l),
		conns:    map[net.Conn]bool{},
	}
}

func (s *lineServer) serve(on net.Listener) error {
	s.mu.Lock()
	s.on = on
	s.mu.Unlock()
	for {
		conn, err := on.Accept()
		if err != nil {
			return err
		}
		s.enter(conn)
		s.serving.Go(func() { s.talk(conn) })
	}
}

func (s *lineServer) enter(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[conn] = true
	s.books.connState(conn, http.StateNew)
}

func (s *lineServer) leave(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
	conn.Close()
	s.books.connState(conn, http.StateClosed)
}

// talk greets if that is its part, then answers until one side ends the
// connection.
func (s *lineServer) talk(conn net.Conn) {
	defer s.leave(conn)
	if err := s.greet(conn); err != nil {
		return
	}
	reader := bufio.NewReader(conn)
	for {
		words, err := readLine(reader)
		if err != nil || len(words) != 2 || words[0] != s.verb() {
			return
		}
		if isLast := s.answer(conn, words[1]); isLast {
			return
		}
	}
}

func (s *lineServer) greet(conn net.Conn) error {
	if s.isAsked {
		return nil
	}
	_, err := io.WriteString(conn, greetingLine(s.service, s.instance))
	return err
}

func (s *lineServer) verb() string {
	if s.isAsked {
		return askVerb
	}
	return lineVerb
}

func (s *lineServer) line(id string, isLast bool) string {
	if s.isAsked {
		return askAnswer(id, s.service, s.instance, isLast)
	}
	return lineAnswer(id, isLast)
}

func (s *lineServer) answer(conn net.Conn, id string) (isLast bool) {
	s.books.connState(conn, http.StateActive)
	from := callerOf(id)
	s.books.received(from, peerUnseen, false)
	isLast = s.isDraining.Load()
	_, err := io.WriteString(conn, s.line(id, isLast))
	s.books.answered(from, err)
	s.books.connState(conn, http.StateIdle)
	return isLast || err != nil
}

// drain serves on for the time given, then ends the connections on which no
// request came meanwhile, and counts them.
func (s *lineServer) drain(d time.Duration) error {
	s.isDraining.Store(true)
	time.Sleep(d)
	s.books.shutdown()
	err := s.closeAll()
	s.serving.Wait()
	return err
}

func (s *lineServer) closeAll() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	if s.on != nil {
		err = s.on.Close()
	}
	for conn := range s.conns {
		err = errors.Join(err, conn.Close())
	}
	return err
}
