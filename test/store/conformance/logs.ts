import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import { LogReplacedError } from '../../../src/errors.ts';
import type { Log, LogEntry, LogPlace, Store } from '../../../src/store/store.ts';
import { later, noon, put, type StoreTest } from './fixture.ts';

/**
 * All entries behind a place, a few at a time, each page from a place that was kept as text. Waits for what is held back: transactions of
 * other tests on the same server.
 */
export async function entriesBehind<Entry>(
  log: Pick<Log<Entry>, 'read'>,
  from: LogPlace,
  limit = 3,
): Promise<LogEntry<Entry>[]> {
  const read: LogEntry<Entry>[] = [];
  for (let place = from; ; ) {
    const page = await log.read(JSON.parse(JSON.stringify(place)), limit);
    read.push(...page.entries);
    if (!page.hasMore && !page.isHeld) return read;
    place = page.end;
    if (!page.hasMore) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const readLog = async <Entry>(log: Pick<Log<Entry>, 'read'>, from: LogPlace, limit?: number): Promise<Entry[]> =>
  (await entriesBehind(log, from, limit)).map(({ entry }) => entry);

/** Waits until all events that are there can be told: until transactions of other tests on the same server have ended. */
export const untilTold = async ({ events }: Store): Promise<void> =>
  void (await entriesBehind(events.log, await events.log.end()));

/** The first entry behind a place. */
async function firstOf<Entry>(log: Log<Entry>, from: LogPlace): Promise<LogEntry<Entry>> {
  const [first] = await entriesBehind(log, from);
  if (!first) throw new Error('there is no entry');
  return first;
}

const confirm = (store: Store, id: string, by: string) =>
  store.units.confirm(id, by, store.now(), confidence.confirmed);

const audit = (store: Store, target: string) =>
  store.audit.record({
    ...{ at: noon, action: 'unit.approved', actorKind: 'person', actorId: 1, keyId: null, address: null },
    ...{ target, details: null },
  });

export function logsConformance(it: StoreTest) {
  describe('logs', () => {
    it('tell events in their order, each once, in pages of any size', async ({ store }) => {
      const { id } = await put(store);
      const start = await store.events.log.end();
      const names = ['ann', 'bob', 'cid', 'dot', 'eve', 'fay', 'gus'];
      for (const name of names) await confirm(store, id, name);
      for (const limit of [1, 2, 7, 100])
        expect((await readLog(store.events.log, start, limit)).map(({ actor }) => actor)).toEqual(names);
    });

    it('tell the same records as the other ways to read them', async ({ store }) => {
      const { id } = await put(store);
      const start = await store.events.log.end();
      await confirm(store, id, 'mia');
      expect(await readLog(store.events.log, start)).toEqual(await store.events.latest(1));
      const before = await store.audit.log.end();
      await audit(store, id);
      const { items } = await store.audit.list({ target: id }, { limit: 1 });
      expect(await readLog(store.audit.log, before)).toEqual(items);
    });

    it('go on from the place behind any entry, nothing twice and nothing left out', async ({ store }) => {
      const { id } = await put(store);
      const start = await store.events.log.end();
      for (const name of ['ann', 'bob', 'cid']) await confirm(store, id, name);
      const entries = await entriesBehind(store.events.log, start);
      const behind = await Promise.all(entries.map(({ place }) => readLog(store.events.log, place)));
      expect(behind.map((events) => events.map(({ actor }) => actor))).toEqual([['bob', 'cid'], ['cid'], []]);
      await confirm(store, id, 'dot');
      const last = entries.at(-1)?.place as LogPlace;
      expect((await readLog(store.events.log, last)).map(({ actor }) => actor)).toEqual(['dot']);
    });

    it('end behind everything that was told', async ({ store }) => {
      const { id } = await put(store);
      const start = await store.events.log.end();
      await confirm(store, id, 'mia');
      expect(await readLog(store.events.log, start)).toHaveLength(1);
      const end = await store.events.log.end();
      expect(await readLog(store.events.log, end)).toEqual([]);
      await confirm(store, id, 'zoe');
      expect((await readLog(store.events.log, end)).map(({ actor }) => actor)).toEqual(['zoe']);
    });

    it('do not tell what was undone', async ({ store }) => {
      const { id } = await put(store);
      const start = await store.events.log.end();
      const undo = new Error('undo');
      const undone = store.transaction(async (tx) => {
        await tx.units.confirm(id, 'mia', noon, confidence.confirmed);
        throw undo;
      });
      await expect(undone).rejects.toBe(undo);
      await confirm(store, id, 'zoe');
      expect((await readLog(store.events.log, start)).map(({ actor }) => actor)).toEqual(['zoe']);
    });

    it('tell every event of 64 writers once while they write, and in the order of any later reading', async ({
      store,
    }) => {
      const units = await Promise.all(Array.from({ length: 8 }, () => put(store)));
      const start = await store.events.log.end();
      let isWriting = true;
      const writing = Promise.all(
        Array.from({ length: 64 }, async (_, writer) => {
          for (let count = 0; count < 4; count++)
            await confirm(store, units[(writer + count) % 8]?.id ?? '', `${writer} ${count}`);
        }),
      ).finally(() => {
        isWriting = false;
      });
      const seen: number[] = [];
      let place = start;
      for (let isLast = false; ; ) {
        const page = await store.events.log.read(place, 5);
        seen.push(...page.entries.map(({ id }) => id));
        place = page.end;
        if (page.hasMore || page.isHeld) continue;
        if (isLast) break;
        // one look more, since something may have been written since the last one
        isLast = !isWriting;
        await new Promise((resolve) => setImmediate(resolve));
      }
      await writing;
      expect(seen).toHaveLength(256);
      expect(new Set(seen).size).toBe(256);
      const again = await readLog(store.events.log, start, 100);
      expect(seen).toEqual(again.map(({ id }) => id));
    });

    it('refuse a place of another database, and one that the log has not reached', async ({ store }) => {
      const { id } = await put(store);
      await confirm(store, id, 'mia');
      const start = { ...(await store.events.log.end()), transaction: 0, id: 0 };
      const { place } = await firstOf(store.events.log, start);
      expect(await store.events.log.problemOf(place, 10)).toBe(null);
      const others: LogPlace[] = [
        { ...place, epoch: 'another' },
        { ...place, id: place.id + 1_000_000, transaction: place.transaction && place.transaction + 1_000_000 },
        // what is another event there
        { ...place, at: later(1).getTime() },
      ];
      for (const other of others) expect(await store.events.log.problemOf(other, 10)).toBe('foreign');
      await expect(store.events.log.read({ ...place, epoch: 'another' }, 1)).rejects.toThrow(LogReplacedError);
    });

    it('know how many entries are behind a place', async ({ store }) => {
      const { id } = await put(store);
      const start = await store.events.log.end();
      for (const name of ['ann', 'bob', 'cid']) await confirm(store, id, name);
      expect(await store.events.log.problemOf(start, 3)).toBe(null);
      expect(await store.events.log.problemOf(start, 2)).toBe('behind');
      expect(await Promise.all([2, 3, 9].map((most) => store.events.log.countAfter(start, most)))).toEqual([2, 3, 3]);
    });

    it('know what was pruned of the audit log', async ({ store }) => {
      const start = await store.audit.log.end();
      for (const target of ['one', 'two']) await audit(store, target);
      const entries = await entriesBehind(store.audit.log, start);
      await store.audit.prune(later(1), 1);
      const problems = entries.map(({ place }) => store.audit.log.problemOf(place, 10));
      expect(await Promise.all(problems)).toEqual(['pruned', null]);
    });

    it('go on from an event of a unit that was erased since', async ({ store }) => {
      const [gone, kept] = [await put(store), await put(store)];
      const start = await store.events.log.end();
      await confirm(store, gone.id, 'mia');
      const { place } = await firstOf(store.events.log, start);
      await store.erasures.erase(gone.id, { erasedAt: noon, erasedBy: null, reason: 'a test' });
      await confirm(store, kept.id, 'zoe');
      expect(await store.events.log.problemOf(place, 10)).toBe(null);
      expect((await readLog(store.events.log, place)).map(({ actor }) => actor)).toEqual(['zoe']);
      expect((await readLog(store.events.log, start)).map(({ actor }) => actor)).toEqual(['zoe']);
    });

    it('tell those who watch that something was committed, and nobody who does not any more', async ({ store }) => {
      const { id } = await put(store);
      let calls = 0;
      const next = () => {
        const before = calls;
        return expect.poll(() => calls, { timeout: 60_000 }).toBeGreaterThan(before);
      };
      {
        using _watch = store.logs.watch(() => calls++);
        for (const write of [() => confirm(store, id, 'mia'), () => audit(store, id)]) {
          const called = next();
          await write();
          await called;
        }
      }
      const before = calls;
      await confirm(store, id, 'zoe');
      expect(calls).toBe(before);
    });
  });
}
