import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import type { Neighbour } from '../../src/store/sql/embeddings/vectors.ts';
import { openHandle } from '../../src/store/sqlite/connection.ts';
import { queries, vectorEngine } from '../../src/store/sqlite/kysely-driver.ts';
import { sketchOf } from '../../src/store/sqlite/sketch.ts';
import { firstDocumentOnDisk } from '../../src/store/sqlite/sketch-search.ts';
import { createVectors } from '../../src/store/sqlite/vectors.ts';
import { lacks, unless } from '../left-out.ts';
import { put, random } from './conformance/fixture.ts';
import { aVector, useModel } from './conformance/vectors.ts';
import { inFile as it } from './sqlite-fixture.ts';

const lacking = vectorEngine(openHandle(':memory:')) === null;

describe('the sketches of a SQLite file', unless(lacking, lacks.sqliteVec), () => {
  // of all when a filter lets many through, else of those that pass: no small collection needs the second
  it.for([false, true])(
    'find the nearest that pass a filter, of which there are few: %s',
    async (narrow, { file, store }) => {
      const next = random(9);
      await store.transaction(async (tx) => {
        for (let place = 0; place < 350; place++)
          await put(tx, { status: place % 3 ? 'approved' : 'pending', domains: [place % 5 ? 'many' : 'some'] });
      });
      const { id: modelId } = await useModel(store, 24, () => aVector(next, 24));
      const handle = openHandle(file, { readonly: true });
      const vectors = createVectors('sqlite-vec');
      const aim = { modelId, vector: aVector(next, 24) };
      const among = sql<{ id: string }>`(select id from knowledge_units where status = 'approved')`;
      const ranked = async (rows: ReturnType<typeof vectors.exactSearch>) =>
        (
          await sql<Neighbour>`select * from (${rows}) near order by similarity desc, unit_id desc limit 20`.execute(
            queries(handle),
          )
        ).rows;
      const exact = await ranked(vectors.exactSearch(aim, among));
      expect(exact).toHaveLength(20);
      expect(await ranked(vectors.approximateSearch(aim, among, 20, narrow))).toEqual(exact);
      handle.close();
    },
  );

  it('are those that any connection has committed, and none that were rolled back', async ({ file, store }) => {
    const next = random(10);
    for (let place = 0; place < 40; place++) await put(store);
    const { id: modelId } = await useModel(store, 24, () => aVector(next, 24));
    const wanted = aVector(next, 24);
    const among = sql<{ id: string }>`(select id from knowledge_units)`;
    const rows = createVectors('sqlite-vec').approximateSearch({ modelId, vector: wanted }, among, 50, false);
    const ranked = sql<Neighbour>`select * from (${rows}) near order by similarity desc, unit_id desc`;
    const [reader, writer] = [openHandle(file, { readonly: true }), openHandle(file)];
    const [reading, writing] = [queries(reader), queries(writer)];
    const nearest = async (client: typeof reading) => (await ranked.execute(client)).rows;
    const documentOf = (unit: string) =>
      Number(writer.prepare('select id from search_documents where unit_id = ?').pluck().get(unit));
    const add = (document: number) => {
      const vector = Buffer.from(wanted.buffer);
      writer
        .prepare('insert or replace into search_vectors (model_id, document, vector) values (?, ?, ?)')
        .run(modelId, document, vector);
      writer
        .prepare(
          `insert into search_vector_bits (model_id, document, bits) values (?, ?, ?)
             on conflict (model_id, document) do update set bits = excluded.bits`,
        )
        .run(modelId, document, sketchOf(wanted));
    };
    const before = await nearest(reading);
    expect(before).toHaveLength(40);
    expect(await nearest(writing)).toEqual(before);

    const [last, first] = [before.at(-1)?.unit_id as string, before[0]?.unit_id as string];
    add(documentOf(last));
    expect((await nearest(reading))[0]).toEqual({ unit_id: last, similarity: 10_000 });

    const changed = await nearest(writing);
    writer.exec('begin; delete from search_vector_bits');
    expect(await nearest(writing)).toEqual([]);
    expect(await nearest(reading)).toEqual(changed);
    writer.exec('rollback');
    expect(await nearest(writing)).toEqual(changed);

    // a document that goes takes its sketch along, and one that is not held in memory is found too
    writer.prepare('delete from search_documents where unit_id = ?').run(first);
    expect(await nearest(reading)).toEqual(changed.filter(({ unit_id }) => unit_id !== first));
    const insert = writer.prepare('insert into search_documents (id, unit_id, analyser) values (?, ?, 1)');
    insert.run(firstDocumentOnDisk, first);
    add(firstDocumentOnDisk);
    expect((await nearest(reading)).slice(0, 2).map(({ unit_id }) => unit_id)).toEqual([last, first].sort().reverse());
    reader.close();
    writer.close();
  });
});
