import type { InferEntity } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { Flag, KnowledgeUnit, UnitWithFlags } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { together } from '../queries.ts';
import { KnowledgeUnitContextEntity, KnowledgeUnitDomainEntity, KnowledgeUnitEntity } from '../schema/entities.ts';
import { indexUnits } from '../search/index-units.ts';
import { insertValuesOf, type RecordOf, statement } from '../statement.ts';
import { insertConfirmers } from './confirmers.ts';
import { deleteUnit, erasedAmong } from './erased-units.ts';
import { insertFlags } from './flags.ts';
import { withoutSecrets } from './held-secrets.ts';
import { withKeptNames } from './kept-names.ts';
import { insertDismissed } from './near-repeats.ts';
import { insertRevisions } from './revision-statements.ts';
import { fromRevision, fromUnit, indexable, type UnitRow } from './rows.ts';

/** Inserts units with the rows derived from them: domains, context, postings, embedding jobs. */

type DomainRow = RecordOf<InferEntity<typeof KnowledgeUnitDomainEntity>>;
type ContextRow = RecordOf<InferEntity<typeof KnowledgeUnitContextEntity>>;

/** Units in one statement: databases limit the number of parameters. */
const batchSize = 500;

const insertUnitRows = statement(KnowledgeUnitEntity, (units, unit: UnitRow, em) =>
  units
    .insert(insertValuesOf(KnowledgeUnitEntity, unit, em))
    .onConflict('id')
    .ignore()
    .returning('id'),
);

export const insertDomains = statement(KnowledgeUnitDomainEntity, (domains, row: DomainRow, em) =>
  domains.insert(insertValuesOf(KnowledgeUnitDomainEntity, row, em)),
);

export const insertContext = statement(KnowledgeUnitContextEntity, (context, row: ContextRow, em) =>
  context.insert(insertValuesOf(KnowledgeUnitContextEntity, row, em)),
);

/** Inserts units; answers those inserted. A unit whose id exists, or was erased, is skipped. */
export async function insertUnits(tx: Database, units: readonly KnowledgeUnit[]): Promise<Set<KnowledgeUnit>> {
  const byId = new Map(units.toReversed().map((unit) => [unit.id, unit]));
  // sorted by id: transactions that insert the same units in different orders would deadlock
  const wanted = [...byId.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  const ids: string[] = [];
  for (let from = 0; from < wanted.length; from += batchSize)
    ids.push(...(await insertRows(tx, wanted.slice(from, from + batchSize))));
  const fresh = ids.map((id) => byId.get(id) as KnowledgeUnit);
  const shown = fresh.map(withoutSecrets);
  if (fresh.length > 0)
    await together(
      insertDomains.insertAll(tx.write, shown.flatMap(domainRows)),
      insertContext.insertAll(tx.write, shown.flatMap(contextRows)),
      indexUnits(tx, fresh),
      addJobs(tx, fresh),
    );
  return new Set(fresh);
}

/** Inserts the rows of up to `batchSize` units; answers the ids of those that are there now. */
async function insertRows({ write }: Database, units: readonly KnowledgeUnit[]): Promise<string[]> {
  // a concurrent transaction with the same ids waits here for the first one. A trigger leaves out units that were erased before; found
  // are then those that the insert has waited for to be erased
  const [inserted, erased] = await together(
    insertUnitRows.insertAll(write, units.map(fromUnit)),
    erasedAmong(
      write,
      units.map(({ id }) => id),
    ),
  );
  for (const { id } of inserted) if (erased.has(id)) await deleteUnit.run(write, { id });
  return inserted.map(({ id }) => id).filter((id) => !erased.has(id));
}

/** Inserts a unit with its flags and revisions as they stood elsewhere; false when the id is taken. */
export async function restore(tx: Database, unit: KnowledgeUnit, flags: readonly Flag[]): Promise<boolean> {
  return (await restoreMany(tx, [{ unit, flags }])) === 1;
}

/** The same for many units; answers how many were inserted. */
export async function restoreMany(tx: Database, given: readonly UnitWithFlags[]): Promise<number> {
  const units = await withKeptNames(tx, given);
  const added = await insertUnits(
    tx,
    units.map(({ unit }) => unit),
  );
  const of = <T>(part: (unit: UnitWithFlags) => readonly T[]) =>
    units.flatMap((unit) => (added.has(unit.unit) ? part(unit) : []));
  await insertFlags.insertAll(
    tx.write,
    of(({ flags }) => flags),
  );
  await insertRevisions.insertAll(
    tx.write,
    of(({ revisions = [] }) => revisions.map(fromRevision)),
  );
  await insertConfirmers.insertAll(
    tx.write,
    units.flatMap(({ unit, confirmers = [] }) =>
      added.has(unit) ? confirmers.map((one) => ({ unitId: unit.id, ...one })) : [],
    ),
  );
  for (const { unit, dismissed = [] } of units) if (added.has(unit)) await insertDismissed(tx, unit.id, dismissed);
  return added.size;
}

export function domainRows({
  id: unitId,
  domains: given,
  status,
  evidence: { confidence },
}: KnowledgeUnit): DomainRow[] {
  const domains = [...new Set(given.map(indexable))];
  return domains.map((domain) => ({ unitId, domain, status, confidence, domainCount: domains.length }));
}

export function contextRows({ id: unitId, context: { languages, frameworks, pattern } }: KnowledgeUnit): ContextRow[] {
  return [
    ...[...new Set(languages.map(indexable))].map((value) => ({ unitId, kind: 'language', value })),
    ...[...new Set(frameworks.map(indexable))].map((value) => ({ unitId, kind: 'framework', value })),
    ...(pattern ? [{ unitId, kind: 'pattern', value: indexable(pattern.toLowerCase()) }] : []),
  ];
}

/**
 * Adds an embedding job for each unit and each model that is not retired, due oldest unit first. Raw SQL: the QueryBuilder has
 * no `insert … select`.
 */
async function addJobs(tx: Database, units: readonly KnowledgeUnit[]) {
  const now = toColumn(tx.now());
  for (let from = 0; from < units.length; from += batchSize) {
    const ids = units.slice(from, from + batchSize).map(({ id }) => id);
    await sql`
      insert into embedding_jobs (unit_id, model_id, attempts, run_at)
      select unit.id, model.id, 0, case when unit.created_at < ${now} then unit.created_at else ${now} end
        from embedding_models model cross join knowledge_units unit
       where model.state <> 'retired' and unit.id in (${sql.join(ids)})`.execute(tx.write);
  }
}
