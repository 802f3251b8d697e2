package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"
)

// options are the flags of the service. Contract: parseOptions returns only
// options that newService can run.
type options struct {
	name     string
	listen   address
	instance string
	counts   string // directory; empty writes no counts

	call       string // URL asked once for every request served; empty asks none
	callExpect string // service name that must answer; empty accepts any

	loadURL    string
	loadExpect string
	newRPS     float64
	keptConns  int
	keptRPS    float64

	idleURL    string
	idleExpect string
	idleEvery  time.Duration

	resolver    string // host:port of a name server; empty asks as this machine does
	drain       time.Duration
	isCareless  bool
	ignoresTerm bool
}

// safeName keeps names usable in a file name and in the header X-Shop-From,
// where a slash separates name, instance and kind.
var safeName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("shopd", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.name, "name", "", "service name (required)")
	listen := flags.String("listen", ":8080", "address to serve on; tcp://ADDRESS speaks first, ask://ADDRESS is spoken to; none serves nothing")
	flags.StringVar(&o.instance, "instance", "", "instance id (default: host, pid and start time)")
	flags.StringVar(&o.counts, "counts", "", "directory for the counts file and the GO file")
	flags.StringVar(&o.call, "call", "", "URL asked once for every request served")
	flags.StringVar(&o.callExpect, "call-expect", "", "service that must answer the call")
	flags.StringVar(&o.loadURL, "load-url", "", "URL put under load while GO exists")
	flags.StringVar(&o.loadExpect, "load-expect", "", "service that must answer the load")
	flags.Float64Var(&o.newRPS, "load-new-rps", 0, "requests per second, each on a new connection")
	flags.IntVar(&o.keptConns, "load-keep-conns", 0, "kept connections")
	flags.Float64Var(&o.keptRPS, "load-keep-rps", 0, "requests per second over all kept connections")
	flags.StringVar(&o.idleURL, "idle-url", "", "URL asked now and then on one pooled connection, beside the load")
	flags.StringVar(&o.idleExpect, "idle-expect", "", "service that must answer there")
	flags.DurationVar(&o.idleEvery, "idle-every", 30*time.Second, "how often the pooled connection is used")
	flags.StringVar(&o.resolver, "resolver", "", "name server to ask, HOST:PORT, in the place of this machine's")
	flags.DurationVar(&o.drain, "drain", 5*time.Second, "how long to serve on after SIGTERM")
	flags.BoolVar(&o.isCareless, "careless", false, "exit at once on SIGTERM, dropping what is in flight")
	flags.BoolVar(&o.ignoresTerm, "ignore-term", false, "go on at SIGTERM until killed; counts are written at each request")
	if err := flags.Parse(args); err != nil {
		return o, fmt.Errorf("%w: %w", errUsage, err)
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("%w: unexpected argument %q", errUsage, flags.Arg(0))
	}
	o.listen = parseAddress(*listen)
	if o.instance == "" {
		o.instance = defaultInstance(time.Now())
	}
	return o, o.check()
}

// defaultInstance differs for every start of the program, so that a restart
// never writes over the counts of the run before it.
func defaultInstance(startedAt time.Time) string {
	host, err := os.Hostname()
	if err != nil || !safeName.MatchString(host) {
		host = "host"
	}
	return fmt.Sprintf("%s-%d-%s", host, os.Getpid(), startedAt.UTC().Format("20060102T150405.000000000"))
}

func (o options) check() error {
	hasLoad := o.newRPS > 0 || o.keptRPS > 0
	switch {
	case !safeName.MatchString(o.name):
		return fmt.Errorf("%w: -name must match %s", errUsage, safeName)
	case !safeName.MatchString(o.instance):
		return fmt.Errorf("%w: -instance must match %s", errUsage, safeName)
	case o.newRPS < 0 || o.keptRPS < 0 || o.keptConns < 0 || o.drain < 0 || o.idleEvery <= 0:
		return fmt.Errorf("%w: rates, connections and -drain cannot be negative, nor -idle-every 0", errUsage)
	case (o.keptConns > 0) != (o.keptRPS > 0):
		return fmt.Errorf("%w: -load-keep-conns and -load-keep-rps go together", errUsage)
	case (o.loadURL != "") != hasLoad:
		return fmt.Errorf("%w: -load-url and a load rate go together", errUsage)
	case o.idleURL != "" && !hasLoad:
		return fmt.Errorf("%w: -idle-url goes with -load-url", errUsage)
	case o.isCareless && o.ignoresTerm:
		return fmt.Errorf("%w: -careless and -ignore-term exclude each other", errUsage)
	case hasLoad && o.counts == "":
		return fmt.Errorf("%w: load needs -counts, where GO starts it", errUsage)
	}
	return nil
}

// warnings names settings that run but would blur what the counts say.
func (o options) warnings() []string {
	var lines []string
	if o.keptRPS > 0 && float64(o.keptConns)/o.keptRPS > 2.5 {
		lines = append(lines, "each kept connection is used less than once in 2.5 s: a server that drains "+
			"for 5 s may end it idle, which counts as a cut")
	}
	if o.idleURL != "" && o.idleEvery > 2500*time.Millisecond {
		lines = append(lines, "the pooled connection idles longer than a server drains: when its server ends, it is cut")
	}
	return lines
}
