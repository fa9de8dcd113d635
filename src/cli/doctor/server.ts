import { createServer } from 'node:net';
import { readAnswer } from '../../bounded-answer.ts';
import type { Config } from '../../config/config.ts';
import { type Finding, ok, problem, type Report, warning } from '../../findings.ts';
import { version } from '../../version.ts';
import { describeError } from '../errors.ts';
import { printable } from '../printable.ts';
import type { Machine } from './machine.ts';

/** The clock of a server is told in whole seconds. */
const maxOffsetMs = 5000;
/** No answer that is asked for here has more. */
const maxAnswer = 4 * 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly body: string;
  /** The `Date` header, in milliseconds. */
  readonly date: number | null;
}

async function ask(
  url: string,
  limitMs: number,
  { query, token = null }: { readonly query?: string; readonly token?: string | null } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(limitMs),
    redirect: 'manual',
    ...(token !== null && { headers: { authorization: `Bearer ${token}` } }),
    ...(query !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    }),
  });
  const body = await readAnswer(response, maxAnswer);
  const date = Date.parse(response.headers.get('date') ?? '');
  return { status: response.status, body, date: Number.isNaN(date) ? null : date };
}

/** A field of an answer in JSON; undefined for anything else. */
function field(body: string, ...path: readonly string[]): unknown {
  try {
    return path.reduce<unknown>((value, name) => (value as Record<string, unknown> | null)?.[name], JSON.parse(body));
  } catch {
    return undefined;
  }
}

/** Whether a server of ours is at this URL. */
const isOurs = ({ status, body }: Answer) => status === 200 && field(body, 'status') === 'ok';

const reasonOf = (error: unknown): string => {
  const { cause, name, message } = error as Error;
  if (name === 'TimeoutError') return 'no answer in time';
  return cause instanceof Error ? cause.message || ((cause as NodeJS.ErrnoException).code ?? message) : message;
};

/**
 * Whether the port that the configuration names can be listened at. Answers the URL of a server of ours that has it already; null where
 * there is none.
 */
export async function examinePort({ host, port }: Config, limitMs: number, report: Report): Promise<string | null> {
  const check = 'port';
  const error = await whyNotListen(host, port);
  if (error === null) {
    const free =
      port === 0 ? 'A server takes any port that is free' : `Port ${port} at ${host} is free: no server runs there`;
    report(ok(check, `${free}.`));
    return null;
  }
  if (error.code !== 'EADDRINUSE') {
    const [found = '', advice = ''] = describeError(error).message.split(/: (.*)/s);
    report(problem(check, `${found}.`, advice));
    return null;
  }
  const url = urlOf(host, port);
  const answer = await ask(`${url}/livez`, limitMs).catch(() => null);
  if (answer && isOurs(answer)) {
    report(ok(check, `A cq server has port ${port} at ${host}.`));
    return url;
  }
  report(
    problem(
      check,
      `Port ${port} at ${host} is in use by something that is no cq server.`,
      `Stop it (see "ss -ltnp 'sport = :${port}'"), or set CQ_PORT.`,
    ),
  );
  return null;
}

/** The URL of what listens there, on this machine. */
function urlOf(host: string, port: number): string {
  const anywhere = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${anywhere.includes(':') ? `[${anywhere}]` : anywhere}:${port}`;
}

/** The metrics of a server that has the configured port; of one that does not run, whether their own port is free. */
export async function examineMetrics(
  { metrics }: Config,
  running: string | null,
  limitMs: number,
  report: Report,
): Promise<void> {
  if (metrics === null || metrics.listen?.port === 0) return;
  const check = 'metrics';
  const { listen, token } = metrics;
  if (running === null) {
    const error = listen && (await whyNotListen(listen.host, listen.port));
    if (!error) return;
    const [found = '', advice = ''] = describeError(error).message.split(/: (.*)/s);
    report(problem(check, `Metrics: ${found}.`, advice.replaceAll(/CQ_(HOST|PORT)/g, 'CQ_METRICS_$1')));
    return;
  }
  const url = `${listen ? urlOf(listen.host, listen.port) : running}/metrics`;
  const answer = await ask(url, limitMs, { token }).catch(() => null);
  if (answer?.status !== 200) {
    report(
      warning(
        check,
        `${url} ${answer ? `answers ${answer.status}` : 'does not answer'}: nobody sees how the server is.`,
        'Restart the server with this configuration; the token is that of CQ_METRICS_TOKEN.',
      ),
    );
    return;
  }
  report(ok(check, `${url} has the metrics of the server.`));
  const [, state] = /^cq_embedding_circuit\{state="(closed|half-open|open)"\} 1$/m.exec(answer.body) ?? [];
  if (state === 'closed')
    report(ok('embedding.circuit', 'The server asks the embedding service (its circuit is closed).'));
  else if (state !== undefined)
    report(
      warning(
        'embedding.circuit',
        `The server has given up on the embedding service for a while (its circuit is ${state}): searches go on by words.`,
        'See why in its log, and to the service; it tries again by itself, after a minute at most.',
      ),
    );
}

/** Listens for a moment; the error if that cannot be. */
function whyNotListen(host: string, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => resolve(error));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** A server that runs: whether it lives, is ready, is of this release, and has the same time. */
export async function examineServer(url: string, machine: Machine, limitMs: number, report: Report): Promise<void> {
  const check = 'server';
  let live: Answer;
  const before = machine.now();
  const begun = performance.now();
  try {
    live = await ask(`${url}/livez`, limitMs);
  } catch (error) {
    report(
      problem(
        check,
        `${url} does not answer: ${reasonOf(error)}.`,
        'See whether the server runs, whether the URL is right, and whether a proxy or a firewall is in between.',
      ),
    );
    return;
  }
  const took = performance.now() - begun;
  if (!isOurs(live)) {
    report(
      problem(
        check,
        `${url}/livez answers ${live.status}, and not as a cq server does.`,
        'Correct the URL; below a path of a proxy, name that path too.',
      ),
    );
    return;
  }
  report(await readiness(url, limitMs));
  report(await release(url, limitMs));
  if (live.date !== null) report(clock(live.date, before, took));
}

async function readiness(url: string, limitMs: number): Promise<Finding> {
  const check = 'server.ready';
  try {
    const { status, body } = await ask(`${url}/readyz`, limitMs);
    if (status === 200) return ok(check, `${url} is ready.`);
    const said = field(body, 'status');
    return problem(
      check,
      `${url} is not ready: ${typeof said === 'string' ? printable(said) : status}.`,
      'Its log says why, mostly that the database does not answer. One that starts or stops passes.',
    );
  } catch (error) {
    return problem(check, `${url}/readyz does not answer: ${reasonOf(error)}.`, 'Its log says why.');
  }
}

async function release(url: string, limitMs: number): Promise<Finding> {
  const check = 'server.version';
  const answer = await ask(`${url}/graphql`, limitMs, { query: '{ serverInfo { version } }' }).catch(() => null);
  const found = answer && field(answer.body, 'data', 'serverInfo', 'version');
  if (typeof found !== 'string')
    return ok(check, `${url} does not tell its version; it may answer trusted documents only, or be overloaded.`);
  if (found === version) return ok(check, `${url} is of this release, ${version}.`);
  return warning(
    check,
    `${url} is of release ${printable(found)}, and this command of ${version}.`,
    'Use the command of the same release, or restart the server with this one.',
  );
}

function clock(date: number, before: number, took: number): Finding {
  // the header is in whole seconds, cut off
  const offset = before + took / 2 - (date + 500);
  const seconds = Math.round(Math.abs(offset) / 1000);
  if (Math.abs(offset) <= maxOffsetMs + took / 2)
    return ok('server.clock', `The server's clock and this machine's are at most ${seconds + 1} s apart.`);
  return warning(
    'server.clock',
    `The server's clock is ${seconds} s ${offset > 0 ? 'behind' : 'ahead of'} this machine's.`,
    'Have both machines keep time (chrony, systemd-timesyncd); see "timedatectl" on each.',
  );
}
