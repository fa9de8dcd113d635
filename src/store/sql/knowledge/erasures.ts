import { sql } from 'kysely';
import type { Erasure, ErasureOutcome, ErasureStore, KnowledgeUnit } from '../../store.ts';
import { eraseUser } from '../accounts/erase-user.ts';
import { globalUserId } from '../accounts/global-user-id.ts';
import type { Database } from '../database.ts';
import { mapPage } from '../keyset-pages.ts';
import type { Queries } from '../queries.ts';
import { lockRow } from '../rows-by-id.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { indexedText } from '../search/analyser.ts';
import { removeSpellings } from '../search/spellings.ts';
import { forgetTerms } from '../search/term-ids.ts';
import { forgetAnswers } from '../webhooks/forget-answers.ts';
import { cleanUp } from './clean-up.ts';
import { deleteUnit, erasedAmong } from './erased-units.ts';
import {
  type AttemptedUnit,
  insertErasedUnit,
  toErasure,
  toUserErasure,
  unitErasures,
  userErasures,
} from './erasure-lists.ts';
import { revisionsOfUnit } from './revision-statements.ts';
import { contentOf, type RevisionRow, type UnitRow } from './rows.ts';

/** For how long caches are emptied after an erasure: a replica that lags may fill them with what was erased. Longer than one may lag. */
const forgettingMs = 10_000;

/** `forgetFigures` empties the caches of statistics. */
export function createErasures(db: Database, forgetFigures: () => void): ErasureStore {
  let [seen, until]: [string | undefined, number] = [undefined, 0];
  return {
    async erase(id, by) {
      const outcome = await db.transaction((tx) => erase(tx, id, by));
      forgetTerms();
      forgetFigures();
      return outcome;
    },

    copiesSince: (since) => db.cleaner.copiesSince(since),

    async find(id) {
      const row = await unitErasures.find.first(db.read, { id });
      return row && toErasure(row);
    },

    among: (ids) => erasedAmong(db.read, ids),

    list: async (page) => mapPage(await unitErasures.page(db.read, page), toErasure),

    count: () => unitErasures.count(db.read),

    eraseUser: (id, by) => eraseUser(db, id, by),

    async findUser(id) {
      const row = await userErasures.find.first(db.read, { id: globalUserId(id) });
      return row && toUserErasure(row);
    },

    listUsers: async (page) => mapPage(await userErasures.page(db.read, page), toUserErasure),

    countUsers: () => userErasures.count(db.read),

    async cleanUp(options = {}) {
      const { units, users } = await cleanUp(db, options);
      return [...units.map(toErasure), ...users.map(toUserErasure)];
    },

    async forget() {
      const { rows } = await sql<{ last: unknown; count: number }>`
        select max(erased_at) as last, count(*) as count from erased_units`.execute(db.read);
      const state = JSON.stringify(rows[0]);
      if (state !== seen) until = performance.now() + forgettingMs;
      seen = state;
      if (performance.now() > until) return;
      forgetTerms();
      forgetFigures();
    },
  };
}

async function erase(
  tx: Database,
  id: string,
  by: Pick<Erasure, 'erasedAt' | 'erasedBy' | 'reason'>,
): Promise<ErasureOutcome | null> {
  const { write } = tx;
  const unit = await lockForDeletion(tx, id);
  // now, since another erasure may have been waited for
  const earlier = await unitErasures.find.first(write, { id });
  if (earlier) return { erasure: toErasure(earlier), isNew: false, since: earlier.erasedAt };
  const quarantined = await deleteQuarantined(write, id);
  if (!unit && quarantined === 0) return null;
  const revisions = await revisionsOfUnit.all(write, { unitId: id });
  const words = unit ? wordsOf(unit, revisions) : [];
  const { rows } = await sql<{ id: number }>`select id from search_documents where unit_id = ${id}`.execute(write);
  // before the unit: who adds one with a key holds that first
  await sql`delete from idempotency_keys where unit_id = ${id}`.execute(write);
  await deleteUnit.run(write, { id });
  await forgetDetails(write, [id, ...revisions.map((revision) => revision.id)]);
  await forgetAnswers(tx);
  const erased: AttemptedUnit = {
    ...{ id, ...by, document: rows[0]?.id ?? null, attemptAt: by.erasedAt, waitsFor: null, doneAt: null },
  };
  await insertErasedUnit.run(write, erased);
  await removeSpellings(tx, words);
  return { erasure: toErasure(erased), isNew: true, since: unit?.createdAt ?? new Date(0) };
}

/** A unit's row, which from then on nobody changes or refers to; null when there is none. */
const lockForDeletion = ({ write, dialect }: Database, id: string): Promise<UnitRow | null> =>
  lockRow(KnowledgeUnitEntity, write, id, dialect.deletionLock);

/** Deletes rows in quarantine of a unit, and those that name it; answers how many. */
async function deleteQuarantined(write: Queries, id: string): Promise<number> {
  const naming = `%${id.replaceAll('_', '\\_')}%`;
  const { numAffectedRows } = await sql`
    delete from quarantine where source_id = ${id} or content like ${naming} escape '\\'`.execute(write);
  return Number(numAffectedRows ?? 0);
}

/** The words of all versions of a unit, as spellings have them. */
function wordsOf(unit: UnitRow, revisions: readonly RevisionRow[]): string[] {
  const versions = revisions.filter(({ version }) => version !== null);
  const texts: Pick<KnowledgeUnit, 'insight' | 'domains' | 'context'>[] = [unit, ...versions].map(contentOf);
  return [...new Set(texts.flatMap((text) => indexedText(text).spellings))];
}

/** Removes what audit entries say of a unit and its suggestions beyond that something was done: notes may repeat what it said. */
async function forgetDetails(write: Queries, targets: readonly string[]): Promise<void> {
  await sql`
    update audit_log set details = null where target in (${sql.join(targets)}) and details is not null`.execute(write);
}
