import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { PostgresConfig } from '../../config/database.ts';
import { openPool } from './connection.ts';
import { PooledClient } from './pooled-client.ts';

export interface Listening {
  /** Called for each notification, and after each connect, since some may have been missed. */
  readonly onNotification: () => void;
  /** Called where the session may be another one in each transaction: then there are no notifications. */
  readonly onPooler: () => void;
}

/** How long to wait before the next attempt to connect. */
const [minPauseMs, maxPauseMs] = [100, 5000];

/** Listens on a channel, by a connection of its own that is opened again whenever it is lost, until it is closed. */
export function listenOn(
  config: PostgresConfig,
  channel: string,
  { onNotification, onPooler }: Listening,
): { close(): Promise<void> } {
  const pool = openPool(config.primary, { ...config, poolSize: 1 });
  const closed = new AbortController();
  const { signal } = closed;

  /** Resolves when the connection is lost. */
  async function listen(client: pg.PoolClient): Promise<void> {
    const lost = new Promise<void>((resolve) => {
      client.once('end', resolve);
      client.once('error', () => resolve());
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    client.on('notification', onNotification);
    await client.query(`listen ${channel}`);
    onNotification();
    await lost;
  }

  async function work(): Promise<void> {
    for (let pauseMs = minPauseMs; !signal.aborted; ) {
      try {
        const client = await pool.connect();
        try {
          if (client instanceof PooledClient || pool.isPooled) return onPooler();
          pauseMs = minPauseMs;
          if (!signal.aborted) await listen(client);
        } finally {
          client.release(true);
        }
      } catch {
        // the server is away; requests say so in the log
      }
      await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
      pauseMs = Math.min(maxPauseMs, 2 * pauseMs);
    }
  }

  const ended = work().finally(() => pool.end().catch(() => {}));
  return {
    close() {
      closed.abort();
      return ended;
    },
  };
}
