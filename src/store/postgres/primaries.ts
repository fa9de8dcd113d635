import type pg from 'pg';
import type { PostgresAddress, PostgresHost } from '../../config/database.ts';
import { timelineOfPrimary } from './server-state.ts';

/** What a primary says of itself. */
export interface Primary {
  /** The cluster's identifier; null where the role may not read it. */
  readonly system: string | null;
  /** Raised by each promotion of a standby: the primary that was left behind has a lower one. */
  readonly timeline: number;
}

/** What this process knows of the primaries of some hosts. */
export interface KnownPrimaries {
  /** The one with the highest timeline, of the cluster that was reached first; null before the first one. */
  readonly current: Primary | null;
  /** Takes a primary into account; answers why it is not to be written to, or null. */
  admit(primary: Primary): string | null;
  /** Calls `listener` whenever a primary has been found that has left behind the one before. */
  onFailover(listener: (primary: Primary) => void): void;
}

const known = new WeakMap<readonly PostgresHost[], KnownPrimaries>();

/**
 * The knowledge about the hosts of an address, shared by all connections to them; null where there is one host, or a standby will do:
 * a server that is reached then is the one that is meant.
 */
export function knownPrimariesOf({ hosts, targetSessionAttrs }: PostgresAddress): KnownPrimaries | null {
  if (hosts.length === 1 || (targetSessionAttrs !== 'read-write' && targetSessionAttrs !== 'primary')) return null;
  const found = known.get(hosts) ?? remember();
  known.set(hosts, found);
  return found;
}

function remember(): KnownPrimaries {
  let current: Primary | null = null;
  const listeners = new Set<(primary: Primary) => void>();
  return {
    get current() {
      return current;
    },
    admit(primary) {
      if (current === null) {
        current = primary;
        return null;
      }
      if (primary.system !== null && current.system !== null && primary.system !== current.system)
        return `the server belongs to another cluster, with the system identifier ${primary.system} in place of ${current.system}`;
      if (primary.timeline < current.timeline)
        return `the server was left behind by a failover: its timeline is ${primary.timeline}, another host has reached ${current.timeline}`;
      if (primary.timeline === current.timeline) return null;
      current = { ...primary, system: primary.system ?? current.system };
      for (const listener of listeners) listener(primary);
      return null;
    },
    onFailover: (listener) => void listeners.add(listener),
  };
}

/** What the server at the other end is, over a connection of its own; null for a standby. */
export async function readPrimary(client: pg.ClientBase): Promise<Primary | null> {
  const { rows } = await client.query<{ timeline: number | null; may: boolean }>(`
    select has_function_privilege('pg_catalog.pg_control_system()', 'execute') as may,
      case when not pg_is_in_recovery()
        then ${timelineOfPrimary} end as timeline`);
  const { timeline = null, may = false } = rows[0] ?? {};
  if (timeline === null) return null;
  const system = may ? await client.query('select system_identifier::text as id from pg_control_system()') : null;
  return { timeline, system: system?.rows[0]?.id ?? null };
}
