import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Revision, RevisionStore, SuggestionFilter, SuggestionOutcome } from '../../store.ts';
import { requireName } from '../accounts/erased-names.ts';
import { alignToKeys } from '../align-to-keys.ts';
import type { Database } from '../database.ts';
import { keysetPages, mapPage, readPage } from '../keyset-pages.ts';
import { lockRow } from '../rows-by-id.ts';
import { KnowledgeUnitRevisionEntity } from '../schema/entities.ts';
import { memoizeByShape, statement } from '../statement.ts';
import { recordEvent } from './events.ts';
import {
  countVersionsOf,
  countWaiting,
  countWaitingBy,
  decideSuggestion,
  deleteWaiting,
  insertRevisions,
  keepVersion,
  replaceSuggestion,
  revisionById,
  revisionsByIds,
  revisionsOfUnit,
  unitsWithRevisions,
  versionsOfUnits,
  waitingOf,
} from './revision-statements.ts';
import { contentOf, fromRevision, toContentColumns, toRevision, toUnit, type UnitRow } from './rows.ts';
import { changeContent, lockUnit } from './unit-content.ts';
import { touchUnit, unitById } from './unit-statements.ts';

const versionPages = keysetPages(
  KnowledgeUnitRevisionEntity,
  { by: 'version', direction: 'desc' },
  (revisions, { unitId }: { unitId: string }) => revisions.where({ unitId, version: { $ne: null } }),
);

interface FilterShape {
  readonly fields: readonly (keyof SuggestionFilter)[];
  readonly direction: 'asc' | 'desc';
}

/** What was changed without asking has no decision. */
const isSuggestion = `(own.status <> 'approved' or own.decided_by is not null) and own.base_version is not null`;

const suggestionPages = memoizeByShape(
  ({ fields, direction }: FilterShape) => `${fields} ${direction}`,
  ({ fields, direction }) =>
    keysetPages(KnowledgeUnitRevisionEntity, { by: 'createdAt', direction }, (revisions, given: SuggestionFilter) =>
      revisions.where(Object.fromEntries(fields.map((field) => [field, given[field]])) as never).andWhere(isSuggestion),
    ),
);

const countSuggestions = memoizeByShape(
  (fields: FilterShape['fields']) => `${fields}`,
  (fields) =>
    statement(KnowledgeUnitRevisionEntity, (revisions, given: SuggestionFilter) =>
      revisions
        .count()
        .where(Object.fromEntries(fields.map((field) => [field, given[field]])) as never)
        .andWhere(isSuggestion),
    ).withRowsOf<{ count: number }>(),
);

const fieldsOf = (filter: SuggestionFilter) =>
  (['unitId', 'createdBy', 'status'] as const).filter((field) => filter[field] !== undefined);

const versionKey = ({ unitId, version }: { readonly unitId: string; readonly version: number | null }) =>
  `${unitId} ${version}`;

export function createRevisions(db: Database): RevisionStore {
  return {
    async findMany(ids) {
      if (ids.length === 0) return [];
      return alignToKeys(ids, (await revisionsByIds.all(db.read, { ids })).map(toRevision), ({ id }) => id);
    },

    versions: async (unitId, page) => mapPage(await readPage(db.read, versionPages, { unitId }, page), toRevision),

    countVersions: async (unitId) => (await countVersionsOf.first(db.read, { unitId }))?.count ?? 0,

    async ofVersions(wanted) {
      if (wanted.length === 0) return [];
      const unitIds = [...new Set(wanted.map(({ unitId }) => unitId))];
      const versions = [...new Set(wanted.map(({ version }) => version))];
      const found = await versionsOfUnits.all(db.read, { unitIds, versions });
      return alignToKeys(wanted.map(versionKey), found.map(toRevision), versionKey);
    },

    amend: ({ unitId, baseVersion, content, approval, by, at, ...amendment }) =>
      db.transaction(async (tx) => {
        const before = await lockUnit(tx, unitId);
        if (!before) return null;
        await requireName(tx, by);
        const refused = (outcome: 'stale' | 'status' | 'full') => ({ outcome, unit: toUnit(before) });
        if (!amendment.statuses.includes(before.status)) return refused('status');
        if (before.version !== baseVersion) return refused('stale');
        if (await isFull(tx, unitId, amendment.maxVersions)) return refused('full');
        await keep(tx, before);
        const unit = await changeContent(tx, before, content, at, approval);
        const { id, reason } = amendment;
        const { version } = unit;
        const made = { id, reason, baseVersion, version, status: 'approved', createdBy: by, createdAt: at } as const;
        await insertRevisions.run(tx.write, fromRevision({ ...made, unitId, content, review: null }));
        const type = before.status === 'pending' ? 'amended' : 'revised';
        recordEvent(tx.write, { type, unitId, unitVersion: version, actor: by, at });
        if (approval)
          recordEvent(tx.write, {
            ...{ type: approval.status, unitId, unitVersion: version },
            ...{ actor: approval.reviewedBy, at: approval.reviewedAt },
          });
        return { outcome: 'amended', unit };
      }),

    suggest: ({ content, ...given }, limits) =>
      db.transaction(async (tx) => {
        const { unitId, createdBy, createdAt: at, baseVersion } = given;
        // whoever changes the unit or suggests a change of it waits here
        const row = await lockUnit(tx, unitId);
        if (!row) return null;
        // and who suggests changes of several units at once waits for themselves
        await requireName(tx, createdBy, tx.dialect.rowLock);
        const unit = toUnit(row);
        if (unit.status !== 'approved') return { outcome: 'status', unit };
        if (unit.version !== baseVersion) return { outcome: 'stale', unit };
        const text = JSON.stringify(content);
        const own = (await waitingOf.all(tx.write, { unitId, createdBy })).map(toRevision);
        const again = own.find((one) => one.baseVersion === baseVersion && JSON.stringify(one.content) === text);
        if (again) return { outcome: 'suggested', suggestion: again, isNew: false };
        if (own.length >= limits.ofUnitByAuthor) return { outcome: 'ownFull', unit };
        const count = await countWaiting.first(tx.write, { unitId });
        if (Number(count?.count) >= limits.ofUnit) return { outcome: 'unitFull', unit };
        const byAuthor = await countWaitingBy.first(tx.write, { createdBy });
        if (Number(byAuthor?.count) >= limits.ofAuthor) return { outcome: 'authorFull', unit };
        const suggestion: Revision = { ...given, content, status: 'pending', version: null, review: null };
        await insertRevisions.run(tx.write, fromRevision(suggestion));
        await touchUnit.run(tx.write, { id: unitId, at });
        recordEvent(tx.write, { type: 'suggested', unitId, unitVersion: baseVersion, actor: createdBy, at });
        return { outcome: 'suggested', suggestion, isNew: true };
      }),

    approve: (id, version, review, maxVersions) =>
      decideOver(db, id, async (tx, suggestion, row) => {
        await requireName(tx, review.reviewedBy);
        if (row.status !== 'approved') return 'status';
        if (suggestion.baseVersion !== version || row.version !== version) return 'stale';
        if (await isFull(tx, row.id, maxVersions)) return 'full';
        const { reviewedBy: actor, reviewedAt: at } = review;
        await keep(tx, row);
        const unit = await changeContent(tx, row, suggestion.content, at);
        await decideSuggestion.run(tx.write, {
          ...{ id, status: 'approved', version: unit.version },
          ...{ decidedBy: actor, decidedAt: at, note: review.note, internalNote: review.internalNote },
        });
        recordEvent(tx.write, { type: 'revised', unitId: unit.id, unitVersion: unit.version, actor, at });
        return 'done';
      }),

    reject: (id, review, kept) =>
      decideOver(db, id, async (tx, { unitId, baseVersion }) => {
        const { reviewedBy: actor, reviewedAt: at, note, internalNote } = review;
        await requireName(tx, actor);
        await decideSuggestion.run(tx.write, {
          ...{ id, status: 'rejected', version: null, decidedBy: actor, decidedAt: at, note, internalNote },
        });
        await sql`
          delete from knowledge_unit_revisions where unit_id = ${unitId} and status = 'rejected' and id not in (
            select id from knowledge_unit_revisions where unit_id = ${unitId} and status = 'rejected'
             order by decided_at desc, id desc limit ${sql.lit(kept)})`.execute(tx.write);
        await touchUnit.run(tx.write, { id: unitId, at });
        recordEvent(tx.write, { type: 'suggestion_rejected', unitId, unitVersion: baseVersion, actor, at });
        return 'done';
      }),

    rebase: (id, from, to, content) =>
      decideOver(db, id, async (tx, suggestion, row) => {
        if (row.status !== 'approved') return 'status';
        if (suggestion.baseVersion !== from || row.version !== to) return 'stale';
        await replaceSuggestion.run(tx.write, { id, from, to, ...toContentColumns(content) });
        return 'done';
      }),

    withdraw: (id) => db.transaction(async ({ write }) => (await deleteWaiting.run(write, { id })) > 0),

    async suggestions(filter, direction, page) {
      const pages = suggestionPages({ fields: fieldsOf(filter), direction });
      return mapPage(await readPage(db.read, pages, filter, page), toRevision);
    },

    countSuggestions: async (filter) => (await countSuggestions(fieldsOf(filter)).first(db.read, filter))?.count ?? 0,

    async unitsWithAny(unitIds) {
      if (unitIds.length === 0) return new Set();
      return new Set((await unitsWithRevisions.all(db.read, { unitIds })).map(({ unitId }) => unitId));
    },

    ofUnit: async (unitId) => (await revisionsOfUnit.all(db.read, { unitId })).map(toRevision),
  };
}

/** Runs `decide` over a suggestion that waits, with its unit's row locked: whoever changes either waits. */
function decideOver(
  db: Database,
  id: string,
  decide: (tx: Database, suggestion: Revision, unit: UnitRow) => Promise<SuggestionOutcome['outcome']>,
): Promise<SuggestionOutcome | null> {
  return db.transaction(async (tx) => {
    const seen = await revisionById.first(tx.write, { id });
    // the unit first, as everybody locks them
    const row = seen && (await lockUnit(tx, seen.unitId));
    const now = row && (await lockRevision(tx, id));
    if (!now) return null;
    const outcome = now.status === 'pending' ? await decide(tx, now, row) : 'decided';
    const [suggestion, unit] = [
      await revisionById.first(tx.write, { id }),
      await unitById.first(tx.write, { id: row.id }),
    ];
    if (!suggestion || !unit) throw new Error(`The suggestion ${id} is gone in the midst of a decision over it.`);
    return { outcome, suggestion: toRevision(suggestion), unit: toUnit(unit) };
  });
}

async function lockRevision({ write, dialect }: Database, id: string): Promise<Revision | null> {
  const row = await lockRow(KnowledgeUnitRevisionEntity, write, id, dialect.rowLock);
  return row && toRevision(row);
}

async function isFull({ write }: Database, unitId: string, maxVersions: number): Promise<boolean> {
  // the one that is kept of a unit that was never changed comes with the first change
  return Number((await countVersionsOf.first(write, { unitId }))?.count) >= maxVersions;
}

/** Keeps what a unit says, before its first change: later ones find it there. */
async function keep({ write }: Database, row: UnitRow): Promise<void> {
  await keepVersion.run(write, {
    ...fromRevision({
      ...{ id: `rev_${randomUUID().replaceAll('-', '')}`, unitId: row.id, status: 'approved', baseVersion: null },
      ...{ version: row.version, content: contentOf(toContentColumns(toUnit(row))), reason: null, review: null },
      ...{ createdBy: row.createdBy, createdAt: row.createdAt },
    }),
  });
}
