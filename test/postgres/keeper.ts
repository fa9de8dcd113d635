import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { postgresBinaries, serverUser } from './binaries.ts';

/**
 * A process that runs one PostgreSQL for the process that has forked it, and outlives it just long enough to stop the server
 * and remove its folder: whatever ends that one, SIGKILL included, closes the channel between them.
 */

/** What it is told, each answered by `Reply` when it is done. */
export type Command =
  /** Makes the data folder: a new one, or a copy of the one in `from`, that follows `primary`. */
  | { readonly do: 'create'; readonly from?: string; readonly primary?: string }
  /** Starts the server on this port, and does not wait until it answers. */
  | { readonly do: 'start'; readonly port: number }
  /** Stops it as an operator does. */
  | { readonly do: 'stop' }
  /** Kills it as a power cut does. */
  | { readonly do: 'kill' };

export interface Reply {
  /** The command that is done; `error` when it has failed. */
  readonly done?: Command['do'];
  readonly error?: string;
  /** The folder that holds `data`. */
  readonly folder: string;
  /** What the server has said, when it has ended. */
  readonly ended?: string;
}

const password = 'postgres';

const settings = ['max_connections=200', 'fsync=off', 'listen_addresses=127.0.0.1', 'unix_socket_directories='];

const folder = mkdtempSync(join(tmpdir(), 'cq-postgres-'));
const data = join(folder, 'data');
// a database that the environment names is not meant
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG'))),
  LC_ALL: 'C',
};
let user: { uid: number; gid: number } | null = null;
let server: ChildProcess | null = null;
let said = '';
let follows: readonly string[] = [];

const options = () => ({ env, cwd: folder, ...user });

async function create({ from, primary }: Command & { do: 'create' }) {
  user = await serverUser();
  if (user) chownSync(folder, user.uid, user.gid);
  if (from === undefined) await initialise();
  else copyData(from);
  if (primary === undefined) return;
  writeFileSync(join(data, 'standby.signal'), '');
  follows = [`primary_conninfo=${primary}`];
}

async function initialise() {
  const { initdb } = await postgresBinaries();
  const secret = join(folder, 'password');
  writeFileSync(secret, `${password}\n`);
  const args = ['--username=postgres', '--auth=password', '--encoding=UTF8', '--locale=C', '--no-sync'];
  await promisify(execFile)(initdb, [`--pgdata=${data}`, `--pwfile=${secret}`, ...args], options());
}

/** With owner and mode, without which it does not start. */
function copyData(from: string) {
  cpSync(from, data, { recursive: true, verbatimSymlinks: true });
  if (user)
    for (const name of ['.', ...readdirSync(data, { recursive: true, encoding: 'utf8' })])
      chownSync(join(data, name), user.uid, user.gid);
  chmodSync(data, 0o700);
}

async function start({ port }: Command & { do: 'start' }) {
  if (server) return;
  const { postgres } = await postgresBinaries();
  said = '';
  const flags = [...settings, ...follows].flatMap((setting) => ['-c', setting]);
  const child = spawn(postgres, ['-D', data, '-p', String(port), ...flags], {
    ...options(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  server = child;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-10_000);
  });
  child.once('error', (error) => {
    said += error.message;
  });
  child.once('close', () => {
    if (server === child) server = null;
    tell({ ended: said });
  });
}

/** Resolves when it is gone, and so is whatever it has started, which holds its standard error open. */
async function end(signal: NodeJS.Signals) {
  const child = server;
  if (!child?.pid) return;
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  await gone;
}

async function obey(command: Command) {
  if (command.do === 'create') await create(command);
  if (command.do === 'start') await start(command);
  if (command.do === 'stop') await end('SIGINT');
  if (command.do === 'kill') await end('SIGKILL');
}

function tell(reply: Partial<Reply>) {
  if (process.connected) process.send?.({ folder, ...reply });
}

// one after the other, so that nothing is under way when it ends
let work = Promise.resolve();
process.on('message', (command: Command) => {
  work = work
    .then(() => obey(command))
    .then(
      () => tell({ done: command.do }),
      (error: Error) => tell({ done: command.do, error: error.message }),
    );
});

async function leave() {
  await work;
  await end('SIGINT');
  // what a killed server has left behind writes until it notices
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  process.exit();
}
process.once('disconnect', leave);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave);
if (!process.connected) await leave();
