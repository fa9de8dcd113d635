import type { SuggestionStatus } from '../../store.ts';
import { KnowledgeUnitRevisionEntity } from '../schema/entities.ts';
import { insertValuesOf, statement } from '../statement.ts';
import type { ContentColumns, RevisionRow } from './rows.ts';

/** Statements over versions and suggestions. */

interface OfUnit {
  readonly unitId: string;
}

export interface Decided {
  readonly id: string;
  readonly status: SuggestionStatus;
  readonly version: number | null;
  readonly decidedBy: string;
  readonly decidedAt: Date;
  readonly note: string | null;
  readonly internalNote: string | null;
}

export const revisionById = statement(KnowledgeUnitRevisionEntity, (revisions, { id }: { id: string }) =>
  revisions.select('*').where({ id }),
);

export const revisionsByIds = statement(KnowledgeUnitRevisionEntity, (revisions, { ids }: { ids: readonly string[] }) =>
  revisions.select('*').where({ id: { $in: ids } }),
);

export const revisionsOfUnit = statement(KnowledgeUnitRevisionEntity, (revisions, { unitId }: OfUnit) =>
  revisions.select('*').where({ unitId }).orderBy({ createdAt: 'asc', id: 'asc' }),
);

export const unitsWithRevisions = statement(
  KnowledgeUnitRevisionEntity,
  (revisions, { unitIds }: { unitIds: readonly string[] }) =>
    revisions.select('unitId', true).where({ unitId: { $in: unitIds } }),
);

/** More than asked for where several units and versions are. */
export const versionsOfUnits = statement(
  KnowledgeUnitRevisionEntity,
  (revisions, { unitIds, versions }: { unitIds: readonly string[]; versions: readonly number[] }) =>
    revisions.select('*').where({ unitId: { $in: unitIds }, version: { $in: versions } }),
);

export const countVersionsOf = statement(KnowledgeUnitRevisionEntity, (revisions, { unitId }: OfUnit) =>
  revisions.count().where({ unitId, version: { $ne: null } }),
).withRowsOf<{ count: number }>();

export const waitingOf = statement(
  KnowledgeUnitRevisionEntity,
  (revisions, { unitId, createdBy }: OfUnit & { createdBy: string }) =>
    revisions.select('*').where({ unitId, createdBy, status: 'pending' }),
);

export const countWaiting = statement(KnowledgeUnitRevisionEntity, (revisions, { unitId }: OfUnit) =>
  revisions.count().where({ unitId, status: 'pending' }),
).withRowsOf<{ count: number }>();

export const countWaitingBy = statement(
  KnowledgeUnitRevisionEntity,
  (revisions, { createdBy }: { createdBy: string }) => revisions.count().where({ createdBy, status: 'pending' }),
).withRowsOf<{ count: number }>();

export const insertRevisions = statement(KnowledgeUnitRevisionEntity, (revisions, row: RevisionRow, em) =>
  revisions.insert(insertValuesOf(KnowledgeUnitRevisionEntity, row, em)),
);

/** Does nothing where the version is kept already. */
export const keepVersion = statement(KnowledgeUnitRevisionEntity, (revisions, row: RevisionRow, em) =>
  revisions
    .insert(insertValuesOf(KnowledgeUnitRevisionEntity, row, em))
    .onConflict(['unitId', 'version'])
    .ignore(),
);

export const decideSuggestion = statement(KnowledgeUnitRevisionEntity, (revisions, given: Decided) => {
  const { id, status, version, decidedBy, decidedAt, note, internalNote } = given;
  return revisions
    .update({ status, version, decidedBy, decidedAt, note, internalNote })
    .where({ id, status: 'pending' })
    .returning('*');
});

export const replaceSuggestion = statement(
  KnowledgeUnitRevisionEntity,
  (revisions, given: ContentColumns & { id: string; from: number; to: number }) =>
    revisions
      .update({
        baseVersion: given.to,
        domains: given.domains,
        summary: given.summary,
        detail: given.detail,
        action: given.action,
        languages: given.languages,
        frameworks: given.frameworks,
        pattern: given.pattern,
        extensions: given.extensions,
      })
      .where({ id: given.id, status: 'pending', baseVersion: given.from })
      .returning('*'),
);

export const deleteWaiting = statement(KnowledgeUnitRevisionEntity, (revisions, { id }: { id: string }) =>
  revisions.delete().where({ id, status: 'pending' }),
);
