import { commandOf, processIds, processorTime } from './processes.ts';

/**
 * Processor time in milliseconds since `start`, of this process and of a PostgreSQL database's sessions, where those run on
 * this machine and it is Linux; not of their parallel workers, which are gone when they are done.
 */
export function startProcessorTime(database: string | null): () => number {
  const sessions = database === null ? null : startSessionTime(database);
  const own = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(own);
    return (user + system + (sessions?.() ?? 0)) / 1000;
  };
}

/**
 * Processor time in microseconds since `start`, of a database's sessions, those that have begun since included; null where there are none to
 * be seen: on another machine, or where it is not Linux. What sessions that have ended since took is not in it.
 */
export function startSessionTime(database: string): () => number | null {
  const before = new Map(sessionsOf(database).map((id) => [id, processorTime(id)]));
  return () => {
    const after = sessionsOf(database);
    if (after.length === 0) return null;
    return after.reduce((sum, id) => sum + processorTime(id) - (before.get(id) ?? 0), 0);
  };
}

/** The server's processes call themselves `postgres: user database address activity`. */
const sessionsOf = (database: string) => processIds().filter((id) => commandOf(id).includes(` ${database} `));
