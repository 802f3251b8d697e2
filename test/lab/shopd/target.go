package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"sync/atomic"
	"time"
)

// target is a plain http URL, or tcp or ask for a service of lines. Its dial
// makes one attempt at one address: the standard dialer would quietly go on to
// the next address of a name, which hides a connection that was refused.
type target struct {
	host     string // name or address
	port     string
	edge     string // host:port, as counts name it
	uri      string
	scheme   string
	turn     atomic.Uint64
	resolver string // host:port of a name server; empty asks as this machine does
}

func parseTarget(raw string) (*target, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUsage, err)
	}
	isLines := (u.Scheme == schemeTCP || u.Scheme == schemeAsk) && u.Port() != ""
	if u.Scheme != schemeHTTP && !isLines || u.Hostname() == "" {
		return nil, fmt.Errorf("%w: %q is not an http://host URL, nor tcp://host:port, nor ask://host:port", errUsage, raw)
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	return &target{
		host:   u.Hostname(),
		port:   port,
		edge:   net.JoinHostPort(u.Hostname(), port),
		uri:    u.RequestURI(),
		scheme: u.Scheme,
	}, nil
}

// dial opens one connection, resolving the name each time and taking its
// addresses in turn. An error is a *connectError.
func (t *target) dial(ctx context.Context) (net.Conn, error) {
	address, err := t.resolve(ctx)
	if err != nil {
		return nil, &connectError{phase: "dns", remote: t.edge, err: err}
	}
	dialer := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 5 * time.Second, Interval: time.Second, Count: 5,
	}}
	remote := net.JoinHostPort(address, t.port)
	conn, err := dialer.DialContext(ctx, "tcp", remote)
	if err != nil {
		return nil, &connectError{phase: "connect", remote: remote, err: err}
	}
	return conn, nil
}

// resolve returns one address, of IPv4 if there is any.
func (t *target) resolve(ctx context.Context) (string, error) {
	if _, err := netip.ParseAddr(t.host); err == nil {
		return t.host, nil
	}
	found, err := t.names().LookupNetIP(ctx, "ip4", t.host)
	if len(found) == 0 {
		found, err = t.names().LookupNetIP(ctx, "ip6", t.host)
	}
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", fmt.Errorf("no address for %s", t.host)
	}
	next := t.turn.Add(1) - 1
	return found[next%uint64(len(found))].String(), nil
}

// names is the resolver of this machine, unless another was named.
func (t *target) names() *net.Resolver {
	if t.resolver == "" {
		return net.DefaultResolver
	}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, t.resolver)
	}}
}

// connectError says that no connection came to be, so no byte was sent.
type connectError struct {
	phase  string // dns, connect or greeting
	remote string
	err    error
}

func (e *connectError) Error() string { return e.phase + " " + e.remote + ": " + e.err.Error() }
func (e *connectError) Unwrap() error { return e.err }
