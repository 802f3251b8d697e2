package main

import (
	"context"
	"sync"
	"time"
)

// kept is a set of kept connections. Jobs go to the slot that has been free the
// longest (receivers of a channel queue up), which is round robin while the
// peer answers in time. While every slot is busy jobs wait in order, and count
// as late; one that waits until its deadline is lost unsent.
type kept struct {
	caller      *caller
	jobs        chan job
	stopSlots   context.CancelFunc
	slots       sync.WaitGroup
	outstanding sync.WaitGroup
}

// openKept returns when every slot has tried to open its connection.
func openKept(c *caller, conns int) *kept {
	ctx, cancel := context.WithCancel(context.Background())
	k := &kept{caller: c, jobs: make(chan job), stopSlots: cancel}
	var opening sync.WaitGroup
	for range conns {
		opening.Add(1)
		k.slots.Go(func() {
			s := slot{caller: c}
			s.run(ctx, k.jobs, opening.Done)
		})
	}
	opening.Wait()
	return k
}

// send hands one request to the next free slot. It does not block.
func (k *kept) send(intended time.Time) {
	k.caller.track.sent()
	k.outstanding.Add(1)
	j := job{
		id:       k.caller.nextID(),
		intended: intended,
		deadline: k.caller.deadline(),
		done:     k.outstanding.Done,
	}
	go k.hand(j)
}

func (k *kept) hand(j job) {
	timer := time.NewTimer(time.Until(j.deadline))
	defer timer.Stop()
	select {
	case k.jobs <- j:
	case <-timer.C:
		k.caller.track.settle(outcome{
			id: j.id, at: time.Now(), reason: reasonUnsent,
			detail: "every kept connection was busy", remote: k.caller.target.edge,
		}, j.intended)
		j.done()
	}
}

// close waits for outstanding answers, then ends the connections itself.
func (k *kept) close() {
	k.outstanding.Wait()
	k.stopSlots()
	k.slots.Wait()
}
