import type { Client, Pool } from 'pg';
import { postgresMigrationDialect } from '../../../migrations/step.ts';
import type { PostgresConfig } from '../../config/database.ts';
import { requireCurrent } from '../sql/schema/migrate.ts';
import { openPool, queries, sharesOf } from './connection.ts';

/** Longer than this a server is not asked whether it is there. */
const probeMs = 3000;

/** Asks whether the database is there, by a connection that nothing else uses. */
export interface Probe {
  readonly pool: Pool;
  /** Resolves when the database answers and has every migration of this program. Who asks while that is under way gets the same answer. */
  ask(): Promise<void>;
}

export function openProbe(config: PostgresConfig): Probe {
  const timeouts = Object.fromEntries(
    (['connectTimeoutMs', 'statementTimeoutMs', 'lockTimeoutMs'] as const).map((name) => [
      name,
      config[name] === 0 ? probeMs : Math.min(config[name], probeMs),
    ]),
  );
  const address = { ...config.primary, connectTimeoutMs: timeouts.connectTimeoutMs };
  const pool = openPool(address, { ...config, ...timeouts, poolSize: sharesOf(config.poolSize).probes });
  const db = queries(pool);
  let connected: Client | undefined;
  pool.on('connect', (client) => {
    connected = client as unknown as Client;
  });
  let asking: Promise<void> | undefined;

  async function ask() {
    // a server that has vanished from the network says nothing, for minutes: what waits for it fails, and the next one connects anew
    const timer = setTimeout(() => connected?.connection.stream.destroy(), 2 * probeMs);
    try {
      await requireCurrent(db, postgresMigrationDialect);
    } finally {
      clearTimeout(timer);
      asking = undefined;
    }
  }

  return {
    pool,
    ask() {
      asking ??= ask();
      return asking;
    },
  };
}
