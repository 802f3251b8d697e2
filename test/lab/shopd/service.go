package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
)

// service is the running program: server, call pool, load and counts.
type service struct {
	opts     options
	store    *store
	listener net.Listener // nil when nothing is served
	server   front
	pool     *pool // nil without -call
	load     *load // nil without -load-url
}

// newService listens and claims the counts file; nothing is served yet.
func newService(o options, stderr io.Writer) (*service, error) {
	to, err := o.targets()
	if err != nil {
		return nil, err
	}
	listener, err := o.listen.open()
	if err != nil {
		return nil, err
	}
	l := newLedger(o.name, o.instance)
	s := &service{listener: listener, store: &store{dir: o.counts, ledger: l, stderr: stderr}}
	// The books are all open before the first file is written.
	if to.call != nil {
		s.pool = newPool(newCaller(to.call, l.addCall(o.name+"->"+to.call.edge), o.callExpect))
	}
	if to.load != nil {
		s.load = newLoad(o, l, to.load, to.idle)
	}
	if err := s.store.claim(); err != nil {
		o.listen.close(listener)
		return nil, err
	}
	if o.ignoresTerm {
		l.onChange = s.store.tryWrite
	}
	o.instance = l.counts.Instance
	s.opts = o
	s.server = o.listen.front(o, l, s.pool)
	return s, nil
}

// targets are what a service calls; nil for what it does not.
type targets struct{ call, load, idle *target }

// targets parses the URLs.
func (o options) targets() (to targets, err error) {
	for _, one := range []struct {
		flag, url string
		to        **target
	}{{"-call", o.call, &to.call}, {"-load-url", o.loadURL, &to.load}, {"-idle-url", o.idleURL, &to.idle}} {
		if one.url == "" {
			continue
		}
		if *one.to, err = parseTarget(one.url); err != nil {
			return to, fmt.Errorf("%s: %w", one.flag, err)
		}
		(*one.to).resolver = o.resolver
	}
	if to.call != nil && to.call.scheme != schemeHTTP {
		return to, fmt.Errorf("%w: -call: only http", errUsage)
	}
	return to, nil
}

// run serves until stop, then ends without losing a request, and returns when
// the final counts are written. A careless one writes them and is gone.
func (s *service) run(stop context.Context) error {
	ended, cancel := context.WithCancel(context.Background())
	var working, loading sync.WaitGroup
	working.Go(func() { s.store.keep(ended) })
	if s.pool != nil {
		working.Go(func() { s.pool.sweep(ended) })
	}
	if s.load != nil {
		loading.Go(func() { s.load.follow(stop) })
	}
	failed := make(chan error, 1)
	go func() { failed <- s.server.serve(s.listener) }()
	var err error
	select {
	case err = <-failed:
	case <-stop.Done():
		err = s.end(&loading)
	}
	cancel()
	working.Wait()
	if writeErr := s.store.finish(); writeErr != nil {
		return writeErr
	}
	return err
}

// end lets the load and the server finish side by side.
func (s *service) end(loading *sync.WaitGroup) error {
	if s.opts.isCareless {
		return nil
	}
	err := s.server.drain(s.opts.drain)
	loading.Wait()
	if s.pool != nil {
		s.pool.close()
	}
	return err
}
