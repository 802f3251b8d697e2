package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const writeEvery = 500 * time.Millisecond

// store keeps the counts file. A reader sees the old file or the new one, never
// a part. The zero directory stores nothing.
type store struct {
	dir    string
	ledger *ledger
	stderr io.Writer
	path   string
	mu     sync.Mutex // an older text must not take the place of a newer one
}

// claim takes a file name that no other process has taken. An instance id that
// is already used gets a number appended: a restarted unit with a fixed
// -instance must not write over its own past.
func (s *store) claim() error {
	if s.dir == "" {
		return nil
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	wanted := s.ledger.counts.Instance
	for n := 2; ; n++ {
		err := s.link()
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		s.ledger.counts.Instance = fmt.Sprintf("%s.%d", wanted, n)
	}
}

// link creates the file, whole, or fails with fs.ErrExist.
func (s *store) link() error {
	c := &s.ledger.counts
	s.path = filepath.Join(s.dir, c.Name+"-"+c.Instance+".json")
	temp, err := s.writeTemp()
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	return os.Link(temp, s.path)
}

func (s *store) writeTemp() (string, error) {
	text, err := s.ledger.encode()
	if err != nil {
		return "", err
	}
	temp, err := os.CreateTemp(s.dir, ".counts-*")
	if err != nil {
		return "", err
	}
	_, err = temp.Write(text)
	return temp.Name(), errors.Join(err, temp.Chmod(0o644), temp.Close())
}

func (s *store) write() error {
	if s.dir == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	temp, err := s.writeTemp()
	if err != nil {
		return err
	}
	return os.Rename(temp, s.path)
}

// keep writes every half second until ended. A failed write is only reported:
// the next one brings all of it.
func (s *store) keep(ended context.Context) {
	for sleepUntil(ended, time.Now().Add(writeEvery)) {
		s.tryWrite()
	}
}

func (s *store) tryWrite() {
	if err := s.write(); err != nil {
		fmt.Fprintln(s.stderr, "shopd: counts not written:", err)
	}
}

// finish writes the last file.
func (s *store) finish() error {
	s.ledger.setFinal()
	return s.write()
}
