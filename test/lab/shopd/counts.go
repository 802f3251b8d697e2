package main

import "time"

// Counts is the counts file. Every number only grows while the process lives,
// except inFlight and open. One file is one consistent instant.
type Counts struct {
	Name      string    `json:"name"`
	Instance  string    `json:"instance"`
	StartedAt time.Time `json:"startedAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	// Final is true in the last file of a process that ended by itself. A file
	// without it belongs to a process that runs, or was killed: its last
	// half second is unknown.
	Final bool `json:"final"`
	// Idle is true while no load is sent and none is outstanding.
	Idle bool `json:"idle"`
	// OneShot is true for a program that asks once and ends, as a timer starts it.
	OneShot bool          `json:"oneShot,omitempty"`
	Client  *ClientCounts `json:"client,omitempty"`
	Call    *CallCounts   `json:"call,omitempty"`
	// Pooled is the one connection that is used now and then (-idle-url).
	Pooled *CallCounts  `json:"pooled,omitempty"`
	Server ServerCounts `json:"server"`
}

// ClientCounts is the load side. Runs is how often GO started it.
type ClientCounts struct {
	Evidence
	Runs          int64    `json:"runs"`
	KeptWanted    int      `json:"keptWanted"`    // connections kept while load is due
	ActiveSeconds float64  `json:"activeSeconds"` // time in which requests were due
	New           Flow     `json:"new"`
	Kept          KeptFlow `json:"kept"`
}

// CallCounts is one edge of its own: the calling side of a service run with
// -call, or the pooled connection of one with -idle-url.
type CallCounts struct {
	Evidence
	Flow
	Conns Conns `json:"conns"`
}

// Evidence explains the losses and cuts of one edge. The sum of Reasons is the
// number of lost requests; Samples holds the first 50, Cuts the first 1000.
type Evidence struct {
	Edge        string           `json:"edge"` // caller->host:port
	Reasons     map[string]int64 `json:"reasons"`
	OpenReasons map[string]int64 `json:"openReasons"` // why kept connections could not be opened
	Samples     []Sample         `json:"samples"`
	Cuts        []Cut            `json:"cuts"`
}

// Flow counts requests: sent = ok + lost + inFlight. A request is sent when it
// is due, whether or not its bytes could be written.
type Flow struct {
	Sent     int64 `json:"sent"`
	OK       int64 `json:"ok"`   // 200 and the right body
	Lost     int64 `json:"lost"` // anything else
	InFlight int64 `json:"inFlight"`
	Late     int64 `json:"late"` // started over 20 ms after it was due
	// Answered counts whole answers that came from a shopd, of any status: the
	// number to hold against the servers' own.
	Answered   int64            `json:"answered"`
	AnsweredBy map[string]int64 `json:"answeredBy"` // service/instance
	Latencies  Histogram        `json:"latencies"`  // of ok answers, from the time they were due
}

// KeptFlow is a flow over connections that are themselves counted.
type KeptFlow struct {
	Flow
	Conns
}

// Conns counts kept connections by how they ended:
// opened = gracefulClosed + cuts + selfClosed + abandoned + open.
type Conns struct {
	Opened         int64 `json:"opened"`
	OpenFailed     int64 `json:"openFailed"`
	Reconnects     int64 `json:"reconnects"`     // opened in place of a cut one
	GracefulClosed int64 `json:"gracefulClosed"` // the peer said Connection: close
	Cuts           int64 `json:"cuts"`           // RST, or FIN that was not announced
	SelfClosed     int64 `json:"selfClosed"`     // ended by us: load or process stopping, idle in the call pool
	Abandoned      int64 `json:"abandoned"`      // ended by us: no answer in time, or not HTTP
	Open           int64 `json:"open"`
}

// Sample is one lost request.
type Sample struct {
	At     time.Time `json:"at"`
	Edge   string    `json:"edge"`
	Kind   string    `json:"kind"`
	Reason string    `json:"reason"`
	Detail string    `json:"detail"`
	Remote string    `json:"remote"`
	ID     string    `json:"id"`
}

// Cut is one kept connection ended by its peer without notice. Carried is how
// many whole answers it had brought before. IdleSeconds is how long it had
// brought nothing when it ended, or when the request that met the end was
// written: HTTP/1.1 has no way to announce the end of a connection that idles
// longer than its server drains, and this tells such a cut from the others.
type Cut struct {
	At          time.Time `json:"at"`
	Reason      string    `json:"reason"`
	InFlight    bool      `json:"inFlight"`
	Carried     int64     `json:"carried"`
	IdleSeconds float64   `json:"idleSeconds"`
	Remote      string    `json:"remote"`
}

// ServerCounts is the serving side: received = answered + answerFailed +
// inFlight. Health checks are apart.
type ServerCounts struct {
	Received     int64                    `json:"received"`
	Answered     int64                    `json:"answered"` // the whole answer was handed to the kernel
	AnswerFailed int64                    `json:"answerFailed"`
	InFlight     int64                    `json:"inFlight"`
	Health       int64                    `json:"health"`
	ByCaller     map[string]*CallerCounts `json:"byCaller"` // name/instance/kind
	ByPeer       map[string]int64         `json:"byPeer"`   // mesh identity that the caller's proxy proved; "none" for plaintext, "unseen" where no proxy can say it (tcp, ask)
	Conns        ServerConns              `json:"conns"`
	Fault        FaultCounts              `json:"fault"`
}

// FaultCounts are the requests that came while the service had a fault on
// purpose (fault.go), and what it did to them. Failed ones are answered, with
// 500: each is a lost request of its caller, and no other loss has that status.
type FaultCounts struct {
	Met    int64 `json:"met"`
	Failed int64 `json:"failed"`
	Slowed int64 `json:"slowed"`
}

// CallerCounts is the server's view of one caller. Retried counts requests that
// a proxy marked as a second attempt (X-Envoy-Attempt-Count).
type CallerCounts struct {
	Received     int64 `json:"received"`
	Answered     int64 `json:"answered"`
	AnswerFailed int64 `json:"answerFailed"`
	Retried      int64 `json:"retried"`
}

// ServerConns is the server's view of connections. IdleAtShutdown of them were
// ended without notice, because no request came during the drain.
type ServerConns struct {
	Opened         int64 `json:"opened"`
	Ended          int64 `json:"ended"`
	Open           int64 `json:"open"`
	IdleAtShutdown int64 `json:"idleAtShutdown"`
}
