import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { isTokenOf } from '../../src/domain/jwt.ts';
import { confidence } from '../../src/domain/rules.ts';
import { isOpen } from '../../src/domain/sessions.ts';
import { openStore } from '../../src/store/open.ts';
import { engines } from '../processes/start-databases.ts';
import { aFlag, aReview, later, noon, put } from './conformance/fixture.ts';
import { aSession } from './conformance/sessions.ts';
import { addUser } from './conformance/users.ts';

/** The statements that a process of the release before runs on a database that this one has migrated, as it wrote them. */
const earlier = {
  decide: (id: string, status: string) => `
    update knowledge_units set status = '${status}', reviewed_by = 'eve', reviewed_at = '2026-03-02T00:00:00.000Z',
           review_note = 'eve’s', updated_at = '2026-03-02T00:00:00.000Z'
     where id = '${id}' and status = 'pending' returning *`,
  confirm: (id: string, at: Date) => `
    update knowledge_units set confidence = confidence + 0.1, confirmations = confirmations + 1,
           last_confirmed = '${at.toISOString()}', updated_at = '${at.toISOString()}'
     where id = '${id}' and status = 'approved' returning *`,
  flag: (id: string) => `
    update knowledge_units set confidence = confidence - 0.15 where id = '${id}' and status = 'approved' returning *`,
  event: (id: string, type: string, actor: string, at: Date) => `
    insert into events (type, unit_id, actor, at) values ('${type}', '${id}', '${actor}', '${at.toISOString()}')`,
  setPassword: (id: number) => `
    update users set credentials_version = credentials_version + 1, password_hash = 'changed',
           password_changed_at = '2026-03-02T00:00:00.000Z'
     where id = ${id} returning *`,
  propose: (id: string) => `
    insert into knowledge_units (id, version, status, tier, domains, summary, detail, action, languages, frameworks,
      pattern, confidence, confirmations, created_by, created_at, updated_at)
    values ('${id}', 1, 'pending', 'private', '["a"]', 'An earlier lesson', 'd', 'a', '[]', '[]', '', 0.5, 1, 'mia',
      '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')
    on conflict (id) do nothing returning id`,
};

const held = { findings: [{ path: ['insight', 'detail'], kind: 'github', start: 0, end: 4 }], releasedBy: null };

describe.for(Object.entries(engines))('what the release before does on %s', ([, create]) => {
  async function open() {
    const database = await create();
    const store = await openStore(readConfig(database.environment).database, { migrate: true });
    return {
      store,
      run: (statement: string) => database.query(statement),
      async [Symbol.asyncDispose]() {
        await store.close();
        await database[Symbol.asyncDispose]();
      },
    };
  }

  it('approves no unit that is held for what looks like credentials', async () => {
    await using opened = await open();
    const { store, run } = opened;
    const [kept, refused] = [
      await put(store, { status: 'pending', held }),
      await put(store, { status: 'pending', held }),
    ];
    expect(await run(earlier.decide(kept.id, 'approved'))).toEqual([]);
    expect(await store.units.find(kept.id)).toMatchObject({ status: 'pending', review: null });
    expect(await run(earlier.decide(refused.id, 'rejected'))).toHaveLength(1);
    expect(await store.stats.statusCounts()).toEqual({ pending: 1, rejected: 1 });
    await store.reviews.release(kept.id, 'rob');
    expect(await run(earlier.decide(kept.id, 'approved'))).toHaveLength(1);
    expect(await store.units.find(kept.id)).toMatchObject({ status: 'approved', review: { internalNote: 'eve’s' } });
  });

  it('has no note of an earlier decision in one of its own', async () => {
    await using opened = await open();
    const { store, run } = opened;
    const { id } = await put(store, { status: 'pending' });
    await store.reviews.decide(id, aReview('rejected'));
    await store.lifecycle.reopen(id, { by: 'rob', at: noon, reason: 'again' });
    await run(earlier.decide(id, 'approved'));
    expect((await store.units.find(id))?.review).toMatchObject({
      reviewedBy: 'eve',
      note: null,
      internalNote: 'eve’s',
    });
  });

  it('confirms as people do, each of whom is counted once, and noted with the last time', async () => {
    await using opened = await open();
    const { store, run } = opened;
    const { id } = await put(store, { createdBy: 'mia' });
    const confirm = async (actor: string, at: number) => {
      await run(earlier.confirm(id, later(at)));
      await run(earlier.event(id, 'confirmed', actor, later(at)));
    };
    const here = (actor: string, at: number, since?: number) =>
      store.units.confirm(id, actor, later(at), confidence.confirmed, since === undefined ? since : later(since));
    await here('rob', 1);
    for (const [actor, at] of [
      ['rob', 5],
      ['ann', 6],
      ['mia', 7],
      ['mia', 8],
    ] as const)
      await confirm(actor, at);
    const expected = { confirmers: 2, ownConfirmations: 2, evidence: { confirmations: 6, lastConfirmedAt: later(8) } };
    expect(await store.units.find(id)).toMatchObject(expected);
    // where one a day counts, these were the ones of the day
    for (const actor of ['rob', 'ann', 'mia']) expect(await here(actor, 9, 5)).toMatchObject(expected);
    expect(await here('mia', 10)).toMatchObject({ confirmers: 2, ownConfirmations: 3 });
    // by a clock that was set back
    await here('rob', 2);
    expect(await store.units.confirmersOf(id)).toEqual([
      { username: 'ann', lastAt: later(6) },
      { username: 'mia', lastAt: later(10) },
      { username: 'rob', lastAt: later(5) },
    ]);
  });

  it('leaves a withdrawn unit alone, which is rejected to it', async () => {
    await using opened = await open();
    const { store, run } = opened;
    const [successor, retired, superseded] = [await put(store), await put(store), await put(store)];
    await store.lifecycle.retire(retired.id, { by: 'rob', at: noon, reason: null });
    await store.lifecycle.supersede(superseded.id, successor.id, { by: 'rob', at: noon, reason: null });
    for (const { id } of [retired, superseded]) {
      const before = await store.units.find(id);
      expect(await run(`select status from knowledge_units where id = '${id}'`)).toEqual([{ status: 'rejected' }]);
      const { confirm, flag, decide } = earlier;
      for (const statement of [confirm(id, noon), flag(id), decide(id, 'approved')])
        expect(await run(statement)).toEqual([]);
      expect(await store.units.find(id)).toEqual(before);
    }
  });

  it('adds units that are as ours, but for one that was erased', async () => {
    await using opened = await open();
    const { store, run } = opened;
    const [id, gone] = [`ku_${'1'.repeat(32)}`, await put(store)];
    await store.erasures.erase(gone.id, { erasedAt: noon, erasedBy: null, reason: 'asked for' });
    expect(await run(earlier.propose(gone.id))).toEqual([]);
    expect(await store.units.find(gone.id)).toBeNull();
    expect(await run(earlier.propose(id))).toEqual([{ id }]);
    await run(earlier.decide(id, 'approved'));
    await run(earlier.event(id, 'approved', 'eve', noon));
    const insight = { summary: 'An earlier lesson', detail: 'd', action: 'a' };
    expect(await store.units.find(id)).toMatchObject({
      ...{ status: 'approved', version: 1, insight, confirmers: 0, ownConfirmations: 0, withdrawal: null },
      review: { note: null, internalNote: 'eve’s' },
    });
    expect(await store.units.hashTexts(9)).toBe(1);
    expect((await store.units.withText(insight, ['approved'], 9)).map((unit) => unit.id)).toEqual([id]);
    await run(`
      insert into knowledge_unit_flags (id, unit_id, reason, created_at)
      values ('flg_${'1'.repeat(32)}', '${id}', 'stale', '2026-01-01T00:00:00.000Z')`);
    await store.units.flag(aFlag(id), confidence.flagged);
    const byFlags = await store.units.list({}, { field: 'flags', direction: 'desc' }, { limit: 1 });
    expect([byFlags.items.map((unit) => unit.id), byFlags.keys]).toEqual([[id], [2]]);
    expect(await store.events.latest(9)).toMatchObject([
      { type: 'flagged', unitVersion: 1 },
      { type: 'approved', unitVersion: null, note: null },
    ]);
  });

  it('changes a password and knows no sessions: those of before are void, are not shown, and make room', async () => {
    await using opened = await open();
    const { store, run } = opened;
    const ann = await addUser(store, 'ann');
    const old = aSession(ann);
    await store.sessions.insert(old, 100);
    expect(await run(earlier.setPassword(ann.id))).toHaveLength(1);
    const changed = (await store.users.findByName('ann')) ?? expect.fail();
    expect([await store.sessions.count(changed, noon), isOpen(old, changed, noon)]).toEqual([0, false]);
    const claims = { username: 'ann', issuedAt: noon, expiresAt: old.expiresAt, sessionId: old.id };
    const token = { ...claims, account: { id: ann.id, credentialsVersion: ann.credentialsVersion } };
    expect([isTokenOf(token, ann), isTokenOf(token, changed)]).toEqual([true, false]);
    await store.sessions.insert(aSession(changed), 100);
    expect(await store.sessions.findMany([old.id])).toEqual([null]);
  });
});
