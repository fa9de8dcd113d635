import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config/config.ts';
import { createApiKey, createUser } from '../src/domain/account.ts';
import { openStore } from '../src/store/open.ts';
import { administer, databaseUrl } from '../test/postgres/administer.ts';
import { startPostgres } from '../test/postgres/server.ts';
import { ourPostgres, ourSqlite } from './contestants/ours.ts';
import { graphql } from './contestants/over/graphql.ts';
import { start } from './contestants/start.ts';
import { load } from './generate.ts';
import type { Load, Outcome } from './open-loop.ts';
import { chooseQuestions } from './questions.ts';
import { secrets } from './secrets.ts';
import { table } from './table.ts';

const help = `node bench/overload.ts [options]

  --units 10000       how many units to generate
  --seconds 10        for how long each rate is held
  --only <text>       only rows whose name holds this, such as "SQLite" or "reads"
  --profile <folder>  leave the servers' processor profiles there`;

const { values: options } = parseArgs({
  options: {
    units: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** Requests of one kind against one database. */
interface Work {
  readonly name: string;
  readonly bodies: readonly string[];
  readonly key: string;
}

async function main(units: number, seconds: number) {
  const folder = mkdtempSync(join(tmpdir(), 'cq-bench-'));
  const server = await startPostgres();
  const name = `cq_bench_overload_${process.pid}`;
  await administer(server.url, `create database ${name}`);
  const rows: string[][] = [];
  try {
    for (const [database, place] of [
      ['SQLite', join(folder, 'cq.db')],
      ['PostgreSQL', databaseUrl(server.url, name)],
    ] as const) {
      const works = (await prepare(place, units)).filter((work) => `${database}, ${work.name}`.includes(options.only));
      for (const work of works) rows.push([database, work.name, ...(await overload(place, work, seconds))]);
    }
  } finally {
    await administer(server.url, `drop database ${name} with (force)`);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(table(header, rows));
}

/** Fills a database, and answers with what it will be asked. */
async function prepare(place: string, units: number): Promise<Work[]> {
  const variable = place.startsWith('postgres') ? 'CQ_DATABASE_URL' : 'CQ_DB_PATH';
  const keys = { CQ_JWT_SECRET: secrets.jwtSecret, CQ_API_KEY_PEPPER: secrets.apiKeyPepper };
  const { database } = readConfig({ [variable]: place, ...keys });
  const store = await openStore(database, { migrate: true });
  try {
    await load(store, units);
    const user = await createUser(store, { username: 'agent', password: 'correct horse', role: 'member' });
    const key = (await createApiKey(store, secrets, user, { name: 'bench', ttl: '1d' })).secret;
    const middle = (await chooseQuestions(store)).find(({ name }) => name.includes('middle'));
    if (!middle) throw new Error('there is no such question any more');
    return [
      { name: 'reads', bodies: middle.examples.map((task) => graphql.request(task)?.body ?? ''), key: '' },
      { name: 'writes', bodies: [proposal], key },
    ];
  } finally {
    await store.close();
  }
}

const proposal = JSON.stringify({
  query: `mutation($input: ProposeKnowledgeUnitInput!) {
    proposeKnowledgeUnit(input: $input) { knowledgeUnit { id } userErrors { code } }
  }`,
  variables: {
    input: {
      domains: ['overload'],
      insight: { summary: 'Lesson #', detail: 'What happened, for the #th time.', action: 'Do # at most.' },
    },
  },
});

const header = [
  'database',
  'question',
  'saturation /s',
  'p50 ms',
  'p99 ms',
  'at 3×: accepted /s',
  '÷ saturation',
  'accepted p50 ms',
  'accepted p99 ms',
  '÷ p99',
  'shed',
  'shed p99 ms',
  'lost',
  'last shed after ms',
  'p99 ms in the second after',
];

/** Finds where the server saturates, then sends three times as much, then half. */
async function overload(place: string, { name, bodies, key }: Work, seconds: number): Promise<string[]> {
  const contestant = place.startsWith('postgres') ? ourPostgres : ourSqlite;
  const given = { place, sdl: '', memory: { lessons: [], hits: {} } };
  const server = await start(contestant, given, options.profile);
  const generator = fork(fileURLToPath(new URL('./open-loop.ts', import.meta.url)));
  try {
    const at = (perSecond: number, time: number) =>
      ask(generator, { url: server.url, bodies, key, perSecond, seconds: time });
    const rate = await saturation(at, seconds);
    const saturated = measure(await at(rate, seconds), seconds);
    progress(`${name}: saturated at ${whole(rate)}/s: ${describe(saturated)}`);
    const flooded = measure(await at(rate * 3, seconds), seconds);
    progress(`${name}: at 3×: ${describe(flooded)}`);
    const outcomes = await at(rate / 2, 3);
    const refused = outcomes.filter(([, , status]) => status !== 200).map(([due]) => due);
    const after = outcomes.filter(([due, , status]) => due >= 1000 && due < 2000 && status === 200);
    return [
      whole(rate),
      tenths(saturated.p50),
      tenths(saturated.p99),
      whole(flooded.perSecond),
      hundredths(flooded.perSecond / saturated.perSecond),
      tenths(flooded.p50),
      tenths(flooded.p99),
      hundredths(flooded.p99 / saturated.p99),
      `${whole((flooded.shed * 100) / flooded.count)} %`,
      tenths(flooded.shedP99),
      whole(flooded.lost),
      refused.length === 0 ? 'none' : whole(Math.max(...refused)),
      tenths(
        percentile(
          after.map(([, took]) => took),
          0.99,
        ),
      ),
    ];
  } finally {
    generator.disconnect();
    await server.stop();
  }
}

/** The highest rate at which nearly all is answered: raised by half until it is not, or halved until it is, and narrowed down. */
async function saturation(at: (rate: number, seconds: number) => Promise<Outcome[]>, seconds: number) {
  const step = Math.max(2, seconds / 3);
  const keepsUp = async (rate: number) => {
    const { perSecond, shed, lost, failed, count } = measure(await at(rate, step), step);
    progress(`  ${whole(rate)}/s: ${whole(perSecond)}/s answered, ${whole(shed)} shed`);
    if (failed > 0) throw new Error(`${failed} requests failed`);
    return (shed + lost) / count < 0.01;
  };
  // warms up
  await at(20, step);
  let low = 60;
  while (low > 1 && !(await keepsUp(low))) low /= 2;
  let high = low * 1.5;
  for (; await keepsUp(high); high *= 1.5) low = high;
  for (let round = 0; round < 4; round++) {
    const middle = (low + high) / 2;
    if (await keepsUp(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function measure(outcomes: readonly Outcome[], seconds: number) {
  const tookOf = (wanted: (status: number) => boolean) =>
    outcomes.filter(([, , status]) => wanted(status)).map(([, took]) => took);
  const accepted = tookOf((status) => status === 200);
  const shed = tookOf((status) => status === 503);
  const lost = tookOf((status) => status === 0);
  return {
    count: outcomes.length,
    perSecond: accepted.length / seconds,
    p50: percentile(accepted, 0.5),
    p99: percentile(accepted, 0.99),
    shed: shed.length,
    shedP99: percentile(shed, 0.99),
    lost: lost.length,
    late: percentile(
      outcomes.map(([, , , late]) => late),
      0.99,
    ),
    failed: outcomes.length - accepted.length - shed.length - lost.length,
  };
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

async function ask(generator: ChildProcess, given: Load): Promise<Outcome[]> {
  return await new Promise((resolve, reject) => {
    const died = () => reject(new Error('the load generator stopped'));
    generator.once('exit', died);
    generator.once('message', (outcomes) => {
      generator.off('exit', died);
      resolve(outcomes as unknown as Outcome[]);
    });
    generator.send(given);
  });
}

const whole = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 0 });
const tenths = (value: number) => (Number.isNaN(value) ? 'none' : value.toFixed(1));
const hundredths = (value: number) => `${value.toFixed(2)}×`;
const describe = ({ perSecond, p50, p99, shed, shedP99, lost, failed, late }: ReturnType<typeof measure>) =>
  `${whole(perSecond)}/s accepted, p50 ${tenths(p50)} ms, p99 ${tenths(p99)} ms, ${shed} shed (p99 ${tenths(shedP99)} ms), ${lost} lost, ${failed} failed; sent up to ${tenths(late)} ms late (p99)`;

function progress(line: string) {
  process.stderr.write(`${line}\n`);
}

if (options.help) console.log(help);
else await main(Number(options.units), Number(options.seconds));
