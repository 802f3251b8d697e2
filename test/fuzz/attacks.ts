import fc from 'fast-check';

/** What somebody would put into a name, a banner, a label or an environment to reach whoever looks at it. */
export const attacks: readonly string[] = [
  '\u001B[2J\u001B]0;owned\u0007\u001B[31m',
  '\u009B31m\u0090\u009C',
  '\u202Eevil\u2066\u200B\uFEFF',
  '\n::error::forged',
  '::set-output name=x::y',
  '##vso[task.complete result=Succeeded]',
  "##teamcity[buildStatus text='ok']",
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  ']]></system-out><failure/>',
  '"]; evil -> node; ["',
  '--proxy-command=reboot',
  '-oProxyCommand=reboot',
  '$(reboot)`reboot`;reboot|reboot&',
  "' or 1=1; --",
  '../../../../etc/passwd',
  '{{ .Values.x }}${HOME}%s%n',
  '__proto__',
  'constructor',
  '\u0000\uFFFD\uFFFE\u{E0041}',
  'e\u0301'.repeat(40),
  'x'.repeat(5_000),
  '9'.repeat(400),
  '-1',
  '1e309',
  '0x7f000001',
  '::ffff:10.200.0.12',
];

/** One or several of them among bytes of any kind. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...attacks) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(''));

/** What a reader of UTF-8 makes of bytes, some of which are none: what came over SSH is never anything else. */
export function asDecoded(text: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}
