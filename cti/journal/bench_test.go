package journal

import (
	"bytes"
	"slices"
	"testing"
	"time"
)

// BenchmarkAppend appends entries of 1 KB to a real file, with fsync and checkpoints beside it.
func BenchmarkAppend(b *testing.B) {
	j, _, err := Open(Options{Dir: b.TempDir(), Patience: time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	data, whole := bytes.Repeat([]byte("x"), 1<<10), bytes.Repeat([]byte("x"), 1<<20)
	var took []time.Duration
	b.SetBytes(1 << 10)
	n := uint64(0)
	for b.Loop() {
		n++
		start := time.Now()
		j.Append(Entry{Change, n, data})
		took = append(took, time.Since(start))
		if j.CheckpointDue() {
			j.Checkpoint(Entry{Checkpoint, n, whole})
			j.Ack(n)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(took[len(took)-1].Microseconds()), "max-µs")
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkRecover reads a journal of 100 MB in entries of 1 KB.
func BenchmarkRecover(b *testing.B) {
	dir := b.TempDir()
	j, _, err := Open(Options{Dir: dir, Patience: time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	data := bytes.Repeat([]byte("x"), 1<<10)
	n := uint64(0)
	for range 100 << 10 {
		n++
		j.Append(Entry{Change, n, data})
		if j.CheckpointDue() {
			j.Checkpoint(Entry{Checkpoint, n, data})
		}
	}
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(100 << 20)
	for b.Loop() {
		r, err := Read(dir)
		if err != nil || len(r.Entries) < 100<<10 {
			b.Fatal(err, len(r.Entries))
		}
	}
}
