import { describe, expect, it } from 'vitest';
import { findDuplicate, findRelated } from '../../src/domain/duplicates.ts';
import { modelStatuses } from '../../src/domain/embeddings.ts';
import { searchInMode } from '../../src/domain/search.ts';
import { anonymous } from '../../src/domain/viewer.ts';
import { createQueryVectors, type QueryVectorSource } from '../../src/embedding/query-vectors.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { configOf, createDatabase, type TestDatabase, withVectors } from '../postgres/databases.ts';
import { createDividedDatabase } from '../postgres/roles.ts';
import { run } from '../process.ts';
import { put, random } from './conformance/fixture.ts';
import {
  aModel,
  aVector,
  cosine,
  expectedNearest,
  purgeAllRetired,
  rounded,
  useModel,
  work,
} from './conformance/vectors.ts';

/** A migrated database whose pgvector is in a schema of its own, which no search path names. */
async function withExtensionElsewhere(statements = ''): Promise<TestDatabase> {
  const database = await createDatabase({ empty: true });
  await database.query(`create schema "Ex tensions"; create extension vector schema "Ex tensions"; ${statements}`);
  return database;
}

/** What is not in 0.6 goes by another name, so that whoever uses it fails. */
const asOf06 = `
  alter type "Ex tensions".halfvec rename to halfvec_of_later;
  alter operator class "Ex tensions".halfvec_cosine_ops using hnsw rename to halfvec_ops_of_later;
  update pg_extension set extversion = '0.6.2' where extname = 'vector'`;

const open = (database: TestDatabase) => openStore(configOf(database.url), { migrate: true });

/** Makes vectors, builds the index, asks for the nearest by all statements, and retires the model. */
async function useVectors(store: Store, database: TestDatabase) {
  const next = random(3);
  const question = aVector(next, 8);
  // no similarity may stand where it could be rounded to either side
  const clear = (): Float32Array => {
    const vector = aVector(next, 8);
    return rounded(cosine(vector, question)) === null ? clear() : vector;
  };
  const vectors = new Map<string, Float32Array>();
  for (let index = 0; index < 40; index++)
    vectors.set((await put(store, { status: 'approved', domains: [index % 4 ? 'many' : 'some'] })).id, clear());
  const model = await useModel(store, 8, ({ id }) => vectors.get(id) as Float32Array);
  const indexed = await database.query<{ definition: string }>(
    `select indexdef as definition from pg_indexes where indexname = 'search_vectors_model_${model.id}'`,
  );
  const [[id = '', vector] = []] = vectors;
  expect(await store.embeddings.vectorOf(model.id, id)).toEqual(vector);
  for (const limit of [3, 40])
    expect(await store.embeddings.nearest(model.id, question, {}, limit)).toEqual(
      expectedNearest(vectors, question, limit),
    );
  const meaning = { modelId: model.id, vector: question, meanCosine: null, weight: 0.5 };
  const { hits } = await store.units.search({ text: 'lesson', filter: { domains: ['some'] }, meaning, limit: 10 });
  expect(hits).toHaveLength(10);
  expect(await store.embeddings.indexProblem(model.id)).toBeNull();
  // of other dimensions, in the place of the first
  const other = await useModel(store, 16, () => aVector(next, 16));
  await purgeAllRetired(store);
  expect(await store.embeddings.progress(other.id)).toMatchObject({ done: 40, waiting: 0 });
  return indexed[0]?.definition;
}

describe('pgvector', await withVectors(), () => {
  it('is used in another schema than ours, which is in no search path', async () => {
    await using database = await withExtensionElsewhere();
    const store = await open(database);
    expect([store.vectorEngine, store.vectorProblem]).toEqual([expect.stringContaining('pgvector 0.'), null]);
    expect(await useVectors(store, database)).toContain('halfvec(8)');
    await store.close();
  });

  it('is used in a version without half precision, up to its dimensions with an index, beyond without', async () => {
    await using database = await withExtensionElsewhere(asOf06);
    const store = await open(database);
    expect(store.vectorEngine).toBe('pgvector 0.6.2');
    expect(await useVectors(store, database)).toContain('vector(8)');
    const large = await store.embeddings.register(aModel(2001), new Date());
    await work(store, large.id, () => aVector(random(4), 2001));
    expect(await store.embeddings.activate(large.id)).toBe(true);
    expect(await store.embeddings.indexProblem(large.id)).toMatch(
      /0\.6\.2 indexes up to 2000 dimensions, and it has 2001/,
    );
    expect(await store.embeddings.nearest(large.id, aVector(random(4), 2001), {}, 5)).toHaveLength(5);
    await store.close();
    // an update brings half precision, and with it another index
    await database.query(`
      alter type "Ex tensions".halfvec_of_later rename to halfvec;
      alter operator class "Ex tensions".halfvec_ops_of_later using hnsw rename to halfvec_cosine_ops;
      update pg_extension set extversion = '0.8.0' where extname = 'vector'`);
    const updated = await open(database);
    expect(await updated.embeddings.indexProblem(large.id)).toMatch(/run "cq-server embeddings index"\.$/);
    expect(await updated.embeddings.buildIndex(large.id)).toBeNull();
    expect(await updated.embeddings.indexProblem(large.id)).toBeNull();
    await updated.close();
  });

  it('is searched without an index up to 50 million numbers', async () => {
    await using database = await createDatabase();
    const store = await open(database);
    const model = await store.embeddings.register(aModel(4000), new Date());
    const put = (from: number, to: number) =>
      database.query(`
        set session_replication_role = replica;
        insert into search_vectors select ${model.id}, 'ku_' || n, '[1]' from generate_series(${from}, ${to}) n`);
    await put(1, 12_500);
    expect(await store.embeddings.isSearchable(model)).toBe(true);
    await put(12_501, 12_501);
    expect(await store.embeddings.isSearchable(model)).toBe(false);
    await store.close();
  });

  it('may be moved, removed and made again while a server uses it', async () => {
    await using database = await withExtensionElsewhere();
    const notices: string[] = [];
    const notify = ({ message }: { readonly message: string }) => void notices.push(message);
    await using resources = new AsyncDisposableStack();
    const store = await openStore(configOf(database.url), { migrate: true, notify });
    resources.defer(() => store.close());
    const next = random(5);
    const unit = await put(store, { status: 'approved', insight: { summary: 'a lesson about it' } });
    const vector = aVector(next, 8);
    const model = await useModel(store, 8, () => vector);
    const identity = { ...aModel(8), dimensions: 8 };
    const questions = { queryVector: async () => ({ vector }) };
    const source = { embedder: { model: identity }, questions, weight: 0.5 } as unknown as QueryVectorSource;
    const queryVectors = createQueryVectors(store, source, { modelCacheMs: 0 });
    const search = async () => {
      const { mode, missing, hits } = await searchInMode(store, queryVectors, 'hybrid', {
        text: 'lesson',
        filter: {},
        limit: 5,
      });
      expect(hits.map((hit) => hit.unit.id)).toEqual([unit.id]);
      return [mode, missing];
    };
    expect(await search()).toEqual(['hybrid', null]);

    await database.query('create schema elsewhere; alter extension vector set schema elsewhere');
    expect(await search()).toEqual(['hybrid', null]);
    expect([store.vectorProblem, notices]).toEqual([null, []]);

    await database.query('drop extension vector cascade');
    const { insight } = unit;
    expect(await search()).toEqual(['keyword', 'lost']);
    expect(await findDuplicate(store, { queryVectors, threshold: 0.9 }, insight)).toBeNull();
    expect(await findRelated(store, queryVectors, anonymous, unit, 3)).toEqual([]);
    expect(await modelStatuses(store)).toEqual([]);
    expect(store.vectorProblem).toMatch(/not yet in this database: run "cq-server migrate"/);
    expect(notices).toEqual([expect.stringContaining('searches go by words: pgvector')]);

    await (await open(database)).close();
    expect(await store.embeddings.vectorOf(model.id, unit.id)).toBeNull();
    expect([store.vectorProblem, notices[1]]).toEqual([null, 'vectors can be used again']);
    await store.embeddings.register(aModel(8), new Date());
    await work(store, model.id, () => vector);
    expect(await store.embeddings.vectorOf(model.id, unit.id)).toEqual(vector);
  });

  it('says the true reason where it cannot be used, on the standard error of the commands', async () => {
    await using database = await createDividedDatabase();
    const { owner, app } = database;
    const environment = { CQ_DATABASE_URL: owner.url };
    const problemOf = async (url = app.url) => {
      const store = await openStore(configOf(url), { migrate: false });
      await store.close();
      expect(store.vectorEngine).toBeNull();
      return store.vectorProblem;
    };
    await database.query('drop extension vector');
    const migrated = await run(['migrate'], environment);
    const superuser = new RegExp(
      `the role ${owner.name} may not create it: let a superuser run "create extension vector"`,
    );
    expect([migrated.code, migrated.stderr]).toEqual([0, expect.stringMatching(superuser)]);
    expect(await problemOf()).toMatch(`the role ${app.name} may not create it`);

    await database.query('create schema extensions; create extension vector schema extensions');
    expect(await problemOf()).toMatch(`grant usage on schema extensions to ${app.name}`);
    await database.query(`grant usage on schema extensions to ${app.name}, ${owner.name}`);
    expect(await problemOf()).toMatch(/search_vectors is missing: run "cq-server migrate" as the owner/);
    const status = await run(['embeddings', 'status'], environment);
    expect([status.code, status.stderr]).toEqual([
      0,
      expect.stringMatching(/holds no vectors\. .*search_vectors is missing/),
    ]);

    const service = {
      CQ_EMBEDDING_PROVIDER: 'openai',
      CQ_EMBEDDING_MODEL: 'm',
      CQ_EMBEDDING_URL: 'http://127.0.0.1:9/v1',
    };
    const secrets = { CQ_JWT_SECRET: 's'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32) };
    const checked = await run(['check-config', '--connect'], { ...environment, ...service, ...secrets });
    expect(checked.stderr).toMatch(/^database: .* is up to date\. It holds no vectors\. .*search_vectors is missing/);

    expect(await run(['migrate'], environment)).toMatchObject({ code: 0, stderr: '' });
    await database.query(`revoke insert on search_vectors from ${app.name}`);
    expect(await problemOf()).toMatch(`grant insert on search_vectors to ${app.name}`);
    await database.query(`update pg_extension set extversion = '0.4.4' where extname = 'vector'`);
    expect(await problemOf()).toMatch(/0\.4\.4 is older than 0\.5/);
  });
});
