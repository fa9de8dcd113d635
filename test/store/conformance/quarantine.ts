import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { SecretsFoundError } from '../../../src/domain/errors.ts';
import { admitUnit } from '../../../src/domain/quarantine.ts';
import { confidence } from '../../../src/domain/rules.ts';
import type { Database } from '../../../src/store/sql/database.ts';
import { toColumn } from '../../../src/store/sql/instants.ts';
import type { Store, TableRows } from '../../../src/store/store.ts';
import { aUnit } from '../../harness.ts';
import { aFlag, noon, put, type StoreTest } from './fixture.ts';

/** Rows in quarantine, which only adoption and copies of whole databases bring there. */
async function fill(store: Store, ids: readonly number[], content = '{}') {
  const tables: TableRows[] = [];
  await store.rows(async (table) => void tables.push(table));
  const kept = {
    source: 'knowledge_units',
    source_id: 'ku_1',
    content,
    reason: 'no JSON',
    at: noon.toISOString(),
  };
  const rows = ids.map((id) => ({ id, ...kept }));
  await store.fill(async (take) => {
    for (const { table } of tables) await take({ table, rows: table === 'quarantine' ? rows : [] });
  });
}

/** Keeps a row in a store that has others, and answers its number. */
export async function keepInQuarantine(
  store: Store,
  content = '{}',
  { source = 'knowledge_units', sourceId = 'ku_1', reason = 'no JSON' } = {},
): Promise<number> {
  const { db } = store as unknown as { readonly db: Database };
  return db.transaction(async ({ write }) => {
    const { rows } = await sql<{ id: number }>`
      insert into quarantine (source, source_id, content, reason, at)
      values (${source}, ${sourceId}, ${content}, ${reason}, ${toColumn(noon)}) returning id`.execute(write);
    return rows[0]?.id ?? 0;
  });
}

const row = (id: number) => ({
  id,
  source: 'knowledge_units',
  sourceId: 'ku_1',
  content: '{}',
  reason: 'no JSON',
  at: noon,
});
const listed = async (store: Store) => (await store.quarantine.list({ limit: 9 })).items.map(({ id }) => id);

export function quarantineConformance(it: StoreTest) {
  describe('a row in quarantine', () => {
    it('is found as it was kept, and listed in the order of ids', async ({ store }) => {
      await fill(store, [3, 5, 8]);
      expect(await store.quarantine.find(5)).toEqual(row(5));
      expect(await store.quarantine.find(4)).toBeNull();
      const page = await store.quarantine.list({ limit: 2 });
      expect(page).toEqual({ items: [row(3), row(5)], hasMore: true });
      const rest = await store.quarantine.list({ limit: 2, from: { key: 5, id: 5 } });
      expect(rest).toEqual({ items: [row(8)], hasMore: false });
    });

    it('goes when its unit is admitted with its flags', async ({ store }) => {
      await fill(store, [1, 2]);
      const unit = aUnit();
      const flag = aFlag(unit.id);
      expect(await store.quarantine.admit(1, unit, [flag])).toBe(true);
      expect(await store.units.find(unit.id)).toEqual(unit);
      expect((await store.flags.list(unit.id, { limit: 9 })).items).toEqual([flag]);
      expect(await listed(store)).toEqual([2]);
    });

    it('is looked through for credentials: held where it waits, and kept where everybody would read it', async ({
      store,
    }) => {
      // assembled here, so that no scanner finds a key in this file
      const key = ['gh', 'p_', 'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5'].join('');
      const insight = { summary: 'A lesson', detail: `It was ${key}.`, action: 'What to do.' };
      const id = `ku_${'7'.repeat(32)}`;
      const rowOf = (status: string) =>
        JSON.stringify({
          ...{ id, status, created_at: noon.toISOString(), domains: ['api'] },
          ...{ reviewed_by: null, reviewed_at: null },
          data: JSON.stringify({ id, domains: ['api'], insight, created_by: 'mia' }),
        });
      await fill(store, [1], rowOf('approved'));
      const refused = await admitUnit(store, 1, null, { secretScan: true }).catch((error) => error);
      expect(refused).toBeInstanceOf(SecretsFoundError);
      expect(refused.message).not.toContain(key);
      expect([await listed(store), await store.units.find(id)]).toEqual([[1], null]);
      await admitUnit(store, 1, rowOf('pending'), { secretScan: true });
      expect(await store.units.find(id)).toMatchObject({
        status: 'pending',
        held: { findings: [{ path: ['insight', 'detail'], kind: 'github' }], releasedBy: null },
      });
      expect(await listed(store)).toEqual([]);
    });

    it('is counted, and goes when it is discarded, once', async ({ store }) => {
      await fill(store, [1, 2]);
      expect(await store.quarantine.count()).toBe(2);
      const discarded = await Promise.all([1, 2, 3].map(() => store.quarantine.discard(1)));
      expect(discarded.filter((one) => one !== null)).toEqual([row(1)]);
      expect([await store.quarantine.count(), await listed(store)]).toEqual([1, [2]]);
    });

    it('is either admitted once, or discarded', async ({ store }) => {
      await fill(store, [1]);
      const units = [aUnit(), aUnit(), aUnit()];
      const admitted = units.map((unit) => store.quarantine.admit(1, unit, []));
      const outcomes = await Promise.all([...admitted, store.quarantine.discard(1).then((one) => one !== null)]);
      expect(outcomes.filter((won) => won)).toHaveLength(1);
      const there = await store.units.findMany(units.map(({ id }) => id));
      expect(there.map((unit) => unit !== null)).toEqual(outcomes.slice(0, 3));
      expect(await listed(store)).toEqual([]);
    });

    it('stays when the id of its unit is taken', async ({ store }) => {
      await fill(store, [1]);
      const unit = await put(store);
      expect(await store.quarantine.admit(1, { ...aUnit(), id: unit.id }, [])).toBe(false);
      expect(await store.units.find(unit.id)).toEqual(unit);
      expect(await listed(store)).toEqual([1]);
    });

    it('stays, and nothing of its unit is there, when it fails midway', async ({ store }) => {
      await fill(store, [1]);
      const [unit, other] = [aUnit(), await put(store)];
      const flag = aFlag(other.id);
      await store.units.flag(flag, confidence.flagged);
      await expect(store.quarantine.admit(1, unit, [{ ...flag, unitId: unit.id }])).rejects.toThrow();
      expect(await store.units.find(unit.id)).toBeNull();
      expect(await listed(store)).toEqual([1]);
    });
  });
}
