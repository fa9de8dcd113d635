import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Question } from './questions.ts';

/** How the benchmark talks to a contestant, each of which is a process of its own. */

/** `mcp` is a server as `cq` is, asked over MCP. */
export type Kind = 'cq' | 'mcp' | 'yoga' | 'statement';

export type Order =
  /** For `yoga`: the answers to give, by their terms. */
  | { readonly do: 'learn'; readonly answers: readonly (readonly [string, string])[] }
  /** For `statement`: ask once, and answer with the ids found, for each of the terms. */
  | { readonly do: 'answer'; readonly question: Question }
  /** For `statement`: ask again and again. */
  | { readonly do: 'loop'; readonly question: Question; readonly ms: number }
  | { readonly do: 'usage' }
  | { readonly do: 'stop' };

export interface Report {
  /** Where it listens, for the ones that do. */
  readonly url?: string;
  readonly ids?: readonly (readonly string[])[];
  readonly count?: number;
  readonly ms?: number;
  /** Processor time the process has taken so far, in microseconds. */
  readonly cpu: number;
}

export interface Contestant {
  readonly kind: Kind;
  readonly url: string;
  ask(order: Order): Promise<Report>;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('./contestant.ts', import.meta.url));

/** Starts a contestant on a database; with `profiles`, a folder, it leaves a profile of its processor time there. */
export async function start(kind: Kind, file: string, profiles?: string): Promise<Contestant> {
  const execArgv = profiles
    ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${kind}-${Date.now()}.cpuprofile`]
    : [];
  const child = fork(program, [kind, file], { execArgv });
  const { url = '' } = await nextReport(child);
  const ask = async (order: Order) => {
    const report = nextReport(child);
    child.send(order);
    return report;
  };
  return {
    kind,
    url,
    ask,
    async stop() {
      const exit = once(child, 'exit');
      child.send({ do: 'stop' } satisfies Order);
      await exit;
    },
  };
}

async function nextReport(child: ChildProcess): Promise<Report> {
  return await new Promise((resolve, reject) => {
    const died = (code: number | null) => reject(new Error(`a contestant stopped with ${code}`));
    child.once('exit', died);
    child.once('message', (report) => {
      child.off('exit', died);
      resolve(report as Report);
    });
  });
}
