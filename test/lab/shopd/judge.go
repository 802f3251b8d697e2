package main

import (
	"encoding/json"
	"fmt"
	"time"
)

// endKind is how a connection came to its end; endNone says that it lives.
type endKind int

const (
	endNone endKind = iota
	endGraceful
	endCut
	endSelf
	endAbandoned
)

// ending is what became of a connection. The embedded Cut is filled in for
// endCut only.
type ending struct {
	kind endKind
	Cut
}

// cutEnding leaves it to the wire to say what it knows of the connection.
func cutEnding(at time.Time, reason string, inFlight bool) ending {
	return ending{kind: endCut, Cut: Cut{At: at.UTC(), Reason: reason, InFlight: inFlight}}
}

// outcome is what became of one request and of the connection that carried it.
type outcome struct {
	id     string
	at     time.Time // when it was known
	reason string    // empty for ok
	detail string
	remote string
	by     string // service/instance of the shopd that answered, if one did
	end    ending
}

// reply is the body of every shopd answer.
type reply struct {
	Service  string `json:"service"`
	Instance string `json:"instance"`
	ID       string `json:"id"`
	Error    string `json:"error,omitempty"`
}

// judge decides whether a request is ok or lost, and whether its connection is
// still good.
func judge(req request, ev event) outcome {
	o := outcome{id: req.id, at: ev.at}
	if ev.answer == nil {
		return o.endedBy(ev)
	}
	o.by = ev.answer.header.Get(headerBy)
	o.reason, o.detail = verdict(req, ev.answer)
	switch {
	case ev.answer.isAnnounced:
		o.end = ending{kind: endGraceful}
	case ev.answer.isEnded:
		o.end = cutEnding(ev.at, "fin", false)
	case o.reason == reasonWrongBody:
		o.end = ending{kind: endAbandoned} // answers may be out of step
	}
	return o
}

// endedBy settles a request whose connection ended, or turned to garbage,
// before a whole answer came.
func (o outcome) endedBy(ev event) outcome {
	how := endReason(ev.err)
	o.reason, o.detail = how+"-before-answer", ev.err.Error()
	if ev.isMidAnswer {
		o.reason = how + "-in-answer"
	}
	o.end = cutEnding(ev.at, how, true)
	if how == "garbage" {
		o.end = ending{kind: endAbandoned}
	}
	return o
}

// verdict is the reason why a whole answer is not ok, and a detail for people.
func verdict(req request, a *answer) (reason, detail string) {
	if a.status != 200 {
		return fmt.Sprintf("status-%d", a.status), shorten(a.body)
	}
	var body reply
	err := json.Unmarshal(a.body, &body)
	switch {
	case err != nil || body.Service == "" || body.ID != req.id:
		return reasonWrongBody, shorten(a.body)
	case req.expect != "" && body.Service != req.expect:
		return reasonWrongService, shorten(a.body)
	}
	return "", ""
}

func shorten(body []byte) string {
	const most = 200
	if len(body) > most {
		body = body[:most]
	}
	return string(body)
}
