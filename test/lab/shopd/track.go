package main

import "time"

// Kinds of traffic, as in X-Shop-From.
const (
	kindNew    = "new"
	kindKept   = "kept"
	kindCall   = "call"
	kindPooled = "pooled"
)

const (
	lateAfter  = 20 * time.Millisecond
	maxSamples = 50
	maxCuts    = 1000
)

// track writes the counts of one kind of traffic on one edge. Contract: every
// sent is followed by exactly one settle, every opened by at most one ended.
type track struct {
	ledger   *ledger
	kind     string
	evidence *Evidence
	flow     *Flow
	conns    *Conns // nil for new connections, which are not counted
	owed     int64  // cut connections not yet replaced
}

// name is the caller's name/instance/kind. It is fixed once the counts file is
// claimed.
func (t *track) name() string {
	return t.ledger.counts.Name + "/" + t.ledger.counts.Instance + "/" + t.kind
}

// sent counts a request that is due now.
func (t *track) sent() {
	defer t.ledger.changed() // after the lock is free
	t.ledger.mu.Lock()
	defer t.ledger.mu.Unlock()
	t.flow.Sent++
	t.flow.InFlight++
}

// started counts the request as late when its bytes go out well after it was due.
func (t *track) started(intended time.Time) {
	if time.Since(intended) <= lateAfter {
		return
	}
	t.ledger.mu.Lock()
	defer t.ledger.mu.Unlock()
	t.flow.Late++
}

// settle counts what became of a request that was due at intended.
func (t *track) settle(o outcome, intended time.Time) {
	defer t.ledger.changed() // after the lock is free
	t.ledger.mu.Lock()
	defer t.ledger.mu.Unlock()
	t.flow.InFlight--
	if o.by != "" {
		t.flow.Answered++
		t.flow.AnsweredBy[o.by]++
	}
	if o.reason == "" {
		t.flow.OK++
		t.flow.Latencies.add(o.at.Sub(intended))
		return
	}
	t.flow.Lost++
	t.evidence.Reasons[o.reason]++
	if len(t.evidence.Samples) < maxSamples {
		t.evidence.Samples = append(t.evidence.Samples, Sample{
			At: o.at.UTC(), Edge: t.evidence.Edge, Kind: t.kind,
			Reason: o.reason, Detail: o.detail, Remote: o.remote, ID: o.id,
		})
	}
}

// opened counts a kept connection, and that it replaces a cut one if one is owed.
func (t *track) opened() {
	defer t.ledger.changed() // after the lock is free
	t.ledger.mu.Lock()
	defer t.ledger.mu.Unlock()
	t.conns.Opened++
	t.conns.Open++
	if t.owed > 0 {
		t.owed--
		t.conns.Reconnects++
	}
}

// openFailed counts a kept connection that could not be made. A request is lost
// by it only if one was waiting for it; that is settled apart.
func (t *track) openFailed(reason string) {
	t.ledger.mu.Lock()
	defer t.ledger.mu.Unlock()
	t.conns.OpenFailed++
	t.evidence.OpenReasons[reason]++
}

// ended counts how a kept connection came to its end.
func (t *track) ended(e ending) {
	defer t.ledger.changed() // after the lock is free
	t.ledger.mu.Lock()
	defer t.ledger.mu.Unlock()
	t.conns.Open--
	switch e.kind {
	case endGraceful:
		t.conns.GracefulClosed++
	case endSelf:
		t.conns.SelfClosed++
	case endAbandoned:
		t.conns.Abandoned++
	case endCut:
		t.conns.Cuts++
		t.owed++
		if len(t.evidence.Cuts) < maxCuts {
			t.evidence.Cuts = append(t.evidence.Cuts, e.Cut)
		}
	}
}
