import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lineOf } from '../../src/cli/audit.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { audit, auditRepeat, theServer } from '../../src/domain/audit.ts';
import { auditOldestFirst, followAudit } from '../../src/domain/audit-trail.ts';
import { auditSettings } from '../../src/domain/settings-audit.ts';
import { openStore } from '../../src/store/open.ts';
import type { AuditEntry, Store } from '../../src/store/store.ts';
import { later, noon } from '../store/conformance/fixture.ts';

let store: Store;
beforeEach(async () => {
  store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
});
afterEach(() => store.close());

const add = (at: Date, target: string) => audit(store, theServer, 'user.created', { at, target });

async function take(entries: AsyncGenerator<AuditEntry>, count: number) {
  const taken: string[] = [];
  while (taken.length < count) {
    const { value } = await entries.next();
    taken.push(`${value.target} ${value.count}`);
  }
  return taken;
}

it('the log is read oldest first, however long it is', async () => {
  await store.transaction(async (tx) => {
    for (let index = 0; index < 1100; index++)
      await audit(tx, theServer, 'user.created', { at: later(index % 7), target: String(index) });
  });
  const seen: AuditEntry[] = [];
  for await (const entry of auditOldestFirst(store, {})) seen.push(entry);
  const inOrder = seen.toSorted((a, b) => a.at.getTime() - b.at.getTime() || a.id - b.id);
  expect(seen).toHaveLength(1100);
  expect(seen).toEqual(inOrder);
});

it('the log is followed: each entry once, those that come late, and counts that grow', async () => {
  const pauses: (() => Promise<void>)[] = [
    () => add(later(5), 'late'),
    async () => {},
    () => auditRepeat(store, theServer, 'user.created', { repeat: 'r', perAddress: 9, perMinute: 9 }, { at: noon }),
    () => auditRepeat(store, theServer, 'user.created', { repeat: 'r', perAddress: 9, perMinute: 9 }, { at: noon }),
    () => add(later(500_000), 'last'),
  ];
  await add(noon, 'first');
  await add(later(100_000), 'second');
  const followed = followAudit(store, {}, async () => pauses.shift()?.());
  expect(await take(followed, 6)).toEqual(['first 1', 'second 1', 'late 1', 'null 1', 'null 2', 'last 1']);
});

it('the log is followed by the order of its entries, wherever the clock is set', async () => {
  const now = () => store.now().getTime();
  const pauses = [
    () => add(new Date(now()), 'right again'),
    () => add(new Date(now() - 86_400_000), 'a day behind'),
    () => add(new Date(now()), 'right at last'),
  ];
  await add(new Date(now() + 86_400_000), 'a day ahead');
  const followed = followAudit(store, {}, async () => pauses.shift()?.());
  expect(await take(followed, 4)).toEqual(['a day ahead 1', 'right again 1', 'a day behind 1', 'right at last 1']);
});

it('what was given is looked at again for two minutes, and not for ever', async () => {
  const asked: (number | undefined)[] = [];
  const { audit: log } = store;
  const watched = {
    now: () => store.now(),
    audit: {
      list: (...args: Parameters<typeof log.list>) => {
        asked.push(args[0].after);
        return log.list(...args);
      },
    },
  } as unknown as Store;
  let at = 0;
  const pause = async () => {
    at += 70_000;
    await add(store.now(), String(at));
  };
  for (const target of ['old', 'older']) await add(noon, target);
  const followed = followAudit(watched, {}, pause, () => at);
  expect(await take(followed, 7)).toEqual([
    'old 1',
    'older 1',
    '70000 1',
    '140000 1',
    '210000 1',
    '280000 1',
    '350000 1',
  ]);
  expect(asked).toEqual([undefined, 2, 2, 2, 3, 4]);
});

it('the log is not asked again before the pause is over', async () => {
  const list = vi.spyOn(store.audit, 'list');
  await add(noon, 'first');
  const followed = followAudit(store, {}, () => new Promise<void>(() => {}));
  await followed.next();
  void followed.next();
  // as many statements as show that it would have asked by now
  for (let turn = 0; turn < 5; turn++) await store.users.findByName('nobody');
  const asked = list.mock.calls.length;
  for (let turn = 0; turn < 5; turn++) await store.users.findByName('nobody');
  expect(list).toHaveBeenCalledTimes(asked);
});

describe('a line', () => {
  it('is one, and obeyed by no terminal', async () => {
    const text = 'a\nb\u001b[2J\u009b31m\u2028\u202e\u2066 ü 😀';
    await audit(store, theServer, 'user.created', { details: { text } });
    const [entry] = (await store.audit.list({}, { limit: 1 })).items;
    const line = lineOf(entry as AuditEntry, new Map());
    expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    expect(line).toContain('ü 😀');
    expect(JSON.parse(line)).toMatchObject({ details: { text }, actorKind: 'SERVER', actor: null, count: 1 });
  });
});

describe('settings', () => {
  const start = async (plain: Record<string, string>, secret: Record<string, string> = {}) => {
    await auditSettings(store, { plain, secret });
    return (await store.audit.list({}, { limit: 9 })).items.map(({ details }) => JSON.parse(details ?? '').changed);
  };

  it('are told where they differ from those of the last start, and secrets are not told', async () => {
    await start({ CQ_PORT: '1' }, { CQ_JWT_SECRET: 'first secret' });
    await start({ CQ_PORT: '1' }, { CQ_JWT_SECRET: 'first secret' });
    const told = await start({ CQ_HOST: 'x'.repeat(9999) }, { CQ_JWT_SECRET: 'second secret', CQ_EMBEDDING_KEY: 'k' });
    expect(told).toEqual([
      [
        { name: 'CQ_EMBEDDING_KEY', secret: 'set' },
        { name: 'CQ_HOST', from: null, to: 'x'.repeat(300) },
        { name: 'CQ_JWT_SECRET', secret: 'changed' },
        { name: 'CQ_PORT', from: '1', to: null },
      ],
      [
        { name: 'CQ_JWT_SECRET', secret: 'set' },
        { name: 'CQ_PORT', from: null, to: '1' },
      ],
    ]);
    const removed = await start({});
    expect(removed[0]).toContainEqual({ name: 'CQ_JWT_SECRET', secret: 'removed' });
  });
});
