import type { TestAPI } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import type {
  ApiKey,
  Flag,
  KnowledgeUnit,
  NewUnit,
  Page,
  PageRequest,
  Review,
  Store,
  TableRows,
} from '../../../src/store/store.ts';
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

/** Units in the store, some hundreds in one go, which is much faster than one by one. */
export async function putMany(store: Store, units: readonly KnowledgeUnit[]): Promise<void> {
  for (let from = 0; from < units.length; from += 500)
    await store.units.restoreMany(units.slice(from, from + 500).map((unit) => ({ unit, flags: [] })));
}

/** What gives a unit this confidence. */
export function withConfidence(confidence: number): UnitChanges {
  const at = new Date('2026-01-01T00:00:00Z');
  return { evidence: { confidence, confirmations: 1, firstObservedAt: at, lastConfirmedAt: at } };
}

/** A unit in the store with this confidence. */
export const putConfident = (store: Store, confidence: number, changes: UnitChanges = {}): Promise<KnowledgeUnit> =>
  put(store, { ...withConfidence(confidence), ...changes });

/** What is proposed of a unit. */
export function aProposal(changes: UnitChanges = {}, initial: number = confidence.initial): NewUnit {
  const { id, tier, domains, insight, context, createdBy, extensions } = aUnit(changes);
  return { id, tier, domains, insight, context, createdBy, extensions, confidence: initial };
}

let keys = 0;

/** A key with an id of its own, a millisecond younger than the last. */
export function aKey(userId: number, changes: Partial<ApiKey> = {}): ApiKey {
  keys++;
  const id = keys.toString(16).padStart(32, '0');
  return {
    id,
    userId,
    name: `key ${keys}`,
    labels: ['b', 'a', 'b 😀"'],
    prefix: 'abcdefgh',
    hash: id.padStart(64, '1'),
    pepper: null,
    ttl: '30d',
    createdAt: later(keys),
    expiresAt: later(86_400_000),
    lastUsedAt: null,
    revokedAt: null,
    access: 'write',
    domains: null,
    ...changes,
  };
}

/** The same rows of an empty store, with these of one table. */
export async function refill(store: Store, table: string, rows: TableRows['rows']): Promise<void> {
  const tables: TableRows[] = [];
  await store.rows(async (read) => void tables.push(read));
  await store.fill(async (take) => {
    for (const read of tables) await take(read.table === table ? { table, rows } : read);
  });
}

let flags = 0;

/** A flag with an id of its own, a millisecond younger than the last. */
export function aFlag(unitId: string, changes: Partial<Flag> = {}): Flag & { createdBy: string } {
  flags++;
  return {
    id: `flg_${flags.toString(16).padStart(32, '0')}`,
    unitId,
    reason: 'stale',
    detail: null,
    duplicateOf: null,
    createdAt: later(flags),
    ...changes,
    createdBy: changes.createdBy ?? 'mia',
  };
}

export const aReview = (status: Review['status'], reviewedBy = 'rob'): Review => ({
  status,
  reviewedBy,
  reviewedAt: noon,
  note: `${reviewedBy}’s`,
  internalNote: `${reviewedBy}’s own`,
});

export const idsOf = (units: readonly ({ id: string } | null)[]) => units.map((unit) => unit?.id ?? null);

/** All items of a list, `limit` at a time; `between` runs after each page. */
export async function readAll<T, At>(
  list: (page: PageRequest<At>) => Promise<Page<T>>,
  positionOf: (item: T) => At,
  { limit = 2, backward = false, between = async () => {} }: ReadOptions = {},
): Promise<T[]> {
  const seen: T[] = [];
  for (let more = true; more; ) {
    const edge = backward ? seen.at(0) : seen.at(-1);
    const page = await list({ limit, backward, from: edge && positionOf(edge) });
    seen[backward ? 'unshift' : 'push'](...page.items);
    more = page.hasMore;
    if (seen.length > 1000) throw new Error('the pages never end');
    await between();
  }
  return seen;
}

interface ReadOptions {
  limit?: number;
  backward?: boolean;
  between?: () => Promise<unknown>;
}

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

/** Draws from a list: one item, or from one to `most` different ones; the first items come most often. */
export function drawing(next: () => number) {
  const one = <T>(from: readonly T[]): T => from[Math.floor(next() ** 2 * from.length)] as T;
  const some = <T>(from: readonly T[], most: number): T[] => [
    ...new Set(Array.from({ length: 1 + Math.floor(next() * most) }, () => one(from))),
  ];
  return { one, some };
}
