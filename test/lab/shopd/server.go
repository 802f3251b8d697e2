package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	healthPath      = "/healthz"
	shutdownTimeout = 10 * time.Second
)

// server answers every path but /healthz with the name of the service, after
// one call where there is a pool. From drain on, health is 503 and every answer
// says Connection: close, so that callers move on by themselves.
type server struct {
	service    string
	instance   string
	pool       *pool // nil without -call
	books      *serverBooks
	faults     *faults
	http       *http.Server
	isDraining atomic.Bool
	seq        atomic.Int64
}

func newServer(o options, l *ledger, p *pool) *server {
	s := &server{service: o.name, instance: o.instance, pool: p, books: newServerBooks(l)}
	s.faults = newFaults(o, s.books)
	// HTTP/1.1 only; no timeout that could end an idle connection.
	s.http = &http.Server{Handler: s, ConnState: s.books.connState}
	return s
}

// serve returns only when the listener fails or drain has ended.
func (s *server) serve(on net.Listener) error {
	ended, cancel := context.WithCancel(context.Background())
	defer cancel()
	go s.faults.follow(ended)
	return s.http.Serve(on)
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	isDraining := s.isDraining.Load()
	if isDraining {
		w.Header().Set("Connection", "close")
	}
	if r.URL.Path == healthPath {
		s.books.health()
		writeHealth(w, isDraining)
		return
	}
	from := r.Header.Get(headerFrom)
	s.books.received(from, peerIdentity(r), attempts(r) > 1)
	status, body := s.answer(r.Header.Get(headerID))
	if s.isDraining.Load() { // it may have begun during the call
		w.Header().Set("Connection", "close")
	}
	w.Header().Set(headerBy, s.service+"/"+s.instance)
	s.books.answered(from, writeReply(w, status, body))
}

func (s *server) answer(id string) (status int, body reply) {
	if id == "" {
		id = s.service + "/" + s.instance + "/own/" + strconv.FormatInt(s.seq.Add(1), 10)
	}
	body = reply{Service: s.service, Instance: s.instance, ID: id}
	if s.faults.meet() {
		return failed(body)
	}
	if s.pool == nil {
		return http.StatusOK, body
	}
	if called := s.pool.get(id); called.reason != "" {
		body.Error = "call " + called.reason
		return http.StatusBadGateway, body
	}
	return http.StatusOK, body
}

// writeReply returns nil when the whole answer was handed to the kernel.
func writeReply(w http.ResponseWriter, status int, body reply) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	if _, err := w.Write(text); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

func writeHealth(w http.ResponseWriter, isDraining bool) {
	if isDraining {
		http.Error(w, "draining", http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("ok\n"))
}

// attempts is what a proxy says of how often it has tried; 0 without a word.
func attempts(r *http.Request) int {
	n, _ := strconv.Atoi(r.Header.Get("X-Envoy-Attempt-Count"))
	return n
}

// drain serves on for the time given, then shuts down. Connections on which no
// request came meanwhile are ended without notice, and counted.
func (s *server) drain(d time.Duration) error {
	s.isDraining.Store(true)
	time.Sleep(d)
	s.books.shutdown()
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	return s.http.Shutdown(ctx)
}

// peerIdentity is the SPIFFE id of the nearest client, as the server's proxy
// wrote it into X-Forwarded-Client-Cert (Envoy, HTTP header manipulation);
// "none" when no proxy vouches for the caller.
func peerIdentity(r *http.Request) string {
	hops := strings.Split(r.Header.Get("X-Forwarded-Client-Cert"), ",")
	for _, field := range strings.Split(hops[len(hops)-1], ";") {
		if uri, ok := strings.CutPrefix(field, "URI="); ok {
			return uri
		}
	}
	return "none"
}
