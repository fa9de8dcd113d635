import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startSessionTime } from '../processor-time.ts';
import type { Contestant, Given } from './contestant.ts';
import type { Order, Report } from './process.ts';

/** A contestant that answers. */
export interface Running {
  readonly contestant: Contestant;
  readonly url: string;
  /** Starts to count processor time, in microseconds; what is not to be known is null. */
  startUsage(): Promise<() => Promise<Usage>>;
  stop(): Promise<void>;
}

export interface Usage {
  /** Of all threads of its process. */
  readonly own: number | null;
  /** Of the sessions of its database, where that has processes of its own. */
  readonly sessions?: number | null;
}

const program = fileURLToPath(new URL('./process.ts', import.meta.url));

/** Starts a contestant in a process of its own; with `profiles`, a folder, it leaves a profile of its processor time there. */
export async function start(contestant: Contestant, given: Given, profiles?: string): Promise<Running> {
  const execArgv = profiles
    ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${contestant.name}-${Date.now()}.cpuprofile`]
    : [];
  const child = fork(program, [contestant.name], {
    execArgv,
    // as all of them are run in earnest
    env: { ...process.env, NODE_ENV: 'production', GRAPHILE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const ask = async (order: Order): Promise<Report> => {
    const report = nextReport(child, (code) => `${contestant.name} stopped with ${code}: ${said}`);
    child.send(order);
    return await report;
  };
  const { url } = await ask({ do: 'serve', given });
  const database = contestant.database === 'PostgreSQL' ? new URL(given.place).pathname.slice(1) : null;
  return {
    contestant,
    url,
    async startUsage() {
      const sessions = database === null ? null : startSessionTime(database);
      const before = await ask({ do: 'usage' });
      return async () => {
        const after = await ask({ do: 'usage' });
        const own = after.used === null || before.used === null ? null : after.used - before.used;
        return { own, ...(sessions && { sessions: sessions() }) };
      };
    },
    async stop() {
      const exit = once(child, 'exit');
      child.send({ do: 'stop' } satisfies Order);
      await exit;
    },
  };
}

async function nextReport(child: ChildProcess, problem: (code: number | null) => string): Promise<Report> {
  return await new Promise((resolve, reject) => {
    const died = (code: number | null) => reject(new Error(problem(code)));
    child.once('exit', died);
    child.once('message', (report) => {
      child.off('exit', died);
      resolve(report as Report);
    });
  });
}
