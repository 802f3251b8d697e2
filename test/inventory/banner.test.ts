import { describe, expect, it } from 'vitest';
import { isSpeaking, readBanner } from '../../src/inventory/banner.ts';

const hexOf = (text: string): string => Buffer.from(text, 'latin1').toString('hex');
const mysql = `\x4a\0\0\0\x0a8.4.3\0\x08\0\0\0abcdefgh\0`;
const refused = `\x45\0\0\0\xff\x6a\x04Host '10.0.0.9' is not allowed to connect`;

describe('the first bytes of a server', () => {
  it.each([
    ['SSH', 22, 'SSH-2.0-OpenSSH_9.2p1 Debian\r\n', 'SSH-2.0-OpenSSH_9.2p1 Debian'],
    ['SMTP', 25, '220 mail.example.com ESMTP Postfix\r\n', '220 mail.example.com ESMTP Postfix'],
    ['SMTP', 2525, '554 no SMTP service here\r\n', '554 no SMTP service here'],
    ['SMTP', 587, '220 mail ready\r\n', '220 mail ready'],
    ['FTP', 21, '220 (vsFTPd 3.0.3)\r\n', '220 (vsFTPd 3.0.3)'],
    ['FTP', 2121, '220 ProFTPD Server ready\r\n', '220 ProFTPD Server ready'],
    ['POP3', 110, '+OK POP3 ready\r\n', '+OK POP3 ready'],
    ['IMAP', 143, '* OK IMAP4rev1\r\n', '* OK IMAP4rev1'],
    ['MySQL', 3306, mysql, undefined],
    ['MySQL', 3307, refused, undefined],
    ['other', 8080, '220 something else\r\n', '220 something else'],
    ['Redis', 6379, '-DENIED Redis is running in protected mode', '-DENIED Redis is running in protected mo'],
    ['HTTP', 80, 'HTTP/1.1 408 Request Timeout\r\n', 'HTTP/1.1 408 Request Timeout'],
    ['HTTP/2', 15010, '\0\0\x0c\x04\0\0\0\0\0\0\x03\0\0\x03\xe8\0\x04\0\x10\0\0', undefined],
    ['HTTP/2', 50051, '\0\0\0\x04\0\0\0\0\0', undefined],
    ['other', 50052, '\0\0\0\x04\0\0\0\0\x01', undefined],
    ['TLS', 443, '\x15\x03\x03\0\x02\x02\x50', undefined],
    ['other', 4222, 'INFO {"server_id":"NA"}\r\n', 'INFO {"server_id":"NA"}'],
    ['other', 23, '\xff\xfd\x18\xff\xfd\x20', undefined],
  ])('are %s on port %i', (kind, port, said, text) => {
    const banner = readBanner(hexOf(said), port);
    expect(banner).toEqual({ bytes: Math.min(said.length, 96), kind, ...(text === undefined ? {} : { text }) });
  });

  it.each([
    ['SMTP', true],
    ['other', true],
    ['HTTP', false],
    ['HTTP/2', false],
    ['TLS', false],
    ['Redis', false],
  ] as const)('of %s mean that it speaks first: %s', (kind, speaks) => {
    expect(isSpeaking({ bytes: 21, kind })).toBe(speaks);
    expect(isSpeaking({ bytes: 0 })).toBe(false);
  });

  it('of a silent server are none', () => expect(readBanner('', 80)).toEqual({ bytes: 0 }));

  it.each([
    ['a word that goes with secrets', 'password: hunter2\n'],
    ['a key', '-----BEGIN RSA PRIVATE KEY-----\n'],
    ['a long mixed word', 'hello AKIA0123456789ABCDEF\n'],
    ['a token', 'Token abc\n'],
  ])('are not kept where they may be a secret: %s', (_, said) => {
    expect(readBanner(hexOf(said), 9000)).toEqual({ bytes: said.length, kind: 'other' });
  });

  it.each([
    ['an escape sequence', '220 \x1b]0;owned\x07 ESMTP', '220'],
    ['a bidi mark in UTF-8', '220 \xe2\x80\xae ESMTP', '220'],
    ['further lines', '220 a ESMTP\nMW1748 forged', '220 a ESMTP'],
  ])('are kept up to %s', (_, said, text) => {
    expect(readBanner(hexOf(said), 25)).toMatchObject({ kind: 'SMTP', text });
  });

  it('are kept in part, however many come', () => {
    const { bytes, text } = readBanner(hexOf('z '.repeat(5000)), 1);
    expect([bytes, text?.length]).toEqual([96, 39]);
  });

  it('are no bytes where they are no digits', () => expect(readBanner('zz $(id)', 1)).toEqual({ bytes: 0 }));
});
