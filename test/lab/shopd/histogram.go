package main

import (
	"math"
	"time"
)

// Buckets grow by 15 % from 0.1 ms, so a percentile is at most 15 % too high.
const (
	bucketBaseMs = 0.1
	bucketGrowth = 1.15
	bucketCount  = 100
)

// Histogram holds durations in growing buckets; histograms can be merged. The
// percentiles are filled in by summarize.
type Histogram struct {
	P50Ms   float64 `json:"p50Ms"`
	P99Ms   float64 `json:"p99Ms"`
	MaxMs   float64 `json:"maxMs"`
	Buckets []int64 `json:"buckets"` // bucket i ends at 0.1 ms * 1.15^i
}

func (h *Histogram) add(d time.Duration) {
	ms := float64(d) / float64(time.Millisecond)
	i := 0
	if ms > bucketBaseMs {
		i = int(math.Ceil(math.Log(ms/bucketBaseMs) / math.Log(bucketGrowth)))
	}
	h.addTo(min(i, bucketCount-1), 1)
	h.MaxMs = max(h.MaxMs, ms)
}

func (h *Histogram) addTo(i int, n int64) {
	for len(h.Buckets) <= i {
		h.Buckets = append(h.Buckets, 0)
	}
	h.Buckets[i] += n
}

// merge adds the counts of another histogram.
func (h *Histogram) merge(other Histogram) {
	for i, n := range other.Buckets {
		h.addTo(i, n)
	}
	h.MaxMs = max(h.MaxMs, other.MaxMs)
}

func (h *Histogram) summarize() {
	h.P50Ms, h.P99Ms = h.percentile(0.50), h.percentile(0.99)
}

// percentile is the upper end of the bucket that holds the share, in ms; 0 when
// nothing was added.
func (h *Histogram) percentile(share float64) float64 {
	var total, seen int64
	for _, n := range h.Buckets {
		total += n
	}
	for i, n := range h.Buckets {
		seen += n
		if n > 0 && float64(seen) >= share*float64(total) {
			return min(bucketBaseMs*math.Pow(bucketGrowth, float64(i)), h.MaxMs)
		}
	}
	return 0
}
