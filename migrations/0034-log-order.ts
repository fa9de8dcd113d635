import { step } from './step.ts';
import { lockTables } from './support/lock-tables.ts';

/**
 * The order in which events and entries of the audit log are told to those who follow them. On PostgreSQL numbers become visible out of
 * order, so rows carry the transaction that wrote them: whoever goes by `(xid, id)`, up to the oldest transaction that is running, misses
 * none. On SQLite, where `xid` is always 0, numbers are the order.
 *
 * `log_epochs` has a row for each log that is followed: the epoch names the log in cursors, and rows up to `first_id` are older than
 * all transactions of this server, and go by their numbers. These are the rows of before this step, and of a restored database those of
 * the server that it comes from.
 */
export const logOrder = step('0034-log-order', async ({ native }) => {
  const logs = ['events', 'audit_log'];
  // without a row that is there, so that it costs nothing now, and nothing ever on SQLite
  const indexes = [
    ...logs.map((log) => `create index idx_${log}_order on ${log} (xid, id) where xid > 0`),
    // for the events of one proposer's units
    'create index idx_events_of_unit on events (unit_id, xid, id) where xid > 0',
  ];
  await native({
    sqlite: [
      'create table log_epochs (log text not null primary key, epoch text not null, first_id integer not null)',
      ...logs.map((log) => `alter table ${log} add column xid integer not null default 0`),
      ...indexes,
    ],
    postgres: [
      lockTables('lock table events, audit_log in access exclusive mode'),
      `create table log_epochs (log text collate "C" not null primary key, epoch text collate "C" not null,
         first_id integer not null)`,
      ...logs.flatMap((log) => [
        // a constant, so that no row is rewritten; the default is for the rows that follow, also those of the release before
        `alter table ${log} add column xid bigint not null default 0`,
        `alter table ${log} alter column xid set default (pg_current_xact_id()::text::bigint)`,
        `insert into log_epochs (log, epoch, first_id)
           select '${log}', substr(md5(gen_random_uuid()::text), 1, 8), coalesce(max(id), 0) from ${log}`,
      ]),
      ...indexes,
    ],
  });
});
