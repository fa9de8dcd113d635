import { TextType, UnderscoreNamingStrategy } from '@mikro-orm/core';
import { describe, expect } from 'vitest';
import { sqliteDatabase } from '../../../src/config/sqlite-url.ts';
import { confidence } from '../../../src/domain/rules.ts';
import { UnauthenticatedError, UnavailableError } from '../../../src/errors.ts';
import { openStore } from '../../../src/store/open.ts';
import { entities } from '../../../src/store/sql/schema/entities.ts';
import { TextList } from '../../../src/store/sql/schema/text-list.ts';
import type { NewUserErasure, Store, UnitWithFlags } from '../../../src/store/store.ts';
import { aUnit } from '../../harness.ts';
import { columnsWith, erasedName, namedColumns, otherColumns, putPerson, reviewBy } from './erased-person.ts';
import {
  aFlag,
  aKey,
  aProposal,
  aReview,
  idsOf,
  later,
  noon,
  put,
  putMany,
  readAll,
  refill,
  type StoreTest,
} from './fixture.ts';
import { addUser } from './users.ts';

const placeholder = '[erased 0123456789abcdef]';

const by: NewUserErasure = { erasedAt: noon, erasedBy: 1, reason: 'They asked for it.', placeholder };

/** Erases a person, and answers the erasure when nothing is left. */
async function eraseWhole(store: Store, id: number, given: Partial<NewUserErasure> = {}) {
  expect(await store.erasures.eraseUser(id, { ...by, ...given })).toMatchObject({ isNew: true });
  const tried = await store.erasures.cleanUp({ atOnce: true });
  return tried.find((erasure) => erasure.id === `usr_${id}`);
}

/** The columns of text, of whatever table: each may hold a name. */
function textColumns(): string[] {
  const naming = new UnderscoreNamingStrategy();
  return entities.flatMap(({ meta }) =>
    Object.entries(meta.properties as Record<string, { type?: unknown; fieldName?: string }>)
      .filter(([, { type }]) => type === TextType || type === TextList)
      .map(([name, { fieldName }]) => `${meta.tableName}.${fieldName ?? naming.propertyToColumnName(name)}`),
  );
}

/** Whatever is done under a name, each to a unit of its own or to a given one. */
const doings = (store: Store, name: string): ((id: string, pending: string, n: number) => Promise<unknown>)[] => [
  (id) => store.units.confirm(id, name, noon, confidence.confirmed),
  (id) => store.units.confirm(id, name, later(1), confidence.confirmed, noon),
  (id) => store.units.flag(aFlag(id, { createdBy: name }), confidence.flagged),
  (_id, _pending, n) => store.units.propose({ ...aProposal(), createdBy: name }, noon, { key: `k${n}`, since: noon }),
  (_id, pending) => store.reviews.decide(pending, reviewBy(name, 'approved')),
  (id, _pending, n) =>
    store.revisions.suggest(
      {
        ...{ id: `rev_${n.toString(16).padStart(32, '0')}`, unitId: id, baseVersion: 1, content: aUnit() },
        ...{ reason: null, createdBy: name, createdAt: noon },
      },
      { ofUnit: 99, ofUnitByAuthor: 99, ofAuthor: 99 },
    ),
  (_id, pending, n) =>
    store.revisions.amend({
      ...{ id: `rev_${(n + 1000).toString(16).padStart(32, '0')}`, unitId: pending, baseVersion: 1 },
      ...{ statuses: ['pending'], content: aUnit(), reason: null, by: name, at: noon, approval: null, maxVersions: 9 },
    }),
  (id) => store.lifecycle.reopen(id, { by: name, at: noon, reason: null }),
  (id, pending) => store.lifecycle.supersede(id, pending, { by: name, at: noon, reason: null }),
  (id, pending) => store.lifecycle.approveInPlaceOf(id, pending, reviewBy(name, 'approved')),
  (id, pending) => store.lifecycle.merge(pending, id, reviewBy(name, 'rejected'), confidence.confirmed),
];

const quarantined = (id: number, content: string, source = 'knowledge_units') => ({
  ...{ id, source, source_id: `row ${id}`, content, reason: 'no', at: noon.toISOString() },
});

export function userErasuresConformance(it: StoreTest) {
  describe('a person who is erased', () => {
    it('is in no column of text that there is', async ({ store }) => {
      expect(
        textColumns()
          .filter((column) => !namedColumns.includes(column))
          .sort(),
      ).toEqual(otherColumns.toSorted());
      await refill(store, 'quarantine', [quarantined(1, `{"created_by":"${erasedName}"}`)]);
      const user = await putPerson(store);
      expect(await columnsWith(store, erasedName)).toEqual(namedColumns);
      expect(await eraseWhole(store, user.id)).toEqual({
        ...{ id: `usr_${user.id}`, ...by, doneAt: expect.any(Date), waitsFor: null },
      });
      expect(await columnsWith(store, erasedName)).toEqual([]);
    });

    it('has left what they wrote and did, under one placeholder', async ({ store }) => {
      const user = await putPerson(store);
      const before = await snapshot(store);
      await eraseWhole(store, user.id);
      const after = await snapshot(store);
      expect(JSON.stringify(before)).toContain(`"${erasedName}"`);
      expect(after).toEqual(JSON.parse(JSON.stringify(before).replaceAll(`"${erasedName}"`, `"${placeholder}"`)));
      const [eve, max] = await store.users.findManyByName(['eve', 'max']);
      expect([eve?.suspendedBy, max?.closedBy]).toEqual([placeholder, placeholder]);
      expect(await store.events.lastOf(placeholder)).toEqual(noon);
    });

    it('is gone at once, with keys and places, and before anything else is', async ({ store }) => {
      const user = await putPerson(store);
      const key = aKey(user.id);
      await store.apiKeys.insert(key, 9);
      await store.erasures.eraseUser(user.id, by);
      expect(await store.users.findByName(erasedName)).toBeNull();
      expect(await store.users.findMany([user.id])).toEqual([null]);
      expect(await store.apiKeys.findActive(key.id, noon)).toBeNull();
      expect(await store.signIns.knows(user.id, [`place of ${erasedName}`], new Date(0))).toBe(false);
      expect(await store.erasures.findUser(user.id)).toMatchObject({ doneAt: null, placeholder });
      expect(await store.erasures.findUser(user.id + 99)).toBeNull();
    });

    it('was erased once, and is told to be from then on', async ({ store }) => {
      const user = await putPerson(store);
      const erased = await Promise.all(
        [1, 2, 3, 4].map((n) => store.erasures.eraseUser(user.id, { ...by, placeholder: `[erased ${n}]` })),
      );
      const outcomes = erased.filter((outcome) => outcome !== 'lastAdmin');
      expect(outcomes.filter((outcome) => outcome?.isNew)).toHaveLength(1);
      const [first] = outcomes.flatMap((outcome) => (outcome?.isNew ? [outcome] : []));
      expect(first?.since).toEqual(noon);
      for (const outcome of outcomes) expect(outcome?.erasure).toEqual(first?.erasure);
      expect(await store.erasures.eraseUser(user.id + 99, by)).toBeNull();
    });

    it('is listed, the last first', async ({ store }) => {
      await addUser(store, 'ann', 'admin');
      for (const [at, name] of ['a', 'b', 'c'].entries()) {
        const { id } = await addUser(store, name);
        await store.erasures.eraseUser(id, { ...by, erasedAt: later(at), placeholder: name, erasedBy: null });
      }
      const listed = await readAll(
        (page: Parameters<typeof store.erasures.listUsers>[0]) => store.erasures.listUsers(page),
        ({ id, erasedAt }) => ({ id, key: erasedAt }),
      );
      expect(listed.map((erasure) => erasure.placeholder)).toEqual(['c', 'b', 'a']);
      expect(Object.keys(listed[0] ?? {}).sort()).toEqual(
        ['doneAt', 'erasedAt', 'erasedBy', 'id', 'placeholder', 'reason', 'waitsFor'].sort(),
      );
      expect(await store.erasures.countUsers()).toBe(3);
    });

    it('is not the last administrator, however many are erased at once', async ({ store }) => {
      const admins = [];
      for (let n = 0; n < 8; n++) admins.push(await addUser(store, `admin ${n}`, 'admin'));
      const closed = await addUser(store, 'closed', 'admin');
      await store.users.close(closed.id, { at: noon, by: 'ann' });
      const erased = await Promise.all(
        admins.map(({ id }, n) => store.erasures.eraseUser(id, { ...by, placeholder: `[erased ${n}]` })),
      );
      expect(erased.filter((outcome) => outcome === 'lastAdmin')).toHaveLength(1);
      expect(await store.users.count()).toBe(2);
      expect(await store.erasures.eraseUser(closed.id, by)).toMatchObject({ isNew: true });
    });

    it('has a name that nobody is given again', async ({ store }) => {
      const user = await putPerson(store);
      await eraseWhole(store, user.id);
      const again = { username: erasedName, passwordHash: 'h', role: 'member', createdAt: noon } as const;
      expect(await store.users.insert(again)).toBeNull();
      expect(await store.users.insert({ ...again, username: `${erasedName}s` })).not.toBeNull();
      expect(await store.users.wasErased(erasedName)).toBe(true);
      expect(await store.users.wasErased(`${erasedName}s`)).toBe(false);
    });

    it('does nothing under the name any more', async ({ store }) => {
      const user = await putPerson(store);
      await eraseWhole(store, user.id);
      const rows = async () => JSON.stringify(await snapshot(store));
      const pending = await store.units.propose({ ...aProposal(), createdBy: 'zoe' }, noon);
      const { id } = await put(store);
      const before = await rows();
      for (const [n, act] of doings(store, erasedName).entries())
        await expect(act(id, pending.id, n), `${n}`).rejects.toThrow(UnauthenticatedError);
      const [ann] = await store.users.findManyByName(['ann']);
      const at = { at: noon, by: erasedName };
      await addUser(store, 'another', 'admin');
      await expect(store.users.suspend(ann?.id ?? 0, { ...at, reason: 'r' })).rejects.toThrow(UnauthenticatedError);
      await expect(store.users.close(ann?.id ?? 0, at)).rejects.toThrow(UnauthenticatedError);
      await expect(store.reviews.release(pending.id, erasedName)).rejects.toThrow(UnauthenticatedError);
      const mark = { at: noon, by: 'ann' };
      await expect(store.suspensions.undo('rejected', id, mark, erasedName, noon)).rejects.toThrow(
        UnauthenticatedError,
      );
      await expect(store.lifecycle.retireApproved(id, { by: erasedName, at: noon, reason: null })).rejects.toThrow(
        UnauthenticatedError,
      );
      await expect(store.apiKeys.insert(aKey(user.id), 9)).rejects.toThrow(UnauthenticatedError);
      await store.signIns.note(user.id, 'p', noon, { keep: 9, since: noon });
      expect(await rows()).toBe(before);
    });

    it('comes back in nothing that is restored, and is counted as before', async ({ store }) => {
      await refill(store, 'quarantine', [quarantined(1, '{}')]);
      const user = await putPerson(store);
      await eraseWhole(store, user.id);
      const unit = (given: UnitWithFlags['unit']): UnitWithFlags => ({
        unit: given,
        flags: [aFlag(given.id, { createdBy: erasedName }), { ...aFlag(given.id), createdBy: null }],
        confirmers: [erasedName, 'zoe'].map((username) => ({ username, lastAt: noon })),
        revisions: [
          {
            ...{ id: `rev_${given.id.slice(3)}`, unitId: given.id, status: 'rejected', baseVersion: 1, version: null },
            ...{ content: given, reason: null, createdBy: erasedName, createdAt: noon },
            review: reviewBy(erasedName, 'rejected'),
          },
        ],
      });
      const withdrawn = aUnit({
        ...{ status: 'retired', createdBy: erasedName, review: reviewBy(erasedName, 'approved') },
        withdrawal: { withdrawnBy: erasedName, withdrawnAt: noon, reason: null },
      });
      const released = aUnit({ held: { findings: [], releasedBy: erasedName } });
      expect(await store.units.restoreMany([unit(withdrawn), unit(released)])).toBe(2);
      expect(await store.units.restore(aUnit({ createdBy: erasedName }), [])).toBe(true);
      expect(await store.quarantine.admit(1, aUnit({ createdBy: erasedName }), [])).toBe(true);
      expect(await columnsWith(store, erasedName)).toEqual([]);
      expect((await store.units.confirmersOf(released.id)).map(({ username }) => username)).toEqual([
        placeholder,
        'zoe',
      ]);
      expect(await store.units.find(released.id)).toEqual({
        ...released,
        held: { findings: [], releasedBy: placeholder },
      });
      // and all is as it was where nobody was erased
      const other = aUnit();
      await store.units.restoreMany([{ unit: other, flags: [] }]);
      expect(await store.units.find(other.id)).toEqual(other);
    });

    it('is renamed in what is in quarantine, which is else left to the letter', async ({ store }) => {
      const name = 'kitti"wake\\é%_';
      const data = `{"created_by": ${ascii(name)}, "n": 1.0, "big": 12345678901234567890, "text": "by ${'kitti'}", "cut": "`;
      const row = (inner: string) => JSON.stringify({ id: 'x', data: inner, by: name }).replace('"x"', '1.50');
      await refill(store, 'quarantine', [
        quarantined(1, row(data)),
        quarantined(2, JSON.stringify({ username: name, hashed_password: 'h' }), 'users'),
        quarantined(3, JSON.stringify({ username: `${name}s` }), 'users'),
      ]);
      await addUser(store, 'ann', 'admin');
      await eraseWhole(store, (await addUser(store, name)).id);
      const { items } = await store.quarantine.list({ limit: 9 });
      expect(items.map((kept) => [kept.id, kept.content])).toEqual([
        [
          1,
          row(data.replace(ascii(name), JSON.stringify(placeholder))).replace(
            JSON.stringify(name),
            JSON.stringify(placeholder),
          ),
        ],
        [3, JSON.stringify({ username: `${name}s` })],
      ]);
    });

    it.for([
      ['a quote too many', (name: string) => `{"text": "12" screen", "created_by": ${name}, "n": 1}`],
      ['its end missing', (name: string) => `{"text": "", "created_by": ${name.slice(0, -1)}`],
      ['single quotes', (name: string) => `{'text': None, 'created_by': '${name.slice(1, -1)}'}`],
    ] as const)('is renamed in a row in quarantine that is no JSON, for %s', async ([, broken], { store }) => {
      const names = ['kittiwake', 'Zoë'];
      const rows = (by: (name: string) => string) =>
        names.flatMap((name, n) => {
          const others = JSON.stringify(`${name}s`);
          return [JSON.stringify(by(name)), ascii(by(name)), others].map((text, at) =>
            quarantined(10 * n + at + 1, JSON.stringify({ id: 'x', data: broken(text) })),
          );
        });
      const kept = async () => (await store.quarantine.list({ limit: 9 })).items.map(({ content }) => content);
      await refill(
        store,
        'quarantine',
        rows((name) => name),
      );
      await addUser(store, 'ann', 'admin');
      const placeholders = new Map(names.map((name, n) => [name, `[erased ${n}]`]));
      for (const [name, given] of placeholders)
        await eraseWhole(store, (await addUser(store, name)).id, { placeholder: given });
      expect(await kept()).toEqual(rows((name) => placeholders.get(name) ?? '').map(({ content }) => content));
    });

    it('has left no address in the audit log, nor leaves one there later', async ({ store }) => {
      const user = await putPerson(store);
      const address = '192.0.2.7';
      const entry = { at: noon, actorKind: 'anonymous', actorId: null, keyId: null, address, details: null } as const;
      const record = (target: string) => store.audit.record({ ...entry, action: 'signIn.failed', target });
      await record(`usr_${user.id}`);
      await record('usr_99999');
      await eraseWhole(store, user.id);
      await record(`usr_${user.id}`);
      const own = {
        ...entry,
        actorKind: 'person',
        actorId: user.id,
        action: 'signIn.succeeded',
        target: null,
      } as const;
      await store.audit.recordRepeat(own, { repeat: 'r', perAddress: 9, perMinute: 9 });
      const { items } = await store.audit.list({}, { limit: 9 });
      expect(items.filter((one) => one.address !== null).map(({ target }) => target)).toEqual(['usr_99999']);
      expect(items).toHaveLength(5);
      expect(await columnsWith(store, address)).toEqual(['audit_log.address']);
    });

    it('has left no address in entries by or about the account, and those of others are there', async ({ store }) => {
      const { id } = await putPerson(store);
      const entry = { at: noon, action: 'user.closed', keyId: null, address: '192.0.2.1', details: null } as const;
      await store.audit.record({ ...entry, actorKind: 'person', actorId: id, target: `usr_${id}9` });
      await store.audit.record({ ...entry, actorKind: 'operator', actorId: null, target: `usr_${id}` });
      await store.audit.record({ ...entry, actorKind: 'person', actorId: id * 10 + 9, target: `usr_${id}9` });
      await eraseWhole(store, id);
      const { items } = await store.audit.list({}, { limit: 3 });
      expect(items.map(({ address }) => address)).toEqual(['192.0.2.1', null, null]);
    });

    it('is taken along by a copy, which refuses the name and gives out no id again', async ({ store }) => {
      await using source = await inMemory();
      const user = await addLast(source);
      await source.erasures.eraseUser(user.id, by);
      await source.units.restore(aUnit(), []);
      await store.fill(source.rows);
      expect(await store.erasures.findUser(user.id)).toMatchObject({ doneAt: null });
      expect(await store.users.insert({ ...user, username: erasedName })).toBeNull();
      expect((await addUser(store, 'new')).id).toBeGreaterThan(user.id);
      await store.erasures.cleanUp({ atOnce: true });
      expect(await columnsWith(store, erasedName)).toEqual([]);
      expect(await store.users.wasErased(erasedName)).toBe(true);
    });
  });

  describe('a person with more than one transaction’s worth of units', () => {
    const many = (count: number) => Array.from({ length: count }, () => aUnit({ createdBy: erasedName }));

    it('is erased in several, also where a process stops in between', async ({ store }) => {
      await addUser(store, 'ann', 'admin');
      const { id } = await addUser(store, erasedName);
      const units = many(1203);
      await putMany(store, units);
      await store.erasures.eraseUser(id, by);
      const named = async (createdBy: string) => await store.units.count({ createdBy });
      expect([await named(erasedName), await named(placeholder)]).toEqual([1203, 0]);
      // a process that is told to stop after the first one
      const stopping = new AbortController();
      const stops = store.erasures.cleanUp({ atOnce: true, signal: stoppedAfter(stopping, 1) });
      await expect(stops).rejects.toThrow('stopped');
      expect([await named(erasedName), await named(placeholder)]).toEqual([703, 500]);
      expect(await store.erasures.findUser(id)).toMatchObject({ doneAt: null, waitsFor: expect.any(String) });
      await expect(store.units.confirm(idsOf(units)[0] ?? '', erasedName, noon, 0.1)).rejects.toThrow(
        UnauthenticatedError,
      );
      const [done] = await store.erasures.cleanUp({ atOnce: true });
      expect(done).toMatchObject({ id: `usr_${id}`, waitsFor: null, doneAt: expect.any(Date) });
      expect([await named(erasedName), await named(placeholder)]).toEqual([0, 1203]);
      expect(await store.units.find(units[0]?.id ?? '')).toEqual({ ...units[0], createdBy: placeholder });
    });

    it('counts as one who confirms while half of it is done', async ({ store }) => {
      await addUser(store, 'ann', 'admin');
      const { id } = await addUser(store, erasedName);
      const [into, own] = [await put(store), await put(store, { createdBy: erasedName })];
      await store.units.confirm(into.id, erasedName, noon, confidence.confirmed);
      const duplicates = [await put(store, { status: 'pending', createdBy: erasedName })];
      duplicates.push(await put(store, { status: 'pending', createdBy: erasedName }));
      await store.erasures.eraseUser(id, by);
      // the proposer of a duplicate confirms what it is merged into, before the job has come to any of these
      for (const [n, target] of [into, own].entries())
        await store.lifecycle.merge(duplicates[n]?.id ?? '', target.id, aReview('rejected'), confidence.confirmed);
      await store.erasures.cleanUp({ atOnce: true });
      expect(await columnsWith(store, erasedName)).toEqual([]);
      expect(await store.units.find(into.id)).toMatchObject({ confirmers: 1, ownConfirmations: 0 });
      expect(await store.units.find(own.id)).toMatchObject({ confirmers: 0, ownConfirmations: 1 });
      for (const { id: unit } of [into, own])
        expect((await store.units.confirmersOf(unit)).map(({ username }) => username)).toEqual([placeholder]);
    });
  });

  describe('64 requests of a person at the moment of the erasure', () => {
    it('happen before it, or are refused, and leave no name', async ({ store }) => {
      await addUser(store, 'ann', 'admin');
      const { id } = await addUser(store, erasedName, 'reviewer');
      const acts = doings(store, erasedName);
      const units = Array.from({ length: 4 }, () => aUnit());
      const own = Array.from({ length: 4 }, () => aUnit({ createdBy: erasedName }));
      const pending = Array.from({ length: 64 }, () => aUnit({ status: 'pending', createdBy: erasedName }));
      await putMany(store, [...units, ...own, ...pending]);
      const targets = [...units, ...own];
      const at64 = Array.from({ length: 64 }, async (_, n) => {
        if (n === 24) return store.erasures.eraseUser(id, by).catch(() => null);
        if (n === 48) return store.erasures.cleanUp({ atOnce: true }).catch(() => []);
        const act = acts[n % acts.length] as (typeof acts)[number];
        return act(targets[n % targets.length]?.id ?? '', pending[n]?.id ?? '', n).catch((error) => {
          // where the machine is busy, some wait in vain for a connection
          if (!(error instanceof UnauthenticatedError || error instanceof UnavailableError)) throw error;
        });
      });
      await Promise.all(at64);
      await store.erasures.eraseUser(id, by);
      await store.erasures.cleanUp({ atOnce: true });
      expect(await columnsWith(store, erasedName)).toEqual([]);
      for (const { id: unit } of targets) {
        const [found] = await store.units.findMany([unit]);
        const others = (await store.units.confirmersOf(unit)).filter(({ username }) => username !== found?.createdBy);
        expect(found?.confirmers).toBe(others.length);
      }
    });
  });
}

/** What people wrote and did, with their names. */
async function snapshot(store: Store) {
  const units = (await store.units.list({}, { field: 'createdAt', direction: 'asc' }, { limit: 99 })).items;
  return Promise.all(
    units.map(async (unit) => ({
      ...{ unit, flags: (await store.flags.list(unit.id, { limit: 9 })).items },
      ...{ revisions: await store.revisions.ofUnit(unit.id), confirmers: await store.units.confirmersOf(unit.id) },
    })),
  ).then((all) => JSON.parse(JSON.stringify(all)));
}

const ascii = (text: string) =>
  JSON.stringify(text).replaceAll(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

async function inMemory(): Promise<Store & AsyncDisposable> {
  const store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() });
}

async function addLast(store: Store) {
  await addUser(store, 'ann', 'admin');
  return addUser(store, erasedName);
}

/** A signal that is aborted when it is looked at for the time after `looks`. */
function stoppedAfter(controller: AbortController, looks: number): AbortSignal {
  let seen = 0;
  const { signal } = controller;
  const look = signal.throwIfAborted.bind(signal);
  signal.throwIfAborted = () => {
    if (seen++ === looks) controller.abort(new Error('stopped'));
    look();
  };
  return signal;
}
