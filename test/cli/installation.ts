import BetterSqlite from 'better-sqlite3';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { confidence } from '../../src/domain/rules.ts';
import { openStore } from '../../src/store/open.ts';
import { copiedTables } from '../../src/store/sql/transfer/copied-tables.ts';
import type { KnowledgeUnit, Store } from '../../src/store/store.ts';
import { aUnit } from '../harness.ts';
import type { TestDatabase } from '../postgres/databases.ts';
import { run } from '../process.ts';
import { aFlag, aProposal, aReview, later, noon } from '../store/conformance/fixture.ts';

export const password = 'a long password';
export const secrets = { CQ_JWT_SECRET: 'j'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32) };

/** An installation in a new SQLite file, with rows in every table and what is hard to carry among them. */
export async function anInstallation(
  file: string,
  units = 1500,
): Promise<{ readonly key: string; readonly invitation: string }> {
  const environment = { ...secrets, CQ_DB_PATH: file };
  await run(['user', 'add', 'mia', '--password-stdin'], environment, password);
  await run(['user', 'add', 'ann', '--role', 'admin', '--password-stdin'], environment, password);
  const { stdout } = await run(['api-key', 'create', '--user', 'mia', '--name', 'über'], environment);
  const invited = await run(['user', 'invite', '--role', 'reviewer', '--name', 'Ina'], environment);
  const store = await openStore(sqliteDatabase(file), { migrate: true });
  await store.transaction((tx) => addHardCases(tx));
  await store.transaction(async (tx) => {
    for (let count = 0; count < units; count++) {
      const unit = aUnit({ insight: { summary: `Lesson ${count}` }, domains: ['api', `d${count % 300}`] });
      await tx.units.restore(unit, count % 10 === 0 ? [aFlag(unit.id)] : []);
    }
  });
  await store.close();
  const handle = new BetterSqlite(file);
  // numbers with gaps, behind which the copy has to go on
  handle.exec(`delete from events where id = 2; update events set id = 4000 where id = 3;
    insert into users (id, username, password_hash, role, created_at)
    values (77, 'zoë', '$2b$12$x', 'member', '2020-02-29T23:59:59.999Z');
    insert into sign_in_attempts (key, attempts, ends_at) values ('k', 3, '2026-01-01T00:00:00.000Z')`);
  fillTheRest(handle);
  handle.close();
  return { key: stdout.trim(), invitation: invited.stdout.trim() };
}

async function addHardCases(store: Store) {
  const [hard, plain] = [
    aUnit({
      domains: Array.from({ length: 20 }, (_, number) => `domain-${number}`),
      insight: { summary: 'Zugvögel 😀 \u{10ffff} "quoted" \\ \n\t', detail: 'x'.repeat(100_000), action: '' },
      context: { languages: ['C++', 'x', 'x'], frameworks: ['日本語'], pattern: 'Pattern' },
      extensions: '{"a:b":1.0,"c:d":123456789012345678901234567890,"e:f":[1e400,null]}',
      evidence: { confidence: 0.1 + 0.2, confirmations: 2_147_483_647, firstObservedAt: null, lastConfirmedAt: null },
      supersededBy: `ku_${'a'.repeat(32)}`,
    }),
    aUnit({
      evidence: { confidence: 1e-7, confirmations: 1, firstObservedAt: new Date(-1), lastConfirmedAt: new Date(0) },
      createdAt: new Date('2026-01-01T00:00:00.000Z'),
      updatedAt: new Date('2026-01-01T00:00:00.120Z'),
      domains: [],
    }),
  ];
  await store.units.restore(hard, [
    aFlag(hard.id, { detail: 'über 😀' }),
    aFlag(hard.id, { reason: 'duplicate', duplicateOf: plain.id }),
  ]);
  await store.units.restore(plain, []);
  for (const key of ['k', 'K', 'ключ']) {
    const proposed = await store.units.propose(aProposal(), noon, { key, since: later(-1) });
    await store.reviews.decide(proposed.id, aReview('approved'));
    await store.units.confirm(proposed.id, 'ann', noon, confidence.confirmed);
    await store.units.flag(aFlag(proposed.id, { createdBy: 'ann' }), confidence.flagged);
  }
  await store.units.propose(aProposal(), noon);
  await revise(store, plain);
}

/** Gives a unit of version 1 a second version, a suggestion that waits, and one that was rejected. */
export async function revise(store: Store, unit: KnowledgeUnit): Promise<void> {
  const content = (summary: string) => ({ ...unit, insight: { ...unit.insight, summary } });
  const id = () => `rev_${crypto.randomUUID().replaceAll('-', '')}`;
  const made = {
    unitId: unit.id,
    reason: 'Так 😀',
    statuses: ['approved'] as const,
    by: 'rob',
    at: noon,
    approval: null,
  };
  await store.revisions.amend({
    ...made,
    id: id(),
    baseVersion: unit.version,
    content: content('Changed'),
    maxVersions: 9,
  });
  const most = { ofUnit: 9, ofUnitByAuthor: 9, ofAuthor: 9 };
  const [waits, rejected] = [id(), id()];
  for (const [at, one] of [waits, rejected].entries())
    await store.revisions.suggest(
      {
        ...{ id: one, unitId: unit.id, baseVersion: unit.version + 1, content: content(`Suggested ${at}`) },
        ...{ reason: null, createdBy: 'ann', createdAt: later(at) },
      },
      most,
    );
  await store.revisions.reject(rejected, aReview('rejected'), 9);
}

/** Gives a row to each table that has none, whatever it is. */
function fillTheRest(handle: BetterSqlite.Database) {
  for (const { name, columns, instants } of copiedTables) {
    if (handle.prepare(`select 1 from ${name}`).get()) continue;
    const types = new Map(
      handle
        .prepare<[], { name: string; type: string }>(`select name, type from pragma_table_info('${name}')`)
        .all()
        .map((column) => [column.name, column.type]),
    );
    const references = new Map(
      handle
        .prepare<[], { from: string; table: string; to: string }>(
          `select "from", "table", "to" from pragma_foreign_key_list('${name}')`,
        )
        .all()
        .map((reference) => [reference.from, reference]),
    );
    const values = columns.map((column) => {
      const reference = references.get(column);
      if (reference) return handle.prepare(`select ${reference.to} from ${reference.table}`).pluck().get();
      if (instants.has(column)) return '2026-01-01T00:00:00.000Z';
      return types.get(column) === 'text' ? `${column} of ${name}` : 7;
    });
    handle.prepare(`insert into ${name} (${columns}) values (${columns.map(() => '?')})`).run(...values);
  }
}

/** The rows of each table but the derived ones, the ledger and what is of this moment only, whatever the program thinks its tables are. */
export type Contents = Record<string, readonly object[]>;

const isCarried = (table: string) =>
  !/^(search_|sqlite_|cq_migrations|sign_in_attempts|unit_counts|log_epochs|webhook_places)/.test(table);

export function contentsOfFile(file: string): Contents {
  const handle = new BetterSqlite(file, { readonly: true });
  try {
    const names = handle.prepare<[], string>("select name from sqlite_master where type = 'table'").pluck().all();
    const rows = names
      .filter(isCarried)
      .map((name) => [name, sorted(handle.prepare<[], object>(`select * from ${name}`).all())]);
    return Object.fromEntries(rows);
  } finally {
    handle.close();
  }
}

export async function contentsOf({ query }: TestDatabase): Promise<Contents> {
  const names = await query<{ tablename: string }>("select tablename from pg_tables where schemaname = 'public'");
  const contents: Contents = {};
  for (const name of names.map(({ tablename }) => tablename).filter(isCarried))
    contents[name] = sorted((await query(`select * from ${name}`)).map(withIsoText));
  return contents;
}

const withIsoText = (row: object) =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, value instanceof Date ? value.toISOString() : value]),
  );

/** In an order that does not depend on the database; columns by name. */
function sorted(rows: readonly object[]): object[] {
  // the entry that a copy adds to the audit log of its target, beside all those of its source
  const carried = rows.filter((row) => !('action' in row && row.action === 'database.copied'));
  const byText = carried.map((row) => {
    // but for the transaction that wrote it, which is one of its database's own
    const carried = Object.entries(row).filter(([column]) => column !== 'xid');
    const columns = Object.fromEntries(carried.toSorted(([one], [other]) => (one < other ? -1 : 1)));
    return { text: JSON.stringify(columns), columns };
  });
  return byText.toSorted((one, other) => (one.text < other.text ? -1 : 1)).map(({ columns }) => columns);
}

export const counts = (contents: Contents) =>
  Object.fromEntries(Object.entries(contents).map(([table, rows]) => [table, rows.length]));
