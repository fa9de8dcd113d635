import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openStore } from '../../src/store/open.ts';
import { analyserVersion, indexedText } from '../../src/store/sql/words.ts';
import { aUnit, type UnitChanges } from '../harness.ts';
import { beginnings, engines, unitsBehind } from '../processes/start-databases.ts';

/**
 * What each version makes of the samples. Add a line for a new version, and leave the others: databases hold words that
 * those versions made.
 */
const digests: Readonly<Record<number, string>> = {
  1: 'aadc92548112397347761b6c60ed3878e7849cad4863a20abe067fc21cf90a61',
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
  { insight: { detail: Array.from({ length: 70_000 }, (_, at) => `number${at}`).join(' ') } },
];

it('an analyser that makes other words of the same text has another version', () => {
  const made = samples.map((changes) => indexedText(aUnit(changes))).map(({ analyser: _, ...words }) => words);
  const digest = createHash('sha256').update(JSON.stringify(made)).digest('hex');
  const advice =
    `Version ${analyserVersion} of the analyser makes other words than it did. Raise analyserVersion in ` +
    `src/store/sql/words.ts, and add a line here for the new version: '${digest}'.`;
  expect(digest, advice).toBe(digests[analyserVersion]);
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
