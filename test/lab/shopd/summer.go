package main

import "slices"

// summer builds a tally, first from the server side of all files, then from
// their client side.
type summer struct {
	tally Tally
	rows  map[string]*Row         // by edge and kind
	heard map[string]CallerCounts // by name/instance/kind, until matched
}

func newSummer() *summer {
	return &summer{
		rows:  map[string]*Row{},
		heard: map[string]CallerCounts{},
		tally: Tally{
			Unfinished: []string{}, Problems: []string{}, Edges: []*Row{},
			Reasons: map[string]map[string]int64{},
			Cuts:    []EdgeCut{}, Samples: []Sample{},
		},
	}
}

func (s *summer) addServer(c Counts) {
	for from, by := range c.Server.ByCaller {
		was := s.heard[from]
		s.heard[from] = CallerCounts{
			Received:     was.Received + by.Received,
			Answered:     was.Answered + by.Answered,
			AnswerFailed: was.AnswerFailed + by.AnswerFailed,
			Retried:      was.Retried + by.Retried,
		}
	}
}

func (s *summer) addFile(c Counts) {
	s.tally.Files++
	if !c.Final {
		s.tally.Unfinished = append(s.tally.Unfinished, c.Name+"-"+c.Instance)
	}
	from := c.Name + "/" + c.Instance + "/"
	if client := c.Client; client != nil {
		s.addFlow(client.Edge, kindNew, from, client.New, Conns{}, client.ActiveSeconds)
		s.addFlow(client.Edge, kindKept, from, client.Kept.Flow, client.Kept.Conns, client.ActiveSeconds)
		s.addEvidence(client.Evidence, kindKept)
	}
	for kind, edge := range map[string]*CallCounts{kindCall: c.Call, kindPooled: c.Pooled} {
		if edge != nil {
			s.addFlow(edge.Edge, kind, from, edge.Flow, edge.Conns, c.UpdatedAt.Sub(c.StartedAt).Seconds())
			s.addEvidence(edge.Evidence, kind)
		}
	}
}

func (s *summer) addFlow(edge, kind, from string, f Flow, c Conns, seconds float64) {
	heard := s.heard[from+kind]
	delete(s.heard, from+kind)
	if f.Sent == 0 && c.Opened == 0 && heard.Received == 0 {
		return
	}
	row := s.rows[edge+" "+kind]
	if row == nil {
		row = &Row{Edge: edge, Kind: kind, Flow: Flow{AnsweredBy: map[string]int64{}}}
		s.rows[edge+" "+kind] = row
		s.tally.Edges = append(s.tally.Edges, row)
	}
	row.add(f, c)
	row.ServerReceived += heard.Received
	row.ServerAnswered += heard.Answered
	row.ServerFailed += heard.AnswerFailed
	row.Retried += heard.Retried
	row.ActiveSeconds += seconds
}

func (s *summer) addEvidence(e Evidence, cutKind string) {
	for _, cut := range e.Cuts {
		s.tally.Cuts = append(s.tally.Cuts, EdgeCut{Edge: e.Edge, Kind: cutKind, Cut: cut})
	}
	s.tally.Samples = append(s.tally.Samples, e.Samples...)
	if s.tally.Reasons[e.Edge] == nil {
		s.tally.Reasons[e.Edge] = map[string]int64{}
	}
	for reason, n := range e.Reasons {
		s.tally.Reasons[e.Edge][reason] += n
	}
}

// finish sums the rows, and says where client and servers cannot both be right.
func (s *summer) finish() {
	t := &s.tally
	t.Total = Row{Edge: "total", Flow: Flow{AnsweredBy: map[string]int64{}}}
	for _, row := range t.Edges {
		row.finish()
		t.Problems = append(t.Problems, row.problems()...)
		t.Total.add(row.Flow, row.Conns)
		t.Total.ServerReceived += row.ServerReceived
		t.Total.ServerAnswered += row.ServerAnswered
		t.Total.ServerFailed += row.ServerFailed
		t.Total.Retried += row.Retried
		t.Total.ActiveSeconds += row.ActiveSeconds
		t.Total.RatePerSec += row.RatePerSec
	}
	t.Total.Difference = t.Total.ServerAnswered - t.Total.Answered
	t.Total.Latencies.summarize()
	t.Unmatched = s.heard
	slices.SortStableFunc(t.Cuts, func(a, b EdgeCut) int { return a.At.Compare(b.At) })
	slices.SortStableFunc(t.Samples, func(a, b Sample) int { return a.At.Compare(b.At) })
	slices.Sort(t.Problems)
}
