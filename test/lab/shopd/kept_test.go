package main

import (
	"testing"
	"time"
)

// Each case is one kept connection on which three requests are due, 150 ms
// apart. The first connection is scripted, the others serve well.
func TestKept(t *testing.T) {
	type want struct {
		ok, graceful, cuts, self, abandoned, opened int64
		reasons                                     map[string]int64
		cut                                         string
		isInFlight                                  bool
		carried                                     int64
	}
	none := map[string]int64{}
	cases := map[string]struct {
		first func(k *talk)
		want  want
	}{
		"serves well": {(*talk).serve, want{ok: 3, self: 1, opened: 1, reasons: none}},
		"RST while idle": {
			func(k *talk) { k.ok(k.read()); time.Sleep(30 * time.Millisecond); k.rst() },
			want{ok: 3, cuts: 1, self: 1, opened: 2, reasons: none, cut: "rst", carried: 1}},
		"FIN while idle": {
			func(k *talk) { k.ok(k.read()); time.Sleep(30 * time.Millisecond); k.fin() },
			want{ok: 3, cuts: 1, self: 1, opened: 2, reasons: none, cut: "fin", carried: 1}},
		"FIN right after an answer": {
			func(k *talk) { k.ok(k.read()); k.fin() },
			want{ok: 3, cuts: 1, self: 1, opened: 2, reasons: none, cut: "fin", carried: 1}},
		"RST in flight": {
			func(k *talk) { k.ok(k.read()); k.read(); k.rst() },
			want{ok: 2, cuts: 1, self: 1, opened: 2, cut: "rst", isInFlight: true, carried: 1,
				reasons: map[string]int64{"rst-before-answer": 1}}},
		"FIN in flight": {
			func(k *talk) { k.ok(k.read()); k.read(); k.fin() },
			want{ok: 2, cuts: 1, self: 1, opened: 2, cut: "fin", isInFlight: true, carried: 1,
				reasons: map[string]int64{"fin-before-answer": 1}}},
		"FIN within the body": {
			func(k *talk) {
				k.read()
				k.conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"))
				k.fin()
			},
			want{ok: 2, cuts: 1, self: 1, opened: 2, cut: "fin", isInFlight: true,
				reasons: map[string]int64{"fin-in-answer": 1}}},
		"FIN within the body, close announced": {
			func(k *talk) {
				k.read()
				k.conn.Write([]byte("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\n{"))
				k.fin()
			},
			want{ok: 2, cuts: 1, self: 1, opened: 2, cut: "fin", isInFlight: true,
				reasons: map[string]int64{"fin-in-answer": 1}}},
		"FIN as the end of the body": {
			func(k *talk) {
				id := k.read()
				k.conn.Write([]byte("HTTP/1.1 200 OK\r\n\r\n" + goodBody(id)))
				k.fin()
			},
			want{ok: 3, cuts: 1, self: 1, opened: 2, reasons: none, cut: "fin", carried: 1}},
		"announces close": {
			func(k *talk) { k.write(200, "Connection: Close\r\n", goodBody(k.read())); k.fin() },
			want{ok: 3, graceful: 1, self: 1, opened: 2, reasons: none}},
		"announces close, then RST": {
			func(k *talk) {
				k.write(200, "Connection: x, close\r\n", goodBody(k.read()))
				time.Sleep(30 * time.Millisecond)
				k.rst()
			},
			want{ok: 3, graceful: 1, self: 1, opened: 2, reasons: none}},
		"503": {
			func(k *talk) { k.read(); k.write(503, "", "no healthy upstream"); k.serve() },
			want{ok: 2, self: 1, opened: 1, reasons: map[string]int64{"status-503": 1}}},
		"hangs": {
			(*talk).hang,
			want{ok: 2, self: 1, abandoned: 1, opened: 2, reasons: map[string]int64{"timeout": 1}}},
		"garbage": {
			func(k *talk) { k.read(); k.conn.Write([]byte("banana\r\n\r\n")); k.hang() },
			want{ok: 2, self: 1, abandoned: 1, opened: 2, reasons: map[string]int64{"garbage-in-answer": 1}}},
		"answers another request": {
			func(k *talk) { k.read(); k.ok("other"); k.hang() },
			want{ok: 2, self: 1, abandoned: 1, opened: 2, reasons: map[string]int64{"wrong-body": 1}}},
		"answers unasked": {
			func(k *talk) { k.ok(k.read()); time.Sleep(30 * time.Millisecond); k.write(408, "", ""); k.hang() },
			want{ok: 3, cuts: 1, self: 1, opened: 2, reasons: none, cut: "unsolicited-answer", carried: 1}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPeer(t, func(k *talk) {
				if k.nth == 1 {
					c.first(k)
					return
				}
				k.serve()
			})
			b := openBooks(t, p.url, kindKept)
			k := openKept(b.caller, 1)
			for range 3 {
				time.Sleep(150 * time.Millisecond)
				k.send(time.Now())
			}
			time.Sleep(150 * time.Millisecond)
			k.close()
			client := b.counts(t).Client
			kept := client.Kept
			same(t, "requests the peer read", p.seen.Load(), 3)
			same(t, "sent", kept.Sent, 3)
			same(t, "ok", kept.OK, c.want.ok)
			same(t, "lost", kept.Lost, 3-c.want.ok)
			same(t, "reasons", client.Reasons, c.want.reasons)
			same(t, "samples", len(client.Samples), 3-c.want.ok)
			same(t, "opened", kept.Opened, c.want.opened)
			same(t, "reconnects", kept.Reconnects, c.want.cuts)
			same(t, "graceful", kept.GracefulClosed, c.want.graceful)
			same(t, "self", kept.SelfClosed, c.want.self)
			same(t, "abandoned", kept.Abandoned, c.want.abandoned)
			same(t, "open", kept.Open, 0)
			same(t, "cuts", kept.Cuts, c.want.cuts)
			same(t, "cut list", len(client.Cuts), c.want.cuts)
			for _, cut := range client.Cuts {
				same(t, "cut", []any{cut.Reason, cut.InFlight, cut.Carried},
					[]any{c.want.cut, c.want.isInFlight, c.want.carried})
			}
		})
	}
}
