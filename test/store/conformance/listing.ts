import { describe, expect } from 'vitest';
import type { KnowledgeUnit, PageRequest, Position, Store, UnitOrder } from '../../../src/store/store.ts';
import { aUnit } from '../../harness.ts';
import { aFlag, idsOf, later, put, readAll, type StoreTest } from './fixture.ts';

type At = Position<Date | number>;

const orders = (
  [
    ...(['createdAt', 'updatedAt', 'confidence', 'confirmations'] as const),
    ...(['lastConfirmedAt', 'answers', 'lastAnsweredAt', 'lastRequestedAt', 'flags', 'confirmers'] as const),
  ] as const
).flatMap((field) => (['asc', 'desc'] as const).map((direction): UnitOrder => ({ field, direction })));

/** A unit, and what it stands by in an order. */
interface Placed {
  readonly id: string;
  readonly key: Date | number;
}

const positionOf = ({ id, key }: Placed): At => ({ id, key });

const listIn = (store: Store, order: UnitOrder) => async (page: PageRequest<At>) => {
  const { items, hasMore, keys } = await store.units.list({}, order, page);
  return { items: items.map(({ id }, index): Placed => ({ id, key: keys[index] ?? Number.NaN })), hasMore };
};

/** A unit with few different values in each of the fields that lists are ordered by, so that there are many ties. */
async function putTied(store: Store, index: number, { field }: UnitOrder): Promise<Placed> {
  const [at, changed, answers, flags] = [later(index % 3), later(index % 5), index % 3, index % 4];
  const confirmed = index % 4 === 0 ? null : later(10 + (index % 3));
  const evidence = {
    confidence: (index % 4) / 4,
    confirmations: index % 2,
    firstObservedAt: at,
    lastConfirmedAt: confirmed,
  };
  const unit = aUnit({ createdAt: at, updatedAt: changed, evidence, confirmers: index % 3 });
  await store.units.restore(
    unit,
    Array.from({ length: flags }, () => aFlag(unit.id)),
  );
  for (let count = 0; count < answers; count++) store.usage.record([unit.id], later(answers));
  store.usage.recordRequest(unit.id, later(answers));
  if (field === 'answers' || field === 'lastAnsweredAt' || field === 'lastRequestedAt') await store.usage.save();
  const keys = {
    createdAt: at,
    updatedAt: changed,
    confidence: evidence.confidence,
    confirmations: evidence.confirmations,
    lastConfirmedAt: confirmed ?? at,
    answers,
    lastAnsweredAt: answers === 0 ? new Date(0) : later(answers),
    lastRequestedAt: later(answers),
    flags,
    confirmers: unit.confirmers,
  };
  return { id: unit.id, key: keys[field] };
}

/** Ordered in plain JavaScript: by the key, then by the id, both in the same direction. */
function sorted(units: readonly Placed[], order: UnitOrder): Placed[] {
  const sign = order.direction === 'asc' ? 1 : -1;
  return units.toSorted((a, b) => sign * (Number(a.key) - Number(b.key) || (a.id < b.id ? -1 : 1)));
}

export function listingConformance(it: StoreTest) {
  describe.for(orders)('listing units by $field $direction', (order) => {
    it('pages without repeats or holes, forward and back, ties by id', async ({ store }) => {
      const units: Placed[] = [];
      for (let index = 0; index < 11; index++) units.push(await putTied(store, index, order));
      const expected = sorted(units, order);
      for (const limit of [1, 3, 11, 12])
        for (const backward of [false, true]) {
          const seen = await readAll(listIn(store, order), positionOf, { limit, backward });
          expect([limit, backward, seen]).toEqual([limit, backward, expected]);
        }
    });

    it('shows every unit once although others come and change places meanwhile', async ({ store }) => {
      const units: Placed[] = [];
      for (let index = 0; index < 9; index++) units.push(await putTied(store, index, order));
      const expected = idsOf(sorted(units, order));
      for (const backward of [false, true]) {
        let more = 0;
        const between = async () => {
          // before the place reached, at it and behind it
          if (more < 6) for (let count = 0; count < 3; count++) await putTied(store, more++, order);
        };
        const seen = await readAll(listIn(store, order), positionOf, { limit: 2, backward, between });
        expect(idsOf(seen).filter((id) => expected.includes(id))).toEqual(expected);
        expect(new Set(idsOf(seen)).size).toBe(seen.length);
      }
    });

    it('begins at a position whose unit has gone', async ({ store }) => {
      const units: Placed[] = [];
      for (let index = 0; index < 6; index++) units.push(await putTied(store, index, order));
      const inOrder = sorted(units, order);
      const third = inOrder[2] as Placed;
      // an id between the third's and any other's
      const from = { key: third.key, id: `${third.id}_` };
      const behind = order.direction === 'asc' ? 3 : 2;
      const page = await store.units.list({}, order, { limit: 9, from });
      const before = await store.units.list({}, order, { limit: 9, from, backward: true });
      expect(idsOf(page.items)).toEqual(idsOf(inOrder.slice(behind)));
      expect(idsOf(before.items)).toEqual(idsOf(inOrder.slice(0, behind)));
    });
  });

  describe('a page of units', () => {
    const newest = { field: 'createdAt', direction: 'desc' } as const;

    it('knows whether more follow in the direction it was read', async ({ store }) => {
      const [, two] = [await put(store), await put(store), await put(store)] as const;
      const from = { key: two.createdAt, id: two.id };
      const more = async (page: PageRequest<At>) => (await store.units.list({}, newest, page)).hasMore;
      expect(await more({ limit: 2 })).toBe(true);
      expect(await more({ limit: 3 })).toBe(false);
      expect(await more({ limit: 4 })).toBe(false);
      expect(await more({ limit: 2, backward: true })).toBe(true);
      expect(await more({ limit: 3, backward: true })).toBe(false);
      expect(await more({ limit: 1, from })).toBe(false);
      expect(await more({ limit: 1, from, backward: true })).toBe(false);
    });

    it('of none says whether there are any, and so do pages of everything else', async ({ store }) => {
      const nothing = { items: [], hasMore: false };
      const none = { limit: 0 };
      for (const backward of [false, true])
        expect(await store.units.list({}, newest, { ...none, backward })).toEqual({ ...nothing, keys: [] });
      expect(await store.users.list(none)).toEqual(nothing);
      const { id, domains } = await put(store);
      await store.units.flag(aFlag(id), -0.1);
      for (const backward of [false, true])
        expect(await store.units.list({}, newest, { ...none, backward })).toEqual({
          items: [],
          hasMore: true,
          keys: [],
        });
      expect(await store.flags.list(id, none)).toEqual({ items: [], hasMore: true });
      expect(await store.flags.list('ku_none', none)).toEqual(nothing);
      for (const question of [
        { filter: { domains } },
        { filter: {}, text: 'lesson' },
        { filter: { domains }, text: 'lesson' },
      ]) {
        const { hits, hasMore } = await store.units.search({ ...question, ...none });
        expect([question, hits, hasMore]).toEqual([question, [], true]);
      }
      const { hits, hasMore } = await store.units.search({ filter: { domains: ['nowhere'] }, ...none });
      expect([hits, hasMore]).toEqual([[], false]);
      expect(await store.events.latest(0)).toEqual([]);
      expect(await store.reviews.latest(0)).toEqual([]);
    });

    it('is the last one before the place when it is read backward', async ({ store }) => {
      const units = [];
      for (let count = 0; count < 5; count++) units.push(await put(store));
      const [oldest] = units as [KnowledgeUnit];
      const from = { key: oldest.createdAt, id: oldest.id };
      const { items, hasMore } = await store.units.list({}, newest, { limit: 2, from, backward: true });
      expect(idsOf(items)).toEqual([units[2]?.id, units[1]?.id]);
      expect(hasMore).toBe(true);
    });

    it('leaves out as many units as it is told to, of what is listed and behind a place', async ({ store }) => {
      const units = [];
      for (let count = 0; count < 5; count++) units.push(await put(store));
      await put(store, { status: 'pending' });
      const ids = idsOf(units.toReversed());
      const page = async (request: PageRequest<At>) => {
        const { items, hasMore } = await store.units.list({ statuses: ['approved'] }, newest, request);
        return [idsOf(items), hasMore];
      };
      expect(await page({ limit: 2, skip: 0 })).toEqual([ids.slice(0, 2), true]);
      expect(await page({ limit: 2, skip: 2 })).toEqual([ids.slice(2, 4), true]);
      expect(await page({ limit: 2, skip: 3 })).toEqual([ids.slice(3), false]);
      expect(await page({ limit: 2, skip: 5 })).toEqual([[], false]);
      expect(await page({ limit: 0, skip: 1 })).toEqual([[], true]);
      expect(await page({ limit: 2, skip: Number.MAX_SAFE_INTEGER })).toEqual([[], false]);
      const first = units.at(-1) as KnowledgeUnit;
      expect(await page({ limit: 2, skip: 1, from: { key: first.createdAt, id: first.id } })).toEqual([
        ids.slice(2, 4),
        true,
      ]);
    });

    it('is empty in an empty store, and behind the last unit', async ({ store }) => {
      const empty = { items: [], hasMore: false, keys: [] };
      expect(await store.units.list({}, newest, { limit: 5 })).toEqual(empty);
      const { createdAt, id } = await put(store);
      expect(await store.units.list({}, newest, { limit: 5, from: { key: createdAt, id } })).toEqual(empty);
    });
  });
}
