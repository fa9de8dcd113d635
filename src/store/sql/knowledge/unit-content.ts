import { raw } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { KnowledgeUnit, Review, UnitContent } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { lockRow } from '../rows-by-id.ts';
import { KnowledgeUnitContextEntity, KnowledgeUnitDomainEntity, KnowledgeUnitEntity } from '../schema/entities.ts';
import { reindexUnits } from '../search/index-units.ts';
import { statement } from '../statement.ts';
import { type ContentColumns, toContentColumns, toUnit, type UnitRow } from './rows.ts';
import { textHash } from './text-hash.ts';
import { contextRows, domainRows, insertContext, insertDomains } from './unit-inserts.ts';
import { decisionColumns } from './unit-statements.ts';

/** Changes what a unit says, with everything that is derived from it. */

const updateContent = statement(
  KnowledgeUnitEntity,
  (units, given: ContentColumns & { id: string; textHash: string; at: Date }) =>
    units
      .update({
        version: raw('version + 1'),
        domains: given.domains,
        summary: given.summary,
        detail: given.detail,
        action: given.action,
        languages: given.languages,
        frameworks: given.frameworks,
        pattern: given.pattern,
        extensions: given.extensions,
        textHash: given.textHash,
        // what is changed to was looked at. That somebody has released the unit stays: its versions may have what that was about
        heldSecrets: raw("case when secrets_released_by is null then null else '[]' end"),
        updatedAt: given.at,
      })
      .where({ id: given.id })
      .returning('*'),
);

const decide = statement(KnowledgeUnitEntity, (units, given: Review & { id: string }) =>
  units.update(decisionColumns(given)).where({ id: given.id }).returning('*'),
);

const deleteDomains = statement(KnowledgeUnitDomainEntity, (domains, { unitId }: { unitId: string }) =>
  domains.delete().where({ unitId }),
);

const deleteContext = statement(KnowledgeUnitContextEntity, (context, { unitId }: { unitId: string }) =>
  context.delete().where({ unitId }),
);

/** A unit's row, locked until the transaction ends; null when there is none. */
export const lockUnit = ({ write, dialect }: Database, id: string): Promise<UnitRow | null> =>
  lockRow(KnowledgeUnitEntity, write, id, dialect.rowLock);

/** Changes the content of a unit whose row is locked, which makes it the next version, and approves it where that is given. */
export async function changeContent(
  tx: Database,
  before: UnitRow,
  content: UnitContent,
  at: Date,
  approval: Review | null = null,
): Promise<KnowledgeUnit> {
  const { id } = before;
  let row = await updateContent.first(tx.write, {
    ...toContentColumns(content),
    ...{ id, at, textHash: textHash(content.insight) },
  });
  if (approval) row = await decide.first(tx.write, { ...approval, id });
  if (!row) throw new Error(`The unit ${id} is locked and cannot be found.`);
  const [old, unit] = [toUnit(before), toUnit(row)];
  if (approval || !same(old.domains, unit.domains)) {
    await deleteDomains.run(tx.write, { unitId: id });
    await insertDomains.insertAll(tx.write, domainRows(unit));
  }
  if (!same(old.context, unit.context)) {
    await deleteContext.run(tx.write, { unitId: id });
    await insertContext.insertAll(tx.write, contextRows(unit));
  }
  const words = ({ insight, domains, context }: KnowledgeUnit) => [insight, domains, context];
  if (!same(words(old), words(unit))) await reindexUnits(tx, [unit]);
  if (!same(old.insight, unit.insight)) await embedAgain(tx, id);
  return unit;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Adds a job for each model, or makes the one that is there due as if it were new. Retired models too: one that is taken up again
 * has its vectors yet.
 */
export async function embedAgain({ write, now }: Database, unitId: string) {
  await sql`
    insert into embedding_jobs (unit_id, model_id, attempts, run_at)
    select unit.id, model.id, 0, ${toColumn(now())}
      from embedding_models model cross join knowledge_units unit where unit.id = ${unitId}
    on conflict (unit_id, model_id) do update set attempts = 0, last_error = null, run_at = excluded.run_at`.execute(
    write,
  );
}
