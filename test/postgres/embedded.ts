import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../process.ts';
import { administer } from './administer.ts';
import type { Command, Reply } from './keeper.ts';

/** A PostgreSQL of native binaries out of npm packages, without pgvector, that its test may stop and kill. */
export interface EmbeddedServer extends AsyncDisposable {
  /** The superuser's. */
  readonly url: string;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** As an operator stops it. */
  stop(): Promise<void>;
  /** As a power cut does. */
  kill(): Promise<void>;
  /** Another one, not started, that follows this one, which must be stopped just now. */
  standby(): Promise<EmbeddedServer>;
}

const password = 'postgres';
const program = fileURLToPath(new URL('keeper.ts', import.meta.url));

/** A new server, started. It ends with this process at the latest, however that ends. */
export async function startEmbedded(): Promise<EmbeddedServer> {
  const server = await openServer({ do: 'create' });
  await server.start();
  return server;
}

async function openServer(create: Command): Promise<EmbeddedServer> {
  const port = await freePort();
  const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
  const keeper = startKeeper();
  const { folder } = await keeper.tell(create);
  return {
    url,
    async start() {
      const deadline = Date.now() + 500_000;
      let attempt = keeper.ended();
      await keeper.tell({ do: 'start', port });
      // waits for an answer rather than for what it says, which is another sentence for a standby
      while (!(await answers(url))) {
        const said = await Promise.race([attempt, delay(30)]);
        if (Date.now() > deadline) throw new Error(`PostgreSQL does not start: ${said}`);
        if (said === undefined) continue;
        // and once more: one that was killed leaves helpers, and nobody starts before they are gone
        await delay(50);
        attempt = keeper.ended();
        await keeper.tell({ do: 'start', port });
      }
    },
    stop: async () => void (await keeper.tell({ do: 'stop' })),
    kill: async () => void (await keeper.tell({ do: 'kill' })),
    standby() {
      const primary = `host=127.0.0.1 port=${port} user=postgres password=${password}`;
      return openServer({ do: 'create', from: join(folder, 'data'), primary });
    },
    [Symbol.asyncDispose]: () => keeper.end(),
  };
}

/** The process that runs the server; see there. */
function startKeeper() {
  const child = fork(program, {
    // out of reach of the terminal's Ctrl-C, which would end it before those who use it
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const replies = (passes: (reply: Reply) => boolean) =>
    new Promise<Reply>((resolve) => {
      const listen = (reply: Reply) => {
        if (!passes(reply)) return;
        child.off('message', listen);
        resolve(reply);
      };
      child.on('message', listen);
    });
  return {
    async tell(command: Command): Promise<Reply> {
      const reply = replies(({ done }) => done === command.do);
      child.send(command);
      const answer = await Promise.race([reply, gone]);
      if (!answer) throw new Error('the process that runs PostgreSQL has ended');
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    },
    /** What the server has said, when it has ended. */
    ended: async () => (await replies(({ ended }) => ended !== undefined)).ended,
    async end() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

const answers = (url: string) =>
  administer(url, 'select 1').then(
    () => true,
    () => false,
  );
