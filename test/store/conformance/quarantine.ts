import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import type { Store, TableRows } from '../../../src/store/store.ts';
import { aUnit } from '../../harness.ts';
import { aFlag, noon, put, type StoreTest } from './fixture.ts';

/** Rows in quarantine, which only adoption and copies of whole databases bring there. */
async function fill(store: Store, ...ids: number[]) {
  const tables: TableRows[] = [];
  await store.rows(async (table) => void tables.push(table));
  const kept = {
    source: 'knowledge_units',
    source_id: 'ku_1',
    content: '{}',
    reason: 'no JSON',
    at: noon.toISOString(),
  };
  const rows = ids.map((id) => ({ id, ...kept }));
  await store.fill(async (take) => {
    for (const { table } of tables) await take({ table, rows: table === 'quarantine' ? rows : [] });
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
      await fill(store, 3, 5, 8);
      expect(await store.quarantine.find(5)).toEqual(row(5));
      expect(await store.quarantine.find(4)).toBeNull();
      const page = await store.quarantine.list({ limit: 2 });
      expect(page).toEqual({ items: [row(3), row(5)], hasMore: true });
      const rest = await store.quarantine.list({ limit: 2, from: { key: 5, id: 5 } });
      expect(rest).toEqual({ items: [row(8)], hasMore: false });
    });

    it('goes when its unit is admitted with its flags', async ({ store }) => {
      await fill(store, 1, 2);
      const unit = aUnit();
      const flag = aFlag(unit.id);
      expect(await store.quarantine.admit(1, unit, [flag])).toBe(true);
      expect(await store.units.find(unit.id)).toEqual(unit);
      expect((await store.flags.list(unit.id, { limit: 9 })).items).toEqual([flag]);
      expect(await listed(store)).toEqual([2]);
    });

    it('stays when the id of its unit is taken', async ({ store }) => {
      await fill(store, 1);
      const unit = await put(store);
      expect(await store.quarantine.admit(1, { ...aUnit(), id: unit.id }, [])).toBe(false);
      expect(await store.units.find(unit.id)).toEqual(unit);
      expect(await listed(store)).toEqual([1]);
    });

    it('stays, and nothing of its unit is there, when it fails midway', async ({ store }) => {
      await fill(store, 1);
      const [unit, other] = [aUnit(), await put(store)];
      const flag = aFlag(other.id);
      await store.units.flag(flag, confidence.flagged);
      await expect(store.quarantine.admit(1, unit, [{ ...flag, unitId: unit.id }])).rejects.toThrow();
      expect(await store.units.find(unit.id)).toBeNull();
      expect(await listed(store)).toEqual([1]);
    });
  });
}
