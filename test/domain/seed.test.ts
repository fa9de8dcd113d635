import { describe, expect } from 'vitest';
import { createUser } from '../../src/domain/account.ts';
import { readSeeds, seed } from '../../src/domain/seed.ts';
import type { Store } from '../../src/store/store.ts';
import { inMemory as it } from '../store/sqlite-fixture.ts';

const lesson = (summary: string, changes: object = {}) => ({
  domains: [' API '],
  insight: { summary, detail: 'What happened.', action: 'What to do.' },
  ...changes,
});
const lines = (...entries: object[]) => entries.map((entry) => JSON.stringify(entry)).join('\n');
const at = (index: number) => new Date(Date.UTC(2026, 0, 1 + index));

async function plant(store: Store, text: string): Promise<string[]> {
  const user = async (username: string, role: 'member' | 'reviewer') =>
    (await store.users.findByName(username)) ??
    (await createUser(store, { username, password: 'correct horse', role }));
  const people = { proposer: await user('mia', 'member'), reviewer: await user('rob', 'reviewer') };
  return seed(store, readSeeds(text), { ...people, at });
}

async function only(store: Store, entry: object) {
  const [id] = await plant(store, lines(entry));
  const unit = id === undefined ? null : await store.units.find(id);
  if (!unit) throw new Error('nothing was planted');
  return unit;
}

describe('a seed', () => {
  it('is proposed, approved and confirmed once, unless it says otherwise', async ({ store }) => {
    expect(await only(store, lesson('one'))).toMatchObject({
      domains: ['api'],
      status: 'approved',
      createdBy: 'mia',
      createdAt: at(0),
      context: { languages: [], frameworks: [], pattern: '' },
      evidence: { confirmations: 1 },
      review: { status: 'approved', reviewedBy: 'rob', reviewedAt: at(0) },
    });
  });

  it('has as many confirmations as it says, the one of its proposal among them', async ({ store }) => {
    const unit = await only(store, lesson('one', { confirmations: 3 }));
    expect(unit.evidence).toMatchObject({ confirmations: 3, lastConfirmedAt: at(0) });
  });

  it('has its flags, from the reviewer', async ({ store }) => {
    const flags = [{ reason: 'stale', detail: 'Since version 5.' }, { reason: 'incorrect' }];
    const { id } = await only(store, lesson('one', { flags }));
    const [planted] = await store.flags.latest([id], 10);
    expect(planted).toHaveLength(2);
    expect(planted).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ reason: 'stale', detail: 'Since version 5.', createdBy: 'rob', createdAt: at(0) }),
        expect.objectContaining({ reason: 'incorrect', detail: null }),
      ]),
    );
  });

  it('waits for review, or was rejected, where it says so', async ({ store }) => {
    expect(await only(store, lesson('one', { status: 'pending' }))).toMatchObject({ status: 'pending', review: null });
    expect(await only(store, lesson('two', { status: 'rejected' }))).toMatchObject({ status: 'rejected' });
  });

  it.for([{ confirmations: 2 }, { flags: [{ reason: 'stale' }] }])(
    'is approved where it has %j',
    async (more, { store }) => {
      for (const status of ['pending', 'rejected'])
        await expect(plant(store, lines(lesson('one', { status, ...more })))).rejects.toMatchObject({
          problems: [{ path: ['status'], message: expect.stringContaining('only approved units') }],
        });
      expect(await store.units.count({ statuses: ['pending', 'approved', 'rejected'] })).toBe(0);
    },
  );

  it('is planted once, however often and beside whatever it is read', async ({ store }) => {
    const first = await plant(store, lines(lesson('one'), lesson('two')));
    expect(new Set(first).size).toBe(2);
    const again = await plant(store, JSON.stringify([lesson('two'), lesson('three'), lesson('one')]));
    expect(again).toHaveLength(1);
    expect(await store.units.find(again[0] as string)).toMatchObject({ createdAt: at(1) });
  });
});

describe('a file of seeds', () => {
  it('is an array, or a line for each', () => {
    const entries = [lesson('one'), lesson('two')];
    expect(readSeeds(` ${JSON.stringify(entries)}`)).toEqual(readSeeds(`${lines(...entries)}\n\n`));
  });

  it.for<[object, string]>([
    [{ confirmations: 0 }, 'confirmations'],
    [{ confirmations: 101 }, 'confirmations'],
    [{ status: 'lost' }, 'status'],
    [{ flags: [{ reason: 'duplicate' }] }, 'flags.0.reason'],
    [{ context: { languages: 'go' } }, 'context.languages'],
  ])('with %j is refused by the place', ([changes, place]) => {
    expect(() => readSeeds(lines(lesson('one'), lesson('two', changes)))).toThrow(`entry 2: ${place}: `);
  });

  it.for([
    [0.9, 0.8999999999999999, 0],
    [0.55, 0.6, 0],
    [0.5, 0.5, 0],
    [0.35, 0.35, 1],
    [0.2, 0.19999999999999998, 2],
    [0, 0, 4],
    [1, 0.9999999999999999, 0],
  ] as const)('of the Python server comes to its target: %f', async ([target, reached, flags], { store }) => {
    const fixture = { _comment: 'quirks', _target_confidence: target, _flag_reason: 'incorrect', created_by: 'seed' };
    const unit = await only(store, lesson('one', fixture));
    expect(unit).toMatchObject({ status: 'approved', createdBy: 'mia', evidence: { confidence: reached } });
    const { items } = await store.flags.list(unit.id, { limit: 10 });
    expect(items.map(({ reason }) => reason)).toEqual(Array(flags).fill('incorrect'));
  });

  it('cannot have a target beside the steps to it', () => {
    for (const steps of [{ confirmations: 2 }, { flags: [{ reason: 'stale' }] }])
      expect(() => readSeeds(lines(lesson('one', { _target_confidence: 0.9, ...steps })))).toThrow(
        'entry 1: _target_confidence cannot be combined with confirmations or flags.',
      );
    for (const target of [-0.1, 1.1, '0.9', null])
      expect(() => readSeeds(lines(lesson('one', { _target_confidence: target })))).toThrow('_target_confidence');
  });

  it('names the line that is no JSON', () => {
    expect(() => readSeeds(`${lines(lesson('one'))}\n\n{"domains":`)).toThrow('line 3: is not valid JSON');
    expect(() => readSeeds('[{"domains":')).toThrow('The file is not valid JSON');
    expect(() => readSeeds('17')).toThrow('entry 1');
  });

  it('may have texts with what others take for the end of a line', () => {
    const seeds = [lesson('a\u2028b\u2029c\u0085d'), lesson('two')];
    expect(readSeeds(lines(...seeds)).map(({ insight }) => insight.summary)).toEqual(['a\u2028b\u2029c\u0085d', 'two']);
    expect(readSeeds(lines(...seeds).replaceAll('\n', '\r\n'))).toHaveLength(2);
  });

  it('takes up to 100 confirmations', () => {
    expect(readSeeds(lines(lesson('one', { confirmations: 100 })))[0]?.confirmations).toBe(100);
  });
});
