import { describe, expect } from 'vitest';
import { sqliteDatabase } from '../../../src/config/sqlite-url.ts';
import { openStore } from '../../../src/store/open.ts';
import { later, put, type StoreTest } from './fixture.ts';

const backup = (name: string, at: number) => ({ place: `/srv/${name}.db`, madeAt: later(at) });

export function backupsConformance(it: StoreTest) {
  describe('records of backups', () => {
    it('are listed from an instant on, the oldest first, also of one place again', async ({ store }) => {
      const [one, two, three] = [backup('a', 1), backup('b', 2), backup('a', 3)] as const;
      for (const made of [two, three, one]) await store.backups.record(made, 9);
      expect(await store.backups.since(later(0))).toEqual([one, two, three]);
      expect(await store.backups.since(later(2))).toEqual([two, three]);
      expect(await store.backups.since(later(4))).toEqual([]);
    });

    it('go where the backup could not be made, and the oldest of too many', async ({ store }) => {
      const id = await store.backups.record(backup('a', 1), 2);
      await store.backups.remove(id);
      expect(await store.backups.since(later(0))).toEqual([]);
      for (const at of [2, 4, 3]) await store.backups.record(backup('b', at), 2);
      expect(await store.backups.since(later(0))).toEqual([backup('b', 3), backup('b', 4)]);
    });

    it('are taken along by a copy', async ({ store }) => {
      await using source = await openStore(sqliteDatabase(':memory:'), { migrate: true }).then((opened) =>
        Object.assign(opened, { [Symbol.asyncDispose]: () => opened.close() }),
      );
      await put(source);
      await source.backups.record(backup('a', 1), 9);
      await store.fill(source.rows);
      expect(await store.backups.since(later(0))).toEqual([backup('a', 1)]);
      await store.backups.record(backup('b', 2), 9);
      expect(await store.backups.since(later(2))).toEqual([backup('b', 2)]);
    });
  });
}
