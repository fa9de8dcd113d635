import { describe, expect } from 'vitest';
import { sqliteDatabase } from '../../../src/config/sqlite-url.ts';
import { confidence } from '../../../src/domain/rules.ts';
import { ConflictError } from '../../../src/errors.ts';
import { openStore } from '../../../src/store/open.ts';
import type { Store, TableRows } from '../../../src/store/store.ts';
import { aFlag, aProposal, noon, put, type StoreTest } from './fixture.ts';
import { addUser } from './users.ts';

/** What a store gives, all of it at once. */
async function allRows(store: Store): Promise<TableRows[]> {
  const given: TableRows[] = [];
  await store.rows(async (batch) => void given.push(batch));
  return given;
}

/** Another store with units, people and events. */
async function other(): Promise<Store & AsyncDisposable> {
  const store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
  for (let count = 0; count < 600; count++) await put(store, { domains: ['a', 'b'] });
  const { id } = await put(store, { insight: { summary: 'Unmistakable' } });
  await store.units.flag(aFlag(id), confidence.flagged);
  for (const by of ['mia', 'rob', 'rob']) await store.units.confirm(id, by, noon, confidence.confirmed);
  const [one, two] = [await put(store), await put(store)];
  await store.nearRepeats.record(one, [{ id: two.id, version: 1, similarity: 0.9, basis: 'words' }], noon);
  const [pair] = (await store.nearRepeats.list({ limit: 1 })).items;
  await store.nearRepeats.dismiss(pair?.id ?? '', 1, noon);
  await addUser(store, 'ann');
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() });
}

export function copyingConformance(it: StoreTest) {
  describe('a copy', () => {
    it('holds the rows of the other store, says how many, and is searched like it', async ({ store }) => {
      await using source = await other();
      const said: string[] = [];
      const copied = await store.fill(source.rows, (message) => said.push(message));
      expect(await allRows(store)).toEqual(await allRows(source));
      expect(copied.map(({ table, rows }) => [table, rows])).toContainEqual(['knowledge_units', 603]);
      // with what was dismissed
      expect(copied.map(({ table, rows }) => [table, rows])).toContainEqual(['near_repeats', 1]);
      expect(said).toContain('603 rows of knowledge_units copied');
      const question = { text: 'unmistakable', filter: {}, limit: 5 };
      const found = await store.units.search(question);
      expect(found.hits).toHaveLength(1);
      expect(found).toEqual(await source.units.search(question));
    });

    it('numbers on behind the rows it was given', async ({ store }) => {
      await using source = await other();
      const last = await addUser(source, 'bob');
      await store.fill(source.rows);
      expect((await addUser(store, 'eve')).id).toBe(last.id + 1);
      await store.units.propose(aProposal(), noon);
      const [event] = await source.events.latest(1);
      expect((await store.events.latest(1))[0]?.id).toBe((event?.id ?? 0) + 1);
    });

    it('is refused where there is a row already, which stays alone', async ({ store }) => {
      await using source = await other();
      await addUser(store, 'eve');
      await expect(store.fill(source.rows)).rejects.toThrow(ConflictError);
      expect(await store.users.count()).toBe(1);
      expect(await store.units.count({})).toBe(0);
    });

    it('is all or nothing', async ({ store }) => {
      await using source = await other();
      let batches = 0;
      const work = store.fill((take) =>
        source.rows(async (batch) => {
          if (batches++ === 2) throw new Error('the source is gone');
          await take(batch);
        }),
      );
      await expect(work).rejects.toThrow('the source is gone');
      expect((await allRows(store)).every(({ rows }) => rows.length === 0)).toBe(true);
    });
  });
}
