package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
)

const maxBodyBytes = 1 << 20

// answer is one whole HTTP response.
type answer struct {
	status int
	header http.Header
	body   []byte
	// isAnnounced is true when the peer said that it will close: Connection:
	// close, or HTTP/1.0 without keep-alive.
	isAnnounced bool
	// isEnded is true when the body was bounded only by the end of the
	// connection, which is thereby over.
	isEnded bool
}

// readAnswer reads one response to a GET. With an error there is no answer: it
// was cut short, or was not HTTP.
func readAnswer(r *bufio.Reader) (*answer, error) {
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBodyBytes+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxBodyBytes {
		return nil, errors.New("answer over 1 MiB")
	}
	if resp.StatusCode < 200 {
		return nil, fmt.Errorf("interim answer %s", resp.Status)
	}
	// The standard reader removes Connection: close and leaves Close, which it
	// also sets for a body without a length. That one, in HTTP/1.1, counts as
	// not announced: what is bounded by a FIN cannot be told from a cut.
	hasLength := resp.ContentLength >= 0 || len(resp.TransferEncoding) > 0
	isAnnounced := resp.Close && (hasLength || !resp.ProtoAtLeast(1, 1))
	return &answer{
		status:      resp.StatusCode,
		header:      resp.Header,
		body:        body,
		isAnnounced: isAnnounced,
		isEnded:     resp.Close && !isAnnounced,
	}, nil
}
