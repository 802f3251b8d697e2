import { Packing } from './packing.ts';
import type { Units } from './units.ts';

/** How many units that do not fit are passed over before a wave is closed. */
const LOOKAHEAD = 64;

/**
 * The first and the last wave of each unit: its pins, those that `before` passes on, and `maxWaves`. Exact for these
 * constraints alone; limits of waves are not looked at. A unit's window is empty if its last is before its first.
 *
 * @param order a topological order of `before`
 */
export function windowsOf(units: Units, order: Int32Array): { first: Int32Array; last: Int32Array } {
  const { afterOf, beforeOf, limits } = units;
  const most = Math.min(limits.maxWaves, 0x7fffffff);
  const first = units.earliest.slice();
  const last = units.latest.map((latest) => Math.min(latest, most));
  for (const unit of order)
    for (let at = beforeOf.offsets[unit]!; at < beforeOf.offsets[unit + 1]!; at += 1)
      first[unit] = Math.max(first[unit]!, first[beforeOf.edges[at]!]!);
  for (const unit of order.toReversed())
    for (let at = afterOf.offsets[unit]!; at < afterOf.offsets[unit + 1]!; at += 1)
      last[unit] = Math.min(last[unit]!, last[afterOf.edges[at]!]!);
  return { first, last };
}

/**
 * Fills wave after wave from a list: what must join now first, then the list as far as it fits. For problems with pins,
 * which cutting an order knows nothing of.
 *
 * @param order with `before` kept
 * @returns undefined if something that must join does not fit
 */
export function listWaves(units: Units, order: Int32Array, horizon: number): Int32Array | undefined {
  const windows = windowsOf(units, order);
  const packing = new Packing(units, horizon);
  const next = new Int32Array(units.count + 1);
  for (let at = 0; at < units.count; at += 1) next[at] = at + 1;
  const state: Listing = { order, next, head: 0, windows, packing };
  const urgent = byDeadline(order, windows.last);
  let due = 0;
  for (let wave = 1; wave <= horizon && state.head < units.count; wave += 1) {
    for (; due < urgent.length && windows.last[urgent[due]!]! <= wave; due += 1)
      if (packing.wave[urgent[due]!] === 0 && !place(state, urgent[due]!, wave)) return undefined;
    fill(state, wave);
  }
  return packing.wave.includes(0) ? undefined : packing.wave;
}

/**
 * Each unit into the first wave that has room for it, those with the earliest last waves first. Where many must join
 * early it finds room that filling wave after wave has given away.
 *
 * @param order with `before` kept
 * @returns undefined if a unit finds no wave
 */
export function earliestFit(units: Units, order: Int32Array, horizon: number): Int32Array | undefined {
  const { first, last } = windowsOf(units, order);
  const packing = new Packing(units, horizon);
  let open = 1;
  for (const unit of byDeadline(order, last)) {
    while (open < horizon && packing.isFull(open)) open += 1;
    let wave = Math.max(open, first[unit]!);
    while (wave <= last[unit]! && wave <= horizon && !packing.mayJoin(unit, wave)) wave += 1;
    if (wave > last[unit]! || wave > horizon) return undefined;
    packing.put(unit, wave);
  }
  return packing.wave;
}

interface Listing {
  order: Int32Array;
  /** The list of what is left: places in `order`, linked. */
  next: Int32Array;
  head: number;
  windows: { first: Int32Array; last: Int32Array };
  packing: Packing;
}

function byDeadline(order: Int32Array, last: Int32Array): Int32Array {
  const place = new Int32Array(order.length);
  for (let at = 0; at < order.length; at += 1) place[order[at]!] = at;
  return order.slice().sort((a, b) => last[a]! - last[b]! || place[a]! - place[b]!);
}

/** What it waits for has an earlier deadline or the same, and so was placed before. */
function place({ packing, windows }: Listing, unit: number, wave: number): boolean {
  if (windows.first[unit]! > wave || !isReady(packing, unit) || !fitsNow(packing, unit, wave)) return false;
  packing.put(unit, wave);
  return true;
}

function fill(state: Listing, wave: number): void {
  const { order, next, packing } = state;
  let [before, missed] = [-1, 0];
  for (let at = state.head; at < order.length && missed < LOOKAHEAD; at = next[at]!) {
    const unit = order[at]!;
    const isPlaced = packing.wave[unit] !== 0 || place(state, unit, wave);
    if (!isPlaced) {
      missed += 1;
      before = at;
    } else if (before === -1) state.head = next[at]!;
    else next[before] = next[at]!;
  }
}

function isReady(packing: Packing, unit: number): boolean {
  const { beforeOf } = packing.units;
  for (let at = beforeOf.offsets[unit]!; at < beforeOf.offsets[unit + 1]!; at += 1)
    if (packing.wave[beforeOf.edges[at]!] === 0) return false;
  return true;
}

/** Waves are filled in rising order: a wave is the first if nothing was placed before it. */
function fitsNow(packing: Packing, unit: number, wave: number): boolean {
  return packing.fits(wave, unit) && (packing.firstUpTo(wave) < wave || packing.fitsFirst(wave, unit));
}
