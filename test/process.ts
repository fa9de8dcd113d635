import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';

/** What runs `cq-server`: of a package, made of these sources. */
export const program = (): string => inject('program');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  /** Without the lines of how far it is, of which there are the more the busier the machine is. */
  readonly stderr: string;
}

/** A folder that is gone when the test is. */
export function temporaryFolder(): Disposable & { readonly path: string; file(name: string): string } {
  const path = mkdtempSync(join(tmpdir(), 'cq-test-'));
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Our own configuration, and what tells Node whether a terminal has colours. */
const notInherited = /^(CQ_.*|OTEL_.*|CI|NO_COLOR|FORCE_COLOR|NODE_DISABLE_COLORS)$/;

/** `cq-server` with these arguments, and no configuration but this. */
export function start(
  args: readonly string[],
  environment: Record<string, string>,
  command = [process.execPath, program()],
): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !notInherited.test(name));
  const env = { ...Object.fromEntries(inherited), ...environment };
  return spawn(command[0] as string, [...command.slice(1), ...args], { env, stdio: 'pipe' });
}

const progress = /^\d+ (?:units (?:exported|imported)|rows of \w+ (?:copied|compared)) …\n/gm;

/** What a process said and how it ended. */
export async function finished(child: ChildProcess): Promise<Finished> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr: stderr.replaceAll(progress, '') };
}

export function run(args: readonly string[], environment: Record<string, string>, input = ''): Promise<Finished> {
  const child = start(args, environment);
  child.stdin?.end(input);
  return finished(child);
}

export interface Running {
  readonly url: string;
  readonly child: ChildProcess;
  readonly outcome: Promise<Finished>;
  /** Its standard output, as soon as that contains `text`. */
  said(text: string): Promise<string>;
  stop(signal?: NodeJS.Signals): Promise<Finished>;
}

/** A server as a process of its own, when it is ready. */
export async function startProcess(
  environment: Record<string, string>,
  args: readonly string[] = ['serve'],
  command?: string[],
): Promise<Running> {
  const port = environment.CQ_PORT ?? String(await freePort());
  // nothing is shed because the machine that tests run on is busy, and many tests propose one lesson again and again
  const patient = { CQ_MAX_QUEUED_REQUESTS: '10000', CQ_QUEUE_TIMEOUT_MS: '600000', CQ_REPEAT_CHECK: 'off' };
  const child = start(args, { CQ_PORT: port, ...patient, ...environment }, command);
  const outcome = finished(child);
  let output = '';
  child.stdout?.on('data', (text: string) => {
    output += text;
  });
  const url = `http://127.0.0.1:${port}`;
  for (let ready = false; !ready; ) {
    if (child.exitCode !== null) throw new Error(`the server stopped: ${(await outcome).stderr}`);
    ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (!ready) await delay(30);
  }
  return {
    url,
    child,
    outcome,
    async said(text) {
      while (!output.includes(text)) await delay(20);
      return output;
    },
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return outcome;
    },
  };
}

/** Below the ports that the system gives to outgoing connections, one of which could take a port before a server has it. */
const firstPort = 10_000;
const portsOfWorker = 1000;
let nextPort = process.pid;

/** A port that nobody has, and that no other worker of these tests is given. */
export async function freePort(): Promise<number> {
  const worker = Number(process.env.VITEST_POOL_ID ?? 0) % 20;
  const port = firstPort + worker * portsOfWorker + (nextPort++ % portsOfWorker);
  const probe = createServer();
  const free = await new Promise<boolean>((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!free) return freePort();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
export async function post(url: string, query: string, variables: object = {}, credential?: string): Promise<any> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(credential && { authorization: `Bearer ${credential}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}
