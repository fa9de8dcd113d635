import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { generateUnits } from '../../bench/generate.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { openStore } from '../../src/store/open.ts';
import type { Database } from '../../src/store/sql/database.ts';
import { analyserVersion, indexedText, tokenize } from '../../src/store/sql/search/analyser.ts';
import { inverseDocumentFrequency } from '../../src/store/sql/search/bm25.ts';
import { termOf } from '../../src/store/sql/search/term-ids.ts';
import { chunkSize } from '../../src/store/sql/words/chunk.ts';
import { mergeWords } from '../../src/store/sql/words/merge.ts';
import type { KnowledgeUnit, Store } from '../../src/store/store.ts';
import { configOf, createDatabase } from '../postgres/databases.ts';
import { temporaryFolder } from '../process.ts';
import { indexAs } from './conformance/analyser.ts';

/** In every unit, more than full-text search is asked for. */
const everywhere = 'ubiquity';

/** All with one confidence, so that their order is that of their words. */
const units = [...generateUnits(720)].map(
  ({ unit }): KnowledgeUnit => ({
    ...unit,
    insight: { ...unit.insight, detail: `${unit.insight.detail} ${everywhere}` },
    status: 'approved',
    evidence: { ...unit.evidence, confidence: 0.5 },
  }),
);
const [built, later, extra] = [units.slice(0, 600), units.slice(600, 700), units.slice(700)];

const databaseOf = (store: Store) => (store as unknown as { db: Database }).db;

/** Two stores on a database of its own: two processes, as far as the index of words can tell. */
interface Opened extends AsyncDisposable {
  readonly store: Store;
  readonly other: Store;
}

const databases: Readonly<Record<string, () => Promise<Opened>>> = {
  async SQLite() {
    const folder = temporaryFolder();
    const file = sqliteDatabase(folder.file('cq.db'));
    return opened(await openStore(file, { migrate: true }), await openStore(file, { migrate: false }), () =>
      folder[Symbol.dispose](),
    );
  },
  async PostgreSQL() {
    const database = await createDatabase();
    const config = configOf(database.url);
    return opened(await openStore(config, { migrate: false }), await openStore(config, { migrate: false }), () =>
      database[Symbol.asyncDispose](),
    );
  },
};

const opened = (store: Store, other: Store, remove: () => unknown): Opened => ({
  store,
  other,
  async [Symbol.asyncDispose]() {
    await other.close();
    await store.close();
    await remove();
  },
});

async function put(store: Store, those: readonly KnowledgeUnit[]) {
  for (let from = 0; from < those.length; from += 200)
    await store.units.restoreMany(those.slice(from, from + 200).map((unit) => ({ unit, flags: [] })));
}

/** Gives the next documents ids of the second chunk, and leaves the first one partly filled. */
async function skipToSecondChunk(name: string, store: Store) {
  const { write } = databaseOf(store);
  if (name === 'PostgreSQL') await sql`select setval('search_documents_id_seq', ${chunkSize})`.execute(write);
  else {
    const id = 'ku_ffffffffffffffffffffffffffffffff';
    await store.units.restore({ ...(units[0] as KnowledgeUnit), id }, []);
    await sql`delete from search_documents where unit_id = ${id}`.execute(write);
    await sql`insert into search_documents (id, unit_id, analyser) values (${chunkSize}, ${id}, 1)`.execute(write);
    await put(store, built.slice(300, 301));
    await sql`delete from knowledge_units where id = ${id}`.execute(write);
  }
}

/** Common, middling and rare words, and both together. */
const questions = (() => {
  const counts = new Map<string, number>();
  for (const { insight } of units)
    for (const word of new Set(`${insight.summary} ${insight.detail}`.match(/[a-z]{3,}/g)))
      if (tokenize(word).length === 1) counts.set(word, (counts.get(word) ?? 0) + 1);
  const ranked = [...counts].sort((one, other) => other[1] - one[1]).map(([word]) => word);
  const some = (from: number, count: number) => ranked.slice(from, from + count);
  const middle = Math.floor(ranked.length / 8);
  return [
    some(0, 1),
    some(0, 6),
    some(10, 10),
    some(middle, 4),
    some(ranked.length - 40, 6),
    [...some(2, 3), ...some(ranked.length - 20, 2)],
    [...some(0, 12), ...some(middle, 20), ...some(ranked.length - 60, 30)],
    [...some(4, 2), 'nosuchword'],
  ].map((words) => words.join(' '));
})();

const known = new Map<KnowledgeUnit, ReadonlyMap<number, number>>();
function impactsOf(unit: KnowledgeUnit): ReadonlyMap<number, number> {
  const impacts = known.get(unit) ?? new Map(indexedText(unit).impacts);
  known.set(unit, impacts);
  return impacts;
}

/** What an exhaustive ranking of these units finds: the best first, ties to the higher id. */
function exhaustive(those: readonly KnowledgeUnit[], text: string): string[] {
  const terms = [...new Set(tokenize(text))].map(termOf);
  const impacts = those.map(impactsOf);
  const idf = terms.map((term) =>
    Math.max(1, inverseDocumentFrequency(impacts.filter((of) => of.has(term)).length, those.length)),
  );
  return those
    .map(({ id }, place) => ({
      id,
      match: terms.reduce((sum, term, at) => sum + (impacts[place]?.get(term) ?? 0) * (idf[at] ?? 0), 0),
    }))
    .filter(({ match }) => match > 0)
    .sort((one, other) => other.match - one.match || (other.id < one.id ? -1 : 1))
    .map(({ id }) => id);
}

async function found(store: Store, text: string, limit = 200) {
  const { hits } = await store.units.search({ text, filter: { statuses: ['approved'] }, limit });
  return hits.map(({ unit }) => unit.id);
}

async function expectExhaustive(store: Store, those: readonly KnowledgeUnit[]) {
  for (const text of questions) {
    const { hits, respelt } = await store.units.search({ text, filter: { statuses: ['approved'] }, limit: 200 });
    // a word of units that are not there yet
    const asked = respelt.reduce((searched, word) => searched.replace(word.written, word.searched), text);
    expect(
      hits.map(({ unit }) => unit.id),
      text,
    ).toEqual(exhaustive(those, asked).slice(0, 200));
  }
  const tokens = [...new Set(questions.flatMap(tokenize))].map((text) => ({ text, term: termOf(text) }));
  const counts = tokens.map(({ term }) => those.filter((unit) => impactsOf(unit).has(term)).length);
  expect(Math.max(...counts)).toBe(those.length);
  const { words } = databaseOf(store);
  expect(await words.frequencies(tokens)).toEqual(counts);
  for (const most of [0, 32]) {
    const capped = counts.map((count) => Math.min(count, most + 1));
    expect(await words.frequencies(tokens, most)).toEqual(capped);
    // also where too many are asked about to look for each in the tail
    const others = Array.from({ length: 300 }, (_, at) => ({ text: `absent${at}`, term: termOf(`absent${at}`) }));
    expect(await words.frequencies([...tokens, ...others], most)).toEqual([...capped, ...others.map(() => 0)]);
  }
}

const waiting = async (store: Store) =>
  Number(
    (await sql<{ count: number }>`select count(*) as count from search_changes`.execute(databaseOf(store).write))
      .rows[0]?.count,
  );

describe.for(Object.keys(databases))('the index of words on %s', (name) => {
  const open = () => (databases[name] as () => Promise<Opened>)();

  it('finds the same before a merge, after it, and with what changed since', async () => {
    await using both = await open();
    const { store, other } = both;
    await put(store, built.slice(0, 300));
    await skipToSecondChunk(name, store);
    await put(store, built.slice(300));
    await expectExhaustive(store, built);
    expect(await waiting(store)).toBeGreaterThanOrEqual(built.length);
    expect(await store.units.mergeWords(1)).toBeGreaterThanOrEqual(built.length);
    expect(await waiting(store)).toBe(0);
    for (const each of [store, other]) await expectExhaustive(each, built);
    // new units, in the tail
    await put(other, later);
    const those = [...built, ...later];
    for (const each of [store, other]) await expectExhaustive(each, those);
    // units with other words: in a chunk by what they were
    const changed = built.slice(250, 350);
    const swapped = changed.map((unit, place) => ({
      ...unit,
      insight: (changed.at(-1 - place) as KnowledgeUnit).insight,
    }));
    await indexAs(store, analyserVersion, swapped);
    const now = those.map((unit) => swapped.find(({ id }) => id === unit.id) ?? unit);
    for (const each of [store, other]) await expectExhaustive(each, now);
    // units that are gone
    const gone = new Set([built[1], built[301], built[302], later[3]].map((unit) => unit?.id));
    await sql`delete from knowledge_units where id in (${sql.join([...gone])})`.execute(databaseOf(other).write);
    const left = now.filter(({ id }) => !gone.has(id));
    for (const each of [store, other]) await expectExhaustive(each, left);
    expect(await other.units.mergeWords(1)).toBeGreaterThan(0);
    for (const each of [store, other]) await expectExhaustive(each, left);

    // a merge that dies before its end: another process goes on when the lease has expired
    await put(store, extra);
    const all = [...left, ...extra];
    const { db } = store as unknown as { db: Database };
    const dies = { ...db.wordIndex, removeForward: () => Promise.reject(new Error('killed')) };
    const dying = {
      ...db,
      transaction: (work: (tx: Database) => unknown) =>
        db.transaction((tx) => work({ ...tx, wordIndex: dies }) as never),
    };
    const lease = sql`select 1 from search_merges where until > ${new Date().toISOString()}`;
    await expect(mergeWords(dying as Database, 1)).rejects.toThrow('killed');
    for (const each of [store, other]) await expectExhaustive(each, all);
    await sql`update search_merges set until = ${new Date(Date.now() + 60_000).toISOString()}`.execute(db.write);
    expect((await lease.execute(db.write)).rows).toHaveLength(1);
    expect(await other.units.mergeWords(1)).toBe(0);
    await sql`update search_merges set until = ${new Date(Date.now() - 1).toISOString()}`.execute(db.write);
    expect(await other.units.mergeWords(1)).toBe(extra.length);
    expect((await lease.execute(db.write)).rows).toHaveLength(0);
    for (const each of [store, other]) await expectExhaustive(each, all);
    // and of the builds only the last ones are left
    const { rows } = await sql`select distinct build from search_packs
      where build not in (select build from search_chunks)`.execute(db.write);
    expect(rows).toEqual([]);
    expect((await sql`select 1 from search_forward`.execute(db.write)).rows).toEqual([]);
  });

  it('keeps what changes while it is merged', async () => {
    await using both = await open();
    const { store, other } = both;
    await put(store, built.slice(0, 40));
    const changed = built.slice(0, 20).map((unit) => ({
      ...unit,
      insight: { ...unit.insight, summary: `${unit.insight.summary} quokka` },
    }));
    const { db } = store as unknown as { db: Database };
    // between the changes and what they are of
    let before = async () => {};
    const wordIndex = db.wordIndex;
    const write = new Proxy(db.write, {
      get(queries, name) {
        if (name === 'getExecutor')
          return () => {
            const executor = queries.getExecutor();
            return new Proxy(executor, {
              get(of, member) {
                const value = Reflect.get(of, member);
                if (member !== 'executeQuery') return typeof value === 'function' ? value.bind(of) : value;
                return async (query: { sql: string }) => {
                  if (query.sql.includes('from search_forward')) await before();
                  return value.call(of, query);
                };
              },
            });
          };
        const value = Reflect.get(queries, name);
        return typeof value === 'function' ? value.bind(queries) : value;
      },
    });
    before = async () => {
      before = async () => {};
      await indexAs(other, analyserVersion, changed);
    };
    expect(await mergeWords({ ...db, wordIndex, write } as Database, 1)).toBe(40);
    const right = changed.map(({ id }) => id).toSorted();
    for (const each of [store, other]) expect((await found(each, 'quokka')).toSorted()).toEqual(right);
    expect(await store.units.outdated()).toBe(0);
    expect(await store.units.mergeWords(1)).toBe(20);
    for (const each of [store, other]) expect((await found(each, 'quokka')).toSorted()).toEqual(right);
  });

  it('finds what is asked while others add units and merge them', async () => {
    await using both = await open();
    const { store, other } = both;
    await put(store, built.slice(0, 100));
    const [first] = built;
    const text = first?.insight.summary ?? '';
    let done = false;
    const working = (async () => {
      for (const unit of generateUnits(60, 7)) {
        await store.units.restoreMany([unit]);
        await store.units.mergeWords(1);
      }
      done = true;
    })();
    let asked = 0;
    for (; !done || asked < 5; asked++) expect((await found(other, text))[0]).toBe(first?.id);
    await working;
    expect(asked).toBeGreaterThan(4);
  });

  it('finds a unit of the release before last, until it is indexed again', async () => {
    await using both = await open();
    const { store, other } = both;
    const unit = { ...(built[0] as KnowledgeUnit), id: 'ku_eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee' };
    const insight = { ...unit.insight, summary: 'quokka quokka', detail: 'quokka' };
    await store.units.restore({ ...unit, insight }, []);
    const about = { ...unit, id: 'ku_dddddddddddddddddddddddddddddddd', insight: { ...insight, summary: 'a quokka' } };
    await store.units.restore(about, []);
    const right = [unit.id, about.id];
    expect(await found(other, 'quokka')).toEqual(right);
    // it knew nothing of forward postings
    await sql`delete from search_forward where document in (
      select id from search_documents where unit_id = ${unit.id})`.execute(databaseOf(store).write);
    await sql`update search_documents set analyser = analyser where unit_id = ${unit.id}`.execute(
      databaseOf(store).write,
    );
    for (const each of [store, other]) expect(await found(each, 'quokka')).toEqual(right.toReversed());
    await store.units.mergeWords(1);
    for (const each of [store, other]) expect(await found(each, 'quokka')).toEqual(right.toReversed());
    expect(await store.units.outdated()).toBe(1);
    expect(await store.units.reindex(10)).toBe(1);
    for (const each of [store, other]) expect(await found(each, 'quokka')).toEqual(right);
    await store.units.mergeWords(1);
    for (const each of [store, other]) expect(await found(each, 'quokka')).toEqual(right);
    expect(await store.units.outdated()).toBe(0);
  });

  it('ranks the same in domains and under filters, merged or not', async () => {
    await using both = await open();
    const { store } = both;
    await put(store, built);
    const text = `${questions[1]} ${questions[4]}`;
    const filters = [
      { domains: built[0]?.domains },
      { domains: [mostUsed(built)] },
      { createdBy: built[0]?.createdBy },
      { tiers: ['public'] as const },
    ];
    const answers = () =>
      Promise.all(
        filters.map(async (filter) => {
          const { hits } = await store.units.search({ text, filter, limit: 200 });
          return hits.map(({ unit, score }) => [unit.id, score]);
        }),
      );
    await store.units.restoreMany([...generateUnits(30, 9)]);
    const before = await answers();
    for (const answer of before) expect(answer.length).toBeGreaterThan(0);
    await store.units.mergeWords(1);
    expect(await answers()).toEqual(before);
  });
});

function mostUsed(those: readonly KnowledgeUnit[]): string {
  const counts = new Map<string, number>();
  for (const domain of those.flatMap(({ domains }) => domains)) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1])[0]?.[0] ?? '';
}
