import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { migrationDatabase, type PostgresConfig } from '../../config/database.ts';
import { createLogListeners, type LogChanges, watchTogether } from '../sql/log/log-changes.ts';
import type { Client } from '../sql/queries.ts';
import type { ServerNotice } from '../store.ts';
import { listenOn } from './listener.ts';

/** What is notified, of all installations in one database: who listens looks into its own tables. */
const channel = 'cq_log';
/** Commits within this time are one notification: each takes a lock that all who notify share. */
const gatherMs = 10;
/** How often to look where notifications cannot be had. */
const pollEveryMs = 300;
/** How long closing waits for a connection that is being opened. */
const maxCloseMs = 1000;

/**
 * Tells of commits: of this process at once, of others by NOTIFY. That comes after the commit and from a connection of its own, since commits
 * that notify wait for each other, all over the database; a process that is killed in between is found out by those who look.
 */
export function followServer(
  config: PostgresConfig,
  client: Client,
  notify: (notice: ServerNotice) => void,
): LogChanges {
  const listeners = createLogListeners();
  const direct = migrationDatabase(config);
  let stop = () => {};
  let ended = Promise.resolve();
  let hasToldOfPooler = false;
  let sending: Promise<void> | null = null;
  let isNew = false;

  async function send(): Promise<void> {
    while (isNew) {
      await delay(gatherMs);
      isNew = false;
      // where it fails, others look by themselves
      await sql`select pg_notify(${channel}, '')`.execute(client).catch(() => {});
    }
    sending = null;
  }

  function start(): () => void {
    let poll: NodeJS.Timeout | undefined;
    const listener = listenOn(direct, channel, {
      onNotification: () => listeners.call(),
      onPooler() {
        poll ??= setInterval(() => listeners.call(), pollEveryMs).unref();
        if (hasToldOfPooler) return;
        hasToldOfPooler = true;
        const message = `${direct.variable} (${direct.label}) leads through a pooler, which passes on no notifications: events of other processes are looked for every ${pollEveryMs} ms; set CQ_DATABASE_MIGRATION_URL to a direct connection to be told.`;
        notify({ level: 'info', message });
      },
    });
    stop = () => {
      clearInterval(poll);
      ended = listener.close();
    };
    return stop;
  }

  return {
    announce() {
      listeners.call();
      isNew = true;
      sending ??= send();
    },
    watch: watchTogether(listeners, start),
    async close() {
      stop();
      await Promise.all([sending, Promise.race([ended, delay(maxCloseMs, undefined, { ref: false })])]);
    },
  };
}
