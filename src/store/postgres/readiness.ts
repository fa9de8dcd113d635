import { postgresMigrationDialect } from '../../../migrations/step.ts';
import type { PostgresAddress, PostgresConfig } from '../../config/database.ts';
import type { Client } from '../sql/queries.ts';
import { requireCurrent } from '../sql/schema/migrate.ts';
import { openPool, poolSizesOf, queries } from './connection.ts';
import type { SessionPool } from './session-pool.ts';

/** The timeout of a readiness check. */
const probeMs = 3000;

/** The readiness check of the database, over a connection of its own. */
export interface Probe {
  readonly pool: SessionPool;
  /** For other short questions to the primary. */
  readonly client: Client;
  /** Resolves if the database answers and has every migration of this program. Concurrent calls share one check. */
  check(): Promise<void>;
}

/** A pool of one connection whose attempts and statements fail soon. */
export function openProbePool(address: PostgresAddress, config: PostgresConfig): SessionPool {
  const timeouts = Object.fromEntries(
    (['connectTimeoutMs', 'statementTimeoutMs', 'lockTimeoutMs'] as const).map((name) => [
      name,
      config[name] === 0 ? probeMs : Math.min(config[name], probeMs),
    ]),
  );
  return openPool(
    { ...address, connectTimeoutMs: timeouts.connectTimeoutMs },
    { ...config, ...timeouts, poolSize: poolSizesOf(config.poolSize).probes },
  );
}

export function openProbe(config: PostgresConfig): Probe {
  const pool = openProbePool(config.primary, config);
  const db = queries(pool);
  let running: Promise<void> | undefined;

  async function check() {
    try {
      await requireCurrent(db, postgresMigrationDialect);
    } finally {
      running = undefined;
    }
  }

  return {
    pool,
    client: db,
    check() {
      running ??= check();
      return running;
    },
  };
}
