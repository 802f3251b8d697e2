import { describe, expect, it } from 'vitest';
import {
  hasTraces,
  otherOwners,
  ownApplyPaths,
  ownsPathByApply,
  withoutOwnership,
  withoutTraces,
} from '../../../../src/execute/operations/kube/managed-fields.ts';
import type { KubeObject } from '../../../../src/ports/contracts.ts';

const labels = { 'f:labels': { 'f:a': {}, 'f:b': {} } };
const ours = { manager: 'meshway', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:metadata': labels, 'f:mode': {} } } };
const theirs = {
  manager: 'kubectl',
  operation: 'Update',
  fieldsV1: {
    'f:spec': {
      'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
      'f:selector': {},
      'f:containers': { 'k:{"name":"c"}': { 'f:image': {} } },
    },
  },
};

function object(...managedFields: object[]): KubeObject {
  return { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x', managedFields } };
}

describe('managed fields', () => {
  it('say what is ours by apply', () => {
    expect(ownApplyPaths(object(ours, theirs))).toEqual({
      paths: [
        ['spec', 'metadata', 'labels', 'a'],
        ['spec', 'metadata', 'labels', 'b'],
        ['spec', 'mode'],
      ],
    });
    expect(ownApplyPaths(object(theirs))).toEqual({ paths: [] });
    expect(ownApplyPaths(object({ ...theirs, manager: 'meshway', operation: 'Apply' }))).toEqual({
      unreadable: 'it owns items of the list spec.containers',
    });
    expect(ownsPathByApply(object(ours), ['spec', 'mode'])).toBe(true);
  });

  it('say who else owns a field', () => {
    expect(otherOwners(object(ours, theirs), ['spec', 'metadata', 'labels', 'a'])).toEqual(['kubectl']);
    expect(otherOwners(object(ours, theirs), ['spec', 'metadata', 'labels', 'b'])).toEqual([]);
    // An atomic map, unless the field below it is ours as well.
    expect(otherOwners(object(theirs), ['spec', 'selector', 'app'])).toEqual(['kubectl']);
    expect(
      otherOwners(object(theirs, { ...ours, fieldsV1: { 'f:spec': { 'f:selector': { 'f:app': {} } } } }), [
        'spec',
        'selector',
        'app',
      ]),
    ).toEqual([]);
  });

  it('lose our ownership field by field, and the entry with the last', () => {
    const one = withoutOwnership(object(ours, theirs), [['spec', 'metadata', 'labels', 'a']]);
    expect(one.metadata.managedFields).toEqual([
      { ...ours, fieldsV1: { 'f:spec': { 'f:metadata': { 'f:labels': { 'f:b': {} } }, 'f:mode': {} } } },
      theirs,
    ]);
    const none = withoutOwnership(object(ours, theirs), [
      ['spec', 'metadata', 'labels', 'a'],
      ['spec', 'metadata', 'labels', 'b'],
      ['spec', 'mode'],
    ]);
    expect(none.metadata.managedFields).toEqual([theirs]);
    expect(withoutOwnership(object({ ...ours, fieldsV1: { 'f:x': {} } }), [['x']]).metadata.managedFields).toEqual([
      {},
    ]);
  });

  it('lose what an update of ours left behind', () => {
    const trace = { manager: 'meshway', operation: 'Update', fieldsV1: { 'f:spec': { 'f:mode': {} } } };
    expect(hasTraces(object(trace, theirs), [['spec', 'mode']])).toBe(true);
    expect(hasTraces(object(trace, theirs), [['spec', 'other']])).toBe(false);
    expect(hasTraces(object(ours, theirs), [['spec', 'mode']])).toBe(false);
    expect(withoutTraces(object(trace, theirs), [['spec', 'mode']]).metadata.managedFields).toEqual([theirs]);
  });
});
