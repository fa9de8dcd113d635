import { connect, type Socket } from 'node:net';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { createRandom } from './random.ts';

/**
 * A load generator in a process of its own: sends requests at the times of a Poisson process, whether or not there have been
 * answers (an open model), and counts each from when it was due, so that a server that holds up the generator hides nothing.
 */

export interface Load {
  readonly url: string;
  /** Sent in turn. A `#` in one is another number each time. */
  readonly bodies: readonly string[];
  readonly key: string;
  readonly perSecond: number;
  readonly seconds: number;
}

/**
 * What became of one request: when it was due, how long its answer took from then, its status (0 without an answer), and how
 * late it was sent, which is the generator's own fault.
 */
export type Outcome = readonly [dueMs: number, tookMs: number, status: number, lateMs: number];

/** After which a request counts as lost. */
const patienceMs = 10_000;
const mostConnections = 4000;

export async function generate({ url, bodies, key, perSecond, seconds }: Load): Promise<Outcome[]> {
  const { hostname, port } = new URL(url);
  const random = createRandom(Math.round(perSecond));
  const idle: Connection[] = [];
  const all = new Set<Connection>();
  const outcomes: Outcome[] = [];
  const unanswered = new Set<Promise<void>>();
  const start = performance.now();
  let number = Date.now();

  const send = async (due: number) => {
    const body = (bodies[outcomes.length % bodies.length] ?? '').replaceAll('#', () => String(number++));
    let connection = idle.pop();
    if (!connection && all.size < mostConnections) {
      connection = openConnection(hostname, Number(port));
      all.add(connection);
    }
    const late = performance.now() - start - due;
    const status = connection ? await connection.ask(requestOf(body, key)) : 0;
    outcomes.push([due, performance.now() - start - due, status, late]);
    if (connection && status !== 0) idle.push(connection);
    else if (connection) all.delete(connection);
  };

  for (let due = 0; due < seconds * 1000; due += (-Math.log(1 - random.next()) * 1000) / perSecond) {
    const left = due - (performance.now() - start);
    // also when late: answers need their turn
    if (left > 1) await delay(left);
    else await nextTurn();
    const sent = send(due).finally(() => unanswered.delete(sent));
    unanswered.add(sent);
  }
  await Promise.all(unanswered);
  for (const { close } of all) close();
  return outcomes;
}

function requestOf(body: string, key: string): string {
  const authorization = key === '' ? '' : `authorization: Bearer ${key}\r\n`;
  return `POST /graphql HTTP/1.1\r\nhost: localhost\r\n${authorization}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

interface Connection {
  /** The status of the answer; 0 when there is none. */
  ask(request: string): Promise<number>;
  close(): void;
}

/** As little of HTTP as will do, since a client that costs more than the server measures itself. */
function openConnection(host: string, port: number): Connection {
  const socket: Socket = connect(port, host);
  socket.setNoDelay();
  let received = '';
  let end: ((status: number) => void) | null = null;
  const finish = (status: number) => {
    const ended = end;
    [end, received] = [null, ''];
    ended?.(status);
  };
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
    const head = received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(received.slice(0, head))?.[1] ?? Number.NaN);
    if (Number.isNaN(length)) throw new Error('an answer without a length');
    if (received.length < head + 4 + length) return;
    const failed = received.includes('"errors":[') && received.startsWith('HTTP/1.1 200');
    finish(failed ? 500 : Number(received.slice(9, 12)));
  });
  socket.on('error', () => {}).on('close', () => finish(0));
  return {
    ask(request) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => socket.destroy(), patienceMs);
        end = (status) => {
          clearTimeout(timer);
          resolve(status);
        };
        if (socket.destroyed) finish(0);
        else socket.write(request);
      });
    },
    close: () => socket.destroy(),
  };
}

// as a process of its own
if (process.argv[1] === import.meta.filename) {
  process.on('message', async (load: Load) => process.send?.(await generate(load)));
  process.once('disconnect', () => process.exit());
}
