package main

import (
	"fmt"
	"maps"
)

func (r *Row) add(f Flow, c Conns) {
	r.Sent += f.Sent
	r.OK += f.OK
	r.Lost += f.Lost
	r.InFlight += f.InFlight
	r.Late += f.Late
	r.Answered += f.Answered
	for by, n := range f.AnsweredBy {
		r.AnsweredBy[by] += n
	}
	r.Latencies.merge(f.Latencies)
	r.Opened += c.Opened
	r.OpenFailed += c.OpenFailed
	r.Reconnects += c.Reconnects
	r.GracefulClosed += c.GracefulClosed
	r.Cuts += c.Cuts
	r.SelfClosed += c.SelfClosed
	r.Abandoned += c.Abandoned
	r.Open += c.Open
}

func (r *Row) finish() {
	r.Difference = r.ServerAnswered - r.Answered
	r.Latencies.summarize()
	if r.ActiveSeconds > 0 {
		r.RatePerSec = float64(r.Sent) / r.ActiveSeconds
	}
}

// problems says where client and servers cannot both be right.
func (r *Row) problems() []string {
	var found []string
	say := func(format string, args ...any) {
		found = append(found, r.Edge+" "+r.Kind+": "+fmt.Sprintf(format, args...))
	}
	if r.Difference < 0 {
		say("client has %d answers that no server counted: a file is missing, or a server was killed", -r.Difference)
	}
	if r.ServerReceived > r.Sent {
		say("servers received %d more than were sent: something retries, or a client was killed", r.ServerReceived-r.Sent)
	}
	if r.Difference > r.Lost+r.InFlight {
		say("%d answers are neither received nor lost: something retries", r.Difference-r.Lost-r.InFlight)
	}
	if r.Retried > 0 {
		say("a proxy says that %d requests were second attempts: losses may be hidden", r.Retried)
	}
	return found
}

// imbalances checks the sums that hold in every single file.
func imbalances(c Counts) []string {
	var found []string
	check := func(what string, a, b int64) {
		if a != b {
			found = append(found, fmt.Sprintf("%s-%s: %s: %d, not %d", c.Name, c.Instance, what, a, b))
		}
	}
	flow := func(what string, f Flow) { check(what+" sent", f.Sent, f.OK+f.Lost+f.InFlight) }
	conns := func(what string, n Conns) {
		check(what+" opened", n.Opened, n.GracefulClosed+n.Cuts+n.SelfClosed+n.Abandoned+n.Open)
	}
	if client := c.Client; client != nil {
		flow(kindNew, client.New)
		flow(kindKept, client.Kept.Flow)
		conns(kindKept, client.Kept.Conns)
		check("client reasons", total(client.Reasons), client.New.Lost+client.Kept.Lost)
	}
	for kind, edge := range map[string]*CallCounts{kindCall: c.Call, kindPooled: c.Pooled} {
		if edge != nil {
			flow(kind, edge.Flow)
			conns(kind, edge.Conns)
			check(kind+" reasons", total(edge.Reasons), edge.Lost)
		}
	}
	check("server received", c.Server.Received, c.Server.Answered+c.Server.AnswerFailed+c.Server.InFlight)
	return found
}

func total(counts map[string]int64) int64 {
	var n int64
	for v := range maps.Values(counts) {
		n += v
	}
	return n
}
