import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { operator } from '../../src/domain/audit.ts';
import { reinstateUser, suspendUser } from '../../src/domain/suspension.ts';
import { ConflictError } from '../../src/errors.ts';
import type { KnowledgeUnit, Store } from '../../src/store/store.ts';
import { aUnit, startServer, type TestServer, type UnitChanges } from '../harness.ts';

/** What a suspension does to what a person wrote, and how it is taken back. */

let server: TestServer;
let store: Store;
beforeAll(async () => {
  server = await startServer();
  store = server.store;
});
afterAll(() => server[Symbol.asyncDispose]());

let people = 0;

/** A person whom nobody knows, and how an administrator suspends and reinstates them. */
async function somebody() {
  const { user, key } = await server.addPerson(`person ${++people}`, 'member');
  const id = `usr_${user.id}`;
  const { admin } = server.people;
  const by = { kind: 'person', user: admin.user } as const;
  return {
    id,
    key,
    username: user.username,
    unit: (changes: UnitChanges = {}) => server.unit({ createdBy: user.username, ...changes }),
    suspend: (suspension: object) => suspendUser(store, { id, reason: 'Spam', ...suspension }, { by }),
    reinstate: (restore = true) => reinstateUser(store, { id, restore }, { by }),
    /** The actions about something, the last one first. */
    audited: async (target: string) =>
      (await store.audit.list({ target }, { limit: 9 })).items.map(({ action, actorId }) => [
        action,
        actorId === admin.user.id ? 'ann' : actorId,
      ]),
  };
}

/** Units of a person, in one go. */
async function fill(createdBy: string, count: number, changes: UnitChanges = {}): Promise<KnowledgeUnit[]> {
  const units = Array.from({ length: count }, () => aUnit({ createdBy, ...changes }));
  for (let from = 0; from < count; from += 500)
    await store.units.restoreMany(units.slice(from, from + 500).map((unit) => ({ unit, flags: [] })));
  return units;
}

const statusesOf = async (units: readonly { id: string }[]) =>
  (await store.units.findMany(units.map(({ id }) => id))).map((unit) => unit?.status);

const count = (createdBy: string, ...statuses: KnowledgeUnit['status'][]) => store.units.count({ createdBy, statuses });

describe('what waits of a person who is suspended', () => {
  it('is rejected, and waits again after, with an entry in the audit log for each', async () => {
    const person = await somebody();
    const unit = await person.unit({ status: 'pending' });
    const before = await store.units.find(unit.id);
    expect(await person.suspend({ rejectPending: true })).toMatchObject({ rejected: 1, hasMore: false });
    expect(await store.units.find(unit.id)).toMatchObject({ status: 'rejected', review: { internalNote: 'Spam' } });
    expect(await person.reinstate()).toMatchObject({ restored: 1, hasMore: false, user: { suspendedAt: null } });
    expect(await store.units.find(unit.id)).toEqual({ ...before, updatedAt: expect.any(Date) });
    expect(await person.audited(unit.id)).toEqual([
      ['unit.reopened', 'ann'],
      ['unit.rejected', 'ann'],
    ]);
    const [entry] = (await store.audit.list({ target: unit.id }, { limit: 1 })).items;
    expect(entry?.details).toBe(`{"suspended":"${person.id}"}`);
  });

  it('stays rejected where a reviewer had done so before, or has decided over it since', async () => {
    const { reviewer } = server.people;
    const person = await somebody();
    const review = (verb: string, id: string, more = '') =>
      server.query(
        `mutation ($id: ID!) { ${verb}KnowledgeUnit(input: { id: $id ${more} }) { userErrors { code } } }`,
        { id },
        reviewer.token,
      );
    const units = [];
    for (let made = 0; made < 4; made++) units.push(await person.unit({ status: 'pending' }));
    const [before, reopened, again, untouched] = units.map(({ id }) => id) as [string, string, string, string];
    await review('reject', before);
    expect(await person.suspend({ rejectPending: true })).toMatchObject({ rejected: 3 });
    for (const id of [reopened, again]) await review('reopen', id, 'reason: "No spam"');
    await review('reject', again);
    expect(await person.reinstate()).toMatchObject({ restored: 1 });
    expect(await statusesOf(units)).toEqual(['rejected', 'pending', 'rejected', 'pending']);
    expect((await store.units.find(untouched))?.review).toBeNull();
  });

  it('is done in calls of 1,000 units at most, each of which goes on', async () => {
    const person = await somebody();
    await fill(person.username, 1003, { status: 'pending' });
    expect(await person.suspend({ rejectPending: true })).toMatchObject({ rejected: 1000, hasMore: true });
    expect(await person.suspend({ rejectPending: true })).toMatchObject({ rejected: 3, hasMore: false });
    expect(await person.suspend({ rejectPending: true })).toMatchObject({ rejected: 0, hasMore: false });
    // what else of the person was rejected is not gone through
    const lists = vi.spyOn(store.units, 'list');
    const first = await person.reinstate();
    expect(first).toMatchObject({ restored: 1000, hasMore: true, user: { suspendedAt: expect.any(Date) } });
    expect(await person.reinstate()).toMatchObject({ restored: 3, hasMore: false, user: { suspendedAt: null } });
    expect(lists).not.toHaveBeenCalled();
    expect(await count(person.username, 'pending')).toBe(1003);
  });

  it('is gone on with where a process has died in the midst of it', async () => {
    const person = await somebody();
    await fill(person.username, 120, { status: 'pending' });
    /** Runs the work, of which the transaction after so many others fails as it ends. */
    const dying = async (after: number, work: () => Promise<unknown>) => {
      const transaction = store.transaction.bind(store);
      let begun = 0;
      vi.spyOn(store, 'transaction').mockImplementation((inside) =>
        transaction(async (tx) => {
          const result = await inside(tx);
          if (begun++ === after) throw new Error('killed');
          return result;
        }),
      );
      await expect(work()).rejects.toThrow('killed');
      vi.restoreAllMocks();
    };
    // the first transaction suspends
    await dying(2, () => person.suspend({ rejectPending: true }));
    expect(await count(person.username, 'rejected')).toBe(50);
    expect(await person.suspend({ rejectPending: true })).toMatchObject({ rejected: 70, hasMore: false });
    await dying(1, () => person.reinstate());
    expect(await count(person.username, 'pending')).toBe(50);
    expect(await person.reinstate()).toMatchObject({ restored: 70, user: { suspendedAt: null } });
    expect(await count(person.username, 'pending')).toBe(120);
  });

  it('is changed once, whoever suspends the person and reinstates them at once', async () => {
    const person = await somebody();
    const units = await fill(person.username, 60, { status: 'pending' });
    for (let round = 0; round < 4; round++) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, (_, at) =>
          at % 4 === 3 ? person.reinstate() : person.suspend({ rejectPending: true }),
        ),
      );
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(ConflictError);
      const [user] = await store.users.findManyByName([person.username]);
      // nothing is left of a suspension that has ended
      if (!user?.suspendedAt) expect(await count(person.username, 'rejected')).toBe(0);
      await person.reinstate();
      expect(new Set(await statusesOf(units))).toEqual(new Set(['pending']));
    }
  });

  it('is not touched by a call that goes on after the person was reinstated', async () => {
    const person = await somebody();
    await fill(person.username, 60, { status: 'pending' });
    const decide = store.units.list.bind(store.units);
    let pages = 0;
    vi.spyOn(store.units, 'list').mockImplementation(async (...given) => {
      const page = await decide(...given);
      if (pages++ === 1) await reinstateUser(store, { id: person.id, restore: true }, { by: operator });
      return page;
    });
    await expect(person.suspend({ rejectPending: true })).rejects.toThrow(
      'The suspension of this account was ended meanwhile.',
    );
    vi.restoreAllMocks();
    expect(await count(person.username, 'pending')).toBe(60);
  });
});

describe('the approved units of a person who is suspended', () => {
  const byPublic = async (id: string) => {
    const query = 'query ($id: ID!) { knowledgeUnit(id: $id) { status supersededBy { id } } }';
    return (await server.query(query, { id })).knowledgeUnit;
  };
  const asReviewer = (name: string, input: object) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code } } }`;
    return server.query(query, { input: { reason: 'r', ...input } }, server.people.reviewer.token);
  };

  it('stay, unless told, and are retired with what waits in one call, and approved again after', async () => {
    const person = await somebody();
    const units = [await person.unit(), await person.unit({ status: 'pending' }), await person.unit()];
    const [before] = await store.units.findMany(units.map(({ id }) => id));
    expect(await person.suspend({ rejectPending: true })).toMatchObject({ rejected: 1, retired: 0 });
    expect(await statusesOf(units)).toEqual(['approved', 'rejected', 'approved']);
    const both = { rejectPending: true, retireApproved: true };
    expect(await person.suspend(both)).toMatchObject({ rejected: 0, retired: 2, hasMore: false });
    expect(await statusesOf(units)).toEqual(['retired', 'rejected', 'retired']);
    const [{ id }] = units as [KnowledgeUnit];
    expect(await byPublic(id)).toBeNull();
    expect((await store.units.find(id))?.withdrawal).toMatchObject({ withdrawnBy: 'ann', reason: 'Spam' });
    expect((await store.events.latest(1))[0]).toMatchObject({ type: 'retired', actor: 'ann', note: 'Spam' });
    expect(await person.reinstate()).toMatchObject({ restored: 1, reinstated: 2, hasMore: false });
    expect(await store.units.find(id)).toEqual({ ...before, updatedAt: expect.any(Date) });
    expect(await statusesOf(units)).toEqual(['approved', 'pending', 'approved']);
    expect(await person.audited(id)).toEqual([
      ['unit.reinstated', 'ann'],
      ['unit.retired', 'ann'],
    ]);
  });

  it('are 1,000 in one call, together with what waits', async () => {
    const person = await somebody();
    await fill(person.username, 990);
    await fill(person.username, 20, { status: 'pending' });
    const both = { rejectPending: true, retireApproved: true };
    expect(await person.suspend(both)).toMatchObject({ retired: 990, rejected: 10, hasMore: true });
    expect(await person.suspend(both)).toMatchObject({ retired: 0, rejected: 10, hasMore: false });
    expect(await person.reinstate()).toMatchObject({ reinstated: 990, restored: 10, hasMore: true });
    expect(await person.reinstate()).toMatchObject({ reinstated: 0, restored: 10, hasMore: false });
  });

  it('stay as a reviewer left them: retired before, or reinstated and retired again since', async () => {
    const person = await somebody();
    const units = [await person.unit(), await person.unit(), await person.unit(), await person.unit()];
    const [before, again, reinstated, reopened] = units.map(({ id }) => id) as [string, string, string, string];
    await asReviewer('retireKnowledgeUnit', { id: before });
    expect(await person.suspend({ retireApproved: true })).toMatchObject({ retired: 3 });
    for (const id of [again, reinstated, reopened]) await asReviewer('reinstateKnowledgeUnit', { id });
    await asReviewer('retireKnowledgeUnit', { id: again });
    await asReviewer('reopenKnowledgeUnit', { id: reopened });
    expect(await person.reinstate()).toMatchObject({ restored: 0, reinstated: 0, user: { suspendedAt: null } });
    expect(await statusesOf(units)).toEqual(['retired', 'retired', 'approved', 'pending']);
    expect((await store.units.find(again))?.withdrawal?.withdrawnBy).toBe('rob');
  });

  it('that took the place of others lead back to them only where a reviewer has them do so', async () => {
    const person = await somebody();
    const [old, older] = [await server.unit(), await server.unit()];
    const [one, two] = [await person.unit(), await person.unit()];
    await asReviewer('supersedeKnowledgeUnit', { id: old.id, by: one.id });
    await asReviewer('supersedeKnowledgeUnit', { id: older.id, by: two.id });
    await person.suspend({ retireApproved: true });
    expect(await byPublic(old.id)).toEqual({ status: 'SUPERSEDED', supersededBy: null });
    await asReviewer('reinstateKnowledgeUnit', { id: older.id });
    expect(await person.reinstate()).toMatchObject({ reinstated: 2 });
    expect(await byPublic(old.id)).toEqual({ status: 'SUPERSEDED', supersededBy: { id: one.id } });
    expect(await statusesOf([older, two])).toEqual(['approved', 'approved']);
    expect(await byPublic(older.id)).toEqual({ status: 'APPROVED', supersededBy: null });
  });

  it('leave those that were superseded, which lead to what is in their place', async () => {
    const person = await somebody();
    const [superseded, successor] = [await person.unit(), await server.unit()];
    await asReviewer('supersedeKnowledgeUnit', { id: superseded.id, by: successor.id });
    const before = await store.units.find(superseded.id);
    expect(await person.suspend({ retireApproved: true })).toMatchObject({ retired: 0 });
    expect(await byPublic(superseded.id)).toEqual({ status: 'SUPERSEDED', supersededBy: { id: successor.id } });
    await person.reinstate();
    expect(await store.units.find(superseded.id)).toEqual(before);
  });

  it('are retired or superseded, at once, and are what they were afterwards', async () => {
    const person = await somebody();
    const successor = await server.unit();
    const units = await fill(person.username, 20);
    await Promise.all([
      person.suspend({ retireApproved: true }),
      ...units.slice(10).map(({ id }) => asReviewer('supersedeKnowledgeUnit', { id, by: successor.id })),
    ]);
    const superseded = (await store.units.findMany(units.map(({ id }) => id))).filter(
      (unit) => unit?.status === 'superseded',
    );
    await person.reinstate();
    expect(await store.units.findMany(superseded.map((unit) => unit?.id ?? ''))).toEqual(superseded);
    expect(await count(person.username, 'approved')).toBe(units.length - superseded.length);
  });
});

describe('the suggestions of a person who is suspended', () => {
  const suggest = (id: string, summary: string, credential: string) =>
    server.query(
      `mutation ($id: ID!, $summary: String!) {
        suggestRevision(input: { id: $id, version: 1, insight: { summary: $summary } }) { suggestion { id } }
      }`,
      { id, summary },
      credential,
    );
  const decide = (verb: string, id: string, more = '') =>
    server.query(
      `mutation ($id: ID!) { ${verb}Suggestion(input: { id: $id ${more} }) { userErrors { code } } }`,
      { id },
      server.people.reviewer.token,
    );
  const states = async (ids: readonly string[]) =>
    (await store.revisions.findMany(ids)).map((suggestion) => suggestion?.status);

  it('are rejected with what waits, and wait again after, but for those that a reviewer rejected', async () => {
    const person = await somebody();
    const unit = await server.unit();
    const ids: string[] = [];
    for (const summary of ['one', 'two', 'three']) {
      const { suggestRevision } = await suggest(unit.id, summary, person.key);
      ids.push(suggestRevision.suggestion.id);
    }
    const others = (await suggest(unit.id, 'other', server.people.member.key)).suggestRevision.suggestion.id;
    const [first, second] = ids as [string, string];
    await decide('reject', first);
    const [, before] = await store.revisions.findMany(ids);
    await person.unit({ status: 'pending' });
    expect(await person.suspend({ retireApproved: true })).toMatchObject({ rejectedSuggestions: 0 });
    expect(await person.suspend({ rejectPending: true })).toMatchObject({ rejected: 1, rejectedSuggestions: 2 });
    expect(await states([...ids, others])).toEqual(['rejected', 'rejected', 'rejected', 'pending']);
    expect((await store.revisions.findMany([second]))[0]?.review).toMatchObject({
      ...{ reviewedBy: 'ann', note: null, internalNote: 'Spam' },
    });
    expect(await person.reinstate()).toMatchObject({ restored: 1, restoredSuggestions: 2, hasMore: false });
    expect(await states(ids)).toEqual(['rejected', 'pending', 'pending']);
    expect((await store.revisions.findMany([second]))[0]).toEqual(before);
    expect(await person.audited(second)).toEqual([
      ['suggestion.reopened', 'ann'],
      ['suggestion.rejected', 'ann'],
    ]);
    await decide('approve', second, ', version: 1');
    expect(await states([second])).toEqual(['approved']);
  });

  it('wait again also where their unit is retired by then', async () => {
    const person = await somebody();
    const unit = await server.unit();
    const { id } = (await suggest(unit.id, 'one', person.key)).suggestRevision.suggestion;
    await person.suspend({ rejectPending: true });
    await store.lifecycle.retire(unit.id, { by: 'rob', at: store.now(), reason: null });
    expect(await person.reinstate()).toMatchObject({ restoredSuggestions: 1 });
    expect(await states([id])).toEqual(['pending']);
  });

  it('are one of 1,000 things in a call', async () => {
    const person = await somebody();
    await fill(person.username, 1000, { status: 'pending' });
    const { id } = (await suggest((await server.unit()).id, 'one', person.key)).suggestRevision.suggestion;
    const pending = { rejectPending: true };
    expect(await person.suspend(pending)).toMatchObject({ rejected: 1000, rejectedSuggestions: 0, hasMore: true });
    expect(await person.suspend(pending)).toMatchObject({ rejected: 0, rejectedSuggestions: 1, hasMore: false });
    expect(await states([id])).toEqual(['rejected']);
  });
});
