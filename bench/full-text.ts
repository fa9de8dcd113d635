import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import BetterSqlite from 'better-sqlite3';
import pg from 'pg';
import { indexedText, tokenize } from '../src/store/sql/search/analyser.ts';
import { inverseDocumentFrequency } from '../src/store/sql/search/bm25.ts';
import { termOf } from '../src/store/sql/search/term-ids.ts';
import { type Filled, onBoth } from './filled.ts';
import { generateUnits } from './generate.ts';
import { median } from './measure.ts';
import { searchKinds } from './search-questions.ts';
import { table } from './table.ts';

/**
 * What the databases' own ranking would take, and how many of the ten best units a search finds that ranks only some of
 * those with one of its words. See decision 8.
 */

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000' },
    rounds: { type: 'string', default: '10' },
    keep: { type: 'string' },
  },
});

const depth = 10;
const times: string[][] = [];
const overlaps: string[][] = [];

await onBoth(options.sizes.split(',').map(Number), options.keep, async ({ SQLite, PostgreSQL }, size) => {
  const kinds = (await searchKinds(SQLite.store, SQLite.modelId)).filter(({ name }) =>
    /^\d+ (common|mixed) words$/.test(name),
  );
  const fts5 = ownFts5(SQLite, size);
  const tsvector = await ownTsvector(PostgreSQL, size);
  for (const { name, forms } of kinds) {
    const texts = forms.map(({ text = '' }) => text);
    const ways: [string, (text: string) => unknown][] = [
      ['SQLite', (text) => SQLite.store.units.search({ text, filter: { statuses: ['approved'] }, limit: depth })],
      ['FTS5', fts5.ask],
      [
        'PostgreSQL',
        (text) => PostgreSQL.store.units.search({ text, filter: { statuses: ['approved'] }, limit: depth }),
      ],
      ['ts_rank', tsvector.ask],
    ];
    times.push([size.toLocaleString('en'), name, ...(await inTurns(ways, texts)).map((ms) => ms.toFixed(1))]);
    overlaps.push([size.toLocaleString('en'), name, (await overlap(SQLite, size, texts)).toFixed(2)]);
    console.error(`${size} units: ${name}`);
  }
  fts5.close();
  await tsvector.close();
});
console.log(table(['units', 'question', 'SQLite ms', 'FTS5 bm25() ms', 'PostgreSQL ms', 'GIN and ts_rank ms'], times));
console.log(`\n${table(['units', 'question', 'of the ten best of all'], overlaps)}`);

/** The quickest answer of each way, the median over the texts. */
async function inTurns(ways: readonly [string, (text: string) => unknown][], texts: readonly string[]) {
  const quickest = ways.map(() => texts.map(() => Number.POSITIVE_INFINITY));
  for (let round = 0; round <= Number(options.rounds); round++)
    for (const [way, [, ask]] of ways.entries())
      for (const [place, text] of texts.entries()) {
        const start = performance.now();
        await ask(text);
        const row = quickest[way] as number[];
        row[place] = Math.min(row[place] ?? 0, performance.now() - start);
      }
  return quickest.map(median);
}

/** FTS5 over the same tokens, in a file of its own beside the store's. */
function ownFts5({ place }: Filled, size: number) {
  const db = new BetterSqlite(`${place}.fts5`);
  db.exec(`pragma journal_mode = off; pragma cache_size = -65536; drop table if exists words;
    create virtual table words using fts5(summary, body, content='', contentless_delete=1)`);
  const add = db.prepare('insert into words (rowid, summary, body) values (?, ?, ?)');
  db.transaction(() => {
    let row = 0;
    for (const { unit } of generateUnits(size)) {
      const { summary, body } = indexedText(unit);
      add.run(++row, summary, body);
    }
  })();
  const find = db.prepare(`select rowid from words where words match ? order by bm25(words, 2, 1) limit ${depth}`);
  return {
    ask: (text: string) =>
      find.all(
        tokenize(text)
          .map((token) => `"${token}"`)
          .join(' OR '),
      ),
    close() {
      db.close();
      rmSync(`${place}.fts5`);
    },
  };
}

/** A tsvector with positions of the same tokens under GIN, in a table of its own beside the store's. */
async function ownTsvector({ place }: Filled, size: number) {
  const client = new pg.Client(place);
  await client.connect();
  await client.query('drop table if exists own_words; create unlogged table own_words (id serial, words tsvector)');
  let batch: string[] = [];
  const write = () =>
    client.query('insert into own_words (words) select value::tsvector from unnest($1::text[]) value', [batch]);
  for (const { unit } of generateUnits(size)) {
    const { summary, body } = indexedText(unit);
    batch.push(
      `${summary} ${body}`
        .split(' ')
        .filter((token) => token !== '')
        .map((token, at) => `'${token}':${at + 1}`)
        .join(' '),
    );
    if (batch.length < 1000) continue;
    await write();
    batch = [];
  }
  await write();
  await client.query('create index on own_words using gin (words)');
  await client.query('vacuum analyze own_words');
  await client.query('set jit = off');
  return {
    ask: (text: string) =>
      client.query(
        `select id from own_words, to_tsquery('simple', $1) q where words @@ q order by ts_rank(words, q) desc limit ${depth}`,
        [
          tokenize(text)
            .map((token) => `'${token}'`)
            .join(' | '),
        ],
      ),
    async close() {
      await client.query('drop table own_words');
      await client.end();
    },
  };
}

/** Of each unit what is needed to rank it for these texts: by all units, and not by an index. */
interface Rankable {
  readonly id: string;
  readonly confidence: number;
  /** Of each of the terms; 0 where the unit does not have it. */
  readonly impacts: Uint8Array;
}

/** How many of the ten best of a search are among the ten best of all units with any of its words. */
async function overlap({ store }: Filled, size: number, texts: readonly string[]): Promise<number> {
  const terms = [...new Set(texts.flatMap(tokenize))].map(termOf);
  const frequencies = terms.map(() => 0);
  const approved: Rankable[] = [];
  for (const { unit } of generateUnits(size)) {
    const of = new Map(indexedText(unit).impacts);
    const impacts = Uint8Array.from(terms, (term) => of.get(term) ?? 0);
    for (const [place, impact] of impacts.entries()) if (impact > 0) frequencies[place] = (frequencies[place] ?? 0) + 1;
    if (unit.status === 'approved') approved.push({ id: unit.id, confidence: unit.evidence.confidence, impacts });
  }
  const shares: number[] = [];
  for (const text of texts) {
    const asked = new Set([...new Set(tokenize(text))].map(termOf));
    const worth = terms.map((term, place) =>
      asked.has(term) ? Math.max(1, inverseDocumentFrequency(frequencies[place] ?? 0, size)) : 0,
    );
    const best = approved
      .map(({ id, confidence, impacts }) => ({
        id,
        score: confidence * impacts.reduce((sum, impact, place) => sum + impact * (worth[place] ?? 0), 0),
      }))
      .filter(({ score }) => score > 0)
      .sort((one, other) => other.score - one.score || (one.id < other.id ? 1 : -1))
      .slice(0, depth)
      .map(({ id }) => id);
    const { hits } = await store.units.search({ text, filter: { statuses: ['approved'] }, limit: depth });
    shares.push(hits.filter(({ unit }) => best.includes(unit.id)).length / best.length);
  }
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
