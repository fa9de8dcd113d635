import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median } from './measure.ts';
import { processorTime } from './processes.ts';
import { table } from './table.ts';

const help = `node bench/metrics.ts [options]

What metrics cost a request: two servers on the sample units, one that counts and one that does not, are sent the same requests in
turns, and are compared by their processor time (Linux). And what a scrape costs.

  --rounds 9         how many turns each has
  --requests 1500    how many requests in a turn, over ten connections`;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    requests: { type: 'string', default: '1500' },
    help: { type: 'boolean', default: false },
  },
});

const bodies: Readonly<Record<string, object>> = {
  'no statement': { query: '{ __typename }' },
  'five units by domain': {
    query: '{ search(filter: { domains: ["payments"] }, first: 5) { nodes { id insight { summary } } } }',
  },
  'five units by words': {
    query: '{ search(text: "webhook signature", first: 5) { nodes { id insight { summary detail action } } } }',
  },
};

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly metrics: string | undefined;
}

async function start(environment: Record<string, string>): Promise<Started> {
  const child = spawn(process.execPath, ['bin/cq-server.js', 'demo'], {
    cwd: new URL('..', import.meta.url),
    env: {
      PATH: process.env.PATH,
      ...{ CQ_PORT: '0', CQ_WEB: 'off', CQ_RATE_LIMIT: '0', CQ_LOG_FORMAT: 'json', CQ_LOG_LEVEL: 'info' },
      ...{ CQ_HOST: '127.0.0.1', ...environment },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of child.stdout ?? []) {
    said += chunk;
    const url = /running at (\S+)/.exec(said)?.[1];
    if (url)
      return {
        child,
        url,
        metrics: environment.CQ_METRICS_PORT && `http://127.0.0.1:${environment.CQ_METRICS_PORT}/metrics`,
      };
  }
  throw new Error(`the server has ended: ${said}`);
}

/** Processor time in microseconds for each of the requests. */
async function measure({ child, url }: Started, body: object): Promise<number> {
  const amount = Number(options.requests);
  const text = JSON.stringify(body);
  const before = processorTime(String(child.pid));
  let sent = 0;
  const ask = async () => {
    while (sent++ < amount) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: text,
      });
      if (!(await response.text()).startsWith('{"data"')) throw new Error('a wrong answer');
    }
  };
  await Promise.all(Array.from({ length: 10 }, ask));
  return (processorTime(String(child.pid)) - before) / amount;
}

/** The same for a scrape, none of which shares its text with the one before. */
async function scrapes({ child, metrics = '' }: Started): Promise<{ each: number; bytes: number }> {
  let bytes = 0;
  const before = processorTime(String(child.pid));
  for (let scrape = 0; scrape < 20; scrape++) {
    bytes = (await (await fetch(metrics)).text()).length;
    await delay(300);
  }
  return { each: (processorTime(String(child.pid)) - before) / 20, bytes };
}

if (options.help) console.log(help);
else {
  const [off, on] = [await start({}), await start({ CQ_METRICS_PORT: '19464' })];
  try {
    const rows: string[][] = [];
    for (const [name, body] of Object.entries(bodies)) {
      const [without, counted]: [number[], number[]] = [[], []];
      for (let round = -2; round < Number(options.rounds); round++) {
        const order = round % 2 === 0 ? [off, on] : [on, off];
        const times = new Map<Started, number>();
        for (const server of order) times.set(server, await measure(server, body));
        // the first turns warm up
        if (round < 0) continue;
        without.push(times.get(off) ?? 0);
        counted.push(times.get(on) ?? 0);
      }
      const ratio = median(counted.map((time, round) => time / (without[round] ?? 1)));
      rows.push([name, median(without).toFixed(0), median(counted).toFixed(0), `${ratio.toFixed(2)}×`]);
    }
    console.log(table(['question', 'µs without metrics', 'µs with metrics', 'ratio of rounds'], rows));
    const { each, bytes } = await scrapes(on);
    console.log(
      `\na scrape: ${(each / 1000).toFixed(1)} ms of processor time, with 300 ms of an idle process, and ${bytes} bytes`,
    );
  } finally {
    for (const { child } of [off, on]) child.kill('SIGTERM');
  }
}
