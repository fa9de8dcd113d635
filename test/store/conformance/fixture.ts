import type { TestAPI } from 'vitest';
import type { KnowledgeUnit, Store } from '../../../src/store/store.ts';
import { aUnit, type UnitChanges } from '../../harness.ts';

/** A test that is given a migrated, empty store of its own. */
export type StoreTest = TestAPI<{ store: Store }>;

export const noon = new Date('2026-03-01T12:00:00.123Z');
export const later = (ms: number, from = noon) => new Date(from.getTime() + ms);

/** A unit in the store, with all that `changes` says of it. */
export async function put(store: Store, changes: UnitChanges = {}): Promise<KnowledgeUnit> {
  const unit = aUnit(changes);
  await store.units.restore(unit, []);
  return unit;
}

/** A unit in the store with this confidence. */
export function putConfident(store: Store, confidence: number, changes: UnitChanges = {}): Promise<KnowledgeUnit> {
  const at = new Date('2026-01-01T00:00:00Z');
  const evidence = { confidence, confirmations: 1, firstObservedAt: at, lastConfirmedAt: at };
  return put(store, { evidence, ...changes });
}

/** Distinct hexadecimal ids. */
let flags = 0;
export function aFlag(unitId: string, changes: object = {}) {
  flags++;
  return {
    id: `flg_${flags.toString(16).padStart(32, '0')}`,
    unitId,
    reason: 'stale' as const,
    detail: null,
    duplicateOf: null,
    createdBy: 'mia',
    createdAt: later(flags),
    ...changes,
  };
}

export const idsOf = (units: readonly ({ id: string } | null)[]) => units.map((unit) => unit?.id ?? null);

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
