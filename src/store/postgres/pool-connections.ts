import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Pool } from 'pg';

/** The open connections of a pool. */
export interface PoolConnections {
  /** Closes those that no caller uses, which the next callers replace. */
  dropIdle(): void;
  /** Closes all; statements on them fail. */
  dropAll(): void;
}

const tracked = new WeakMap<Pool, PoolConnections>();

/** Keeps track of the connections of a new pool; when one of them turns out to be dead, drops the idle ones. */
export function trackConnections(pool: Pool): void {
  const open = new Set<Client>();
  const used = new Set<Client>();
  const drop = (client: Client) => client.connection.stream.destroy();
  pool.on('connect', (client) => open.add(client as unknown as Client));
  pool.on('acquire', (client) => used.add(client as unknown as Client));
  pool.on('release', (_error, client) => used.delete(client as unknown as Client));
  pool.on('remove', (client) => {
    open.delete(client as unknown as Client);
    used.delete(client as unknown as Client);
  });
  tracked.set(pool, {
    dropIdle() {
      for (const client of open) if (!used.has(client)) drop(client);
    },
    dropAll() {
      for (const client of open) drop(client);
    },
  });
  dropTogether([pool]);
}

/** The connections of a pool of `openPool`. */
export function connectionsOf(pool: Pool): PoolConnections {
  const connections = tracked.get(pool);
  if (!connections) throw new Error('not a pool of openPool');
  return connections;
}

/**
 * When one connection of these pools, all to the same server, turns out to be dead, drops the idle ones of all: each would cost
 * a caller its whole timeout to find out.
 */
export function dropTogether(pools: readonly Pool[]): void {
  const drop = () => {
    for (const pool of pools) connectionsOf(pool).dropIdle();
  };
  for (const pool of pools)
    pool.on('connect', (client) => (client as unknown as Client).once('suspect' as never, drop));
}

/** How long closing waits for statements that run; who closes a store has waited for all that matters. */
const drainMs = 5000;

/**
 * Drains and ends the pools; later queries throw `UnavailableError`. Waits first until no client waits for a connection, since
 * an ending pool hands out none. What runs longer, as on a server that does not answer, fails.
 */
export async function closeAll(pools: readonly Pool[]) {
  const drained = Promise.all(
    pools.map(async (pool) => {
      while (pool.waitingCount > 0) await delay(5);
      if (!pool.ending) await pool.end();
    }),
  );
  const late = new AbortController();
  const dropped = delay(drainMs, undefined, { signal: late.signal }).then(
    () => {
      for (const pool of pools) connectionsOf(pool).dropAll();
    },
    () => {},
  );
  await Promise.race([drained, dropped]);
  late.abort();
}
