import { readdirSync, readFileSync } from 'node:fs';

/**
 * Processor time in milliseconds since `start`, of this process and of a PostgreSQL database's sessions, where those run on
 * this machine and it is Linux; not of their parallel workers, which are gone when they are done.
 */
export function startProcessorTime(database: string | null): () => number {
  const sessions = database === null ? [] : sessionsOf(database);
  const before = new Map(sessions.map((id) => [id, processorTime(id)]));
  const own = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(own);
    const theirs = sessions.reduce((sum, id) => sum + processorTime(id) - (before.get(id) ?? 0), 0);
    return (user + system) / 1000 + theirs;
  };
}

/** The server's processes call themselves `postgres: user database address activity`. */
function sessionsOf(database: string): string[] {
  return existing('/proc').filter((id) => /^\d+$/.test(id) && text(`/proc/${id}/cmdline`).includes(` ${database} `));
}

/** The first number of `schedstat`, in nanoseconds. */
const processorTime = (id: string) => Number(text(`/proc/${id}/schedstat`).split(' ')[0]) / 1e6;

function existing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
