import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as analyser2 from '../../migrations/support/analyser-2.ts';
import { readConfig } from '../../src/config/config.ts';
import { openStore } from '../../src/store/open.ts';
import { analyserVersion, type IndexedText, indexedText, tokenize } from '../../src/store/sql/search/analyser.ts';
import { inverseDocumentFrequency } from '../../src/store/sql/search/bm25.ts';
import { termOf } from '../../src/store/sql/search/term-ids.ts';
import type { KnowledgeUnit } from '../../src/store/store.ts';
import { aUnit, type UnitChanges } from '../harness.ts';
import { beginnings, engines, unitsBehind } from '../processes/start-databases.ts';

/**
 * What each version makes of the samples. Add a line for a new version, and leave the others: databases hold words that
 * those versions made.
 */
const digests: Readonly<Record<number, string>> = {
  1: 'aadc92548112397347761b6c60ed3878e7849cad4863a20abe067fc21cf90a61',
  2: '2c03f038adad5a0727cd37f95fe3ee1f9b0af95826017978d83eae282a2cd40d',
};

const samples: readonly UnitChanges[] = [
  {
    insight: { summary: 'ERR_MODULE_NOT_FOUND with useEffect', detail: 'snake_case_name os.path.join kebab-case-name' },
  },
  {
    insight: {
      summary: 'HTTPServer X509Certificate2 std::vector',
      detail: 'a/b a._b _c_ --d-- ::e C++ 3.14 v1.2.3-rc4',
    },
  },
  {
    insight: {
      summary: 'Ｃafés São ÉCOLE İstanbul ﬁne',
      detail: 'База данных データベース 数据库 बेसिक 한국어 Ελλάδας',
    },
  },
  { insight: { summary: 'connected connections connecting relational', detail: 'the and of not now I can would you' } },
  { insight: { summary: 'walrus walrus', detail: 'walrus tusk', action: 'tusk tusk tusk' } },
  {
    domains: ['api', 'kubernetes'],
    context: { languages: ['C#'], frameworks: ['Next.js'], pattern: 'circuit-breaker' },
  },
  { insight: { summary: 'x'.repeat(200), detail: `${'𝒳é'.repeat(80)} ${'word '.repeat(500)}` } },
  { insight: { summary: '', detail: ' ', action: '?!' }, domains: [] },
  {
    insight: {
      summary: 'F# g++ C++17 .NET ASP.NET .env',
      detail: "python3.12 Node22 v18.2.0 UTF-8 time-out can't user's O’Reilly",
    },
  },
  {
    insight: {
      summary: '使用useEffect钩子 ฐานข้อมูล 데이터베이스를',
      detail: 'Straße ısı co\u00adop\u200berate ❤\ufe0f Łódź JSONом',
    },
  },
  { insight: { detail: Array.from({ length: 70_000 }, (_, at) => `number${at}`).join(' ') } },
];

/** What an analyser makes of the samples. */
function digestOf(indexed: (unit: KnowledgeUnit) => Pick<IndexedText, 'summary' | 'body' | 'impacts'>): string {
  const made = samples.map((changes) => {
    const { summary, body, impacts } = indexed(aUnit(changes));
    return { summary, body, impacts };
  });
  return createHash('sha256').update(JSON.stringify(made)).digest('hex');
}

it('migrations index as version 2 did', () => {
  expect(digestOf(analyser2.indexedText)).toBe(digests[2]);
});

it('an analyser that makes other words of the same text has another version', () => {
  const digest = digestOf(indexedText);
  const advice =
    `Version ${analyserVersion} of the analyser makes other words than it did. Raise analyserVersion in ` +
    `src/store/sql/search/analyser.ts, and add a line here for the new version: '${digest}'.`;
  expect(digest, advice).toBe(digests[analyserVersion]);
});

it.for<[number, number, number]>([
  // 1000 · ln(1 + (all - found + 0.5) / (found + 0.5)), rounded
  [1, 10, 1992],
  [5, 10, 693],
  [10, 10, 47],
  [0, 10, 3091],
  [0, 0, 693],
  [1, 1, 288],
  [3, 1_000_000, 12_563],
  // counts that are kept for a while may be behind each other
  [2, 1, 0],
  [20, 10, 0],
])('a word in %i of %i units is worth %i', ([found, all, worth]) =>
  expect(inverseDocumentFrequency(found, all)).toBe(worth),
);

it('a word says of a unit what BM25 says, the summary counted twice', () => {
  const impacts = (summary: string, detail: string) => {
    const unit = aUnit({ insight: { summary, detail, action: '' }, domains: [] });
    return new Map(indexedText(unit).impacts);
  };
  const stem = (word: string) => termOf(tokenize(word)[0] ?? '');
  // 100 · f · 2.2 / (f + 1.2 · (0.25 + 0.75 · length / 50)), rounded
  const golden = (text: string, frequency: number, length: number): [string, number] => [
    text,
    Math.round((220 * frequency) / (frequency + 1.2 * (0.25 + (0.75 * length) / 50))),
  ];
  const made = impacts('walrus tusk', `walrus ${'ice '.repeat(75)}`);
  const words = [golden('walrus', 3, 80), golden('tusk', 2, 80), golden('ice', 75, 80)];
  expect(words).toEqual([
    ['walrus', 139],
    ['tusk', 118],
    ['ice', 215],
  ]);
  expect(words.map(([text]): unknown => [text, made.get(stem(text))])).toEqual(words);
  expect(impacts('walrus', '').get(stem('walrus'))).toBe(188);
  expect(impacts('', 'walrus').get(stem('walrus'))).toBe(167);
});

/** How the release before `0009-analyser` adds a document. */
const addedBefore: Readonly<Record<string, string>> = {
  SQLite: `insert into search_documents (unit_id) select max(id) from knowledge_units`,
  PostgreSQL: `insert into search_documents (unit_id, words) select max(id), '' from knowledge_units`,
};

describe.for(Object.entries(engines))('a database on %s that knew of no versions', ([name, create]) => {
  it('was indexed by version 1, as is what the release before still adds', async () => {
    await using database = await create();
    await beginnings['is behind']?.(database);
    await database.migrateTo('0008-embeddings');
    const store = await openStore(readConfig(database.environment).database, { migrate: true });
    await database.query('delete from search_documents where unit_id = (select max(id) from knowledge_units)');
    await database.query(addedBefore[name] ?? expect.fail());
    const [{ documents, ...versions } = { documents: 0 }] = await database.query<{ documents: number | string }>(
      'select count(*) as documents, min(analyser) as least, max(analyser) as most from search_documents',
    );
    expect([Number(documents), versions]).toEqual([unitsBehind, { least: 1, most: 1 }]);
    await store.close();
  });
});
