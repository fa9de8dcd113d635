import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { has, lacks, unless } from '../left-out.ts';
import { freePort, temporaryFolder } from '../process.ts';
import { administer } from './administer.ts';
import { serverUser } from './binaries.ts';

/** Where Debian's package has it, which is not on everybody's PATH. */
const packaged = '/usr/sbin/pgbouncer';
const program = has('pgbouncer') ? 'pgbouncer' : packaged;

/** Options for a test or suite that needs PgBouncer: left out, and listed, where there is none. */
export const withPgBouncer = unless(program === packaged && !existsSync(packaged), lacks.pgbouncer);

/** A real PgBouncer in front of a server. */
export interface PgBouncer extends AsyncDisposable {
  /** The URL of the same database through it. */
  through(url: string): string;
}

export interface PgBouncerOptions {
  readonly mode: 'session' | 'transaction' | 'statement';
  /** Further lines of its configuration. */
  readonly settings?: readonly string[];
}

/** Starts one on a port of its own, in front of the server of this URL, as whose user it connects. */
export async function startPgBouncer(server: string, { mode, settings = [] }: PgBouncerOptions): Promise<PgBouncer> {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(temporaryFolder());
  const port = await freePort();
  const { hostname, port: target, username, password } = new URL(server);
  const login = [
    `user=${decodeURIComponent(username)}`,
    ...(password ? [`password=${decodeURIComponent(password)}`] : []),
  ];
  const file = folder.file('pgbouncer.ini');
  await writeFile(
    file,
    `[databases]
* = host=${hostname} port=${target || 5432} ${login.join(' ')}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = 20
${settings.join('\n')}
`,
  );
  // it refuses to run as root
  const user = await serverUser();
  if (user) {
    await chmod(folder.path, 0o755);
    await chown(file, user.uid, user.gid);
  }
  // ends with this process, however that ends: then its standard input is closed
  const child = spawn('/bin/sh', ['-c', '"$@" & while read -r line; do :; done; kill $!; wait', 'sh', program, file], {
    stdio: ['pipe', 'ignore', 'pipe'],
    ...user,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-5000);
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  resources.defer(async () => {
    child.stdin.end();
    await gone;
  });
  const through = (url: string) => {
    const changed = new URL(url);
    changed.host = `127.0.0.1:${port}`;
    return changed.href;
  };
  const deadline = Date.now() + 120_000;
  while (!(await answers(through(server)))) {
    if (Date.now() > deadline) throw new Error(`PgBouncer does not start: ${said}`);
    await delay(50);
  }
  const held = resources.move();
  return { through, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

const answers = (url: string) =>
  administer(url, 'select 1').then(
    () => true,
    () => false,
  );
