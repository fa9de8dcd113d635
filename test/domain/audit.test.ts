import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { type AuditDetails, audit, auditActions, detailLimits, operator } from '../../src/domain/audit.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';

it('has every action in docs/audit.md, with what it means', () => {
  const page = readFileSync(new URL('../../docs/audit.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+\.\w+)`\s*\| (.*?)\s*\|/gm)].map(([, name, meaning]) => [name, meaning]);
  expect(Object.fromEntries(rows)).toEqual(auditActions);
});

describe('details', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
  });
  afterEach(() => store.close());

  async function kept(details: AuditDetails) {
    await audit(store, operator, 'user.created', { details });
    const [entry] = (await store.audit.list({}, { limit: 1 })).items;
    expect(entry).toMatchObject({ actorKind: 'operator', actorId: null, address: null, target: null });
    return JSON.parse(entry?.details ?? 'null');
  }

  it('come back as they were given', async () => {
    const details = { a: 1, b: true, c: null, d: ['x', { e: '😀\n"' }] };
    expect(await kept(details)).toEqual(details);
  });

  it('are cut where a text or a list is too long', async () => {
    const { text, list } = await kept({ text: '😀'.repeat(1_000_000), list: Array.from({ length: 9999 }, () => 'x') });
    expect([...text]).toHaveLength(detailLimits.text + 1);
    expect(text.endsWith('😀…')).toBe(true);
    expect(list).toHaveLength(detailLimits.items);
  });

  it('say that they were too long as a whole', async () => {
    const long = Array.from({ length: 100 }, () => 'x'.repeat(500));
    expect(await kept({ long })).toEqual({ cut: '50310 characters are too many' });
  });

  it('hold what neither database can store in another form', async () => {
    expect(await kept({ text: 'a\0b\ud800' })).toEqual({ text: 'a\ufffdb\ufffd' });
  });
});
