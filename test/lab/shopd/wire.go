package main

import (
	"bufio"
	"net"
	"time"
)

// wire is one client connection, watched all its life: whatever the peer sends
// or does is an event at once, also while no answer is awaited. One goroutine
// at a time may use it.
type wire struct {
	conn    net.Conn
	remote  string
	events  chan event
	done    chan struct{}
	carried int64     // whole answers so far
	usedAt  time.Time // when it last brought an answer; else when it was opened
	reader  *bufio.Reader
	source  *endNoter
	// read takes one answer off the connection.
	read func(*bufio.Reader) (*answer, error)
}

// event is a whole answer, or (answer nil) the end of the connection.
type event struct {
	at          time.Time
	answer      *answer
	err         error
	isMidAnswer bool // the end came after the first byte of an answer
}

// newWire is not watched yet: nothing is read before watch.
func newWire(conn net.Conn, read func(*bufio.Reader) (*answer, error)) *wire {
	source := &endNoter{conn: conn}
	return &wire{
		conn:   conn,
		remote: conn.RemoteAddr().String(),
		events: make(chan event, 1),
		done:   make(chan struct{}),
		usedAt: time.Now(),
		source: source,
		reader: bufio.NewReader(source),
		read:   read,
	}
}

// watch passes events on until the connection ends or close is called.
func (w *wire) watch() {
	for {
		ev := w.readEvent()
		if ev.answer == nil && w.source.end != nil {
			ev.err = w.source.end
		}
		select {
		case w.events <- ev:
		case <-w.done:
			return
		}
		if ev.answer == nil || ev.answer.isEnded {
			return
		}
	}
}

// endNoter keeps how the connection ended. Half an answer before the end would
// else look like a malformed one.
type endNoter struct {
	conn net.Conn
	end  error
}

func (n *endNoter) Read(p []byte) (int, error) {
	count, err := n.conn.Read(p)
	if err != nil {
		n.end = err
	}
	return count, err
}

func (w *wire) readEvent() event {
	if _, err := w.reader.Peek(1); err != nil {
		return event{at: time.Now(), err: err}
	}
	got, err := w.read(w.reader)
	return event{at: time.Now(), answer: got, err: err, isMidAnswer: true}
}

// idleEvent returns what happened since the last exchange, if anything.
func (w *wire) idleEvent() (event, bool) {
	select {
	case ev := <-w.events:
		return ev, true
	default:
		return event{}, false
	}
}

// exchange writes the request once, never again, and waits for its answer until
// the deadline. When the peer closes at the instant the request is written, the
// request is lost: nobody can tell whether it was served.
func (w *wire) exchange(req request, deadline time.Time) outcome {
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	asked := time.Now()
	w.conn.SetWriteDeadline(deadline)
	// A failed write needs no look: the reading side reports the same end, and
	// says it better; an answer sent before the end still counts.
	w.conn.Write(req.bytes)
	select {
	case ev := <-w.events:
		return w.judged(req, ev, asked)
	case <-timer.C:
		return w.timedOut(req)
	}
}

func (w *wire) judged(req request, ev event, asked time.Time) outcome {
	if ev.answer != nil {
		w.carried++
	}
	o := judge(req, ev)
	o.remote = w.remote
	o.end = w.known(o.end, asked)
	if ev.answer != nil {
		w.usedAt = ev.at
	}
	return o
}

// known adds to a cut what is known of its connection. It idled until the
// request that met the end, or until the end itself.
func (w *wire) known(e ending, idleUntil time.Time) ending {
	e.Remote, e.Carried = w.remote, w.carried
	e.IdleSeconds = max(0, idleUntil.Sub(w.usedAt).Seconds())
	return e
}

func (w *wire) timedOut(req request) outcome {
	return outcome{
		id: req.id, at: time.Now(), remote: w.remote,
		reason: reasonTimeout, detail: "no answer in time",
		end: ending{kind: endAbandoned},
	}
}

// endIdle explains an event that came while no answer was awaited.
func (w *wire) endIdle(ev event) ending {
	reason := "unsolicited-answer"
	if ev.answer == nil {
		reason = endReason(ev.err)
	}
	return w.known(cutEnding(ev.at, reason, false), ev.at)
}

func (w *wire) close() {
	close(w.done)
	w.conn.Close()
}
