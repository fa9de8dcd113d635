import { type Selectable, sql } from 'kysely';
import type { EmbeddingJob, EmbeddingStore } from '../store.ts';
import type { Database, Tables } from './database.ts';
import { holdModel } from './embedding-models.ts';
import { readPage } from './queries.ts';
import { toColumn, toDateOrNull } from './rows.ts';
import { findUnits } from './units.ts';
import type { Vectors } from './vectors.ts';

type Jobs = Pick<EmbeddingStore, 'claim' | 'complete' | 'fail' | 'parked' | 'retry' | 'progress'>;

const byUnit = { column: 'embedding_jobs.unit_id', id: 'embedding_jobs.unit_id', direction: 'asc' } as const;

export function createEmbeddingJobs(db: Database, vectors: Vectors): Jobs {
  return {
    claim: (modelId, limit, now, lockMs) =>
      db.transaction(async (tx) => {
        const { rows } = await sql<JobRow>`
          with due as materialized (
            select unit_id, model_id from embedding_jobs
             where model_id = ${sql.lit(modelId)} and run_at <= ${toColumn(now)}
             order by run_at, unit_id limit ${sql.lit(limit)} ${tx.skipTaken})
          update embedding_jobs set attempts = embedding_jobs.attempts + 1, run_at = ${toColumn(new Date(now.getTime() + lockMs))}
            from due where embedding_jobs.unit_id = due.unit_id and embedding_jobs.model_id = due.model_id
          returning embedding_jobs.unit_id, embedding_jobs.model_id, attempts, last_error, run_at`.execute(tx.write);
        const units = await findUnits(
          tx,
          rows.map(({ unit_id }) => unit_id),
        );
        return rows.flatMap((row, index) => {
          const unit = units[index];
          return unit ? [{ job: toJob(row), unit }] : [];
        });
      }),

    complete: (modelId, made) =>
      db.transaction(async (tx) => {
        const model = await holdModel(tx.write, modelId);
        // nobody searches with a retired one, and what was removed stays away
        if (!model || model.state === 'retired' || made.length === 0) return;
        for (const { unitId, vector } of made)
          if (vector.length !== model.dimensions)
            throw new Error(
              `A vector of ${model.name} has ${model.dimensions} numbers; the one of ${unitId} has ${vector.length}.`,
            );
        await vectors.put(tx.write, modelId, made);
        await tx.write
          .deleteFrom('embedding_jobs')
          .where('model_id', '=', modelId)
          .where(
            'unit_id',
            'in',
            made.map(({ unitId }) => unitId),
          )
          .execute();
      }),

    async fail(modelId, unitId, error, runAt) {
      await db.transaction((tx) =>
        tx.write
          .updateTable('embedding_jobs')
          .set({ last_error: storable(error), run_at: runAt && toColumn(runAt) })
          .where('model_id', '=', modelId)
          .where('unit_id', '=', unitId)
          .execute(),
      );
    },

    parked(modelId, page) {
      const parked = db.read
        .selectFrom('embedding_jobs')
        .selectAll()
        .where('model_id', '=', modelId)
        .where('run_at', 'is', null);
      return readPage(parked, byUnit, page, toJob);
    },

    retry: (modelId, unitId, at) =>
      db.transaction(async (tx) => {
        let again = tx.write
          .updateTable('embedding_jobs')
          .set({ run_at: toColumn(at), attempts: 0 })
          .where('model_id', '=', modelId)
          .where('run_at', 'is', null);
        if (unitId !== null) again = again.where('unit_id', '=', unitId);
        return Number((await again.executeTakeFirstOrThrow()).numUpdatedRows);
      }),

    async progress(modelId) {
      const { rows } = await sql<{ done: number; waiting: number; parked: number }>`
        select (select count(*) from (${vectors.units(modelId)}) vectors) as done,
               (select count(*) from embedding_jobs where model_id = ${modelId} and run_at is not null) as waiting,
               (select count(*) from embedding_jobs where model_id = ${modelId} and run_at is null) as parked`.execute(
        db.search,
      );
      return { done: Number(rows[0]?.done), waiting: Number(rows[0]?.waiting), parked: Number(rows[0]?.parked) };
    },
  };
}

type JobRow = Selectable<Tables['embedding_jobs']>;

/** What a service said, without what PostgreSQL cannot hold. */
const storable = (error: string) => error.toWellFormed().replaceAll('\0', '');

const toJob = (row: JobRow): EmbeddingJob => ({
  unitId: row.unit_id,
  modelId: row.model_id,
  attempts: row.attempts,
  lastError: row.last_error,
  runAt: toDateOrNull(row.run_at),
});
