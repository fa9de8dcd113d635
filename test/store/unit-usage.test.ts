import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { confidence } from '../../src/domain/rules.ts';
import { openStore } from '../../src/store/open.ts';
import { engines } from '../processes/start-databases.ts';
import { aFlag, aProposal, aReview, later, noon } from './conformance/fixture.ts';

describe.for(Object.entries(engines))('usage of units on %s', ([, create]) => {
  it('is counted of a filled database, and of what the release before adds, by several processes at once', async () => {
    await using database = await create();
    await database.migrateTo('0025-confirmers');
    const insert = (id: string) =>
      database.query(`
        insert into knowledge_units (id, version, status, tier, domains, summary, detail, action, languages, frameworks,
          pattern, confidence, confirmations, created_by, created_at, updated_at)
        values ('${id}', 1, 'approved', 'private', '[]', 's', 'd', 'a', '[]', '[]', '', 0.5, 1, 'mia',
          '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')`);
    const flag = (id: string, unit: string) =>
      database.query(`
        insert into knowledge_unit_flags (id, unit_id, reason, created_at)
        values ('${id}', '${unit}', 'stale', '2026-01-01T00:00:00.000Z')`);
    await insert('ku_1');
    await flag('flg_1', 'ku_1');
    const open = (migrate: boolean) => openStore(readConfig(database.environment).database, { migrate });
    await using stores = new AsyncDisposableStack();
    const [one, other] = [await open(true), await open(false)];
    for (const store of [one, other]) stores.defer(() => store.close());
    // as processes of the release before do
    await insert('ku_2');
    await flag('flg_2', 'ku_1');
    await flag('flg_3', 'ku_2');
    const byFlags = await one.units.list({}, { field: 'flags', direction: 'asc' }, { limit: 5 });
    expect([byFlags.items.map(({ id }) => id), byFlags.keys]).toEqual([
      ['ku_2', 'ku_1'],
      [1, 2],
    ]);
    const { id } = await one.units.propose(aProposal(), noon);
    const ids = ['ku_1', 'ku_2', id];
    // each in an order of its own, beside changes of the same units
    const answer = async (store: typeof one, count: number) => {
      store.usage.record(count % 2 === 0 ? ids : ids.toReversed(), later(count));
      await store.usage.save();
      if (count === 5) await store.reviews.decide(id, aReview('approved'));
      if (count % 8 === 0) await store.units.flag(aFlag('ku_2'), confidence.flagged);
    };
    await Promise.all([one, other].flatMap((store) => Array.from({ length: 32 }, (_, count) => answer(store, count))));
    const expected = ids.map((unitId) => ({
      ...{ unitId, answers: 64, lastAnsweredAt: later(31), requests: 0, lastRequestedAt: null },
    }));
    for (const store of [one, other]) expect(await store.usage.findMany(ids)).toEqual(expected);
    expect((await one.units.list({}, { field: 'flags', direction: 'desc' }, { limit: 1 })).keys).toEqual([9]);
  });
});
