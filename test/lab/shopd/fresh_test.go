package main

import (
	"testing"
	"time"
)

func TestFresh(t *testing.T) {
	cases := map[string]struct {
		script func(k *talk)
		reason string
	}{
		"ok":             {(*talk).serve, ""},
		"RST":            {func(k *talk) { k.read(); k.rst() }, "rst-before-answer"},
		"FIN":            {func(k *talk) { k.read(); k.fin() }, "fin-before-answer"},
		"503":            {func(k *talk) { k.read(); k.write(503, "", "") }, "status-503"},
		"hang":           {(*talk).hang, "timeout"},
		"cut short":      {func(k *talk) { k.read(); k.conn.Write([]byte("HTTP/1.1 2")); k.fin() }, "fin-in-answer"},
		"200, not ours":  {func(k *talk) { k.read(); k.write(200, "", "<html>welcome") }, "wrong-body"},
		"another's id":   {func(k *talk) { k.read(); k.ok("x") }, "wrong-body"},
		"wrong service":  {func(k *talk) { k.write(200, "", `{"service":"cart","id":"`+k.read()+`"}`) }, "wrong-service"},
		"stalls in body": {func(k *talk) { k.read(); k.conn.Write([]byte("HTTP/1.1 200 OK\r\n")); k.hang() }, "timeout"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPeer(t, c.script)
			b := openBooks(t, p.url, kindNew)
			b.expect = "peer"
			b.track.sent()
			b.fresh(time.Now())
			client := b.counts(t).Client
			same(t, "requests the peer read", p.seen.Load(), 1)
			if c.reason == "" {
				same(t, "ok", client.New.OK, 1)
				same(t, "by", client.New.AnsweredBy, map[string]int64{"peer/1": 1})
				return
			}
			same(t, "reasons", client.Reasons, map[string]int64{c.reason: 1})
			same(t, "lost", client.New.Lost, 1)
		})
	}
}

func TestFreshRefused(t *testing.T) {
	b := openBooks(t, "http://127.0.0.1:1/", kindNew)
	b.track.sent()
	b.fresh(time.Now())
	client := b.counts(t).Client
	same(t, "reasons", client.Reasons, map[string]int64{"connect-refused": 1})
	same(t, "sample", []any{client.Samples[0].Kind, client.Samples[0].Remote}, []any{"new", "127.0.0.1:1"})
}
