import { sql } from 'kysely';
import { type Schema, type StepContext, step } from './step.ts';
import { readInstant } from './support/python-instant.ts';
import { indexable } from './support/python-rules.ts';
import { type PythonUnit, readUnit, readUnitId } from './support/python-unit.ts';
import type { Flag, KnowledgeUnit } from './support/records.ts';

const batchSize = 500;

/**
 * Carries the rows of the tables that stepped aside over into ours, each as it is. What cannot be understood is kept in
 * the quarantine with the reason, and takes nothing else down.
 */
export const carryOver = step('0005-carry-over', async (context) => {
  await createQuarantine(context);
  // databases made by us before this step was there have nothing to carry over
  if (!(await context.has('baseline_knowledge_units'))) return;
  const now = new Date();
  const counts = {
    users: await carryUsers(context, now),
    keys: await carryKeys(context, now),
    units: await carryUnits(context, now),
  };
  await recordEvents(context.db);
  await context.native({
    sqlite: [],
    // ids were given, not drawn
    postgres: [`select setval(pg_get_serial_sequence('users', 'id'), max(id)) from users having max(id) is not null`],
  });
  const total = await count(context.db, 'quarantine');
  let expected = 0;
  for (const table of tables) expected += await count(context.db, table);
  const after = counts.users + counts.keys + counts.units + total;
  if (after !== expected) throw new Error(`${expected} rows were to be carried over, and ${after} were`);
  if (expected === 0) return;
  context.tell(`carried over ${counts.units} units, ${counts.users} users and ${counts.keys} API keys`);
  if (total > 0) context.tell(`${total} rows are in quarantine: cq-server quarantine list`);
});

const tables = ['baseline_users', 'baseline_api_keys', 'baseline_knowledge_units'];

async function count(db: Schema, table: string): Promise<number> {
  const counted = db.selectFrom(table).select(({ fn }) => fn.countAll<number>().as('rows'));
  return Number((await counted.executeTakeFirstOrThrow()).rows);
}

async function createQuarantine({ db, types, native }: StepContext) {
  const columns = `source ${types.text} not null, source_id ${types.text} not null, content ${types.text} not null,
    reason ${types.text} not null, at ${types.instant} not null`;
  await native({
    sqlite: [`create table quarantine (id integer not null primary key autoincrement, ${columns})`],
    postgres: [`create table quarantine (id serial not null primary key, ${columns})`],
  });
  await db.schema.createIndex('idx_quarantine_source').on('quarantine').columns(['source', 'source_id']).execute();
}

interface Refused {
  readonly source: 'knowledge_units' | 'users' | 'api_keys';
  readonly id: string;
  readonly row: object;
  readonly reason: string;
}

async function quarantine(db: Schema, { source, id, row, reason }: Refused, now: Date) {
  const content = JSON.stringify(row);
  await db
    .insertInto('quarantine')
    .values({ source, source_id: storable(id), content, reason: storable(reason), at: now.toISOString() })
    .execute();
}

/** Text that PostgreSQL takes. */
const storable = (text: string) => text.replaceAll('\0', '\ufffd').toWellFormed();

async function carryUsers({ db, progress }: StepContext, now: Date): Promise<number> {
  const rows = await db.selectFrom('baseline_users').selectAll().orderBy('id').execute();
  for (const [done, { id, username, password_hash, created_at }] of rows.entries()) {
    if (done % batchSize === 0) await progress(`${done} users carried over`);
    const createdAt = instantOr(created_at, now);
    // everybody reviews on the Python server
    await db
      .insertInto('users')
      .values({ id, username, password_hash, role: 'reviewer', created_at: createdAt.toISOString() })
      .execute();
  }
  return rows.length;
}

async function carryKeys({ db, progress }: StepContext, now: Date): Promise<number> {
  const rows = await db.selectFrom('baseline_api_keys').selectAll().orderBy('id').execute();
  const owners = new Set((await db.selectFrom('users').select('id').execute()).map(({ id }) => id));
  let carried = 0;
  for (const [done, row] of rows.entries()) {
    if (done % batchSize === 0) await progress(`${done} API keys carried over`);
    const { id } = row;
    if (owners.has(row.user_id)) {
      await db.insertInto('api_keys').values(toKey(row, now)).execute();
      carried++;
    } else await quarantine(db, { source: 'api_keys', id, row, reason: 'its owner is not there' }, now);
  }
  return carried;
}

function toKey(row: Record<string, unknown>, now: Date) {
  const optional = (value: unknown) => (value === null ? null : instantOr(value, now).toISOString());
  return {
    ...row,
    labels: labelsOf(row.labels),
    // an unreadable expiry counts as long past, so that no key outlives its date
    expires_at: instantOr(row.expires_at, new Date(0)).toISOString(),
    created_at: instantOr(row.created_at, now).toISOString(),
    last_used_at: optional(row.last_used_at),
    revoked_at: optional(row.revoked_at),
  };
}

function labelsOf(text: unknown): string {
  try {
    const labels: unknown = JSON.parse(String(text));
    return JSON.stringify(Array.isArray(labels) ? labels.map(String) : []);
  } catch {
    return '[]';
  }
}

function instantOr(value: unknown, otherwise: Date): Date {
  try {
    return readInstant(value);
  } catch {
    return otherwise;
  }
}

async function carryUnits({ db, progress }: StepContext, now: Date): Promise<number> {
  let carried = 0;
  let last = '';
  for (let done = 0; ; ) {
    const rows = await db
      .selectFrom('baseline_knowledge_units')
      .selectAll()
      .where('id', '>', last)
      .orderBy('id')
      .limit(batchSize)
      .execute();
    if (rows.length === 0) return carried;
    carried += await carryBatch(db, await withDomains(db, rows as PythonUnit[]), now);
    last = rows.at(-1)?.id;
    done += rows.length;
    await progress(`${done} units carried over`);
  }
}

async function withDomains(db: Schema, rows: readonly PythonUnit[]): Promise<PythonUnit[]> {
  const tags = await db
    .selectFrom('baseline_knowledge_unit_domains')
    .select(['unit_id', 'domain'])
    .where(
      'unit_id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  const byUnit = Map.groupBy(tags, ({ unit_id }) => unit_id);
  return rows.map((row) => ({
    ...row,
    data: String(row.data),
    domains: (byUnit.get(row.id) ?? []).map(({ domain }) => domain),
  }));
}

async function carryBatch(db: Schema, rows: readonly PythonUnit[], now: Date): Promise<number> {
  const taken = await idsOfToday(db, rows);
  const units: KnowledgeUnit[] = [];
  const flags: Flag[] = [];
  for (const row of rows)
    try {
      const read = readUnit(row, now);
      if (taken.has(read.unit.id) && read.unit.id !== row.id)
        throw new Error(`id: ${read.unit.id} is there already, in today's form`);
      taken.add(read.unit.id);
      units.push(read.unit);
      flags.push(...read.flags);
    } catch (error) {
      const reason = (error as Error).message;
      await quarantine(db, { source: 'knowledge_units', id: row.id, row, reason }, now);
    }
  await insertAll(db, 'knowledge_units', units.map(unitRow));
  await insertAll(db, 'knowledge_unit_domains', units.flatMap(domainRows));
  await insertAll(db, 'knowledge_unit_context', units.flatMap(contextRows));
  await insertAll(db, 'knowledge_unit_flags', flags.map(flagRow));
  return units.length;
}

/** Of the rows whose id has an older form: the ids they are about to take that are taken. */
async function idsOfToday(db: Schema, rows: readonly PythonUnit[]): Promise<Set<string>> {
  const changed = rows.flatMap(({ id }) => {
    const today = readUnitId(id);
    return today !== null && today !== id ? [today] : [];
  });
  if (changed.length === 0) return new Set();
  const before = await db.selectFrom('baseline_knowledge_units').select('id').where('id', 'in', changed).execute();
  const carried = await db.selectFrom('knowledge_units').select('id').where('id', 'in', changed).execute();
  return new Set([...before, ...carried].map(({ id }) => id));
}

async function insertAll(db: Schema, table: string, rows: readonly object[]) {
  // SQLite binds at most 32,766 values in a statement
  for (let start = 0; start < rows.length; start += 1000)
    await db
      .insertInto(table)
      .values(rows.slice(start, start + 1000))
      .execute();
}

const text = (date: Date | null) => date?.toISOString() ?? null;

function unitRow(unit: KnowledgeUnit) {
  const { insight, context, evidence, review } = unit;
  return {
    id: unit.id,
    version: unit.version,
    status: unit.status,
    tier: unit.tier,
    domains: JSON.stringify(unit.domains),
    summary: insight.summary,
    detail: insight.detail,
    action: insight.action,
    languages: JSON.stringify(context.languages),
    frameworks: JSON.stringify(context.frameworks),
    pattern: context.pattern,
    confidence: evidence.confidence,
    confirmations: evidence.confirmations,
    first_observed: text(evidence.firstObservedAt),
    last_confirmed: text(evidence.lastConfirmedAt),
    created_by: unit.createdBy,
    superseded_by: unit.supersededBy,
    extensions: unit.extensions,
    reviewed_by: review?.reviewedBy ?? null,
    reviewed_at: text(review?.reviewedAt ?? null),
    review_note: null,
    created_at: text(unit.createdAt),
    updated_at: text(unit.updatedAt),
  };
}

function domainRows({ id, status, domains, evidence }: KnowledgeUnit) {
  const names = [...new Set(domains.map(indexable))];
  return names.map((domain) => ({
    unit_id: id,
    domain,
    status,
    confidence: evidence.confidence,
    domain_count: names.length,
  }));
}

function contextRows({ id, context: { languages, frameworks, pattern } }: KnowledgeUnit) {
  const rows = (kind: string, values: readonly string[]) =>
    [...new Set(values.map(indexable))].map((value) => ({ unit_id: id, kind, value }));
  return [
    ...rows('language', languages),
    ...rows('framework', frameworks),
    ...rows('pattern', pattern ? [pattern.toLowerCase()] : []),
  ];
}

function flagRow(flag: Flag) {
  return {
    id: flag.id,
    unit_id: flag.unitId,
    reason: flag.reason,
    detail: flag.detail,
    duplicate_of: flag.duplicateOf,
    created_by: flag.createdBy,
    created_at: text(flag.createdAt),
  };
}

/** The feed of activity begins with what the rows tell: who proposed and who decided, in the order of time. */
async function recordEvents(db: Schema) {
  await sql`
    insert into events (type, unit_id, actor, at)
    select type, unit_id, actor, at from (
      select 'proposed' as type, id as unit_id, created_by as actor, created_at as at, 0 as turn from knowledge_units
      union all
      select status, id, reviewed_by, reviewed_at, 1 from knowledge_units
       where status <> 'pending' and reviewed_by is not null) happened
     order by at, turn, unit_id`.execute(db);
}
