import { describe, expect } from 'vitest';
import { sqliteDatabase } from '../../../src/config/sqlite-url.ts';
import { exportUnits, importUnits } from '../../../src/domain/export-import.ts';
import { confidence } from '../../../src/domain/rules.ts';
import { readTextLines } from '../../../src/domain/text-lines.ts';
import { openStore } from '../../../src/store/open.ts';
import type { KnowledgeUnit, Revision, Store, UnitWithFlags } from '../../../src/store/store.ts';
import { aUnit, type UnitChanges } from '../../harness.ts';
import { aFlag, later, noon, type StoreTest } from './fixture.ts';

/** What is a line end to somebody, or looks like one, and what else breaks files of lines. */
const hostile = [
  ...['\n', '\r', '\r\n', '\u000b', '\u000c', '\u001c', '\u001e', '\u0085', '\u2028', '\u2029', '\ufeff', '\ufffd'],
  ...['\u202e', '\u0001', '\u007f', '\ue000', '\ufffe', '\u{10ffff}', 'e\u0301', '"', '\\', '\\u2028', '\\n', '{', '['],
];

/** Units as doors, adoption and older releases have left them. */
function hostileUnits(): UnitWithFlags[] {
  const with_ = (changes: UnitChanges, flag?: Parameters<typeof aFlag>[1]): UnitWithFlags => {
    const unit = aUnit({ createdAt: later(units.length), updatedAt: later(units.length), ...changes });
    return { unit, flags: flag ? [aFlag(unit.id, flag)] : [] };
  };
  const units: UnitWithFlags[] = [];
  for (const sign of hostile) {
    const text = `${sign}a${sign}b${sign}`;
    const context = { languages: [text, text], frameworks: [sign], pattern: text };
    const extensions = JSON.stringify({ [`a:${sign.trim() || 'x'}`]: [text, '\ud800', '\0'] });
    const insight = { summary: text, detail: text, action: text };
    const domains = [text.normalize('NFC')];
    units.push(with_({ domains, insight, context, extensions, createdBy: text }, { detail: text, createdBy: text }));
  }
  const [first, last] = [new Date('0001-01-01T00:00:00.000Z'), new Date('9999-12-31T23:59:59.999Z')];
  const most = 2 ** 31 - 1;
  units.push(
    with_({
      version: most,
      evidence: { confidence: 1e-7, confirmations: most, firstObservedAt: first, lastConfirmedAt: last },
    }),
    with_({
      version: -1,
      evidence: { confidence: 1, confirmations: -3, firstObservedAt: null, lastConfirmedAt: null },
    }),
    with_({ status: 'approved', review: null, supersededBy: 'ku_1', domains: [] }, { duplicateOf: 'ku_2' }),
    with_({ status: 'retired', withdrawal: { withdrawnBy: '', withdrawnAt: noon, reason: '\u2028' } }),
    with_({
      status: 'superseded',
      review: null,
      supersededBy: 'ku_1',
      withdrawal: { withdrawnBy: 'rob', withdrawnAt: noon, reason: null },
    }),
    with_({
      status: 'rejected',
      review: { status: 'rejected', reviewedBy: '', reviewedAt: noon, note: '\u2028', internalNote: '\u2029' },
    }),
    {
      ...with_({ confirmers: 2, ownConfirmations: 3 }),
      // in the order of the alphabet, as they are read
      confirmers: ['\u2028', 'mia', 'rob'].map((username) => ({ username, lastAt: last })),
    },
    with_({ insight: { summary: '', detail: 'x'.repeat(300_000), action: '' }, extensions: '{}' }),
  );
  const text = hostile.join('a');
  const revised = aUnit({ version: 3, createdAt: later(units.length), updatedAt: later(units.length) });
  const content = {
    domains: [text.normalize('NFC')],
    insight: { summary: text, detail: '', action: text },
    context: { languages: [text], frameworks: [], pattern: text },
    extensions: '{"a:b":[1.0,123456789012345678901234567890]}',
  };
  const revision = (id: number, changes: Partial<Revision>): Revision => ({
    ...{ id: `rev_${id}${'0'.repeat(31)}`, unitId: revised.id, status: 'approved', baseVersion: null, version: 2 },
    ...{ content, reason: null, createdBy: '', createdAt: later(id), review: null, ...changes },
  });
  const review = {
    status: 'rejected',
    reviewedBy: text,
    reviewedAt: noon,
    note: text,
    internalNote: `${text}x`,
  } as const;
  units.push({
    unit: revised,
    flags: [],
    revisions: [
      revision(1, {}),
      revision(2, { baseVersion: 2, version: 3, reason: text, createdBy: text }),
      revision(3, { status: 'rejected', baseVersion: 2, version: null, review }),
      revision(4, { status: 'pending', baseVersion: -1, version: null, content: { ...content, extensions: null } }),
    ],
  });
  return units;
}

const exported = async (store: Store) => {
  const lines: string[] = [];
  for await (const { line } of exportUnits(store)) lines.push(`${line}\n`);
  return Buffer.from(lines.join(''));
};

async function importInto(store: Store, file: Buffer) {
  async function* chunks() {
    // of a length that cuts through characters and line ends
    for (let from = 0; from < file.length; from += 4099) yield file.subarray(from, from + 4099);
  }
  const refused: [number, string][] = [];
  const watch = { progress: () => {}, refused: (line: number, reason: string) => void refused.push([line, reason]) };
  return { ...(await importUnits(store, readTextLines(chunks()), watch)), refused };
}

async function memory(): Promise<Store & AsyncDisposable> {
  const store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() });
}

export function unitLinesConformance(it: StoreTest) {
  describe('an export', () => {
    it('can be imported whatever it holds, and is then the same to the byte', async ({ store }) => {
      await using source = await memory();
      await using third = await memory();
      const units = hostileUnits();
      await source.units.restoreMany(units);
      const file = await exported(source);
      expect(await importInto(store, file)).toEqual({ added: units.length, present: 0, refused: [] });
      expect((await exported(store)).equals(file)).toBe(true);
      for (const { unit, revisions = [], confirmers = [] } of units) {
        expect(await store.units.find(unit.id)).toEqual(unit);
        expect(await store.revisions.ofUnit(unit.id)).toEqual(revisions);
        expect(new Set(await store.units.confirmersOf(unit.id))).toEqual(new Set(confirmers));
      }
      expect(await importInto(third, await exported(store))).toEqual({ added: units.length, present: 0, refused: [] });
      expect((await exported(third)).equals(file)).toBe(true);
    });

    it('has what was said not to be the same, which stays so after an import', async ({ store }) => {
      await using source = await memory();
      const units = [1, 2, 3].map((ms) => aUnit({ createdAt: later(ms) }));
      await source.units.restoreMany(units.map((unit) => ({ unit, flags: [] })));
      const [one, two, three] = units as [KnowledgeUnit, KnowledgeUnit, KnowledgeUnit];
      const found = [two, three].map(({ id, version }) => ({ id, version, similarity: 0.85, basis: 'words' as const }));
      await source.nearRepeats.record(one, found, noon);
      for (const { id } of (await source.nearRepeats.list({ limit: 9 })).items)
        await source.nearRepeats.dismiss(id, 1, later(5));
      const file = await exported(source);
      // a part of it has no more than it can
      const [, ...rest] = file.toString().trim().split('\n');
      expect(await importInto(store, Buffer.from(rest.join('\n')))).toEqual({ added: 2, present: 0, refused: [] });
      expect((await store.nearRepeats.dismissedOf([two.id]))[0]).toEqual([]);
      expect(await importInto(store, file)).toEqual({ added: 1, present: 2, refused: [] });
      expect((await exported(store)).equals(file)).toBe(true);
      await store.nearRepeats.record(one, found, noon);
      expect(await store.nearRepeats.count()).toBe(0);
      expect(await store.nearRepeats.dismissedOf([three.id, 'ku_none'])).toEqual([
        [
          {
            ...{
              version: 1,
              otherId: one.id,
              otherVersion: 1,
              basis: 'words',
              similarity: 0.85,
              dismissedAt: later(5),
            },
          },
        ],
        [],
      ]);
    });

    it('in which lines were copied has a new id for each flag whose id another one has', async ({ store }) => {
      await using source = await memory();
      const there = aUnit();
      const flag = aFlag(there.id, { detail: 'Gone.' });
      await store.units.restore(there, [flag]);
      const [one, two] = [aUnit({ createdAt: later(1) }), aUnit({ createdAt: later(2) })];
      await source.units.restoreMany([
        { unit: one, flags: [aFlag(one.id, { detail: 'Gone.' })] },
        { unit: two, flags: [] },
      ]);
      const lines = (await exported(source)).toString().trim().split('\n');
      const flags = `[${Array.from({ length: 2 }, () => JSON.stringify({ id: flag.id, reason: 'stale', timestamp: noon, detail: 'Gone.' }))}]`;
      const copied = lines.map((line) => line.replace(/"flags":\[.*?\]/, `"flags":${flags}`)).join('\n');
      for (const added of [2, 0])
        expect(await importInto(store, Buffer.from(copied))).toEqual({ added, present: 2 - added, refused: [] });
      const found = await Promise.all([there, one, two].map(({ id }) => store.flags.list(id, { limit: 10 })));
      expect(found.map(({ items }) => items.length)).toEqual([1, 2, 2]);
      expect(found[0]?.items).toEqual([flag]);
      const all = found.flatMap(({ items }) => items);
      expect(new Set(all.map(({ id }) => id)).size).toBe(5);
      expect(new Set(all.map(({ detail }) => detail))).toEqual(new Set(['Gone.']));
    });

    it('has a new id for each revision whose id another one has', async ({ store }) => {
      await using source = await memory();
      const revised = hostileUnits().at(-1) as UnitWithFlags;
      await source.units.restoreMany([revised]);
      const line = (await exported(source)).toString();
      const copied = line.replaceAll(revised.unit.id, `ku_${'d'.repeat(32)}`);
      for (const file of [line, copied])
        expect(await importInto(store, Buffer.from(file))).toEqual({ added: 1, present: 0, refused: [] });
      const found = (await store.revisions.ofUnit(`ku_${'d'.repeat(32)}`)).map(({ content, version }) => [
        content,
        version,
      ]);
      expect(found).toEqual(revised.revisions?.map(({ content, version }) => [content, version]));
    });

    it('of a unit that has been confirmed as often as can be counted is of one that can be confirmed', async ({
      store,
    }) => {
      const evidence = { confidence: 0.5, confirmations: 2 ** 31 - 1, firstObservedAt: null, lastConfirmedAt: null };
      const unit = aUnit({ evidence });
      await store.units.restore(unit, []);
      const confirmed = await store.units.confirm(unit.id, 'ann', noon, confidence.confirmed);
      expect(confirmed?.evidence).toEqual({ ...evidence, confidence: 0.6, lastConfirmedAt: noon });
    });
  });
}
