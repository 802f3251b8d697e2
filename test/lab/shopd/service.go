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
	listener net.Listener
	server   *server
	pool     *pool // nil without -call
	load     *load // nil without -load-url
}

// newService listens and claims the counts file; nothing is served yet.
func newService(o options, stderr io.Writer) (*service, error) {
	callTo, loadTo, err := o.targets()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return nil, err
	}
	l := newLedger(o.name, o.instance)
	s := &service{listener: listener, store: &store{dir: o.counts, ledger: l, stderr: stderr}}
	// The books are all open before the first file is written.
	if callTo != nil {
		s.pool = newPool(newCaller(callTo, l.addCall(o.name+"->"+callTo.edge), o.callExpect))
	}
	if loadTo != nil {
		s.load = newLoad(o, l, loadTo)
	}
	if err := s.store.claim(); err != nil {
		listener.Close()
		return nil, err
	}
	o.instance = l.counts.Instance
	s.opts = o
	s.server = newServer(o, l, s.pool)
	return s, nil
}

// targets parses the URLs; nil for one that is not set.
func (o options) targets() (call, load *target, err error) {
	if o.call != "" {
		if call, err = parseTarget(o.call); err != nil {
			return nil, nil, fmt.Errorf("-call: %w", err)
		}
	}
	if o.loadURL != "" {
		if load, err = parseTarget(o.loadURL); err != nil {
			return nil, nil, fmt.Errorf("-load-url: %w", err)
		}
	}
	return call, load, nil
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
