import { describe, expect, expectTypeOf, it } from 'vitest';
import { fillTemplate, type Placeholders } from '../../src/errors/entry.ts';
import { isMeshError, type ErrorArgs, meshError } from '../../src/errors/mesh-error.ts';

describe('meshError', () => {
  it('fills the texts of its code', () => {
    const error = meshError('MW1105', { host: 'vm-a', user: 'deploy' }, { cause: new Error('ssh: 255') });
    expect(error.causeText).toContain('Host vm-a does not let user deploy in');
    expect(error.message).toBe(`MW1105: ${error.causeText}`);
    expect(error.cause).toEqual(new Error('ssh: 255'));
    expect(error.exit).toBe(9);
  });

  it('takes exactly the arguments that its texts name', () => {
    expectTypeOf<Placeholders<'{a} and {b}'>>().toEqualTypeOf<'a' | 'b'>();
    expectTypeOf<keyof ErrorArgs<'MW1101'>>().toEqualTypeOf<'host' | 'address'>();
    // @ts-expect-error: the address is missing
    meshError('MW1101', { host: 'vm-a' });
    // @ts-expect-error: an argument that no text names
    meshError('MW1101', { host: 'vm-a', address: '10.0.0.7', colour: 'red' });
    // @ts-expect-error: no such code
    expect(() => meshError('MW0000')).toThrow();
    expect(meshError('MW1901').exit).toBe(130);
  });

  it('is told by its code', () => {
    const error: unknown = meshError('MW1901');
    expect(isMeshError(error)).toBe(true);
    expect(isMeshError(error, 'MW1901')).toBe(true);
    expect(isMeshError(error, 'MW1902')).toBe(false);
    expect(isMeshError(new Error('MW1901'))).toBe(false);
  });

  it('puts its details into the document', () => {
    const document = meshError(
      'MW1011',
      { file: 'estate.yaml', count: 1 },
      { details: ['hosts[0].port: too large'] },
    ).toDocument();
    expect(document).toMatchObject({ code: 'MW1011', exit: 64, details: ['hosts[0].port: too large'] });
  });
});

describe('fillTemplate', () => {
  it('keeps a value from posing as further lines', () => {
    expect(fillTemplate('{detail}.', { detail: 'one\n  fix    run this\r\n' })).toBe('one | fix    run this.');
  });

  it('does not fill what a value brings along', () => {
    expect(fillTemplate('{a} {b}', { a: '{b}', b: 'x' })).toBe('{b} x');
  });
});
