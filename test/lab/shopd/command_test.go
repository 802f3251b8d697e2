package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestUsage(t *testing.T) {
	cases := map[string]string{
		"":                           "-name",
		"-name a/b":                  "-name",
		"-name a -load-url http://x": "go together",
		"-name a -load-new-rps 1":    "go together",
		"-name a -load-keep-conns 1": "go together",
		"-name a -load-url http://x -load-new-rps 1": "-counts",
		"-name a -call https://x":                    "not an http://host URL",
		"-name a -call tcp://x:1":                    "only http",
		"-name a -call tcp://x":                      "tcp://host:port",
		"-name a -call ask://x:1":                    "only http",
		"-name a -call ask://x":                      "ask://host:port",
		"-name a -idle-url http://x":                 "goes with -load-url",
		"-name a -idle-every 0s":                     "nor -idle-every 0",
		"-name a -careless -ignore-term":             "exclude each other",
		"-name a extra":                              "unexpected",
		"once":                                       "once URL",
		"once http://x -name a":                      "once URL",
		"once http://x -name a/b -counts x":          "once URL",
		"get":                                        "get URL",
		"tally":                                      "tally DIR",
	}
	for line, want := range cases {
		var out, problem bytes.Buffer
		same(t, "exit of "+line, command(strings.Fields(line), &out, &problem), exitUsage)
		if !strings.Contains(problem.String(), want) {
			t.Errorf("%q says %q, not %q", line, problem.String(), want)
		}
	}
}

func TestWarnsOfRarelyUsedConnections(t *testing.T) {
	same(t, "warnings", len(options{keptConns: 30, keptRPS: 10}.warnings()), 1)
	same(t, "warnings", len(options{keptConns: 20, keptRPS: 10}.warnings()), 0)
	same(t, "warnings", len(options{idleURL: "x", idleEvery: 5 * time.Second}.warnings()), 1)
}

func TestGet(t *testing.T) {
	good := startPeer(t, (*talk).serve)
	bad := startPeer(t, func(k *talk) { k.read(); k.write(503, "", "no") })
	dead := startPeer(t, func(k *talk) { k.read(); k.rst() })
	slow := startPeer(t, (*talk).hang)
	cases := []struct {
		args string
		exit int
		out  string
	}{
		{"get " + good.url, exitOK, "200 OK\n{\"service\":\"peer\""},
		{"get " + bad.url, exitFailed, "503 Service Unavailable\nno"},
		{"get " + dead.url, exitFailed, "rst"},
		{"get -timeout 100ms " + slow.url, exitFailed, "timeout"},
		{"get " + slow.url + " -timeout 100ms", exitFailed, "timeout"},
		{"get http://127.0.0.1:1", exitFailed, "connect-refused"},
	}
	for _, c := range cases {
		var out bytes.Buffer
		same(t, "exit of "+c.args, command(strings.Fields(c.args), &out, &out), c.exit)
		if !strings.Contains(out.String(), c.out) {
			t.Errorf("%s prints %q, not %q", c.args, out.String(), c.out)
		}
	}
}
