package main

import (
	"bytes"
	"encoding/json"
	"io"
	"sync"
	"time"
)

// ledger holds the counts of this process. Every change and every copy is made
// under one lock, so what encode returns is one instant and its sums agree.
type ledger struct {
	mu          sync.Mutex
	counts      Counts
	activeSince time.Time // zero while no load is due
	// onChange is called, without the lock, at each request or connection that a
	// track counts; nil for programs that end by themselves.
	onChange func()
}

func newLedger(name, instance string) *ledger {
	return &ledger{counts: Counts{
		Name:      name,
		Instance:  instance,
		StartedAt: time.Now().UTC(),
		Idle:      true,
		Server:    ServerCounts{ByCaller: map[string]*CallerCounts{}, ByPeer: map[string]int64{}},
	}}
}

func (l *ledger) changed() {
	if l.onChange != nil {
		l.onChange()
	}
}

func newEvidence(edge string) Evidence {
	return Evidence{
		Edge:        edge,
		Reasons:     map[string]int64{},
		OpenReasons: map[string]int64{},
		Samples:     []Sample{},
		Cuts:        []Cut{},
	}
}

// addClient opens the books of the load; its two tracks share the evidence.
func (l *ledger) addClient(edge string) (fresh, kept *track) {
	c := &ClientCounts{Evidence: newEvidence(edge)}
	c.New.AnsweredBy, c.Kept.AnsweredBy = map[string]int64{}, map[string]int64{}
	l.counts.Client = c
	fresh = &track{ledger: l, kind: kindNew, evidence: &c.Evidence, flow: &c.New}
	kept = &track{ledger: l, kind: kindKept, evidence: &c.Evidence, flow: &c.Kept.Flow, conns: &c.Kept.Conns}
	return fresh, kept
}

// addCall opens the books of the -call edge.
func (l *ledger) addCall(edge string) *track {
	c := &CallCounts{Evidence: newEvidence(edge)}
	c.AnsweredBy = map[string]int64{}
	l.counts.Call = c
	return &track{ledger: l, kind: kindCall, evidence: &c.Evidence, flow: &c.Flow, conns: &c.Conns}
}

// addPooled opens the books of the -idle-url edge.
func (l *ledger) addPooled(edge string) *track {
	c := &CallCounts{Evidence: newEvidence(edge)}
	c.AnsweredBy = map[string]int64{}
	l.counts.Pooled = c
	return &track{ledger: l, kind: kindPooled, evidence: &c.Evidence, flow: &c.Flow, conns: &c.Conns}
}

// beginRun notes that load is due from now on.
func (l *ledger) beginRun() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.Idle = false
	l.counts.Client.Runs++
	l.activeSince = time.Now()
}

// endSending notes that no more load is due; answers may be outstanding.
func (l *ledger) endSending() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.countActive(time.Now())
	l.activeSince = time.Time{}
}

// endRun notes that nothing is outstanding any more.
func (l *ledger) endRun() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.Idle = true
}

func (l *ledger) countActive(now time.Time) {
	if !l.activeSince.IsZero() {
		l.counts.Client.ActiveSeconds += now.Sub(l.activeSince).Seconds()
		l.activeSince = now
	}
}

func (l *ledger) setFinal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.Final = true
}

// encode returns the counts file of this instant.
func (l *ledger) encode() ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.countActive(now)
	l.counts.UpdatedAt = now.UTC()
	if c := l.counts.Client; c != nil {
		c.New.Latencies.summarize()
		c.Kept.Latencies.summarize()
	}
	for _, c := range []*CallCounts{l.counts.Call, l.counts.Pooled} {
		if c != nil {
			c.Latencies.summarize()
		}
	}
	var text bytes.Buffer
	err := writeJSON(&text, &l.counts)
	return text.Bytes(), err
}

// writeJSON leaves the arrow in the names of edges as it is.
func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	return encoder.Encode(value)
}
