import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KEEP_CAPTURE } from '../../../src/execute/operations/host/scripts/keeper.ts';
import { INSTALL_RULES, REMOVE_RULES } from '../../../src/execute/operations/host/scripts/on-host.ts';
import { PRELUDE } from '../../../src/execute/operations/host/scripts/prelude.ts';
import { CapturedHost } from './captured-host.ts';
import { UNREADABLE } from './unreadable.ts';
import { namespaceMissing } from './host-namespace.ts';

/** As firewalld does it: all tables of iptables are empty, and nobody is told. */
const empty = (backend: string): string =>
  `for table in nat filter; do ${backend} -t $table -F; ${backend} -t $table -X; done`;
/** The keeper looks every two seconds. */
const A_LOOK = 'sleep 2.8';

describe.skipIf(namespaceMissing !== undefined)('the keeper of a capture', () => {
  let captured: CapturedHost;
  beforeAll(() => {
    captured = new CapturedHost();
  });
  afterAll(() => captured.close());

  /** With the keeper at work, what a script says and does is followed by one of its looks at least. */
  const looks = (script: string): Record<string, string> => {
    const facts = captured.must(
      `${PRELUDE}
       printf '%s\\n' '#!/bin/sh' 'case $1 in ports) echo 15001 15006 ;; healthy) [ ! -e /var/lib/meshway/ill ] ;; esac' > "$home/proxy/control"
       printf '%s' "$keep" > "$capture/keep"; printf '%s' "$install" > "$capture/install"
       sh "$capture/keep" > /var/lib/said 2>&1 & keeper=$!
       sleep 0.5
       ${script}
       ${A_LOOK}
       [ "$(our_rules)" = "$(cat "$capture/live" 2>/dev/null)" ] && say whole yes || say whole no
       [ -n "$(in_force)" ] && say force yes || say force no
       kill -0 "$keeper" 2>/dev/null && say keeps yes || say keeps no
       say said "$(cat /var/lib/said)"
       kill "$keeper" 2>/dev/null; exit 0`,
      { keep: KEEP_CAPTURE, install: INSTALL_RULES, remove: REMOVE_RULES },
    );
    return Object.fromEntries(['whole', 'force', 'keeps', 'said'].map((name) => [name, facts.last(name)]));
  };
  const BACK = { whole: 'yes', force: 'yes', keeps: 'yes', said: 'the rules of the capture were gone, and are back' };

  it.each(['iptables-nft', 'iptables-legacy'])('puts its rules back when %s is emptied', (backend) => {
    captured.reset(backend);
    expect(looks(empty(backend))).toEqual(BACK);
  });

  describe('by nftables', () => {
    beforeEach(() => captured.reset());

    it('puts them back when their chains are emptied and stay', () => {
      expect(looks('iptables-nft -t nat -F')).toEqual(BACK);
    });

    it('leaves rules alone that are there', () => {
      expect(looks('')).toEqual({ ...BACK, said: '' });
    });

    it('lets a capture end that is ended by its own script', () => {
      expect(looks('sh -c "$remove"')).toEqual({ whole: 'no', force: 'no', keeps: 'yes', said: '' });
    });

    it('waits for the proxy', () => {
      expect(looks(`touch "$home/ill"; ${empty('iptables-nft')}`)).toMatchObject({ force: 'no', keeps: 'yes' });
    });

    it('waits for the unit of the capture, which tries again by itself', () => {
      const stopped = 'rm /var/lib/units/meshway-capture.service.active';
      expect(looks(`${stopped}; ${empty('iptables-nft')}`)).toMatchObject({ force: 'no', keeps: 'yes', said: '' });
    });

    it('takes a table that iptables cannot show for no lost one', () => {
      expect(looks(UNREADABLE)).toEqual({ whole: 'no', force: 'yes', keeps: 'yes', said: '' });
      captured.reset();
      expect(looks(`sh -c "$remove"; ${UNREADABLE}`)).toEqual({ whole: 'no', force: 'no', keeps: 'yes', said: '' });
    });

    it('waits for an operation that holds the lock', () => {
      const hold = `exec 9<"$home"; flock 9; ${empty('iptables-nft')}`;
      expect(looks(hold)).toMatchObject({ force: 'no', keeps: 'yes' });
      expect(looks(`${hold}; ${A_LOOK}; exec 9<&-`)).toEqual(BACK);
    });

    it.each([
      ['the dead-man switch has fired', 'ln -sfn fired "$capture/outcome"'],
      ['its record is gone', 'rm -rf "$capture"'],
    ])('ends when %s', (_, script) => {
      expect(looks(`${script}; ${empty('iptables-nft')}`)).toMatchObject({ force: 'no', keeps: 'no', said: '' });
    });

    it('makes a look-back begin anew', () => {
      expect(captured.look()).toBe('none');
      expect(captured.look()).toBe('early');
      looks(empty('iptables-nft'));
      expect(captured.look()).toBe('anew');
    });
  });
});
