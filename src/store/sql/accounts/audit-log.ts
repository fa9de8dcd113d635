import { type InferEntity, raw } from '@mikro-orm/core';
import type { QueryBuilder } from '@mikro-orm/sql';
import { sql } from 'kysely';
import type { AuditEntry, AuditFilter, AuditStore, NewAuditEntry } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { keysetPages, mapPage, readPage } from '../keyset-pages.ts';
import { createLog } from '../log/log.ts';
import type { Queries } from '../queries.ts';
import { AuditEntryEntity } from '../schema/entities.ts';
import { memoizeByShape, type RecordOf, recordsOf, statement } from '../statement.ts';
import { globalUserId, userIdIn } from './global-user-id.ts';
import { replaceSettings } from './last-settings.ts';

type Row = RecordOf<InferEntity<typeof AuditEntryEntity>>;
type NewRow = NewAuditEntry & { readonly repeatKey: string | null };

/** The lock of the process that deletes old entries: `cq_a` in ASCII. */
const pruneLock = 0x63715f61;

const insertEntry = statement(AuditEntryEntity, (entries, entry: NewRow) => {
  const { at, action, actorKind, actorId, keyId, target, address, details, repeatKey } = entry;
  const who = { actorKind, actorId, keyId, address };
  return entries
    .insert({ at, lastAt: at, action, ...who, target, details, count: 1, repeatKey })
    .onConflict('repeatKey')
    .merge({
      count: raw('own.count + 1'),
      lastAt: raw('case when excluded.last_at > own.last_at then excluded.last_at else own.last_at end'),
    });
});

const countAgain = statement(AuditEntryEntity, (entries, { repeatKey, at }: { repeatKey: string; at: Date }) =>
  entries
    .update({ count: raw('count + 1'), lastAt: raw('case when last_at < ? then ? else last_at end', [at, at]) })
    .where({ repeatKey }),
);

/** The values of a filter, as parameters of a statement. */
interface FilterValues {
  readonly actorId: number;
  readonly actions: readonly string[];
  readonly target: string;
  readonly from: Date;
  readonly to: Date;
  readonly after: number;
}

const valuesOf = ({ actorId, actions, target, at, after }: AuditFilter) =>
  ({ actorId, actions, target, from: at?.from, to: at?.to, after }) as FilterValues;

const shapeOf = ({ actorId, actions, target, at, after }: AuditFilter): string =>
  [actorId, actions, target, at?.from, at?.to, after].map((value) => (value === undefined ? '-' : '+')).join('');

function where(
  entries: QueryBuilder<InferEntity<typeof AuditEntryEntity>, 'own'>,
  { actorId, actions, target, at, after }: AuditFilter,
  given: FilterValues,
) {
  if (actorId !== undefined) entries.andWhere({ actorId: given.actorId });
  if (actions) entries.andWhere({ action: { $in: given.actions } });
  if (target !== undefined) entries.andWhere({ target: given.target });
  if (at?.from) entries.andWhere({ at: { $gte: given.from } });
  if (at?.to) entries.andWhere({ at: { $lt: given.to } });
  if (after !== undefined) entries.andWhere({ id: { $gt: given.after } });
  return entries;
}

const byId = statement(AuditEntryEntity, (entries, { id }: { id: number }) => entries.select('*').where({ id }));

const pages = memoizeByShape(shapeOf, (filter: AuditFilter) =>
  keysetPages(AuditEntryEntity, { by: 'at', direction: 'desc' }, (entries, given: FilterValues) =>
    where(entries, filter, given),
  ),
);

const countPassing = memoizeByShape(shapeOf, (filter: AuditFilter) =>
  statement(AuditEntryEntity, (entries, given: FilterValues) =>
    where(entries.select(raw('count(*) as count')) as never, filter, given),
  ).withRowsOf<{ count: number }>(),
);

export function createAudit(db: Database): AuditStore {
  return {
    log: createLog(db.logs, 'audit_log', {
      toEntries: (rows) => recordsOf(AuditEntryEntity, db.read, rows).map(toEntry),
      isPruned: true,
    }),

    record: (entry) =>
      db.transaction(async (tx) => {
        await insertEntry.run(tx.write, { ...(await withoutErased(tx, entry)), repeatKey: null });
        tx.write.addedToLog = true;
      }),

    recordRepeat: (entry, bounds) =>
      db.transaction(async (tx) => recordRepeat(tx.write, await withoutErased(tx, entry), bounds)),

    async find(id) {
      const row = await byId.first(db.read, { id });
      return row && toEntry(row);
    },

    async list(filter, page) {
      return mapPage(await readPage(db.search, pages(filter), valuesOf(filter), page), toEntry);
    },

    count: async (filter) => (await countPassing(filter).first(db.search, valuesOf(filter)))?.count ?? 0,

    prune: (before, limit) =>
      db.transaction(async ({ write, dialect }) => {
        if (!(await dialect.tryLock(write, pruneLock))) return 0;
        // raw SQL: the QueryBuilder has no limit in a delete
        const { numAffectedRows } = await sql`
          delete from audit_log where id in (
            select id from audit_log where at < ${toColumn(before)} order by at, id limit ${sql.lit(limit)})`.execute(
          write,
        );
        return Number(numAffectedRows ?? 0);
      }),

    replaceSettings: (settings) => db.transaction(({ write }) => replaceSettings(write, settings)),
  };
}

/** Removes the addresses of up to `limit` entries by or about an account, of its global id, those in their keys too; answers of how many. */
export function forgetAddresses(db: Database, user: string, limit: number): Promise<number> {
  return db.transaction(async ({ write }) => {
    const { numAffectedRows } = await sql`
      update audit_log set address = null, repeat_key = null where id in (
        select id from audit_log
         where (actor_id = ${userIdIn(user)} or target = ${user}) and (address is not null or repeat_key is not null)
         limit ${sql.lit(limit)})`.execute(write);
    return Number(numAffectedRows ?? 0);
  });
}

/**
 * An entry without the address if it is by or about somebody who was erased: their request was under way. Holds the account otherwise, so
 * that an erasure waits for the entry, and then finds it.
 */
async function withoutErased({ write, dialect }: Database, entry: NewAuditEntry): Promise<NewAuditEntry> {
  const { actorId, target, address } = entry;
  const ids = [actorId, target && userIdIn(target)].filter((id) => typeof id === 'number');
  if (address === null || ids.length === 0) return entry;
  const found = await sql<{ id: number }>`
    select id from users where id in (${sql.join(ids)}) order by id ${dialect.referenceLock}`.execute(write);
  const gone = ids.filter((id) => !found.rows.some((user) => user.id === id)).map(globalUserId);
  if (gone.length === 0) return entry;
  const erased = await sql`select id from erased_users where id in (${sql.join(gone)}) limit 1`.execute(write);
  return erased.rows.length > 0 ? { ...entry, address: null } : entry;
}

function toEntry({ repeatKey: _, xid: __, ...entry }: Row): AuditEntry {
  return entry;
}

/** Keys are `minute action address repeat`, so that those of a minute, and of an address in it, are a range of the index. */
async function recordRepeat(
  write: Queries,
  entry: NewAuditEntry,
  { repeat, perAddress, perMinute }: Parameters<AuditStore['recordRepeat']>[1],
): Promise<void> {
  const ofMinute = `${entry.at.toISOString().slice(0, 16)} ${entry.action} `;
  const ofAddress = `${ofMinute}${entry.address ?? ''} `;
  const blurred = { ...entry, target: null, details: null };
  const place = async (): Promise<NewRow> => {
    // one entry of each bound is the one that counts what is beyond
    if (await isFull(write, ofMinute, perMinute - 1)) return { ...blurred, address: null, repeatKey: `${ofMinute}*` };
    if (await isFull(write, ofAddress, perAddress - 1)) return { ...blurred, repeatKey: `${ofAddress}*` };
    return { ...entry, repeatKey: ofAddress + repeat };
  };
  const { at } = entry;
  if ((await countAgain.run(write, { repeatKey: ofAddress + repeat, at })) > 0) return;
  await insertEntry.run(write, await place());
  write.addedToLog = true;
}

/** Whether at least `limit` entries have keys that begin with `prefix`; reads no more than that. */
async function isFull(write: Queries, prefix: string, limit: number): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from audit_log where repeat_key >= ${prefix} and repeat_key < ${`${prefix}\uffff`} limit ${sql.lit(limit)}) counted`.execute(
    write,
  );
  return Number(rows[0]?.count) >= limit;
}
