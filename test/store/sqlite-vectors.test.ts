import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import type { Neighbour } from '../../src/store/sql/embeddings/vectors.ts';
import { openHandle } from '../../src/store/sqlite/connection.ts';
import { queries, vectorEngine } from '../../src/store/sqlite/kysely-driver.ts';
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
});
