import type { InferEntity } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { Flag, KnowledgeUnit, UnitWithFlags } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import type { Queries } from '../queries.ts';
import { KnowledgeUnitContextEntity, KnowledgeUnitDomainEntity, KnowledgeUnitEntity } from '../schema/entities.ts';
import { indexedText } from '../search/analyser.ts';
import { type RecordOf, statement, wholeOf } from '../statement.ts';
import { insertFlags } from './flags.ts';
import { fromUnit, indexable, type UnitRow } from './rows.ts';

/** Units that are added, and what is derived of them. */

type DomainRow = RecordOf<InferEntity<typeof KnowledgeUnitDomainEntity>>;
type ContextRow = RecordOf<InferEntity<typeof KnowledgeUnitContextEntity>>;

const insertUnits = statement(KnowledgeUnitEntity, (units, unit: UnitRow, em) =>
  units
    .insert(wholeOf(KnowledgeUnitEntity, unit, em))
    .onConflict('id')
    .ignore()
    .returning('id'),
);

const insertDomains = statement(KnowledgeUnitDomainEntity, (domains, row: DomainRow, em) =>
  domains.insert(wholeOf(KnowledgeUnitDomainEntity, row, em)),
);

const insertContext = statement(KnowledgeUnitContextEntity, (context, row: ContextRow, em) =>
  context.insert(wholeOf(KnowledgeUnitContextEntity, row, em)),
);

/** Adds units; answers with the ones added. Where an id is taken, nothing changes. */
export async function insertAll(tx: Database, units: readonly KnowledgeUnit[]): Promise<Set<KnowledgeUnit>> {
  const byId = new Map(units.toReversed().map((unit) => [unit.id, unit]));
  // in one order: two that add the same units would wait for each other
  const wanted = [...byId.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  // whoever comes second waits here for the first one's transaction
  const ids = await insertUnits.insertAll(tx.write, wanted.map(fromUnit));
  const fresh = ids.map(({ id }) => byId.get(id) as KnowledgeUnit);
  await insertDomains.insertAll(tx.write, fresh.flatMap(domainRows));
  await insertContext.insertAll(tx.write, fresh.flatMap(contextRows));
  if (fresh.length > 0) {
    await tx.words.add(
      tx.write,
      fresh.map((unit) => ({ unitId: unit.id, ...indexedText(unit) })),
    );
    await addJobs(tx.write, fresh);
  }
  return new Set(fresh);
}

/** Adds a whole unit with its flags, in the transaction that is given; false when the id is taken. */
export async function restore(tx: Database, unit: KnowledgeUnit, flags: readonly Flag[]): Promise<boolean> {
  return (await restoreMany(tx, [{ unit, flags }])) === 1;
}

export async function restoreMany(tx: Database, units: readonly UnitWithFlags[]): Promise<number> {
  const added = await insertAll(
    tx,
    units.map(({ unit }) => unit),
  );
  await insertFlags.insertAll(
    tx.write,
    units.flatMap(({ unit, flags }) => (added.has(unit) ? flags : [])),
  );
  return added.size;
}

function domainRows({ id: unitId, domains: given, status, evidence: { confidence } }: KnowledgeUnit): DomainRow[] {
  const domains = [...new Set(given.map(indexable))];
  return domains.map((domain) => ({ unitId, domain, status, confidence, domainCount: domains.length }));
}

function contextRows({ id: unitId, context: { languages, frameworks, pattern } }: KnowledgeUnit): ContextRow[] {
  return [
    ...[...new Set(languages.map(indexable))].map((value) => ({ unitId, kind: 'language', value })),
    ...[...new Set(frameworks.map(indexable))].map((value) => ({ unitId, kind: 'framework', value })),
    ...(pattern ? [{ unitId, kind: 'pattern', value: indexable(pattern.toLowerCase()) }] : []),
  ];
}

/** Units whose jobs are added by one statement: databases take so many parameters and no more. */
const unitsAtOnce = 500;

/**
 * Every model that is in use or about to be makes vectors of the units, later; the oldest units come first. In SQL, since the
 * QueryBuilder inserts no rows that it computes.
 */
async function addJobs(tx: Queries, units: readonly KnowledgeUnit[]) {
  const now = toColumn(new Date());
  for (let from = 0; from < units.length; from += unitsAtOnce) {
    const ids = units.slice(from, from + unitsAtOnce).map(({ id }) => id);
    await sql`
      insert into embedding_jobs (unit_id, model_id, attempts, run_at)
      select unit.id, model.id, 0, case when unit.created_at < ${now} then unit.created_at else ${now} end
        from embedding_models model cross join knowledge_units unit
       where model.state <> 'retired' and unit.id in (${sql.join(ids)})`.execute(tx);
  }
}
