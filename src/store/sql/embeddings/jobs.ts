import { type RawBuilder, sql } from 'kysely';
import type { EmbeddingStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { keysetPages, readPage } from '../keyset-pages.ts';
import { compareAgain } from '../knowledge/near-repeats.ts';
import { toUnit } from '../knowledge/rows.ts';
import { findUnits } from '../knowledge/unit-statements.ts';
import type { Row } from '../row-mapping.ts';
import { EmbeddingJobEntity, KnowledgeUnitEntity } from '../schema/entities.ts';
import { columnsOf, recordsOf, statement } from '../statement.ts';
import { lockModel } from './models.ts';
import type { Vectors } from './vectors.ts';

type Made = Parameters<EmbeddingStore['complete']>[1];
type Jobs = Pick<EmbeddingStore, 'claim' | 'complete' | 'fail' | 'parked' | 'retry' | 'backlog' | 'progress'>;

interface OfModel {
  readonly modelId: number;
}

interface Job extends OfModel {
  readonly unitId: string;
}

const deleteJobs = statement(EmbeddingJobEntity, (jobs, given: OfModel & { unitIds: readonly string[] }) =>
  jobs.delete().where({ modelId: given.modelId, unitId: { $in: given.unitIds } }),
);

const failJob = statement(
  EmbeddingJobEntity,
  (jobs, { modelId, unitId, lastError, runAt }: Job & { lastError: string; runAt: Date | null }) =>
    jobs.update({ lastError, runAt }).where({ modelId, unitId, attempts: { $gt: 0 } }),
);

const parkedPages = keysetPages(
  EmbeddingJobEntity,
  { by: 'unitId', id: 'unitId', direction: 'asc' },
  (jobs, given: OfModel) => jobs.where({ modelId: given.modelId, runAt: null }),
);

const retryParked = statement(EmbeddingJobEntity, (jobs, { modelId, at }: OfModel & { at: Date }) =>
  jobs.update({ runAt: at, attempts: 0 }).where({ modelId, runAt: null }),
);

const retryOne = statement(EmbeddingJobEntity, (jobs, { modelId, unitId, at }: Job & { at: Date }) =>
  jobs.update({ runAt: at, attempts: 0 }).where({ modelId, unitId, runAt: null }),
);

export function createEmbeddingJobs(db: Database, vectors: Vectors): Jobs {
  return {
    claim: (modelId, limit, now, lockMs) =>
      db.transaction(async (tx) => {
        // raw SQL: the QueryBuilder has no `update … from`
        const { rows } = await sql<Row>`
          with due as materialized (
            select unit_id, model_id from embedding_jobs
             where model_id = ${sql.lit(modelId)} and run_at <= ${toColumn(now)}
             order by run_at, unit_id limit ${sql.lit(limit)} ${tx.dialect.skipLocked})
          update embedding_jobs set attempts = embedding_jobs.attempts + 1, run_at = ${toColumn(new Date(now.getTime() + lockMs))}
            from due where embedding_jobs.unit_id = due.unit_id and embedding_jobs.model_id = due.model_id
          returning embedding_jobs.unit_id, embedding_jobs.model_id, attempts, last_error, run_at`.execute(tx.write);
        const jobs = recordsOf(EmbeddingJobEntity, tx.write, rows);
        const units = await findUnits(
          tx,
          jobs.map(({ unitId }) => unitId),
        );
        return jobs.flatMap((job, index) => {
          const unit = units[index];
          return unit ? [{ job, unit }] : [];
        });
      }),

    complete: (modelId, made) =>
      db.transaction(async (tx) => {
        const model = await lockModel(tx.write, modelId);
        // a retired model's vectors are not searched, and purged ones must not come back
        if (!model || model.state === 'retired' || made.length === 0) return;
        const current = await stillTrue(tx, made);
        for (const { unitId, vector } of current)
          if (vector.length !== model.dimensions)
            throw new Error(
              `Vectors of ${model.name} have ${model.dimensions} dimensions; the one of ${unitId} has ${vector.length}.`,
            );
        await vectors.put(tx.write, modelId, current);
        const unitIds = current.map(({ unitId }) => unitId);
        await deleteJobs.run(tx.write, { modelId, unitIds });
        await compareAgain.run(tx.write, { ids: unitIds });
      }),

    fail: (modelId, unitId, error, runAt) =>
      db.transaction(async ({ write }) => {
        await failJob.run(write, { modelId, unitId, lastError: storable(error), runAt });
      }),

    parked: (modelId, page) => readPage(db.read, parkedPages, { modelId }, page),

    retry: (modelId, unitId, at) =>
      db.transaction(({ write }) =>
        unitId === null ? retryParked.run(write, { modelId, at }) : retryOne.run(write, { modelId, unitId, at }),
      ),

    async backlog(modelId, most) {
      const counted = (condition: RawBuilder<unknown>) => sql`(
        select count(*) from (select 1 from embedding_jobs where model_id = ${modelId} and ${condition} limit ${sql.lit(most)}) counted)`;
      const { rows } = await sql<{ waiting: number; parked: number }>`
        select ${counted(sql`run_at is not null`)} as waiting, ${counted(sql`run_at is null`)} as parked`.execute(
        db.read,
      );
      return { waiting: Number(rows[0]?.waiting), parked: Number(rows[0]?.parked) };
    },

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

/** Those of the texts that the units show, which nobody changes until the transaction ends. */
async function stillTrue({ write, dialect }: Database, made: Made): Promise<Made> {
  const ids = made.map(({ unitId }) => unitId);
  // by id, as all do who lock several
  const { rows } = await sql<Row>`
    select ${columnsOf(KnowledgeUnitEntity, write)} from knowledge_units where id in (${sql.join(ids)}) order by id ${dialect.shareLock}`.execute(
    write,
  );
  const texts = new Map(recordsOf(KnowledgeUnitEntity, write, rows).map((row) => [row.id, toUnit(row).insight]));
  return made.filter(({ unitId, insight }) => {
    const now = texts.get(unitId);
    return !insight || !now || (['summary', 'detail', 'action'] as const).every((part) => insight[part] === now[part]);
  });
}

/** The error message without what PostgreSQL's text cannot hold: lone surrogates and NUL. */
const storable = (error: string) => error.toWellFormed().replaceAll('\0', '');
