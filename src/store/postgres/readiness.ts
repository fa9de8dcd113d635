import type { Client } from 'pg';
import { postgresMigrationDialect } from '../../../migrations/step.ts';
import type { PostgresConfig } from '../../config/database.ts';
import { requireCurrent } from '../sql/schema/migrate.ts';
import { openPool, poolSizesOf, queries } from './connection.ts';
import type { SessionPool } from './session-pool.ts';

/** The timeout of a readiness check. */
const probeMs = 3000;

/** The readiness check of the database, over a connection of its own. */
export interface Probe {
  readonly pool: SessionPool;
  /** Resolves if the database answers and has every migration of this program. Concurrent calls share one check. */
  check(): Promise<void>;
}

export function openProbe(config: PostgresConfig): Probe {
  const timeouts = Object.fromEntries(
    (['connectTimeoutMs', 'statementTimeoutMs', 'lockTimeoutMs'] as const).map((name) => [
      name,
      config[name] === 0 ? probeMs : Math.min(config[name], probeMs),
    ]),
  );
  const address = { ...config.primary, connectTimeoutMs: timeouts.connectTimeoutMs };
  const pool = openPool(address, { ...config, ...timeouts, poolSize: poolSizesOf(config.poolSize).probes });
  const db = queries(pool);
  let connected: Client | undefined;
  pool.on('connect', (client) => {
    connected = client as unknown as Client;
  });
  let running: Promise<void> | undefined;

  async function check() {
    // a server that has vanished from the network sends nothing for minutes: destroy the socket, so that the next check
    // reconnects
    const timer = setTimeout(() => connected?.connection.stream.destroy(), 2 * probeMs);
    try {
      await requireCurrent(db, postgresMigrationDialect);
    } finally {
      clearTimeout(timer);
      running = undefined;
    }
  }

  return {
    pool,
    check() {
      running ??= check();
      return running;
    },
  };
}
