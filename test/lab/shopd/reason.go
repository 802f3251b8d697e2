package main

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
)

// Reasons are stable words, keys of the histogram; the error text goes into the
// sample's detail. A loss is one of
//
//	dns-failed dns-timeout connect-refused connect-reset connect-timeout
//	connect-unreachable connect-failed unsent-no-connection timeout
//	greeting-{timeout,fin,reset,failed}
//	{fin,rst,tcp-timeout,garbage}-{before,in}-answer
//	status-N wrong-body wrong-service

const (
	reasonTimeout      = "timeout"
	reasonUnsent       = "unsent-no-connection"
	reasonWrongBody    = "wrong-body"
	reasonWrongService = "wrong-service"
)

// connectReason names why no connection came to be.
func connectReason(err error) string {
	phase := "connect"
	if failed := (*connectError)(nil); errors.As(err, &failed) {
		phase = failed.phase
	}
	switch {
	case isTimeout(err):
		return phase + "-timeout"
	case errors.Is(err, syscall.ECONNREFUSED):
		return phase + "-refused"
	case errors.Is(err, syscall.ECONNRESET):
		return phase + "-reset"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return phase + "-unreachable"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return phase + "-fin"
	}
	return phase + "-failed"
}

// endReason names how the reading side of a connection ended; garbage means
// that it did not, but what came was not the protocol.
func endReason(err error) string {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "fin"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "rst"
	case isTimeout(err):
		return "tcp-timeout"
	}
	return "garbage"
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &timeout) && timeout.Timeout()
}
