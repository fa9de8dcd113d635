import { describe, expect } from 'vitest';
import type { AuditFilter, NewAuditEntry, PageRequest, Position, Store } from '../../../src/store/store.ts';
import { later, noon, readAll, type StoreTest } from './fixture.ts';

const anEntry = (changes: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  at: noon,
  action: 'user.created',
  actorKind: 'person',
  actorId: 1,
  keyId: null,
  target: 'usr_2',
  address: '192.0.2.1',
  details: '{"role":"member"}',
  ...changes,
});

const list = async (store: Store, filter: AuditFilter = {}) => (await store.audit.list(filter, { limit: 500 })).items;

/** Nearly the same entries, of different repeats. */
const failures = (store: Store, count: number, changes: (index: number) => Partial<NewAuditEntry>, bounds = {}) =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      store.audit.recordRepeat(anEntry({ action: 'signIn.failed', ...changes(index) }), {
        ...{ repeat: String(index), perAddress: 10, perMinute: 50 },
        ...bounds,
      }),
    ),
  );

export function auditConformance(it: StoreTest) {
  describe('the audit log', () => {
    it('lists entries as they were recorded, newest first, by pages', async ({ store }) => {
      const entries = [
        anEntry(),
        anEntry({ at: later(5), actorKind: 'agent', keyId: 'k', details: null, target: null, address: null }),
        anEntry({ at: later(-5), actorKind: 'server', actorId: null, details: '{"text":"\\n\\u001b[31m 😀"}' }),
        anEntry({ action: 'unit.approved' }),
      ];
      for (const entry of entries) await store.audit.record(entry);
      const listed = await list(store);
      const [first, second, third, fourth] = entries.map((entry) => ({ ...entry, count: 1, lastAt: entry.at }));
      expect(listed.map(({ id: _, ...entry }) => entry)).toEqual([second, fourth, first, third]);
      expect(await store.audit.count({})).toBe(4);
      for (const entry of listed) expect(await store.audit.find(entry.id)).toEqual(entry);
      expect(await store.audit.find(2_000_000_000)).toBeNull();
      for (const backward of [false, true]) {
        const page = (request: PageRequest<Position<Date, number>>) => store.audit.list({}, request);
        const seen = await readAll(page, ({ at, id }) => ({ key: at, id }), { limit: 1, backward });
        expect(seen).toEqual(listed);
      }
    });

    it('filters by actor, action, target and time', async ({ store }) => {
      for (const [actorId, action, target] of [
        [1, 'a', 'x'],
        [2, 'b', 'x'],
        [1, 'c', 'y'],
      ] as const)
        await store.audit.record(anEntry({ actorId, action, target, at: later(actorId) }));
      const found = async (filter: AuditFilter) => {
        const entries = await list(store, filter);
        expect(await store.audit.count(filter)).toBe(entries.length);
        return entries.map(({ action }) => action).join('');
      };
      expect(await found({ actorId: 1 })).toBe('ca');
      expect(await found({ actions: ['a', 'b'] })).toBe('ba');
      expect(await found({ actions: [] })).toBe('');
      expect(await found({ target: 'x' })).toBe('ba');
      expect(await found({ at: { from: later(1), to: later(2) } })).toBe('ca');
      expect(await found({ at: { from: later(2) }, actorId: 2, target: 'x' })).toBe('b');
      expect(await found({ actorId: 3 })).toBe('');
    });

    it('has an entry with the transaction that it is recorded in, or neither', async ({ store }) => {
      const failed = store.transaction(async (tx) => {
        await tx.audit.record(anEntry());
        expect(await tx.audit.count({})).toBe(1);
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      expect(await store.audit.count({})).toBe(0);
    });

    it('counts repeats of one minute in one entry, however many come at once', async ({ store }) => {
      await failures(store, 40, (index) => ({ at: later(index) }), { repeat: 'same' });
      await failures(store, 1, () => ({ at: later(60_000) }), { repeat: 'same' });
      const [next, counted, ...others] = await list(store);
      expect(others).toEqual([]);
      expect([next?.count, counted?.count]).toEqual([1, 40]);
      expect(counted?.lastAt.getTime()).toBeGreaterThan(noon.getTime());
    });

    it('has few entries of one address in one minute, and loses no count', async ({ store }) => {
      for (let round = 0; round < 3; round++)
        for (let index = 0; index < 20; index++)
          await store.audit.recordRepeat(anEntry({ target: `usr_${index}` }), {
            ...{ repeat: String(index), perAddress: 5, perMinute: 50 },
          });
      const entries = await list(store);
      expect(entries).toHaveLength(5);
      expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(60);
      expect(entries.map(({ target }) => target).toReversed()).toEqual(['usr_0', 'usr_1', 'usr_2', 'usr_3', null]);
      expect(entries.find(({ target }) => target === null)).toMatchObject({ details: null, address: '192.0.2.1' });
    });

    it('has a bounded number of entries in one minute, whatever addresses they are of', async ({ store }) => {
      for (let index = 0; index < 30; index++)
        await store.audit.recordRepeat(anEntry({ address: `2001:db8:0:${index}::/64` }), {
          ...{ repeat: 'same', perAddress: 5, perMinute: 10 },
        });
      // another action has a bound of its own
      await failures(store, 1, () => ({ address: '192.0.2.9' }));
      const entries = await list(store, { actions: ['user.created'] });
      expect(entries).toHaveLength(10);
      expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(30);
      expect(entries.find(({ address }) => address === null)).toMatchObject({ count: 21, target: null });
      expect(await list(store, { actions: ['signIn.failed'] })).toHaveLength(1);
    });

    it('exceeds its bounds by no more than what comes at once', async ({ store }) => {
      await failures(store, 64, () => ({}));
      const entries = await list(store);
      expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(64);
      await failures(store, 64, () => ({}), { repeat: 'another' });
      expect(await store.audit.count({})).toBeLessThanOrEqual(entries.length + 1);
    });

    it('is pruned, oldest first, in batches', async ({ store }) => {
      for (let index = 0; index < 5; index++) await store.audit.record(anEntry({ at: later(index) }));
      expect(await store.audit.prune(later(4), 3)).toBe(3);
      expect((await list(store)).map(({ at }) => at)).toEqual([later(4), later(3)]);
      expect(await store.audit.prune(later(4), 3)).toBe(1);
      expect(await store.audit.prune(later(4), 3)).toBe(0);
    });
  });

  describe('the settings of the last start', () => {
    it('are compared with those of the next', async ({ store }) => {
      const replace = (settings: Record<string, string>) => store.audit.replaceSettings(settings);
      expect(await replace({ A: '1', B: '2' })).toEqual([
        { name: 'A', from: null, to: '1' },
        { name: 'B', from: null, to: '2' },
      ]);
      expect(await replace({ A: '1', B: '2' })).toEqual([]);
      expect(await replace({ A: '3' })).toEqual([
        { name: 'A', from: '1', to: '3' },
        { name: 'B', from: '2', to: null },
      ]);
      expect(await replace({ A: '3', B: '4' })).toEqual([{ name: 'B', from: null, to: '4' }]);
    });

    it('differ for one of many starts at once', async ({ store }) => {
      const changes = await Promise.all(
        Array.from({ length: 8 }, () => store.audit.replaceSettings({ A: '1', B: '2' })),
      );
      expect(changes.filter(({ length }) => length > 0)).toHaveLength(1);
    });
  });
}
