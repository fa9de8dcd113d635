import { sql } from 'kysely';
import { type Schema, type StepContext, step } from './step.ts';
import { sketchOf } from './support/sketch-1.ts';

const batchSize = 500;

/** SQLite's bits were the signs of a vector's own numbers, which say little where most are near 0. Sketches take their place. */
export const sketches = step('0010-sketches', async ({ db, pick, progress }) => {
  await pick({ sqlite: sketchAll, postgres: async () => {} })(db, progress);
});

async function sketchAll(db: Schema, progress: StepContext['progress']) {
  let last = 0;
  for (let done = 0; ; ) {
    const { rows } = await sql<{ id: number; model_id: number; document: number; vector: Uint8Array }>`
      select id, model_id, document, vector from search_vectors where id > ${last} order by id limit ${sql.lit(batchSize)}`.execute(
      db,
    );
    if (rows.length === 0) return;
    for (const { model_id, document, vector } of rows)
      await sql`
        update search_vector_bits set bits = ${sketchOf(new Float32Array(Uint8Array.from(vector).buffer))}
         where model_id = ${model_id} and document = ${document}`.execute(db);
    last = rows.at(-1)?.id ?? last;
    done += rows.length;
    await progress(`${done} vectors sketched`);
  }
}
